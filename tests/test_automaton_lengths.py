"""Lengths of languages, and sums of lengths, against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget
from automaton.evaluate import evaluate, matches
from automaton.lengths import Language, Progression, counted, range_of
from automaton.regex import Regex
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable
from automaton.verdict import Sat, Unknown, Unsat, Value
from tests import naive
from tests.strategies import regexes

LONGEST = 4
X, Y = Variable("x", Sort.STRING), Variable("y", Sort.STRING)
N, M = Variable("n", Sort.INT), Variable("m", Sort.INT)
DOMAINS: dict[Variable, list[Value]] = {
    X: [*naive.strings("ab", 3)],
    Y: [*naive.strings("ab", 3)],
    N: [*range(-4, 5)],
    M: [*range(-4, 5)],
}


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
    low, high = range_of(regex)
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


def sums() -> SearchStrategy[Formula]:
    summand = st.tuples(st.integers(-3, 3), st.sampled_from((X, Y, N, M)))
    found = st.builds(t.sum_at_most, st.lists(summand, min_size=1, max_size=4), st.integers(-6, 6))
    return found | st.builds(t.conjunction, found, found)


def formulas() -> SearchStrategy[Formula]:
    plain = st.one_of(
        st.builds(t.in_regex, st.sampled_from((X, Y)), regexes("ab", max_leaves=4)),
        st.builds(t.at_most, st.sampled_from((N, M)), st.integers(-4, 4)),
    )
    atom = st.one_of(sums(), sums(), plain, plain.map(t.negation))
    parts = st.recursive(
        atom,
        lambda inner: st.builds(
            lambda build, several: build(*several),
            st.sampled_from((t.conjunction, t.disjunction)),
            st.lists(inner, min_size=2, max_size=3),
        ),
        max_leaves=6,
    )
    return st.lists(parts, min_size=1, max_size=3).map(lambda some: t.conjunction(*some))


@given(formulas())
def test_sums_and_memberships_are_decided(formula: Formula) -> None:
    verdict = solve(Problem((formula,), declared=(X, Y, N, M)), Budget(wall_s=20))
    assert not isinstance(verdict, Unknown)
    if isinstance(verdict, Sat):
        assert evaluate(formula, verdict.model)
    else:
        assert naive.first_model(formula, DOMAINS) is None


@pytest.mark.parametrize("length", [5_000, 100_000])
def test_lengths_that_no_automaton_counts_are_reached(length: int) -> None:
    loop = rx.star(rx.literal("abcdefghij"))
    formula = t.conjunction(t.in_regex(X, loop), t.sum_at_most([(-1, X)], -length))
    verdict = solve(Problem((formula,)), Budget())
    assert isinstance(verdict, Sat)
    assert len(str(verdict.model["x"])) == length


def test_a_conflict_of_parity_is_a_proof() -> None:
    even = t.in_regex(X, rx.star(rx.literal("ab")))
    odd = [t.sum_at_most([(1, X), (-2, N)], 1), t.sum_at_most([(-1, X), (2, N)], -1)]
    assert solve(Problem((even, *odd)), Budget()) == Unsat()
