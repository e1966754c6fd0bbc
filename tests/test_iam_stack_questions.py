"""Whether a new stack of policies allows what the old one does not."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automaton import solve
from automaton.verdict import Sat, Unsat
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.questions import Question
from encoders.iam.request import Request
from encoders.iam.stack.decision import decide
from encoders.iam.stack.questions import StackQuestion, no_new_access_of_stacks
from encoders.iam.stack.stack import Case, Facts, Stack
from portfolio.check import check
from portfolio.members import by_name
from tests.iam_cases import SEGMENTS, TEXT, policy
from tests.iam_stacks import AWAY, HOME, KEY, ROLE, asked, facts, stacks

READ, WRITE = policy({"Action": "s3:Get*"}), policy({"Action": "s3:Put*"})
BOTH = policy({"Action": ["s3:Get*", "s3:Put*"]})
NO_WRITE = policy({"Effect": "Deny", "Action": "s3:Put*"})
ANN = f"arn:aws:iam::{HOME}:user/ann"

OWN = Facts(resource_account=HOME)


def granting(*principals: str, action: str = "s3:Get*", **more: object) -> Policy:
    """Return the resource policy that allows `action` to these AWS principals."""
    return policy({"Principal": {"AWS": list(principals)}, "Action": action, **more})


def result(existing: Stack, new: Stack, facts: Facts | None = None) -> str:
    """Return PASS or FAIL, from the automaton alone; a witness has been replayed."""
    question = no_new_access_of_stacks(existing, new, facts=facts)
    found = check(cast("Question", question), members=by_name(("automaton",)))
    assert isinstance(found.answer.verdict, Sat | Unsat)
    return "PASS" if found.passed else "FAIL"


@pytest.mark.parametrize(
    ("existing", "new", "expected"),
    [
        (Stack(), Stack(), "PASS"),
        (Stack(), Stack(identity=(READ,)), "FAIL"),
        (Stack(identity=(READ, WRITE)), Stack(identity=(BOTH,)), "PASS"),
        (Stack(identity=(BOTH,), boundary=(READ,)), Stack(identity=(READ,)), "PASS"),
        (Stack(identity=(READ,)), Stack(identity=(BOTH,), boundary=(READ,)), "PASS"),
        (Stack(identity=(BOTH,), boundary=(READ,)), Stack(identity=(BOTH,)), "FAIL"),
        (Stack(identity=(READ,)), Stack(identity=(BOTH,), scp=((BOTH,), (READ,))), "PASS"),
        (
            Stack(identity=(READ,), scp=((READ,),)),
            Stack(identity=(READ,), scp=((READ,), ())),
            "PASS",
        ),
        (Stack(identity=(BOTH,), scp=((NO_WRITE, BOTH),)), Stack(identity=(READ,)), "FAIL"),
        (Stack(identity=(READ,)), Stack(identity=(BOTH,), session=(READ,)), "FAIL"),
    ],
)
def test_stacks_without_a_resource_policy(existing: Stack, new: Stack, expected: str) -> None:
    assert result(existing, new) == expected


def test_a_session_policy_limits_sessions_but_not_users() -> None:
    question = no_new_access_of_stacks(
        Stack(identity=(READ,)), Stack(identity=(BOTH,), session=(READ,))
    )
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat)

    caller = question.witness(verdict.model).principal

    assert caller is not None
    assert ":user/" in caller.value


def test_lifting_an_scp_frees_the_root_user() -> None:
    question = no_new_access_of_stacks(Stack(scp=((READ,),)), Stack(scp=((BOTH,),)))
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat)

    caller = question.witness(verdict.model).principal

    assert caller is not None
    assert caller.value.endswith(":root")


@pytest.mark.parametrize(
    ("existing", "new", "expected"),
    [
        (Stack(identity=(READ,)), Stack(identity=(READ,), resource=granting(HOME)), "PASS"),
        (Stack(identity=(READ,)), Stack(identity=(READ,), resource=granting(AWAY)), "FAIL"),
        (Stack(), Stack(resource=granting(AWAY)), "FAIL"),
        (Stack(), Stack(resource=granting(f"arn:aws:iam::{AWAY}:user/eve")), "PASS"),
        (Stack(), Stack(resource=granting(ANN)), "FAIL"),
        (Stack(), Stack(resource=granting(ANN), boundary=(WRITE,)), "FAIL"),
        (Stack(), Stack(resource=granting(ROLE)), "FAIL"),
        (Stack(), Stack(resource=granting(ROLE), boundary=(WRITE,)), "PASS"),
        (Stack(), Stack(resource=granting(ROLE), session=(WRITE,)), "PASS"),
        (Stack(resource=granting(ROLE)), Stack(resource=granting(f"{ROLE}s")), "FAIL"),
        (
            Stack(resource=granting(ROLE)),
            Stack(resource=granting(f"arn:aws:sts::{HOME}:assumed-role/admin/bob")),
            "PASS",
        ),
        (
            Stack(resource=granting(ROLE), boundary=(WRITE,)),
            Stack(
                resource=granting(f"arn:aws:sts::{HOME}:assumed-role/admin/bob"), boundary=(WRITE,)
            ),
            "FAIL",
        ),
        (
            Stack(resource=granting(HOME, action="kms:*", Resource=KEY)),
            Stack(
                identity=(policy({"Action": "kms:Decrypt"}),),
                resource=granting(HOME, action="kms:*", Resource=KEY),
            ),
            "FAIL",
        ),
        (
            Stack(resource=granting(HOME, action="kms:Sign", Resource=KEY)),
            Stack(
                identity=(policy({"Action": "kms:Decrypt", "Resource": KEY}),),
                resource=granting(HOME, action="kms:Sign", Resource=KEY),
            ),
            "PASS",
        ),
    ],
)
def test_stacks_with_a_resource_policy(existing: Stack, new: Stack, expected: str) -> None:
    assert result(existing, new, OWN) == expected


def test_a_foreign_root_user_needs_no_identity_policy() -> None:
    question = no_new_access_of_stacks(Stack(), Stack(resource=granting(AWAY)), facts=OWN)
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat)

    caller = question.witness(verdict.model).principal

    assert caller is not None
    assert caller.value.endswith(f":iam::{AWAY}:root")


def test_a_witness_belongs_to_the_owner() -> None:
    question = no_new_access_of_stacks(Stack(), Stack(identity=(READ,)), facts=OWN)
    foreign = policy({"Action": "s3:Get*", "Resource": f"arn:aws:sqs:*:{AWAY}:*"})
    tested = policy({"Condition": {"StringEquals": {"aws:ResourceAccount": AWAY}}})

    assert isinstance(solve(question.problem), Sat)
    assert result(Stack(), Stack(identity=(foreign, tested)), OWN) == "PASS"


def test_a_resource_policy_needs_to_know_whose_the_resource_is() -> None:
    with pytest.raises(ValueError, match="needs the account of the resource"):
        no_new_access_of_stacks(Stack(), Stack(resource=granting(ANN)))


def test_a_finding_says_what_decided_in_both_stacks() -> None:
    question = no_new_access_of_stacks(
        Stack(identity=(BOTH,), boundary=(READ,)), Stack(identity=(BOTH,), boundary=(BOTH,))
    )
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat)

    reasons = question.explain(verdict.model).reasons

    assert [(reason.policy, reason.description) for reason in reasons] == [
        ("new.identity[0]", "in `new`: `identity[0]` allows the request"),
        ("new.boundary[0]", "in `new`: `boundary[0]` allows the request"),
        ("existing.boundary", "in `existing`: no statement of `boundary` allows the request"),
    ]


@pytest.mark.parametrize(
    ("resource", "expected"), [("arn:aws:s3:::bucket/*", False), ("arn:aws:sqs:*:x", True)]
)
def test_a_question_knows_whether_it_depends_on_the_reading(resource: str, expected: bool) -> None:
    new = Stack(identity=(policy({"Resource": resource}),))
    question = no_new_access_of_stacks(Stack(), new)

    assert question.may_depend_on_reading is expected
    assert question.under(TEXT).reading is TEXT


def allows(question: StackQuestion, stack: Stack, request: Request) -> bool:
    return decide(Case(stack, request, question.facts, question.reading)).passed


def is_owned(request: Request, owner: str | None) -> bool:
    """Return True iff no account but the owner's is in the ARN of the resource."""
    account = (request.resource or "").split(":", 5)[4:5]
    return owner is None or account in ([], [""], [owner]) or not account[0].isdigit()


@given(stacks(), stacks(), facts(), st.lists(asked(), max_size=4))
def test_an_answer_is_what_requests_show(
    existing: Stack, new: Stack, facts: Facts, requests: list[Request]
) -> None:
    has_owner = facts.resource_account is not None
    assume(has_owner or not (existing.resource or new.resource))
    question = no_new_access_of_stacks(existing, new, facts=facts, reading=SEGMENTS)
    verdict = solve(question.problem)

    if isinstance(verdict, Sat):
        assert question.replay(verdict.model)
    else:
        possible = [one for one in requests if is_owned(one, facts.resource_account)]
        granted = [one for one in possible if allows(question, new, one)]
        assert all(allows(question, existing, one) for one in granted)


def test_policies_of_every_kind_take_part() -> None:
    whole = policy_from_json(
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
    )
    stack = Stack(
        identity=(READ,),
        resource=whole,
        boundary=(READ,),
        session=(READ,),
        endpoint=(whole,),
        scp=((READ,),),
        rcp=((whole,),),
    )
    question = no_new_access_of_stacks(stack, Stack(), facts=OWN)

    assert len(question.policies) == len(PolicyType) - 1
