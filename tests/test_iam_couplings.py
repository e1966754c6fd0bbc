"""Keys that no request carries together, and keys that follow from the caller."""

import pytest

from automaton import Sat, Unsat, solve
from encoders.iam import questions
from encoders.iam.policy import Policy
from encoders.iam.request import Request
from tests.iam_cases import Json, policy

ACCOUNT, OTHER = "111122223333", "444455556666"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"


def shown(*statements: Json) -> Request | None:
    """Return a request that the policy allows, None iff there is none."""
    document = policy(*statements)
    question = questions.access_not_granted(document, ["s3:*"], [])
    found = solve(question.problem)
    assert isinstance(found, Sat | Unsat)
    return question.witness(found.model) if isinstance(found, Sat) else None


def conditions(**tests: object) -> dict[str, object]:
    return {"Condition": {name.replace("_", ":"): test for name, test in tests.items()}}


IMPOSSIBLE: list[Json] = [
    conditions(StringEquals={"aws:PrincipalAccount": OTHER, "aws:PrincipalArn": USER}),
    conditions(StringEquals={"aws:username": "bob", "aws:PrincipalArn": USER}),
    conditions(StringEquals={"aws:PrincipalType": "AssumedRole", "aws:PrincipalArn": USER}),
    conditions(Null={"aws:PrincipalArn": "true"}, StringLike={"aws:username": "*"}),
    {"Principal": {"AWS": ACCOUNT}, **conditions(StringEquals={"aws:PrincipalAccount": OTHER})},
    {"Principal": {"AWS": USER}, **conditions(StringLike={"aws:PrincipalArn": "*:role/*"})},
    {"Principal": {"AWS": USER}, **conditions(Bool={"aws:PrincipalIsAWSService": "true"})},
    {
        "Principal": {"Service": "ec2.amazonaws.com"},
        **conditions(StringEquals={"aws:PrincipalServiceName": "s3.amazonaws.com"}),
    },
    conditions(Null={"aws:MultiFactorAuthAge": "false", "aws:MultiFactorAuthPresent": "true"}),
    conditions(Null={"aws:SourceVpc": "false", "aws:SourceIp": "false"}),
    conditions(
        DateLessThan={"aws:CurrentTime": "2024-05-01"},
        NumericGreaterThan={"aws:EpochTime": 1714521600},
    ),
    {"Action": "ec2:*", **conditions(Null={"s3:ResourceAccount": "false"})},
    conditions(
        StringEquals={"s3:ResourceAccount": ACCOUNT, "aws:ResourceAccount": OTHER},
    ),
]


@pytest.mark.parametrize("statement", IMPOSSIBLE, ids=str)
def test_an_impossible_request_is_no_witness(statement: Json) -> None:
    assert shown(statement) is None


POSSIBLE: list[tuple[Json, dict[str, str]]] = [
    (
        conditions(StringLike={"aws:PrincipalAccount": "1*"}, ArnLike={"aws:PrincipalArn": USER}),
        {"aws:PrincipalAccount": ACCOUNT, "aws:PrincipalArn": USER},
    ),
    (
        {
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"},
            **conditions(StringLike={"aws:PrincipalArn": "*"}),
        },
        {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/admin"},
    ),
    (
        {
            "Principal": {"Service": "ec2.amazonaws.com"},
            **conditions(StringLike={"aws:PrincipalServiceName": "*"}),
        },
        {"aws:PrincipalServiceName": "ec2.amazonaws.com"},
    ),
    (
        {"Principal": "*", **conditions(StringEquals={"aws:PrincipalType": "Anonymous"})},
        {"aws:PrincipalType": "Anonymous"},
    ),
    (
        {"Principal": {"AWS": USER}, "Resource": "arn:aws:s3:::${aws:username}"},
        {"aws:username": "ann"},
    ),
    (
        conditions(
            DateGreaterThan={"aws:CurrentTime": "2024-05-01"},
            NumericLessThan={"aws:EpochTime": 1714521602},
        ),
        {"aws:CurrentTime": "2024-05-01T00:00:01Z", "aws:EpochTime": "1714521601"},
    ),
]


@pytest.mark.parametrize(("statement", "expected"), POSSIBLE, ids=str)
def test_what_follows_from_the_caller_stands_in_the_witness(
    statement: Json, expected: dict[str, str]
) -> None:
    found = shown(statement)

    assert found is not None
    assert {name: found.context[name] for name in expected} == expected


def test_the_path_of_a_role_is_free_where_a_policy_names_its_session() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/bob"
    found = shown(
        {
            "Principal": {"AWS": session},
            **conditions(StringLike={"aws:PrincipalArn": "*:role/service/*"}),
        },
    )

    assert found is not None
    assert found.context["aws:PrincipalArn"] == f"arn:aws:iam::{ACCOUNT}:role/service/admin"
    assert found.principal is not None
    assert found.principal.value == session


def test_a_key_of_the_caller_alone_is_free() -> None:
    document: Policy = policy(conditions(StringEquals={"aws:PrincipalArn": "not an arn"}))

    assert isinstance(solve(questions.access_not_granted(document, ["s3:*"], []).problem), Sat)
