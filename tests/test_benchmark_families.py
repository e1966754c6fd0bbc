"""The families of policies: their cases are as small ones decide, and as they say."""

from __future__ import annotations

import pytest

from automaton.budget import Budget
from automaton.solver import solve
from automaton.verdict import Sat, Unsat
from benchmarks import adversarial, growth
from benchmarks.members import word_of
from benchmarks.ours import from_compiled, from_policies
from benchmarks.policy_families import Family
from benchmarks.posed import Drawn

SMALL = 5
FAMILIES = [*growth.FAMILIES, *adversarial.FAMILIES]
CASES = [
    Drawn(case.family, size, case.expected, case.draw)
    for family in FAMILIES
    for case in {case.family: case for case in family.cases()}.values()
    for size in (3, 4, SMALL)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_small_cases_have_the_verdict_that_they_say(case: Drawn) -> None:
    question = case.ready().question()

    verdict = solve(question.problem)

    assert type(verdict) is {"sat": Sat, "unsat": Unsat}[case.expected]
    assert word_of(from_policies(case.ready())(Budget())) == case.expected
    assert word_of(from_compiled(case.ready())(Budget())) == case.expected
    if isinstance(verdict, Sat):
        assert question.replay(verdict.model)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_cases_grow_and_are_the_same_each_time(family: Family) -> None:
    cases = list(family.cases())
    small = cases[: len(family.sizes)]

    sizes = [len(str(case.draw(case.size))) for case in small if case.size <= 1_000]

    assert [case.size for case in small] == sorted(family.sizes)
    assert sizes == sorted(sizes)
    assert cases[0].draw(SMALL) == cases[0].draw(SMALL)


@pytest.mark.parametrize("suite", [growth, adversarial])
def test_the_cases_of_a_suite_have_names_of_their_own(suite: object) -> None:
    names = [case.name for family in vars(suite)["FAMILIES"] for case in family.cases()]

    assert len(set(names)) == len(names)
