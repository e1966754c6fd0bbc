"""Models as z3, cvc5 and CVC4 print them."""

from fractions import Fraction

import pytest

from automaton import Problem, Sort, Variable
from encoders.smtlib.model import ModelError, read_model

PROBLEM = Problem(
    (),
    declared=(
        Variable("s", Sort.STRING),
        Variable("present(aws:x)", Sort.BOOL),
        Variable("n", Sort.INT),
        Variable("x", Sort.REAL),
        Variable("four", Sort.IPV4),
    ),
)
DEFAULTS = {"s": "", "present(aws:x)": False, "n": 0, "x": Fraction(0), "four": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('((s "a""b") (n 3))', {"s": 'a"b', "n": 3}),
        ('(\n(define-fun s () String "\\u{1f511}")\n)', {"s": "\U0001f511"}),
        ("(model\n(define-fun n () Int (- 5))\n)", {"n": -5}),
        ("((x 5.0))", {"x": Fraction(5)}),
        ("((x (/ 1.0 3.0)))", {"x": Fraction(1, 3)}),
        ("((x (/ (- 1) 3)))", {"x": Fraction(-1, 3)}),
        ("((x (- (/ 1.0 3.0))))", {"x": Fraction(-1, 3)}),
        ("((|present(aws:x)| true))", {"present(aws:x)": True}),
        ("((four 4294967295))", {"four": 2**32 - 1}),
        ("((helper!0 7))", {}),
        ("()", {}),
    ],
)
def test_a_model_is_read_and_what_it_leaves_out_has_a_default(
    text: str, expected: dict[str, object]
) -> None:
    assert read_model(text, PROBLEM) == {**DEFAULTS, **expected}


@pytest.mark.parametrize(
    "text",
    [
        "((four 4294967296))",
        "((n 1.5))",
        "((s 3))",
        "((n (+ 1 2)))",
        "((n 1) (n 2))",
        "((s (str.++ s s)))",
        '(error "no model")',
        "((s",
    ],
)
def test_what_is_no_constant_of_its_sort_is_an_error(text: str) -> None:
    with pytest.raises(ModelError):
        read_model(text, PROBLEM)
