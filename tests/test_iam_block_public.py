"""Public as S3 Block Public Access documents it: statement by statement, as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import solve
from automaton.verdict import Unsat
from encoders.iam import questions
from encoders.iam.block_public import public_statements
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.resource_types import RESOURCE_TYPES
from tests.iam_cases import Json, policy

BUCKET = "AWS::S3::Bucket"
ACCESS_POINT = "AWS::S3::AccessPoint"
FILE_SYSTEM = "AWS::EFS::FileSystem"
ROLE = "arn:aws:iam::111122223333:role/JohnDoe"
ACCESS_POINTS = "arn:aws:s3:us-west-2:123456789012:accesspoint"


def is_public(document: Policy, resource_type: str | None = BUCKET) -> bool:
    return public_statements(document, resource_type) != ()


def everyone(condition: Json, resource_type: str | None = BUCKET) -> bool:
    """Return whether letting everyone in under `condition` is public."""
    return is_public(policy({"Principal": "*", "Condition": condition}), resource_type)


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
DOCUMENTED: list[tuple[Json, bool]] = [
    ({"Principal": {"Federated": "graph.facebook.com"}}, True),
    ({"Principal": "*"}, True),
    ({"Principal": "*", "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
    ({"Principal": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}}, False),
    ({"Principal": {"AWS": ROLE}}, False),
    ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, False),
    ({"Principal": {"AWS": "111122223333"}}, False),
    ({"Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, True),
]


@pytest.mark.parametrize(("statement", "expected"), DOCUMENTED, ids=str)
def test_the_examples_of_the_guide_are_told_apart(statement: Json, expected: bool) -> None:
    whole = {"Action": "s3:PutObject", **statement}

    assert is_public(policy(whole)) is expected


def test_one_public_statement_makes_the_policy_public() -> None:
    trail = {"Principal": {"Service": "cloudtrail.amazonaws.com"}}
    account = {"Principal": {"AWS": "444455556666"}}
    found = public_statements(policy(trail, account, {"Principal": "*", "Sid": "all"}))

    assert [reason.statement.index for reason in found if reason.statement] == [2]
    assert public_statements(policy(trail, account)) == ()


# The cases of `policy status` in https://github.com/ceph/s3-tests
CEPH: list[tuple[Json | None, bool]] = [
    (None, False),
    ({"Principal": {"AWS": "*"}, "Action": "s3:ListBucket"}, True),
    (
        {
            "Principal": {"AWS": "*"},
            "Action": "s3:ListBucket",
            "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/32"}},
        },
        False,
    ),
    ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:ListBucket"}, False),
    ({"NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:List*"}, True),
]


@pytest.mark.parametrize(("statement", "expected"), CEPH, ids=str)
def test_the_cases_of_a_public_test_suite_are_told_apart(
    statement: Json | None, expected: bool
) -> None:
    statements = [] if statement is None else [statement]
    document = policy_from_json({"Version": "2012-10-17", "Statement": []}, PolicyType.RESOURCE)

    assert is_public(policy(*statements) if statements else document) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": [ROLE, "*"]}, True),
        ({"AWS": [ROLE, "AIDACKCEVSQ6C2EXAMPLE"]}, False),
        ({"Service": "*"}, True),
        ({"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}, False),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}, False),
        ({"CanonicalUser": "*"}, True),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, False),
        ({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.example.com"}, True),
        ({"AWS": ROLE, "Federated": "accounts.google.com"}, True),
        ({}, False),
    ],
    ids=str,
)
def test_every_principal_has_to_be_fixed(principal: object, expected: bool) -> None:
    assert is_public(policy({"Principal": principal})) is expected


TESTS: list[tuple[Json, bool]] = [
    ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
    ({"StringEquals": {"AWS:principalorgid": "o-a1b2c3d4e5"}}, False),
    ({"StringEqualsIgnoreCase": {"aws:PrincipalOrgID": "O-A1B2C3D4E5"}}, False),
    ({"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-f6g7h8i9j0"]}}, False),
    ({"StringEquals": {"aws:PrincipalOrgID": []}}, False),
    ({"StringLike": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
    ({"StringLike": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-*"]}}, True),
    ({"StringLike": {"aws:PrincipalOrgID": "o-a1b2c3d4e?"}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-*"}}, False),
    ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-${*}"}}, True),
    ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
    ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
    ({"Null": {"aws:PrincipalOrgID": "false"}}, True),
    ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
    ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-a/r-b/ou-c/"}}, False),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a/r-b/*"}}, True),
    ({"ForAnyValue:StringEqualsIfExists": {"aws:PrincipalOrgPaths": "o-a/r-b/"}}, True),
    ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, False),
    ({"StringEquals": {"aws:SourceOwner": "111122223333"}}, False),
    ({"NumericEquals": {"aws:SourceAccount": "111122223333"}}, True),
    ({"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, False),
    ({"StringNotLike": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, True),
    ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}}, False),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*"}}, True),
    ({"ArnEquals": {"aws:PrincipalArn": ROLE}}, False),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, True),
    ({"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}, False),
    ({"StringEquals": {"aws:userid": "AIDACKCEVSQ6C2EXAMPLE"}}, False),
    ({"StringEquals": {"aws:userid": "AROACKCEVSQ6C2EXAMPLE:session"}}, True),
    ({"StringLike": {"aws:userid": "AROACKCEVSQ6C2EXAMPLE:*"}}, True),
    ({"StringEquals": {"aws:username": "ann"}}, True),
    ({"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:k"}}, True),
    ({"StringEquals": {"aws:VpceOrgID": "o-a1b2c3d4e5"}}, True),
    ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ({"StringEquals": {"accounts.google.com:aud": "66677788899900pro0"}}, True),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, False),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}}, False),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, True),
    ({"IpAddress": {"aws:SourceIp": "16.0.0.0/8"}}, False),
    ({"IpAddress": {"aws:SourceIp": "16.0.0.0/7"}}, True),
    ({"IpAddress": {"aws:SourceIp": "2001:d00::/31"}}, True),
    ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]}}, False),
    ({"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, True),
    ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
    ({"StringEquals": {"aws:SourceIp": "203.0.113.7"}}, True),
    ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}, True),
    ({"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}, False),
    ({"StringLike": {"s3:DataAccessPointArn": f"{ACCESS_POINTS}/*"}}, False),
    ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:accesspoint/a"}}, True),
    ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:123456789012:accesspoint/a"}}, True),
    ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3*"}}, True),
    ({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, True),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), TESTS, ids=str)
def test_only_fixed_values_of_a_limiting_key_limit(condition: Json, expected: bool) -> None:
    assert everyone(condition) is expected


def test_one_limiting_test_is_enough() -> None:
    fixed = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}

    assert everyone({**fixed, "StringLike": {"aws:PrincipalOrgID": "*"}}) is False
    assert everyone({**fixed, "IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}) is False


def test_before_2012_a_variable_is_fixed_text() -> None:
    statement = {
        "Principal": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}},
    }

    assert is_public(policy(statement, version="2008-10-17")) is False
    assert is_public(policy(statement)) is True


def test_a_deny_does_not_count() -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
    }

    assert is_public(policy({"Principal": "*"}, deny)) is True
    assert is_public(policy(deny)) is False


def test_what_not_principal_lets_in_may_be_limited_by_a_condition() -> None:
    statement = {"NotPrincipal": {"AWS": ROLE}}
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}

    assert is_public(policy(statement)) is True
    assert is_public(policy({**statement, "Condition": condition})) is False


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"accounts.google.com:aud": "66677788899900pro0"}}, False),
        ({"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:a/b:ref:c"}}, False),
        ({"StringLike": {"token.actions.githubusercontent.com:sub": "repo:a/*"}}, True),
        ({"StringEquals": {"accounts.google.com:email": "ann@example.com"}}, True),
        ({"StringEqualsIfExists": {"accounts.google.com:aud": "66677788899900pro0"}}, True),
    ],
    ids=str,
)
def test_a_web_identity_is_limited_by_its_audience_or_subject(
    condition: Json, expected: bool
) -> None:
    web = {"Principal": {"Federated": "accounts.google.com"}, "Condition": condition}

    assert is_public(policy(web)) is expected


def test_a_policy_of_an_access_point_that_names_access_points_is_public() -> None:
    condition = {"ArnLike": {"s3:DataAccessPointArn": f"{ACCESS_POINTS}/*"}}
    by_role = policy({"Principal": {"AWS": ROLE}, "Condition": condition})

    assert everyone(condition, BUCKET) is everyone(condition, None) is False
    assert everyone(condition, ACCESS_POINT) is is_public(by_role, ACCESS_POINT) is True


def test_an_access_point_of_one_vpc_is_never_public() -> None:
    document = policy({"Principal": "*"})

    assert public_statements(document, ACCESS_POINT, has_vpc_origin=True) == ()
    with pytest.raises(ValueError, match="`AWS::S3::Bucket` is no access point"):
        public_statements(document, BUCKET, has_vpc_origin=True)


@pytest.mark.parametrize(("value", "expected"), [("true", False), ("false", True)])
def test_a_file_system_reached_by_a_mount_target_only_is_not_public(
    value: str, expected: bool
) -> None:
    condition = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": value}}

    assert everyone(condition, FILE_SYSTEM) is expected


def test_the_reason_names_the_statement_and_what_is_open() -> None:
    loose = {"StringLike": {"aws:SourceVpc": "vpc-*"}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0"}}
    statements = (
        {"Principal": {"AWS": ROLE}},
        {"Principal": "*", "Condition": loose, "Sid": "loose"},
        {"NotPrincipal": {"AWS": ROLE}},
        {"Principal": {"Federated": "accounts.google.com"}},
    )
    found = public_statements(policy(*statements), BUCKET)
    shown = [
        (reason.statement.index, reason.statement.sid, reason.description)
        for reason in found
        if reason.statement is not None
    ]

    assert shown == [
        (
            1,
            "loose",
            "the principal `*` is everyone; `vpc-*` is no fixed value of `aws:SourceVpc`; "
            "`NotIpAddress` on `aws:SourceIp` fixes no value",
        ),
        (
            2,
            None,
            "everyone is let in but those under `NotPrincipal`; no condition limits it",
        ),
        (
            3,
            None,
            "the principal is any user of `accounts.google.com`; no condition limits it",
        ),
    ]


def test_a_policy_without_principals_has_no_public() -> None:
    with pytest.raises(ValueError, match="`identity` names no principals"):
        public_statements(policy({}))


CONDITIONS = [condition for condition, _ in TESTS if "NumericEquals" not in condition]
STATEMENTS = st.fixed_dictionaries(
    {
        "Principal": st.sampled_from(
            ["*", {"AWS": ROLE}, {"AWS": [ROLE, "*"]}, {"Federated": "accounts.google.com"}]
        )
    },
    optional={
        "Condition": st.sampled_from(CONDITIONS),
        "Effect": st.sampled_from(["Allow", "Deny"]),
    },
)


@given(st.lists(STATEMENTS, min_size=1, max_size=3))
def test_what_is_not_public_here_lets_no_stranger_in(statements: list[Json]) -> None:
    document = policy(*statements)
    if not is_public(document, None):
        question = questions.no_public_access(document)

        assert isinstance(solve(question.problem), Unsat)


def test_every_resource_type_may_be_asked_about() -> None:
    document = policy({"Principal": "*"})

    assert all(is_public(document, resource_type) for resource_type in RESOURCE_TYPES)
