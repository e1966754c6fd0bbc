"""Terms of any depth have a value, and values of any size have none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automaton.verdict import Unsupported, Value
from encoders.smtlib.evaluate import value
from encoders.smtlib.functions import MAX_BITS, MAX_CHARS, MAX_PARTS
from encoders.smtlib.term import Term
from portfolio.differential.terms import call, constant

A, AB = call("str.to_re", "a"), call("str.to_re", "ab")
ANYTHING, A_TO_C = call("re.all"), call("re.range", "a", "c")

LEVELS = 100_000
slow = pytest.mark.slow
DEEP = [
    (constant(True), lambda term: call("not", term), True),
    (constant(False), lambda term: call("xor", term, True), False),
    (constant(False), lambda term: call("ite", term, False, True), False),
    (constant(0), lambda term: call("+", term, 1), LEVELS),
    (constant(1), lambda term: call("*", 1, term), 1),
    (constant(""), lambda term: call("str.++", term, "a"), "a" * LEVELS),
    pytest.param(
        constant(""), lambda term: call("str.++", "a", call("str.at", term, 0)), "aa", marks=slow
    ),
]


@pytest.mark.parametrize(("term", "step", "expected"), DEEP)
def test_depth_is_no_limit(term: Term, step: Callable[[Term], Term], expected: Value) -> None:
    for _ in range(LEVELS):
        term = step(term)

    assert value(term, {}) == expected


DEEP_LANGUAGES = [
    (lambda term: call("re.++", term, A), "a" * (LEVELS + 1), "a" * LEVELS),
    (lambda term: call("re.++", A, term), "a" * (LEVELS + 1), "a" * LEVELS),
    (lambda term: call("re.union", term, AB), "ab", "b"),
    (lambda term: call("re.inter", ANYTHING, term), "a", "b"),
    (lambda term: call("re.comp", term), "a", "b"),
    pytest.param(lambda term: call("re.diff", term, AB), "a", "ab", marks=slow),
    pytest.param(lambda term: call("re.opt", call("re.++", A, term)), "aa", "b", marks=slow),
    pytest.param(lambda term: call("re.*", call("re.union", AB, term)), "aba", "b", marks=slow),
]


@pytest.mark.parametrize(("step", "inside", "outside"), DEEP_LANGUAGES)
def test_regular_expressions_may_be_as_deep(
    step: Callable[[Term], Term], inside: str, outside: str
) -> None:
    term = A
    for _ in range(LEVELS):
        term = step(term)

    assert value(call("str.in_re", inside, term), {})
    assert not value(call("str.in_re", outside, term), {})


def test_values_that_are_too_large_are_refused() -> None:
    text, number, regex = constant("aa"), constant(3), A_TO_C
    for _ in range(30):
        text, number = call("str.++", text, text), call("*", number, number)
        regex = call("re.++", regex, regex)

    for term, bound in ((text, MAX_CHARS), (number, MAX_BITS), (call("=", regex, A), MAX_PARTS)):
        with pytest.raises(Unsupported, match=f"more than {bound} "):
            value(term, {})
    with pytest.raises(Unsupported, match=f"more than {MAX_CHARS} "):
        value(call("str.replace_all", "a" * 9999, "a", "a" * 9999), {})
