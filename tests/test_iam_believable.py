"""Witnesses that somebody could really make, of made policies and of AWS's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import Budget, Model, Sat, solve
from automaton.evaluate import evaluate as evaluate_formula
from benchmarks.suites import draw
from encoders.iam import evaluate
from encoders.iam.actions import action_named, actions_of
from encoders.iam.believable import Shows, believable_witness
from encoders.iam.keys import is_always_present
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Patterns, Policy, PolicyType
from encoders.iam.principals import ANONYMOUS
from encoders.iam.questions import (
    Question,
    access_not_granted,
    no_new_access,
    no_public_access,
)
from encoders.iam.real_requests import action_matcher, may_name_some
from encoders.iam.request import Request
from tests.corpora import corpora_file
from tests.iam_strategies import ACTION_PATTERNS, model_of, policies

Json = dict[str, object]


@dataclass(frozen=True)
class Pair:
    """The witness of a question's model, and the believable one."""

    of_model: Request
    believable: Request

    @property
    def is_real(self) -> bool:
        return action_named(self.believable.action) is not None

    @property
    def fits(self) -> bool:
        action, resource = action_named(self.believable.action), self.believable.resource
        return action is not None and (resource is None or action.takes(resource))


def pair_of(question: Question, limit_s: float = 30) -> Pair | None:
    """Return the witnesses of a question, after checking what must hold of the believable one.

    None: there is none, or none was found within the limit.
    """
    found = solve(question.problem, Budget(wall_s=limit_s))
    if not isinstance(found, Sat):
        return None
    before = question.witness(found.model)
    after = believable_witness(before, question.policies, shows(question))
    assert question.claim.holds(after, question.reading)
    assert set(after.context) <= set(before.context)
    lost = set(before.context) - set(after.context)
    assert [key for key in lost if is_always_present(key.lower())] == []
    if after.principal is not None and after.resource is not None:
        assert evaluate_formula(question.problem.formula, changed(question, found.model, after))
    assert (after.principal is None) == (before.principal is None)
    assert (after.principal == ANONYMOUS) == (before.principal == ANONYMOUS)
    assert (after.resource is None) == (before.resource is None)
    return Pair(before, after)


def changed(question: Question, model: Model, request: Request) -> Model:
    """Return `model` with the differences between its own request and `request` in it.

    The values of a key that was left out stay as they were.
    """
    own = question.witness(model)
    before, after = model_of(own, question.request), model_of(request, question.request)
    lost = {key.lower() for key in own.context} - {key.lower() for key in request.context}
    differences = {
        name: value
        for name, value in after.items()
        if value != before[name]
        and (name.startswith("present") or not any(f"({key})" in name for key in lost))
    }
    return {**before, **model, **differences}


def shows(question: Question) -> Shows:
    return lambda request: question.claim.holds(request, question.reading)


@given(policies(PolicyType.RESOURCE), policies(PolicyType.RESOURCE))
def test_a_believable_witness_shows_the_claim_with_no_more_keys(old: Policy, new: Policy) -> None:
    pair_of(no_new_access(old, new), limit_s=1)
    pair_of(no_public_access(new), limit_s=1)
    pair_of(access_not_granted(new, ["s3:*"], []), limit_s=1)


@given(
    st.lists(st.sampled_from((*ACTION_PATTERNS, "s3:*Object", "S3:Get?bject*")), min_size=1),
    st.booleans(),
    st.sampled_from(("s3", "sqs")),
)
def test_the_quick_look_at_actions_agrees_with_the_evaluator(
    values: list[str], negated: bool, service: str
) -> None:
    patterns = Patterns(tuple(values), negated, path="$")
    matches = action_matcher(patterns, service)

    for name in actions_of(service):
        request = Request(principal=None, action=name, resource=None, context={})
        assert matches(name) is evaluate.actions_match(patterns, request)
        assert may_name_some(patterns, service) or matches(name) is negated


def allow(**elements: object) -> Json:
    return {"Effect": "Allow", **elements}


def deny(**elements: object) -> Json:
    return {"Effect": "Deny", **elements}


def policy(*statements: Json, kind: PolicyType = PolicyType.IDENTITY) -> Policy:
    return policy_from_json({"Version": "2012-10-17", "Statement": list(statements)}, kind)


def witness(question: Question) -> Request:
    pair = pair_of(question)
    assert pair is not None
    return pair.believable


S3 = policy(allow(Action="s3:*", Resource="*"))


