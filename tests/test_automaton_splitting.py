"""Branching on memberships against the cells, the referee and the naive twin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget
from automaton.cells import literals_of
from automaton.charset import CharSet
from automaton.evaluate import evaluate
from automaton.membership import with_joined_memberships, with_plain_atoms
from automaton.regex import Regex
from automaton.solver import solve
from automaton.splitting import Splitting, memberships_of
from automaton.strings import string_branches
from automaton.terms import FALSE, TRUE, Formula, Problem, Variable
from automaton.verdict import Sat, Unsat
from portfolio.differential.strategies.characters import LETTERS, texts
from portfolio.differential.strategies.problems import STRING, formulas
from tests import naive

OTHER = Variable("t", t.Sort.STRING)
SHORT = list(naive.strings(LETTERS, 3))


def rests(formula: Formula, excluded: set[str]) -> dict[Formula, str]:
    """Return what is left in the branches, each with a string of one of them."""
    branches = Splitting(STRING, excluded, Budget()).branches(formula)
    return {rest: text for text, rest in branches}


@given(formulas((STRING,)).map(with_plain_atoms), st.sets(texts(max_size=2)))
def test_a_branch_is_true_iff_some_string_satisfies(formula: Formula, excluded: set[str]) -> None:
    found = rests(formula, excluded)

    assert set(found) <= {TRUE}
    for text in found.values():
        assert text not in excluded
        assert evaluate(formula, {STRING.name: text})
    satisfied = any(
        naive.holds(formula, {STRING.name: text}) for text in SHORT if text not in excluded
    )
    assert bool(found) >= satisfied


@given(formulas((STRING, OTHER)).map(with_plain_atoms))
def test_branches_leave_what_the_cells_leave(formula: Formula) -> None:
    if not memberships_of(STRING, formula):
        return
    by_cells = {rest for _, rest in string_branches(STRING, formula, Budget())} - {FALSE}

    assert set(rests(formula, set())) == by_cells


def tail(letters: str, count: int) -> Regex:
    return rx.concat(rx.ALL, rx.chars(CharSet.chars(letters)), rx.loop(rx.ANY, count, count))


@pytest.mark.parametrize("count", [3, 14, 30])
def test_boolean_structure_does_not_determinise(count: int) -> None:
    ends = {letters: t.in_regex(STRING, tail(letters, count)) for letters in ("a", "ab", "abc")}
    differ = t.negation(t.equivalence(ends["a"], ends["ab"]))
    within = t.conjunction(t.disjunction(ends["a"], ends["ab"]), t.negation(ends["abc"]))
    budget = Budget(max_steps=1_000_000)

    assert isinstance(solve(Problem((differ,)), budget), Sat)
    assert solve(Problem((within,)), budget) == Unsat()


def test_assumptions_that_cannot_hold_are_remembered_as_few() -> None:
    first, second, third = (t.in_regex(STRING, rx.glob(text)) for text in ("a*", "b*", "*c"))
    splitting = Splitting(STRING, (), Budget())

    assert [*splitting.branches(t.conjunction(first, second, third))] == []
    assert [{regex for regex, _ in core} for core in splitting.impossible] == [
        {rx.glob("a*"), rx.glob("b*")}
    ]
    assert literals_of(rx.glob("a*")) == frozenset()


@given(formulas((STRING, OTHER)), texts(), texts())
def test_memberships_that_stand_side_by_side_become_one(
    formula: Formula, text: str, other: str
) -> None:
    model = {STRING.name: text, OTHER.name: other}

    assert evaluate(with_joined_memberships(STRING, formula), model) == evaluate(formula, model)


def test_alternatives_of_one_variable_are_one_membership() -> None:
    a, b, c = (t.in_regex(STRING, rx.glob(f"{letter}*")) for letter in "abc")
    flag = t.is_true(Variable("p", t.Sort.BOOL))
    formula = t.conjunction(t.disjunction(a, b, flag), t.negation(c))

    joined = with_joined_memberships(STRING, formula)

    union = t.in_regex(STRING, rx.union(rx.glob("a*"), rx.glob("b*")))
    assert joined is t.conjunction(t.disjunction(union, flag), t.negation(c))
