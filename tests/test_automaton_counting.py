"""Counting strings and cutting them into cells, against enumeration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.charset import MAX_CODE_POINT
from automaton.counting import count_strings
from automaton.partition import partition
from automaton.regex import Regex
from portfolio.differential.strategies.characters import LETTERS
from portfolio.differential.strategies.regexes import bounded_regexes, leaves, regexes
from tests import naive

LETTER = rx.char_range("a", "z")
ONLY_LETTERS = rx.star(rx.union(*map(rx.literal, LETTERS)))
EVERY_CHARACTER = MAX_CODE_POINT + 1


def count(regex: Regex, max_length: int | None = None) -> int | None:
    return count_strings(regex, Budget(), max_length)


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        (rx.NONE, 0),
        (rx.EPSILON, 1),
        (rx.literal("abc"), 1),
        (rx.ANY, EVERY_CHARACTER),
        (rx.loop(LETTER, 0, 3), 1 + 26 + 26**2 + 26**3),
        (rx.union(rx.literal("a"), rx.concat(LETTER, rx.optional(LETTER))), 26 + 26**2),
        (rx.difference(rx.loop(LETTER, 40, 40), rx.literal("a" * 40)), 26**40 - 1),
        (rx.glob("a*"), None),
        (rx.complement(rx.literal("a")), None),
        (rx.intersection(rx.glob("a*"), rx.glob("b*")), 0),
        (rx.intersection(rx.glob("a*"), rx.loop(LETTER, 2, 2)), 26),
    ],
)
def test_a_language_has_so_many_strings(regex: Regex, expected: int | None) -> None:
    assert count(regex) == expected


def test_short_strings_of_an_infinite_language_are_counted() -> None:
    assert count(rx.glob("ab*"), 3) == 1 + EVERY_CHARACTER
    assert count(rx.ALL, 2) == 1 + EVERY_CHARACTER + EVERY_CHARACTER**2
    assert count(rx.literal("abc"), 2) == 0


@given(bounded_regexes())
def test_a_finite_language_has_as_many_strings_as_are_enumerated(regex: Regex) -> None:
    # Every expression that is drawn matches strings of at most six letters.
    assert count(regex) == len(naive.language(regex, LETTERS, 6))


@given(regexes(), st.integers(0, 4))
def test_as_many_short_strings_are_counted_as_are_enumerated(regex: Regex, longest: int) -> None:
    found = count(rx.intersection(regex, ONLY_LETTERS), longest)

    assert found == len(naive.language(regex, LETTERS, longest))


def test_counting_keeps_to_the_budget() -> None:
    with pytest.raises(LimitReached):
        count_strings(rx.glob("a*b"), Budget(max_steps=50), 10**6)


@given(st.lists(leaves(), min_size=1, max_size=4), st.integers(0, 15))
def test_the_cells_are_those_that_strings_fall_into(parts: list[Regex], required: int) -> None:
    required &= (1 << len(parts)) - 1
    found = dict(partition(parts, required, Budget()))
    vectors = {vector_of(parts, text) for text in naive.strings(LETTERS, 4)}

    assert {vector for vector in vectors if vector & required == required} <= set(found)
    assert {vector: vector_of(parts, text) for vector, text in found.items()} == {
        vector: vector for vector in found if vector & required == required
    }


def vector_of(parts: list[Regex], text: str) -> int:
    return sum(1 << number for number, part in enumerate(parts) if naive.matches(part, text))
