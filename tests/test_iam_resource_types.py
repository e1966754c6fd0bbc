"""What a policy is attached to decides which requests a stranger can have there."""

from __future__ import annotations

import re

import pytest

from automaton import solve
from automaton.verdict import Sat, Unsat
from encoders.iam import evaluate
from encoders.iam.catalogue import CATALOGUE
from encoders.iam.explain import NamedPolicy
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.questions import Claim, ask
from encoders.iam.resource_types import RESOURCE_TYPES, TYPES, access_of
from encoders.iam.wildcard import whole_resources
from tests.iam_cases import SEGMENTS, Json, policy, request

ACCOUNT = "111122223333"
ROLE = "AWS::IAM::AssumeRolePolicyDocument"


def is_public(document: Policy, resource_type: str) -> bool:
    """Return whether a stranger's request for a resource of this type is allowed, and replays."""
    claim = Claim(
        NamedPolicy("policy", document), access=access_of(resource_type), strange_to=document
    )
    question = ask("no-public-access", claim, SEGMENTS)
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat | Unsat)
    assert isinstance(verdict, Unsat) or question.replay(verdict.model)
    return isinstance(verdict, Sat)


ASKED: dict[str, tuple[str, str]] = {
    "AWS::ApiGateway::RestApi": (
        "execute-api:Invoke",
        "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/pets",
    ),
    "AWS::Backup::BackupVault": (
        "backup:CopyIntoBackupVault",
        "arn:aws:backup:eu-west-1:111122223333:backup-vault:v",
    ),
    "AWS::CloudTrail::Dashboard": (
        "cloudtrail:GetDashboard",
        "arn:aws:cloudtrail:eu-west-1:111122223333:dashboard/d",
    ),
    "AWS::CloudTrail::EventDataStore": (
        "cloudtrail:StartQuery",
        "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/e",
    ),
    "AWS::CodeArtifact::Domain": (
        "codeartifact:GetAuthorizationToken",
        "arn:aws:codeartifact:eu-west-1:111122223333:domain/d",
    ),
    "AWS::DynamoDB::Stream": (
        "dynamodb:GetRecords",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026-01-01T00:00:00.000",
    ),
    "AWS::DynamoDB::Table": (
        "dynamodb:GetItem",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i",
    ),
    "AWS::EFS::FileSystem": (
        "elasticfilesystem:ClientMount",
        "arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-1",
    ),
    ROLE: ("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::111122223333:role/path/r"),
    "AWS::KMS::Key": ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/k"),
    "AWS::Kinesis::Stream": (
        "kinesis:GetRecords",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/s",
    ),
    "AWS::Kinesis::StreamConsumer": (
        "kinesis:SubscribeToShard",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/s/consumer/c:1700000000",
    ),
    "AWS::Lambda::Function": (
        "lambda:InvokeFunctionUrl",
        "arn:aws:lambda:eu-west-1:111122223333:function:f:alias",
    ),
    "AWS::OpenSearchService::Domain": (
        "es:ESHttpGet",
        "arn:aws:es:eu-west-1:111122223333:domain/d/index",
    ),
    "AWS::S3::AccessPoint": (
        "s3:GetObject",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/key",
    ),
    "AWS::S3::Bucket": ("s3:GetObject", "arn:aws:s3:::bucket/key"),
    "AWS::S3::Glacier": (
        "glacier:InitiateJob",
        "arn:aws:glacier:eu-west-1:111122223333:vaults/v",
    ),
    "AWS::S3Express::AccessPoint": (
        "s3express:CreateSession",
        "arn:aws:s3express:eu-west-1:111122223333:accesspoint/a--euw1-az1--xa-s3",
    ),
    "AWS::S3Express::DirectoryBucket": (
        "s3express:CreateSession",
        "arn:aws:s3express:eu-west-1:111122223333:bucket/b--euw1-az1--x-s3",
    ),
    "AWS::S3Outposts::AccessPoint": (
        "s3-outposts:GetObject",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-1/accesspoint/a/object/key",
    ),
    "AWS::S3Outposts::Bucket": (
        "s3-outposts:ListBucket",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-1/bucket/b",
    ),
    "AWS::S3Tables::Table": (
        "s3tables:GetTableData",
        "arn:aws:s3tables:eu-west-1:111122223333:bucket/b/table/t",
    ),
    "AWS::S3Tables::TableBucket": (
        "s3tables:ListTables",
        "arn:aws:s3tables:eu-west-1:111122223333:bucket/b",
    ),
    "AWS::SNS::Topic": ("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:topic"),
    "AWS::SQS::Queue": ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:queue"),
    "AWS::SecretsManager::Secret": (
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-a1b2c3",
    ),
}
"""For each type a request that it gets."""


def test_every_type_has_a_request() -> None:
    assert list(ASKED) == list(RESOURCE_TYPES)


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES)
def test_a_policy_on_its_own_requests_is_public(resource_type: str) -> None:
    action, resource = ASKED[resource_type]
    document = policy({"Principal": "*", "Action": action, "Resource": resource})

    assert is_public(document, resource_type) is True


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES)
def test_a_policy_on_requests_of_another_service_is_not_public(resource_type: str) -> None:
    own = ASKED[resource_type][0].partition(":")[0]
    others = {action for action, _ in ASKED.values() if action.partition(":")[0] != own}
    document = policy({"Principal": "*", "Action": sorted(others)})

    assert is_public(document, resource_type) is False


