"""Models as z3, cvc5 and CVC4 print them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import Problem, Sort, Variable
from automaton.verdict import Model, Value
from encoders.smtlib.literals import literal
from encoders.smtlib.model import ModelError, read_model
from portfolio.differential.strategies.problems import VARIABLES, models

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
        ("", {}),
        ("sat\n((n 3))", {"n": 3}),
        ('(define-fun s () String\n  "a")\n(define-fun n () Int\n  3)\n', {"s": "a", "n": 3}),
        ('(define-fun |s| () String "b")', {"s": "b"}),
        ("(define-fun f ((k Int)) Int (+ k 1)) (define-fun n () Int 4)", {"n": 4}),
        ('((s "\\x41\\\\"))', {"s": "\\x41\\\\"}),
        # What z3 4.12 to 4.15 print for U+007F: they escape from U+0080 on.
        ('((s "~\x7f\\u{80}"))', {"s": "~\x7f\x80"}),
        ("((n 3) (n 3))", {"n": 3}),
        ("((x (/ (- 1.0) 3.0)))", {"x": Fraction(-1, 3)}),
        ("((x 7))", {"x": Fraction(7)}),
        ("((x (- 7.25)))", {"x": Fraction(-29, 4)}),
    ],
)
def test_a_model_is_read_and_what_it_leaves_out_has_a_default(
    text: str, expected: dict[str, object]
) -> None:
    assert read_model(text, PROBLEM) == {**DEFAULTS, **expected}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("((four 4294967296))", "`4294967296))` at line 1, column 8 is no IPv4 for `four`"),
        ("((four (- 1)))", "`(- 1)))` at line 1, column 8 is no IPv4 for `four`"),
        ("((n 1.5))", "`1.5))` at line 1, column 5 is no Int for `n`"),
        ("((n\n true))", "`true))` at line 2, column 2 is no Int for `n`"),
        ("((s 3))", "is no String for `s`"),
        ("((s abc))", "is no String for `s`"),
        ('((present\n "x") (|present(aws:x)| 1))', "is no Bool for `present(aws:x)`"),
        ("((n (+ 1 2)))", "is no Int for `n`"),
        ("((n -5))", "is no Int for `n`"),
        ("((n #b101))", "is no Int for `n`"),
        ("((x (/ 1 0)))", "is no Real for `x`"),
        ("((x (/ 1 3 4)))", "is no Real for `x`"),
        ("((x (- 1 3)))", "is no Real for `x`"),
        ("((s (str.++ s s)))", "is no String for `s`"),
        ("(define-fun n ((k Int)) Int 4)", "is no Int for `n`"),
        ("((n 1) (n 2))", "two values for `n`"),
        ("((n 1) n)", "`n)` at line 1, column 8 gives no value"),
        ("(((f 1) 2))", "gives no value"),
        ("unsat", "`unsat` at line 1, column 1 gives no value"),
        ('(error "no model")', "gives no value"),
        ('((s "\x80"))', "a string with unprintable characters at line 1, column 5"),
        ("((s", "a `(` without its `)` at line 1, column 2"),
        ("((n " + "9" * 5000 + "))", "is no Int for `n`"),
    ],
)
def test_what_is_no_constant_of_its_sort_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_model(text, PROBLEM)
    assert str(caught.value).endswith(message)


def written(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return literal(value)
        case int():
            return str(value) if value >= 0 else f"(- {-value})"
    return f"(/ {written(value.numerator)} {value.denominator})"


FORMS = {
    "get-value": ("(", "({symbol} {value})", ")"),
    "z3": ("", "(define-fun {symbol} () {sort}\n  {value})\n", ""),
    "cvc5": ("(\n", "(define-fun {symbol} () {sort} {value})\n", ")"),
    "cvc4": ("(model\n", "(define-fun {symbol} () {sort} {value})\n", ")"),
}


@given(models(), st.sampled_from(sorted(FORMS)))
def test_a_model_in_every_form_is_read_back(model: Model, form: str) -> None:
    problem = Problem((), declared=VARIABLES)
    start, entry, end = FORMS[form]
    entries = (
        entry.format(symbol=var.name, sort=var.sort.value, value=written(model[var.name]))
        for var in VARIABLES
    )
    assert read_model(start + "".join(entries) + end, problem) == model
