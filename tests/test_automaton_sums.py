"""Sums of lengths and numbers, alone and beside word equations, against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget
from automaton.evaluate import evaluate
from automaton.solver import solve
from automaton.terms import Problem, Variable
from automaton.verdict import Sat, Unknown, Unsat, Value
from tests import naive
from tests.sum_strategies import NUMBERS, STRINGS, sum_problems, with_sides, word_problems

X, Y = STRINGS[:2]
N = NUMBERS[0]
DOMAINS: dict[Variable, list[Value]] = {
    **{variable: ["", "a", "b", "ab", "aaa"] for variable in STRINGS},
    **{variable: [-2, -1, 0, 1, 3] for variable in NUMBERS},
}

SHORT: dict[Variable, list[Value]] = {
    **{variable: ["", "a", "b", "ab"] for variable in STRINGS},
    **{variable: [-1, 0, 2] for variable in NUMBERS},
}


@given(sum_problems())
def test_sums_and_memberships_are_decided(problem: Problem) -> None:
    verdict = solve(problem, Budget(wall_s=20))
    assert not isinstance(verdict, Unknown)
    if isinstance(verdict, Sat):
        assert evaluate(problem.formula, verdict.model)
    else:
        assert naive.first_model(problem.formula, DOMAINS) is None


@given(word_problems())
def test_no_short_strings_refute_an_unsat_of_word_equations(problem: Problem) -> None:
    verdict = solve(problem, Budget(wall_s=20))
    if isinstance(verdict, Sat):
        assert evaluate(problem.formula, verdict.model)
    if isinstance(verdict, Unsat):
        models = (with_sides(problem, model) for model in naive.models(SHORT))
        assert not any(naive.holds(problem.formula, model) for model in models)


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


def test_a_string_is_as_long_as_its_parts() -> None:
    parts = t.in_template(X, rx.literal("ab"), Y, rx.literal("c"), Y)
    is_even = [t.sum_at_most([(1, X), (-2, N)], 0), t.sum_at_most([(-1, X), (2, N)], 0)]
    assert solve(Problem((parts, *is_even)), Budget()) == Unsat()
    long = t.sum_at_most([(-1, X)], -9000)
    verdict = solve(Problem((parts, long)), Budget())
    assert isinstance(verdict, Sat)
    assert len(str(verdict.model["x"])) >= 9000


def test_what_is_longer_than_its_bound_is_refuted_beside_alternatives() -> None:
    either = t.disjunction(
        t.in_template(X, rx.literal("aaa"), Y), t.in_template(X, Y, rx.literal("bbbb"))
    )
    assert solve(Problem((either, t.sum_at_most([(1, X)], 2))), Budget()) == Unsat()
    assert isinstance(solve(Problem((either, t.sum_at_most([(1, X)], 3))), Budget()), Sat)