@pytest.mark.parametrize(
    ("old", "new", "action", "resource"),
    [
        (
            policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::data-a*")),
            policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::data-*")),
            "s3:GetObject",
            "arn:aws:s3:::data-my/my",
        ),
        (S3, policy(allow(Action="*", Resource="*")), "ec2:DescribeInstances", "*"),
        (
            S3,
            policy(allow(Action="EC2:Terminate*", Resource="arn:aws:ec2:eu-*:*:instance/*")),
            "ec2:TerminateInstances",
            "arn:aws:ec2:eu-west-1:111122223333:instance/i-1234567890abcdef0",
        ),
        (
            policy(allow(Action="sqs:*", Resource="*")),
            policy(allow(NotAction=["s3:*", "ec2:*"], NotResource="arn:aws:iam::*:role/*")),
            "iam:CreateUser",
            "arn:aws:iam::111122223333:user/acme-user",
        ),
        (
            S3,
            policy(
                allow(Action="kms:*", Resource="*"),
                deny(Action="kms:De*", Resource="arn:aws:kms:*:*:key/*"),
                deny(Action="kms:*", Resource="arn:aws:kms:*:111122223333:*"),
            ),
            "kms:ListKeys",
            "*",
        ),
        (
            policy(allow(Action="sqs:*", Resource="arn:aws:sqs:*:*:*")),
            policy(allow(Action="sqs:SendMessage", Resource="arn:*:sqs:*:*:*")),
            "sqs:SendMessage",
            "arn:aws-cn:sqs:cn-north-1:111122223333:acme-queue",
        ),
    ],
)
def test_a_witness_is_a_real_action_on_a_resource_that_it_takes(
    old: Policy, new: Policy, action: str, resource: str
) -> None:
    found = witness(no_new_access(old, new))

    assert (found.action, found.resource) == (action, resource)


def test_where_no_real_action_fits_the_one_of_the_model_stays() -> None:
    new = policy(allow(Action="s3:NoSuchAction", Resource="*"))

    assert witness(access_not_granted(new, ["s3:*"], [])).action == "s3:NoSuchAction"


def conditional(condition: Mapping[str, object], **elements: object) -> Policy:
    return policy(allow(Action="s3:ListBucket", Resource="*", Condition=condition, **elements))


@pytest.mark.parametrize(
    ("condition", "context"),
    [
        ({"StringLike": {"s3:prefix": "home/*"}}, {"s3:prefix": "home/acme"}),
        ({"StringNotEquals": {"s3:prefix": "home"}}, {}),
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:topic"}},
            {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"},
        ),
        (
            {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},
            {"aws:RequestedRegion": "us-west-2"},
        ),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {}),
        ({"Null": {"aws:ResourceTag/team": "false"}}, {"aws:ResourceTag/team": "acme"}),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3:max-keys": "9"}),
    ],
)
def test_the_context_has_few_keys_with_readable_values(
    condition: Json, context: dict[str, str]
) -> None:
    old = policy(allow(Action="ec2:*", Resource="*"))

    assert dict(witness(no_new_access(old, conditional(condition))).context) == context


def test_an_action_that_takes_the_keys_present_is_preferred() -> None:
    new = policy(
        allow(Action="s3:*", Resource="*", Condition={"StringEquals": {"s3:prefix": "home"}})
    )

    found = action_named(witness(access_not_granted(new, ["s3:*"], [])).action)

    assert found is not None
    assert found.takes_key("s3:prefix")


def test_an_ordinary_user_calls_where_anybody_may() -> None:
    condition = {"StringLike": {"aws:PrincipalOrgID": "o-*"}}
    bucket = policy(
        allow(Principal="*", Action="s3:GetObject", Resource="*", Condition=condition),
        kind=PolicyType.RESOURCE,
    )

    found = witness(no_public_access(bucket))

    assert found.principal is not None
    assert found.principal.value == "arn:aws:iam::111122223333:user/somebody"
    assert dict(found.context) == {"aws:PrincipalOrgID": "o-acme"}


# Where an action is real and its resource is not, the policy asks for what cannot be: an action on
# a resource of another service, an account where AWS has none, a name that AWS took away.
@pytest.mark.parametrize("count", [40, pytest.param(300, marks=pytest.mark.slow)])
def test_nearly_every_witness_of_an_upgrade_is_real(count: int) -> None:
    corpora_file("managed_policy_upgrades.jsonl.xz")
    cases, _ = draw("upgrades", count * 3, seed=0)

    pairs = [pair for case in cases if (pair := pair_of(case.question()))][:count]

    assert len(pairs) == count
    assert sum(pair.is_real for pair in pairs) >= 0.95 * count
    assert sum(pair.fits for pair in pairs) >= 0.9 * count


def test_every_witness_that_tells_managed_policies_apart_is_real() -> None:
    cases, _ = draw("managed", 40, seed=0)

    pairs = [pair for case in cases if (pair := pair_of(case.question()))]

    assert len(pairs) > 30
    assert [pair.believable for pair in pairs if not pair.fits] == []
