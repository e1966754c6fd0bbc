"""Regular expressions of the automaton's language.

Biased to what breaks string solvers: empty and one-sided ranges, loops with low > high or low = 0,
nullable bodies under a star, complements of epsilon and inside concatenations, code points above
the basic plane, overlapping wildcards.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton.charset import CharSet
from automaton.regex import Regex
from portfolio.differential.strategies.characters import LETTERS, charsets, texts
from portfolio.differential.strategies.patterns import wildcards


def bounds(largest: int = 3) -> SearchStrategy[tuple[int, int | None]]:
    """Bounds of a loop, also reversed and without an upper one."""
    return st.tuples(st.integers(0, largest), st.none() | st.integers(0, largest))


def leaves(alphabet: str = LETTERS) -> SearchStrategy[Regex]:
    """Regular expressions without parts."""
    ends = st.text(st.sampled_from(alphabet), max_size=2)
    return st.one_of(
        texts(alphabet, 3).map(rx.literal),
        wildcards(alphabet, 5).map(rx.glob),
        st.sampled_from([rx.EPSILON, rx.NONE, rx.ANY, rx.ALL]),
        st.builds(rx.char_range, ends, ends),
        st.sets(st.sampled_from(alphabet), min_size=1).map(lambda c: rx.chars(CharSet.chars(c))),
        charsets().map(rx.chars),
    )


def regexes(alphabet: str = LETTERS, max_leaves: int = 6) -> SearchStrategy[Regex]:
    """Regular expressions of the whole algebra."""
    return st.recursive(leaves(alphabet), _larger_regexes, max_leaves=max_leaves)


def _larger_regexes(inner: SearchStrategy[Regex]) -> SearchStrategy[Regex]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: rx.concat(*parts)),
        several.map(lambda parts: rx.union(*parts)),
        inner.map(rx.star),
        st.builds(lambda part, ends: rx.loop(part, *ends), inner, bounds()),
        inner.map(rx.optional).map(rx.star),
        inner.map(rx.complement),
        several.map(lambda parts: rx.intersection(*parts)),
        several.map(lambda parts: rx.difference(*parts)),
        st.builds(lambda one, two: rx.concat(one, rx.complement(two)), inner, inner),
        st.builds(lambda one, two: rx.concat(rx.difference(one, two), one), inner, inner),
    )


def bounded_regexes(alphabet: str = LETTERS, max_leaves: int = 6) -> SearchStrategy[Regex]:
    """Regular expressions in which only letters of the alphabet occur and length is small.

    No complement and no unbounded loop: brute force over short strings is conclusive.
    """
    subset = st.sets(st.sampled_from(alphabet)).map(lambda c: rx.chars(CharSet.chars(c)))
    return st.recursive(
        st.one_of(texts(alphabet, 1).map(rx.literal), subset),
        lambda inner: st.one_of(
            st.builds(rx.concat, inner, inner),
            st.builds(rx.union, inner, inner),
            st.builds(rx.intersection, inner, inner),
            st.builds(rx.difference, inner, inner),
            inner.map(rx.optional),
        ),
        max_leaves=max_leaves,
    )