@pytest.mark.parametrize(
    ("resource_type", "resource"),
    [
        ("AWS::S3::Bucket", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a"),
        ("AWS::S3::Bucket", "arn:aws:sqs:eu-west-1:111122223333:queue"),
        ("AWS::S3::AccessPoint", "arn:aws:s3:::bucket/*"),
        ("AWS::DynamoDB::Stream", "arn:aws:dynamodb:eu-west-1:111122223333:table/t"),
        ("AWS::KMS::Key", "arn:aws:kms:eu-west-1:111122223333:alias/a"),
        ("AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:111122223333:layer:l"),
    ],
)
def test_a_policy_on_other_resources_is_not_public(resource_type: str, resource: str) -> None:
    document = policy({"Principal": "*", "Action": "*", "Resource": resource})

    assert is_public(document, resource_type) is False


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "sts:AssumeRole"}, True),
        ({"Action": "sts:*"}, True),
        ({"Action": "sts:TagSession"}, False),
        ({"NotAction": "sts:AssumeRole*"}, False),
        ({"Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}, False),
        ({"Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}, False),
    ],
    ids=str,
)
def test_a_trust_policy_is_about_becoming_the_role(statement: Json, expected: bool) -> None:
    assert is_public(policy({"Principal": "*", **statement}), ROLE) is expected


def test_where_every_call_is_signed_nobody_is_anonymous() -> None:
    condition = {"StringEquals": {"aws:PrincipalType": "Anonymous"}}
    document = policy({"Principal": "*", "Action": "*", "Condition": condition})

    found = [name for name in RESOURCE_TYPES if is_public(document, name)]

    assert found == [name for name in RESOURCE_TYPES if TYPES[name].has_anonymous]
    assert "AWS::S3::Bucket" in found
    assert ROLE not in found


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES)
def test_the_access_of_a_type_is_decided_for_one_request(resource_type: str) -> None:
    action, resource = ASKED[resource_type]
    context = {"aws:PrincipalType": "User"}
    asked = request(action.lower(), resource, context)
    access = access_of(resource_type)

    assert evaluate.is_allowed(access, asked, SEGMENTS) is True
    assert evaluate.is_allowed(access, request("ex:do", resource, context), SEGMENTS) is False


def test_an_anonymous_request_is_decided_by_its_type() -> None:
    asked = request("s3:getobject", context={"aws:PrincipalType": "Anonymous"}, principal=ANONYMOUS)
    service = Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com")
    assumed = request("sts:assumerole", "arn:aws:iam::111122223333:role/r", {}, principal=service)

    assert evaluate.is_allowed(access_of("AWS::S3::Bucket"), asked, SEGMENTS) is True
    assert evaluate.is_allowed(access_of(ROLE), assumed, SEGMENTS) is True


OWN_ARNS = {
    "AWS::ApiGateway::RestApi": ("execute-api", "execute-api-general"),
    "AWS::Backup::BackupVault": ("backup", "backupVault"),
    "AWS::CloudTrail::Dashboard": ("cloudtrail", "dashboard"),
    "AWS::CloudTrail::EventDataStore": ("cloudtrail", "eventdatastore"),
    "AWS::CodeArtifact::Domain": ("codeartifact", "domain"),
    "AWS::DynamoDB::Stream": ("dynamodb", "stream"),
    "AWS::DynamoDB::Table": ("dynamodb", "table"),
    "AWS::EFS::FileSystem": ("elasticfilesystem", "file-system"),
    ROLE: ("iam", "role"),
    "AWS::KMS::Key": ("kms", "key"),
    "AWS::Kinesis::Stream": ("kinesis", "stream"),
    "AWS::Kinesis::StreamConsumer": ("kinesis", "consumer"),
    "AWS::Lambda::Function": ("lambda", "function alias"),
    "AWS::OpenSearchService::Domain": ("es", "domain"),
    "AWS::S3::AccessPoint": ("s3", "accesspoint"),
    "AWS::S3::Bucket": ("s3", "object"),
    "AWS::S3::Glacier": ("glacier", "vault"),
    "AWS::S3Express::AccessPoint": ("s3express", "accesspoint"),
    "AWS::S3Express::DirectoryBucket": ("s3express", "bucket"),
    "AWS::S3Outposts::AccessPoint": ("s3-outposts", "accesspoint"),
    "AWS::S3Outposts::Bucket": ("s3-outposts", "bucket"),
    "AWS::S3Tables::Table": ("s3tables", "Table"),
    "AWS::S3Tables::TableBucket": ("s3tables", "TableBucket"),
    "AWS::SNS::Topic": ("sns", "topic"),
    "AWS::SQS::Queue": ("sqs", "queue"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "Secret"),
}


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES)
def test_the_arns_of_a_type_are_those_of_the_service_reference(resource_type: str) -> None:
    service, name = OWN_ARNS[resource_type]
    pattern = CATALOGUE.resources.get_resource_type_details(service, name)["arn"]
    resource = re.sub(r"\$\{[^}]*\}", "x", pattern)
    action = ASKED[resource_type][0].lower()
    asked = request(action, resource, {"aws:PrincipalType": "User"})

    assert evaluate.is_allowed(access_of(resource_type), asked, SEGMENTS) is True


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("execute-api:/*", "arn:*:execute-api:*:*:*/*"),
        ("execute-api:/prod/GET/pets", "arn:*:execute-api:*:*:*/prod/GET/pets"),
        ("arn:aws:execute-api:eu-west-1:111122223333:a1/*", None),
        ("*", None),
    ],
)
def test_what_api_gateway_completes_is_completed(resource: str, expected: str | None) -> None:
    assert whole_resources(("arn:aws:s3:::a", resource)) == ("arn:aws:s3:::a", expected or resource)


def test_a_short_resource_of_api_gateway_is_public() -> None:
    statement = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}

    assert is_public(policy(statement), "AWS::ApiGateway::RestApi") is True
