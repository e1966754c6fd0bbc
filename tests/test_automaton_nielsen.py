"""Word equations against brute force over short strings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import terms as t
from automaton.budget import Budget
from automaton.nielsen import System, Word, WordEquations, simplified
from automaton.regex import literal
from automaton.solver import solve
from automaton.terms import Problem, Sort, Variable
from automaton.verdict import Sat, Unsat, Verdict
from tests import naive

VARIABLES = (-1, -2, -3)
SHORT = [*naive.strings("ab", 2)]


def words() -> SearchStrategy[Word]:
    return st.lists(st.sampled_from([*VARIABLES, ord("a"), ord("b")]), max_size=6).map(tuple)


def systems() -> SearchStrategy[System]:
    return st.lists(st.tuples(words(), words()), min_size=1, max_size=2).map(tuple)


def text_of(word: Word, values: Mapping[int, str]) -> str:
    return "".join(values[token] if token < 0 else chr(token) for token in word)


def holds(system: System, values: Mapping[int, str]) -> bool:
    return all(text_of(one, values) == text_of(two, values) for one, two in system)


def has_short_solution(system: System) -> bool:
    choices = (dict(zip(VARIABLES, v, strict=True)) for v in product(SHORT, repeat=3))
    return any(holds(system, values) for values in choices)


@given(systems(), st.lists(st.sampled_from(SHORT), min_size=3, max_size=3))
def test_solutions_solve_and_none_is_missed(system: System, chosen: list[str]) -> None:
    free = dict(zip(VARIABLES, chosen, strict=True))
    search = WordEquations(system, Budget())
    found = [*islice(search.solutions(300), 5)]
    for solution in found:
        assert holds(system, {v: text_of(solution.get(v, (v,)), free) for v in VARIABLES})
    if search.is_exhausted and not found:
        assert not has_short_solution(system)


@given(systems())
def test_what_is_simplified_away_has_no_solution(system: System) -> None:
    if simplified(system) is None:
        assert not has_short_solution(system)


X, Y, Z, T = (Variable(name, Sort.STRING) for name in "xyzt")


def equation(one: str, two: str, *more: t.Formula) -> Verdict:
    """Return the verdict on an equation; `x y z t` are variables, other characters letters."""
    known = {variable.name: variable for variable in (X, Y, Z, T)}
    whole = Variable("whole", Sort.STRING)
    sides = [[known.get(char, literal(char)) for char in side] for side in (one, two)]
    templates = [t.in_template(whole, *side) for side in sides]
    return solve(Problem((*templates, *more)), Budget())


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("abx", "xbb"),
        ("xaabcy", "ybbaax"),
        ("xabcyz", "ybabxt"),
        ("cbx", "xcc"),
        ("xay", "ybx"),
        ("xxa", "byy"),
    ],
)
def test_quadratic_equations_without_solution_are_refuted(one: str, two: str) -> None:
    assert equation(one, two) == Unsat()


@pytest.mark.parametrize(
    ("one", "two"),
    [("xaby", "yabx"), ("xay", "aabx"), ("xyz", "zyx"), ("xaxbyz", "abyxtt"), ("axbxc", "aydzc")],
)
def test_quadratic_equations_with_a_solution_are_solved(one: str, two: str) -> None:
    assert isinstance(equation(one, two), Sat)


def test_lengths_choose_among_the_solutions() -> None:
    long = t.sum_at_most([(-1, X)], -20)
    assert isinstance(equation("xab", "abx", long), Sat)
    odd = [t.sum_at_most([(1, X), (-2, Y)], 1), t.sum_at_most([(-1, X), (2, Y)], -1)]
    assert not isinstance(equation("xab", "abx", *odd), Sat)
