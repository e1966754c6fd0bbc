"""Charsets against sets of code points, and the invariant of their intervals."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.charset import ANY_CHAR, MAX_CODE_POINT, NO_CHAR, CharSet
from portfolio.differential.strategies.characters import ODD_CODES, charsets, codes, intervals

SMALL = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=4)


def members(pairs: list[tuple[int, int]]) -> set[int]:
    return {code for low, high in pairs for code in range(low, high + 1)}


@given(SMALL)
def test_a_charset_holds_the_code_points_of_its_intervals(pairs: list[tuple[int, int]]) -> None:
    charset = CharSet.of(*pairs)

    assert set(charset) == members(pairs)
    assert len(charset) == len(members(pairs))
    assert bool(charset) == bool(members(pairs))


@given(SMALL, SMALL)
def test_the_operators_are_those_of_sets(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    one, two = members(first), members(second)

    assert set(CharSet.of(*first) | CharSet.of(*second)) == one | two
    assert set(CharSet.of(*first) & CharSet.of(*second)) == one & two
    assert set(CharSet.of(*first) - CharSet.of(*second)) == one - two


@given(charsets(), codes())
def test_a_complement_holds_exactly_the_other_code_points(charset: CharSet, code: int) -> None:
    assert (code in ~charset) == (code not in charset)
    assert len(charset) + len(~charset) == MAX_CODE_POINT + 1


@given(charsets(), charsets())
def test_equal_sets_are_equal_charsets(one: CharSet, two: CharSet) -> None:
    assert ~~one == one
    assert (one | two) == (two | one)
    assert ~(one & two) == (~one | ~two)
    assert (one - two) | (one & two) == one


@given(charsets(), charsets())
def test_intervals_are_sorted_apart_and_in_range(one: CharSet, two: CharSet) -> None:
    for charset in (one, ~one, one | two, one & two, one - two):
        for low, high in charset.intervals:
            assert 0 <= low <= high <= MAX_CODE_POINT
        for (_, before), (after, _) in pairwise(charset.intervals):
            assert before + 1 < after


@given(st.lists(intervals(), max_size=3))
def test_a_reversed_interval_is_empty(pairs: list[tuple[int, int]]) -> None:
    forward = [(low, high) for low, high in pairs if low <= high]

    assert CharSet.of(*pairs) == CharSet.of(*forward)


@pytest.mark.parametrize("code", ODD_CODES)
def test_a_single_character_is_found_at_every_place(code: int) -> None:
    assert list(CharSet.chars(chr(code))) == [code]
    assert code in CharSet.chars(chr(code))


@pytest.mark.parametrize("interval", [(-1, 3), (0, MAX_CODE_POINT + 1)])
def test_a_bound_that_is_no_code_point_is_refused(interval: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="code points run from 0"):
        CharSet.of(interval)


def test_the_extremes() -> None:
    assert ~ANY_CHAR == NO_CHAR
    assert ~NO_CHAR == ANY_CHAR
    assert CharSet.of((3, 5), (6, 9)).intervals == ((3, 9),)
