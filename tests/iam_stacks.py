"""What Hypothesis draws for stacks of policies: stacks, facts, and requests that nearly fit."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from encoders.iam.policy import (
    Effect,
    Patterns,
    Policy,
    PolicyType,
    Principal,
    PrincipalKind,
    Principals,
    Statement,
)
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import Request
from encoders.iam.stack.stack import Facts, Stack
from tests.iam_strategies import following, policies, requests

HOME, AWAY = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{HOME}:role/path/admin"
KEY = f"arn:aws:kms:eu-west-1:{HOME}:key/k"

NAMED = (
    (PrincipalKind.ANYONE, "*"),
    (PrincipalKind.AWS, HOME),
    (PrincipalKind.AWS, f"arn:aws:iam::{AWAY}:root"),
    (PrincipalKind.AWS, f"arn:aws:iam::{HOME}:user/ann"),
    (PrincipalKind.AWS, ROLE),
    (PrincipalKind.AWS, f"arn:aws:sts::{HOME}:assumed-role/admin/bob"),
    (PrincipalKind.AWS, f"arn:aws:sts::{HOME}:federated-user/bob"),
    (PrincipalKind.SERVICE, "ec2.amazonaws.com"),
    (PrincipalKind.FEDERATED, "accounts.google.com"),
)
CALLERS = (
    ANONYMOUS,
    Caller(PrincipalKind.AWS, f"arn:aws:iam::{HOME}:root"),
    Caller(PrincipalKind.AWS, f"arn:aws:iam::{AWAY}:root"),
    Caller(PrincipalKind.AWS, f"arn:aws:iam::{HOME}:user/ann"),
    Caller(PrincipalKind.AWS, f"arn:aws:iam::{AWAY}:user/ann"),
    Caller(PrincipalKind.AWS, f"arn:aws:sts::{HOME}:assumed-role/admin/bob"),
    Caller(PrincipalKind.AWS, f"arn:aws:sts::{HOME}:assumed-role/admin/eve"),
    Caller(PrincipalKind.AWS, f"arn:aws:sts::{HOME}:federated-user/bob"),
    Caller(PrincipalKind.AWS, "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"),
    Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com"),
    Caller(PrincipalKind.FEDERATED, "accounts.google.com"),
)
ENTITIES = tuple(caller for caller in CALLERS if f"{HOME}:" in caller.value)[1:]
"""The callers of one account that have policies of their own."""

TARGETS = (
    ("sts:assumerole", ROLE),
    ("sts:getcalleridentity", "*"),
    ("kms:decrypt", KEY),
    ("kms:retiregrant", KEY),
    ("kms:listkeys", "*"),
)

_EVERYONE = Principal(PrincipalKind.ANYONE, "*", "$")
_PRINCIPALS = st.lists(st.sampled_from(NAMED), min_size=1, max_size=2).map(
    lambda pairs: tuple(Principal(kind, value, "$") for kind, value in pairs)
)


def attached(kind: PolicyType, max_size: int = 2) -> SearchStrategy[tuple[Policy, ...]]:
    """Draw the policies of a kind that is often not attached."""
    return st.just(()) | st.lists(stackable(kind), max_size=max_size).map(tuple)


@st.composite
def stackable(draw: st.DrawFn, kind: PolicyType) -> Policy:
    """Draw a policy whose principals are such as the callers here, and which is often broad."""
    if draw(st.booleans()):
        broad = _broad(draw(st.sampled_from(["*", "s3:*", "ec2:*"])), kind)
        return Policy("2012-10-17", None, (_renamed(draw, broad),), kind)
    policy = draw(policies(kind))
    statements = tuple(_renamed(draw, statement) for statement in policy.statements)
    return replace(policy, statements=statements)


def _broad(action: str, kind: PolicyType) -> Statement:
    """Return the statement that allows `action` on everything."""
    return Statement(
        index=0,
        sid=None,
        effect=Effect.ALLOW,
        principals=Principals((_EVERYONE,), False, "$") if kind.has_principal else None,
        actions=Patterns((action,), negated=False, path="$"),
        resources=Patterns(("*",), negated=False, path="$"),
        tests=(),
        path="$",
    )


def _renamed(draw: st.DrawFn, statement: Statement) -> Statement:
    if statement.principals is None or draw(st.integers(0, 3)) == 0:
        return statement
    is_negated = draw(st.integers(0, 3)) == 0
    return replace(statement, principals=Principals(draw(_PRINCIPALS), is_negated, "$"))


def levels(kind: PolicyType) -> SearchStrategy[tuple[tuple[Policy, ...], ...]]:
    """Draw the levels of an organisation, some of which may be empty."""
    return st.just(()) | st.lists(attached(kind), max_size=2).map(tuple)


def stacks() -> SearchStrategy[Stack]:
    """Draw a stack of policies of every kind."""
    return st.builds(
        Stack,
        identity=st.lists(stackable(PolicyType.IDENTITY), max_size=2).map(tuple),
        resource=st.none() | stackable(PolicyType.RESOURCE),
        boundary=attached(PolicyType.BOUNDARY, 1),
        session=attached(PolicyType.SESSION),
        endpoint=st.just(()) | attached(PolicyType.ENDPOINT, 1),
        scp=levels(PolicyType.SCP),
        rcp=levels(PolicyType.RCP),
    )


def facts() -> SearchStrategy[Facts]:
    """Draw facts about accounts and sessions."""
    account = st.sampled_from([None, HOME, HOME, AWAY])
    return st.builds(
        Facts,
        resource_account=account,
        management_account=st.sampled_from([None, None, HOME, AWAY]),
        service_linked_role=st.booleans(),
        federated_by=st.sampled_from([None, f"arn:aws:iam::{HOME}:user/ann"]),
    )


@st.composite
def asked(draw: st.DrawFn) -> Request:
    """Draw a request of one of the callers here, some for what has rules of its own."""
    caller = draw(st.sampled_from(CALLERS) | st.sampled_from(ENTITIES))
    request = _of_caller(draw(requests()), caller)
    if draw(st.integers(0, 2)):
        return request
    action, resource = draw(st.sampled_from(TARGETS))
    return replace(request, action=action, resource=resource)


def _of_caller(request: Request, caller: Caller) -> Request:
    """Return `request` as one of `caller`, with the keys that follow."""
    assert request.principal is not None
    old = following(request.principal)
    context = {key: value for key, value in request.context.items() if key not in old}
    return replace(request, principal=caller, context={**context, **following(caller)})
