"""Certificates of public benchmark scripts, and of random problems with templates and sums."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.budget import Budget, LimitReached
from automaton.certificate import certify_unsat
from automaton.certify import check
from automaton.solver import solve
from automaton.terms import Problem
from automaton.verdict import Sat, Unsupported
from encoders.smtlib.lower import lower
from encoders.smtlib.session import question_of
from tests.sum_strategies import sum_problems
from tests.template_strategies import policy_problems, straight_line_problems, template_problems
from tests.test_public_scripts import Case, cases

LIMIT_S = 10.0
SHORT_LIMIT_S = 1.0
SAMPLE = 15
CERTIFIED = {"F1": 1.0, "F1x": 1.0, "F2": 0.4, "F3": 0.5, "F4": 0.2}
"""The share of the unsatisfiable scripts of each class that must have a certificate."""


def is_certified(problem: Problem, wall_s: float = LIMIT_S) -> bool:
    """Return whether the problem has a certificate, after the checker has accepted it."""
    try:
        certificate = certify_unsat(problem, Budget(wall_s=wall_s))
    except (LimitReached, Unsupported, ValueError):
        return False
    check(problem, certificate.to_json())
    return True


def problem_of(case: Case) -> Problem:
    question = question_of(case.script, old_names=True)
    return lower(question.assertions, question.declared, Budget(wall_s=LIMIT_S)).problem


def answered(fragment: str, answer: str) -> list[Case]:
    return [case for case in cases() if (case.fragment, case.expected) == (fragment, answer)]


@pytest.mark.parametrize("fragment", CERTIFIED)
def test_unsatisfiable_public_scripts_have_certificates(fragment: str) -> None:
    unsat = answered(fragment, "unsat")
    chosen = random.Random(0).sample(unsat, min(SAMPLE, len(unsat)))

    assert_share(chosen, CERTIFIED[fragment])


@pytest.mark.slow
@pytest.mark.parametrize("fragment", CERTIFIED)
def test_all_unsatisfiable_public_scripts_have_certificates(fragment: str) -> None:
    assert_share(answered(fragment, "unsat"), CERTIFIED[fragment])


def assert_share(chosen: list[Case], least: float) -> None:
    without = [case.name for case in chosen if not is_certified(problem_of(case))]

    assert 1 - len(without) / len(chosen) >= least, without


@pytest.mark.parametrize("fragment", CERTIFIED)
def test_satisfiable_public_scripts_have_none(fragment: str) -> None:
    chosen = random.Random(0).sample(answered(fragment, "sat"), SAMPLE)

    assert [c.name for c in chosen if is_certified(problem_of(c), SHORT_LIMIT_S)] == []


@pytest.mark.parametrize(
    "drawn",
    [template_problems(), straight_line_problems(), policy_problems(), sum_problems()],
    ids=["templates", "straight lines", "policies", "sums"],
)
def test_only_what_is_unsatisfiable_has_a_certificate(drawn: st.SearchStrategy[Problem]) -> None:
    @settings(max_examples=max(1, settings().max_examples // 2))
    @given(drawn)
    def holds(problem: Problem) -> None:
        certified = is_certified(problem, SHORT_LIMIT_S)
        verdict = solve(problem, Budget(wall_s=5))
        assert not (certified and isinstance(verdict, Sat))

    holds()
