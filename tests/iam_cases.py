"""Small policies and requests for the IAM tests, and the check that both evaluators agree."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.evaluate import evaluate as value
from encoders.iam import authorize, evaluate
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.principals import Caller
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.wildcard import ArnWildcards
from tests.iam_strategies import model_of

SEGMENTS, TEXT = ArnWildcards.SEGMENTS, ArnWildcards.TEXT

ANN = Caller(PrincipalKind.AWS, "arn:aws:iam::111122223333:user/ann")

Json = Mapping[str, object]


def policy(*statements: Json, version: str = "2012-10-17") -> Policy:
    """Return the policy of these statements; Allow, `s3:GetObject` and any resource go unsaid."""
    return policy_from_json(
        {"Version": version, "Statement": [_whole(statement) for statement in statements]}
    )


def _whole(statement: Json) -> Json:
    whole = {"Effect": "Allow", **statement}
    if not {"Action", "NotAction"} & set(whole):
        whole["Action"] = "s3:GetObject"
    if not {"Resource", "NotResource"} & set(whole):
        whole["Resource"] = "*"
    return whole


def when(operator: str, key: str, *values: object) -> Policy:
    """Return the policy that allows its action under one test."""
    return policy({"Condition": {operator: {key: list(values)}}})


def request(
    action: str = "s3:getobject",
    resource: str = "arn:aws:s3:::bucket/a",
    context: Mapping[str, str] | None = None,
    *,
    principal: Caller = ANN,
) -> Request:
    """Return a request, by default Ann's for an object."""
    return Request(principal, action, resource, context or {})


def is_allowed(policy: Policy, request: Request, reading: ArnWildcards = SEGMENTS) -> bool:
    """Return what both evaluators say of `request`; they must agree."""
    symbolic = SymbolicRequest.of([policy])
    formula = authorize.is_allowed(policy, symbolic, reading)
    expected = evaluate.is_allowed(policy, request, reading)
    assert value(formula, model_of(request, symbolic)) is expected
    return expected
