"""Positions: a pattern, read position by position, matches what its expression does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.charset import CharSet
from automaton.pattern import (
    MAX_POSITIONS,
    START,
    Dfa,
    Pattern,
    compile_pattern,
    positions_of,
    to_bits,
)
from automaton.regex import Regex
from automaton.verdict import Reason
from portfolio.differential.strategies.characters import any_texts, texts
from portfolio.differential.strategies.regexes import bounds, leaves
from tests import naive


def embedded(regex: Regex) -> Dfa:
    from automaton.determinise import determinise  # noqa: PLC0415 - loads numba

    return determinise(regex, Budget())


def compiled(regex: Regex) -> Pattern:
    return compile_pattern(regex, embedded, Budget())


def edges(pattern: Pattern) -> set[tuple[int, int]]:
    """Return the pairs of positions of which one leads to the other beside the chain."""
    return {
        (source, target)
        for targets, sources in pattern.follow.items()
        for source in positions_of(sources)
        for target in positions_of(targets)
    }


def is_match(pattern: Pattern, text: str) -> bool:
    """Return whether the pattern matches, from what its fields are said to mean."""
    places = {START}
    for char in text:
        entered = {p + 1 for p in places if pattern.chain_bits >> p & 1}
        entered |= {target for source, target in edges(pattern) if source in places}
        places = {p for p in entered if ord(char) in entered_on(pattern, p)} | {
            p for p in places if p in pattern.stays and ord(char) in pattern.stays[p]
        }
    return any(pattern.accept_bits >> place & 1 for place in places)


def entered_on(pattern: Pattern, place: int) -> CharSet:
    code = pattern.codes[place]
    return pattern.charsets[place] if code < 0 else CharSet.of((code, code))


def looped(max_leaves: int = 6) -> SearchStrategy[Regex]:
    """Expressions of unions, concatenations and many loops, nested."""
    return st.recursive(
        leaves("ab"),
        lambda inner: st.one_of(
            st.builds(lambda part, ends: rx.loop(part, *ends), inner, bounds(4)),
            st.lists(inner, min_size=2, max_size=4).map(lambda parts: rx.concat(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: rx.union(*parts)),
            inner.map(rx.star),
        ),
        max_leaves=max_leaves,
    )


@given(looped(), texts("ab", 6) | any_texts(3))
def test_a_pattern_matches_what_its_expression_does(regex: Regex, text: str) -> None:
    assert is_match(compiled(regex), text) == naive.matches(regex, text)


@given(looped(3), looped(3), looped(2), texts("ab", 5))
def test_boolean_parts_are_embedded(one: Regex, two: Regex, three: Regex, text: str) -> None:
    regex = rx.concat(three, rx.star(rx.difference(one, two)), three)

    assert is_match(compiled(regex), text) == naive.matches(regex, text)


@given(looped())
def test_nothing_enters_the_start_and_nothing_lies_beyond_the_end(regex: Regex) -> None:
    pattern = compiled(regex)
    targets = to_bits(target for _, target in edges(pattern)) | pattern.chain_bits << 1

    assert targets & 1 << START == 0
    assert targets >> pattern.size == 0


@given(st.sets(st.integers(0, 200)))
def test_a_set_of_positions_is_an_int(places: set[int]) -> None:
    assert [*positions_of(to_bits(places))] == sorted(places)


def test_the_edges_of_a_counted_loop_are_as_many_as_its_rounds() -> None:
    letters = rx.chars(CharSet.chars("ab"))
    words = rx.union(rx.literal("ab"), rx.literal("cde"), rx.literal("f"))

    assert compiled(rx.concat(rx.loop(letters, 0, 5000), rx.literal("c"))).size == 5002
    assert len(compiled(rx.loop(words, 0, 1000)).follow) <= 2000


def test_a_wildcard_is_a_chain() -> None:
    pattern = compiled(rx.glob("ab*c*"))

    assert pattern.size == 4
    assert edges(pattern) == set()


@pytest.mark.parametrize("count", [MAX_POSITIONS, 10**9])
def test_a_loop_with_too_many_rounds_is_a_limit_reached(count: int) -> None:
    with pytest.raises(LimitReached) as limit:
        compiled(rx.loop(rx.glob("a?"), count, None))

    assert limit.value.reason is Reason.MEMORY
