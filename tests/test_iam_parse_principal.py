"""Principals: which forms are read, which policies name any."""

from __future__ import annotations

import pytest

from encoders.iam.parse import policy_from_json
from encoders.iam.policy import PolicyType
from tests.iam_documents import ACCOUNT, AT, ROOT, STATEMENT, one, refusal


@pytest.mark.parametrize(
    ("principal", "message", "place"),
    [
        (ROOT, f"the principal `{ROOT}` is neither `*` nor an object", ""),
        (["*"], "expected `*` or an object, found an array", ""),
        ({"aws": "*"}, "unknown element `aws`", ".aws"),
        ({"AWS": 111122223333}, "expected a string, found a number", ".AWS"),
        ({"AWS": ["*", {}]}, "expected a string, found an object", ".AWS[1]"),
        ({"AWS": "11112222333"}, "is not an account id, an ARN or a unique id", ".AWS"),
        ({"AWS": "١١١١٢٢٢٢٣٣٣٣"}, "is not an account id, an ARN or a unique id", ".AWS"),
        ({"AWS": ["*", "Bob"]}, "the principal `Bob` is not an account id", ".AWS[1]"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}, "a wildcard in the principal", ".AWS"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/a?"}, "a wildcard in the principal", ".AWS"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:group/a"}, "is no principal", ".AWS"),
        ({"Service": "*.amazonaws.com"}, "a wildcard in the principal", ".Service"),
        ({"Federated": ""}, "the principal `` is not a name", ".Federated"),
    ],
    ids=str,
)
def test_a_malformed_principal_is_refused(principal: object, message: str, place: str) -> None:
    found, path = refusal(one(Principal=principal))

    assert message in found
    assert path == f"{AT}.Principal{place}"


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("policy_type", PolicyType)
def test_principals_are_wanted_or_refused_by_type(policy_type: PolicyType, element: str) -> None:
    document = one(**{element: {"AWS": ROOT}})
    if policy_type.has_principal:
        principals = policy_from_json(document, policy_type).statements[0].principals

        assert principals is not None
        assert refusal(one(), policy_type) == ("`Principal` or `NotPrincipal` is missing", AT)
    else:
        expected = f"`{element}` in a policy of type `{policy_type.value}`"

        assert refusal(document, policy_type) == (expected, f"{AT}.{element}")
        assert policy_from_json(one(), policy_type).statements[0].principals is None


def test_one_statement_with_a_principal_asks_for_them_in_all() -> None:
    document = {"Statement": [{**STATEMENT, "Principal": "*"}, STATEMENT]}

    assert refusal(document) == ("`Principal` or `NotPrincipal` is missing", "$.Statement[1]")


def test_principal_and_not_principal_exclude_each_other() -> None:
    both = one(Principal="*", NotPrincipal="*")

    assert refusal(both) == ("both `Principal` and `NotPrincipal`", AT)
    assert refusal(one(NotPrincipal={"AWS": []})) == (
        "`NotPrincipal` is empty",
        f"{AT}.NotPrincipal",
    )
