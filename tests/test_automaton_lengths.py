"""Lengths of languages against strings that they match."""

from __future__ import annotations

import pytest
from hypothesis import given

from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.evaluate import matches
from automaton.lengths import Language, Progression, counted
from automaton.regex import Regex
from portfolio.differential.strategies.regexes import regexes
from tests import naive

LONGEST = 4


@given(regexes("ab", max_leaves=5))
def test_the_lengths_are_those_of_the_strings(regex: Regex) -> None:
    language = Language(regex, Budget())
    expected = {len(text) for text in naive.strings("abc", LONGEST) if matches(regex, text)}
    actual = {n for n in range(LONGEST + 1) if any(n in some for some in language.lengths)}
    # A string of other characters may match where none of these does.
    assert expected <= actual
    for length in actual:
        text = language.string(length)
        assert len(text) == length
        assert matches(regex, text)


@given(regexes("ab", max_leaves=5))
def test_the_range_holds_all_lengths(regex: Regex) -> None:
    low, high = rx.length_bounds(regex)
    for some in Language(regex, Budget()).lengths:
        assert low <= some.first
        assert high is None or (some.last is not None and some.last <= high)


@given(regexes("ab", max_leaves=5))
def test_what_is_counted_depends_on_the_length_alone(regex: Regex) -> None:
    found = counted(regex)
    if found is not None:
        low, high = found
        for text in naive.strings("abc", LONGEST):
            is_within = low <= len(text) and (high is None or len(text) <= high)
            assert matches(regex, text) is is_within


def test_two_loops_give_every_length_but_a_few() -> None:
    loops = rx.star(rx.union(rx.literal("aaa"), rx.literal("bbbbb")))
    assert Language(loops, Budget()).lengths == (
        Progression(0, 3, 3),
        Progression(5, 1, 6),
        Progression(8, 1, None),
    )


def test_a_period_is_as_short_as_it_can_be() -> None:
    loops = rx.concat(rx.star(rx.literal("abcdef")), rx.star(rx.literal("abcabcabc")))
    assert Language(loops, Budget()).lengths[-1] == Progression(6, 3, None)


def test_long_strings_are_spelled() -> None:
    language = Language(rx.star(rx.literal("abc")), Budget())
    assert language.string(30_000) == "abc" * 10_000


def test_a_string_that_would_fill_the_memory_is_a_limit() -> None:
    with pytest.raises(LimitReached, match="1 MiB"):
        Language(rx.ALL, Budget(memory_mib=1)).string(10**6)
