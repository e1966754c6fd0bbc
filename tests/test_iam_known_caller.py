"""The condition keys that follow from the caller of a request."""

from __future__ import annotations

import pytest

from encoders.iam.json_text import PolicyError
from encoders.iam.policy import PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.stack.caller import complete_context, read_caller

ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ANN = f"arn:aws:iam::{ACCOUNT}:user/team/ann"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/bob"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/carl"
SERVICE = {"Service": "ec2.amazonaws.com"}

OF_ARN = {"aws:PrincipalAccount": ACCOUNT, "aws:PrincipalIsAWSService": "false"}


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", ANONYMOUS),
        (ANN, Caller(PrincipalKind.AWS, ANN)),
        ({"AWS": SESSION}, Caller(PrincipalKind.AWS, SESSION)),
        (SERVICE, Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com")),
        (
            {"Federated": "accounts.google.com"},
            Caller(PrincipalKind.FEDERATED, "accounts.google.com"),
        ),
    ],
)
def test_a_caller_is_written_as_results_write_it(principal: object, expected: Caller) -> None:
    assert read_caller(principal, "$") == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (
            ROOT,
            {
                **OF_ARN,
                "aws:PrincipalArn": ROOT,
                "aws:PrincipalType": "Account",
                "aws:userid": ACCOUNT,
            },
        ),
        (
            ANN,
            {
                **OF_ARN,
                "aws:PrincipalArn": ANN,
                "aws:PrincipalType": "User",
                "aws:username": "ann",
            },
        ),
        (
            SESSION,
            {
                **OF_ARN,
                "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/admin",
                "aws:PrincipalType": "AssumedRole",
            },
        ),
        (
            FEDERATED,
            {
                **OF_ARN,
                "aws:PrincipalArn": FEDERATED,
                "aws:PrincipalType": "FederatedUser",
                "aws:userid": f"{ACCOUNT}:carl",
            },
        ),
        (
            SERVICE,
            {
                "aws:PrincipalIsAWSService": "true",
                "aws:PrincipalServiceName": "ec2.amazonaws.com",
            },
        ),
        (
            "*",
            {
                "aws:PrincipalType": "Anonymous",
                "aws:PrincipalAccount": "anonymous",
                "aws:userid": "anonymous",
            },
        ),
        ({"Federated": "accounts.google.com"}, {}),
    ],
)
def test_keys_that_follow_from_the_caller_are_filled_in(
    principal: object, expected: dict[str, str]
) -> None:
    assert complete_context(read_caller(principal, "$"), {}, "$") == expected


@pytest.mark.parametrize(
    ("principal", "key", "value"),
    [
        (ANN, "aws:principalarn", ANN),
        (SESSION, "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/team/admin"),
        (SESSION, "aws:userid", "AROAEXAMPLE:bob"),
        (ANN, "aws:userid", "AIDAEXAMPLE"),
        (SERVICE, "aws:PrincipalIsAWSService", "True"),
    ],
)
def test_a_value_that_fits_the_caller_is_kept(principal: object, key: str, value: str) -> None:
    context = complete_context(read_caller(principal, "$"), {key: value}, "$")

    assert context[key] == value
    assert [one for one in context if one.lower() == key.lower()] == [key]


@pytest.mark.parametrize(
    ("principal", "key", "value"),
    [
        (ANN, "aws:PrincipalArn", ROOT),
        (ANN, "aws:PrincipalAccount", "444455556666"),
        (ANN, "aws:PRINCIPALTYPE", "AssumedRole"),
        (ANN, "aws:username", "team/ann"),
        (ANN, "aws:username", ("ann",)),
        (ANN, "aws:PrincipalIsAWSService", "true"),
        (ANN, "aws:PrincipalServiceName", "ec2.amazonaws.com"),
        (SESSION, "aws:username", "bob"),
        (SESSION, "aws:PrincipalArn", SESSION),
        (SESSION, "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/superadmin"),
        (SESSION, "aws:userid", "AROAEXAMPLE:eve"),
        (ROOT, "aws:userid", "444455556666"),
        (SERVICE, "aws:PrincipalServiceName", "s3.amazonaws.com"),
        ("*", "aws:PrincipalArn", ANN),
        ("*", "aws:PrincipalOrgID", "o-1"),
    ],
)
def test_a_value_that_contradicts_the_caller_is_refused(
    principal: object, key: str, value: str | tuple[str, ...]
) -> None:
    caller = read_caller(principal, "$")

    with pytest.raises(PolicyError, match=f"the value of `{key}` does not fit the principal"):
        complete_context(caller, {key: value}, "$.request.context")
