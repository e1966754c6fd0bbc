"""Why a stack allows nothing new: a minimal core of statements."""

from __future__ import annotations

from hypothesis import given

from automaton import Budget, Unsat, solve
from automaton.terms import Problem
from automaton.verdict import Verdict
from encoders.iam.core import Core
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.stack.questions import StackQuestion, no_new_access_of_stacks
from encoders.iam.stack.stack import Stack
from encoders.iam.stack_core import minimal_stack_core
from tests.iam_cases import Json
from tests.iam_strategies import policies


def decide(problem: Problem) -> Verdict:
    return solve(problem, Budget(wall_s=5))


def allow(action: str) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


def deny(action: str) -> Json:
    return {"Effect": "Deny", "Action": action, "Resource": "*"}


def identity(*statements: Json) -> Policy:
    return policy_from_json({"Statement": [*statements]}, PolicyType.IDENTITY)


def scp(*statements: Json) -> Policy:
    return policy_from_json({"Statement": [*statements]}, PolicyType.SCP)


def places(core: Core[StackQuestion]) -> list[tuple[str, int]]:
    return [(reason.policy, reason.statement.index) for reason in core.reasons if reason.statement]


def test_the_core_names_the_policies_of_both_stacks() -> None:
    existing = Stack(identity=(identity(allow("ec2:*"), allow("s3:Get*")),))
    everything = scp(allow("*"), deny("ec2:*"), deny("s3:Put*"))
    new = Stack(identity=(identity(allow("s3:*")),), scp=((everything,),))
    narrow = Stack(identity=(identity(allow("s3:Get*"), allow("s3:Put*")),), scp=((everything,),))

    assert not isinstance(decide(no_new_access_of_stacks(existing, new).problem), Unsat)
    core = minimal_stack_core(no_new_access_of_stacks(existing, narrow), decide)

    assert core.is_minimal
    assert places(core) == [("existing.identity[0]", 1), ("new.scp[0][0]", 2)]


def test_a_stack_that_allows_nothing_needs_no_statement() -> None:
    new = Stack(identity=(identity(allow("s3:*")),), boundary=(identity(allow("ec2:*")),))
    core = minimal_stack_core(no_new_access_of_stacks(Stack(), new), decide)

    assert [reason.statement for reason in core.reasons] == [None]


@given(policies(PolicyType.IDENTITY), policies(PolicyType.IDENTITY), policies(PolicyType.IDENTITY))
def test_the_core_proves_the_answer(first: Policy, second: Policy, boundary: Policy) -> None:
    question = no_new_access_of_stacks(
        Stack(identity=(first,)), Stack(identity=(first, second), boundary=(boundary,))
    )
    if not isinstance(decide(question.problem), Unsat):
        return
    core = minimal_stack_core(question, decide)

    assert isinstance(decide(core.question.problem), Unsat)


@given(policies(PolicyType.IDENTITY))
def test_keeping_everything_keeps_the_stack(policy: Policy) -> None:
    stack = Stack(identity=(policy, policy), boundary=(policy,), scp=((policy,), (policy, policy)))

    assert stack.keeping(lambda _, statement: statement is not None) == stack
