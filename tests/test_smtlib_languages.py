"""Languages hold what the standard says, are compared, and match where they should."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton.evaluate import matches
from automaton.regex import Regex
from automaton.verdict import Unsupported
from encoders.smtlib.evaluate import regex_of, value
from encoders.smtlib.functions import LANGUAGES as FUNCTIONS
from encoders.smtlib.languages import are_equal, first_match
from encoders.smtlib.term import Term, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.strategies.characters import texts
from portfolio.differential.strategies.regexes import regexes
from portfolio.differential.terms import call

A, AB = call("str.to_re", "a"), call("str.to_re", "ab")
NOTHING, ANYTHING, EPSILON = call("re.none"), call("re.all"), call("str.to_re", "")
A_TO_C = call("re.range", "a", "c")

LANGUAGES: list[tuple[Term, str, str]] = [
    (NOTHING, "", "-a"),
    (ANYTHING, "- a abc", ""),
    (call("re.allchar"), "a \U0002ffff", "- ab"),
    (AB, "ab", "- a abb"),
    (EPSILON, "-", "a"),
    (call("re.++", A, AB, A), "aaba", "aab -"),
    (call("re.++", A, NOTHING), "", "a -"),
    (call("re.union", A, AB, EPSILON), "a ab -", "b"),
    (call("re.inter", A_TO_C, call("re.comp", A)), "b c", "a d -"),
    (call("re.diff", ANYTHING, A, AB), "- b aba", "a ab"),
    (call("re.comp", EPSILON), "a ab", "-"),
    (call("re.*", call("re.comp", EPSILON)), "- a ab", ""),
    (call("re.*", AB), "- ab abab", "aba"),
    (call("re.*", NOTHING), "-", "a"),
    (call("re.+", A), "a aa", "- b"),
    (call("re.+", NOTHING), "", "- a"),
    (call("re.+", call("re.opt", A)), "- a aa", "b"),
    (call("re.opt", NOTHING), "-", "a"),
    (A_TO_C, "a b c", "- d ab"),
    (call("re.range", "c", "a"), "", "a b c -"),
    (call("re.range", "a", "a"), "a", "b -"),
    (call("re.range", "", "c"), "", "a -"),
    (call("re.range", "a", "bc"), "", "a b"),
    (call("re.range", "ab", "c"), "", "a b"),
    (call("re.range", "a", "\U0002ffff"), "a \U0002ffff", "- A"),
    (call("re.^", A, indices=(0,)), "-", "a"),
    (call("re.^", NOTHING, indices=(0,)), "-", "a"),
    (call("re.^", ANYTHING, indices=(0,)), "-", "a"),
    (call("re.^", A, indices=(3,)), "aaa", "aa aaaa"),
    (call("re.loop", A, indices=(1, 2)), "a aa", "- aaa"),
    (call("re.loop", A, indices=(2, 1)), "", "- a aa"),
    (call("re.loop", EPSILON, indices=(2, 1)), "", "- a"),
    (call("re.loop", A, indices=(0, 0)), "-", "a"),
    (call("re.loop", NOTHING, indices=(0, 2)), "-", "a"),
    (call("re.loop", call("re.opt", A), indices=(2, 3)), "- a aaa", "aaaa"),
    (call("ite", True, A, AB), "a", "ab"),
]


@pytest.mark.parametrize(("term", "inside", "outside"), LANGUAGES)
def test_a_language_holds_what_the_standard_says(term: Term, inside: str, outside: str) -> None:
    within = [text.replace("-", "") for text in inside.split()]
    without = [text.replace("-", "") for text in outside.split()]

    assert [text for text in within if not matches(regex_of(term, {}), text)] == []
    assert [text for text in without if value(call("str.in_re", text, term), {})] == []


def test_every_function_of_languages_is_tested() -> None:
    used = {node.operator for term, *_ in LANGUAGES for node in in_order(term, parts_of=parts_of)}

    assert set(FUNCTIONS) - used == set()


EQUATIONS = [
    (call("re.++", A, call("re.*", call("str.to_re", "ba"))), call("re.++", call("re.*", AB), A)),
    (call("re.comp", call("re.inter", A, AB)), ANYTHING),
    (call("re.loop", A, indices=(0, 2)), call("re.opt", call("re.++", A, call("re.opt", A)))),
    (call("re.*", call("re.allchar")), ANYTHING),
    (call("re.diff", call("re.range", "a", "c"), A), call("re.range", "b", "c")),
    (call("re.inter", call("re.+", A), call("re.++", AB, ANYTHING)), NOTHING),
]


@pytest.mark.parametrize(("left", "right"), EQUATIONS)
def test_languages_written_two_ways_are_equal(left: Term, right: Term) -> None:
    assert value(call("=", left, right), {})
    assert not value(call("distinct", left, right), {})


def test_different_languages_are_not_equal() -> None:
    odd = call("re.range", "\U0001f511", "\U0001f512")
    chain = call("=", A, A, AB)

    assert not value(chain, {})
    assert not value(call("=", call("re.comp", odd), ANYTHING), {})
    assert value(call("distinct", A, AB, odd), {})
    assert not value(call("distinct", A, AB, call("re.union", A, NOTHING)), {})


def test_an_equation_of_large_languages_is_refused() -> None:
    wide = [
        call("re.++", call("re.*", A_TO_C), A, call("re.^", A_TO_C, indices=(6,))),
        call("re.++", call("re.*", A_TO_C), A_TO_C, call("re.^", A_TO_C, indices=(6,))),
    ]
    left, right = (regex_of(term, {}) for term in wide)

    assert not are_equal(left, right)
    with pytest.raises(Unsupported, match="an equation of languages"):
        are_equal(left, right, max_steps=20)


SAMPLES = ["".join(letters) for size in range(4) for letters in product("ab:", repeat=size)]


@given(left=regexes(), right=regexes())
def test_equal_languages_agree_on_every_short_text(left: Regex, right: Regex) -> None:
    try:
        same = are_equal(left, right, max_steps=2000)
    except Unsupported:
        return
    if same:
        assert [text for text in SAMPLES if matches(left, text) != matches(right, text)] == []
    assert are_equal(left, rx.complement(rx.complement(left)), max_steps=2000)


@given(regex=regexes(), text=texts(), may_be_empty=st.booleans())
def test_the_first_match_is_the_one_that_a_search_finds(
    regex: Regex, text: str, may_be_empty: bool
) -> None:
    spans = [
        (start, end)
        for start in range(len(text) + 1)
        for end in range(start + (not may_be_empty), len(text) + 1)
        if matches(regex, text[start:end])
    ]

    assert first_match(regex, text, may_be_empty=may_be_empty) == min(spans, default=None)
