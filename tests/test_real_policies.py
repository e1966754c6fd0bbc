"""AWS's own policies: the managed ones that moto carries, and their upgrades from the corpora."""

import dataclasses
import json
from collections import Counter

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from automaton import Budget, Sat, Unsat, solve
from automaton.evaluate import evaluate
from benchmarks.posed import Case
from benchmarks.suites import draw
from encoders.iam.parse import parse_policy
from encoders.iam.policy import Effect, Patterns, Policy, PolicyType, Statement
from encoders.iam.questions import Question, no_new_access
from portfolio.limits import Limits, Schedule
from portfolio.members import available
from portfolio.race import race
from tests.corpora import corpora_file

MANAGED = {
    name: json.dumps(entry["Document"])
    for name, entry in json.loads(aws_managed_policies_data).items()
}
EXTRA_ACTION = "zelkova:WaterTheTree"


def managed_policies() -> dict[str, Policy]:
    return {name: parse_policy(text, PolicyType.IDENTITY) for name, text in MANAGED.items()}


def plus_a_statement(policy: Policy) -> Policy:
    extra = Statement(
        index=len(policy.statements),
        sid=None,
        effect=Effect.ALLOW,
        principals=None,
        actions=Patterns((EXTRA_ACTION,), negated=False, path="$.extra"),
        resources=Patterns(("*",), negated=False, path="$.extra"),
        tests=(),
        path="$.extra",
    )
    return dataclasses.replace(policy, statements=(*policy.statements, extra))


def verdict(question: Question) -> type:
    """Return the kind of verdict of the automaton, after checking its witness twice."""
    found = solve(question.problem, Budget(wall_s=30))
    if isinstance(found, Sat):
        assert evaluate(question.problem.formula, found.model)
        assert question.replay(found.model)
    return type(found)


def test_every_managed_policy_implies_itself_and_not_less_than_itself() -> None:
    ends: Counter[tuple[type, type, type]] = Counter()
    for policy in managed_policies().values():
        larger = plus_a_statement(policy)
        ends[
            verdict(no_new_access(policy, policy)),
            verdict(no_new_access(larger, policy)),
            verdict(no_new_access(policy, larger)),
        ] += 1

    # A few policies allow the added action already, or deny it: AdministratorAccess, NotAction.
    assert set(ends) <= {(Unsat, Unsat, Sat), (Unsat, Unsat, Unsat)}
    assert ends.total() == len(MANAGED)
    assert ends[Unsat, Unsat, Unsat] < 20


def upgrade_questions() -> list[Question]:
    corpora_file("managed_policy_upgrades.jsonl.xz")
    cases, unsupported = draw("upgrades", None, seed=0)
    assert unsupported == 0
    return [case.question() for case in cases]


def test_the_automaton_alone_decides_every_upgrade_both_ways() -> None:
    found = Counter(verdict(question) for question in upgrade_questions())

    assert set(found) == {Sat, Unsat}


# Each case may take the whole limit: some members do not decide some questions.
SAMPLES = [(3, 2.0), pytest.param(300, 10.0, marks=pytest.mark.slow)]


@pytest.mark.parametrize(("count", "limit_s"), SAMPLES)
def test_every_member_that_answers_agrees_about_upgrades(count: int, limit_s: float) -> None:
    corpora_file("managed_policy_upgrades.jsonl.xz")
    cases, _ = draw("upgrades", count, seed=1)

    assert [disagreements(case, limit_s) for case in cases] == [()] * count


@pytest.mark.parametrize(("count", "limit_s"), SAMPLES)
def test_every_member_that_answers_agrees_about_managed_policies(
    count: int, limit_s: float
) -> None:
    cases, _ = draw("managed", count, seed=1)

    assert [disagreements(case, limit_s) for case in cases] == [()] * count


def disagreements(case: Case, limit_s: float) -> tuple[object, ...]:
    """Return how the members contradict each other, once somebody has answered."""
    question = case.question()
    answer = race(
        question.problem,
        members=available(),
        limits=Limits(wall_s=limit_s),
        schedule=Schedule.RUN_ALL,
    )
    assert answer.winner is not None
    return answer.disagreements
