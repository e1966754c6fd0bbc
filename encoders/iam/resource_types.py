"""The resource types that AWS's CheckNoPublicAccess knows, and the requests that each may get.

A policy decides about requests for what it is attached to only: a statement of a bucket policy
about `sqs:SendMessage`, or about an object of no bucket, lets nobody in. Source of the ARNs:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from encoders.iam.policy import Effect, Patterns, Policy, PolicyType, Statement, Test


@dataclass(frozen=True)
class ResourceType:
    """What a policy may be attached to: the actions and the resources of the requests it decides.

    `has_anonymous` is False iff nobody calls without a signature.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    has_anonymous: bool = True


def _of(service: str, *rests: str, has_anonymous: bool = True) -> ResourceType:
    """Return the type whose ARNs have the prefix of their actions for a service."""
    resources = tuple(f"arn:*:{service}:*:*:{rest}" for rest in rests)
    return ResourceType((f"{service}:*",), resources, has_anonymous)


TYPES: Mapping[str, ResourceType] = {
    "AWS::ApiGateway::RestApi": _of("execute-api", "*"),
    # What a vault holds keeps the ARN of the service that made it.
    "AWS::Backup::BackupVault": ResourceType(("backup:*",), ("*",), has_anonymous=False),
    "AWS::CloudTrail::Dashboard": _of("cloudtrail", "dashboard/*", has_anonymous=False),
    "AWS::CloudTrail::EventDataStore": _of("cloudtrail", "eventdatastore/*", has_anonymous=False),
    "AWS::CodeArtifact::Domain": _of("codeartifact", "*", has_anonymous=False),
    "AWS::DynamoDB::Stream": _of("dynamodb", "table/*/stream/*", has_anonymous=False),
    "AWS::DynamoDB::Table": _of("dynamodb", "table/*", has_anonymous=False),
    "AWS::EFS::FileSystem": _of("elasticfilesystem", "file-system/*"),
    "AWS::IAM::AssumeRolePolicyDocument": ResourceType(
        ("sts:AssumeRole*",), ("arn:*:iam::*:role/*",), has_anonymous=False
    ),
    "AWS::KMS::Key": _of("kms", "key/*", has_anonymous=False),
    "AWS::Kinesis::Stream": _of("kinesis", "stream/*", has_anonymous=False),
    "AWS::Kinesis::StreamConsumer": _of("kinesis", "*/*/consumer/*", has_anonymous=False),
    "AWS::Lambda::Function": _of("lambda", "function:*"),
    "AWS::OpenSearchService::Domain": _of("es", "domain/*"),
    "AWS::S3::AccessPoint": _of("s3", "accesspoint/*"),
    "AWS::S3::Bucket": ResourceType(("s3:*",), ("arn:*:s3:::*",)),
    "AWS::S3::Glacier": _of("glacier", "vaults/*", has_anonymous=False),
    "AWS::S3Express::AccessPoint": _of("s3express", "accesspoint/*"),
    "AWS::S3Express::DirectoryBucket": _of("s3express", "bucket/*"),
    "AWS::S3Outposts::AccessPoint": _of("s3-outposts", "outpost/*/accesspoint/*"),
    "AWS::S3Outposts::Bucket": _of("s3-outposts", "outpost/*/bucket/*"),
    "AWS::S3Tables::Table": _of("s3tables", "bucket/*/table/*"),
    "AWS::S3Tables::TableBucket": _of("s3tables", "bucket/*"),
    "AWS::SNS::Topic": _of("sns", "*"),
    "AWS::SQS::Queue": _of("sqs", "*"),
    "AWS::SecretsManager::Secret": _of("secretsmanager", "secret:*", has_anonymous=False),
}
"""By CloudFormation's names. Every call is signed but those of S3, of the services that serve HTTP
under a policy alone, and of some operations of STS, which name what federates:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

RESOURCE_TYPES = tuple(TYPES)

_IS_SIGNED = Test(
    "StringNotEquals",
    quantifier=None,
    if_exists=False,
    key="aws:PrincipalType",
    values=("Anonymous",),
    path="$.principal",
)


def access_of(resource_type: str) -> Policy:
    """Return the policy that allows every request that a resource of this type may get, no other.

    Raise KeyError iff there is no such type.
    """
    kind = TYPES[resource_type]
    statement = Statement(
        index=0,
        sid=None,
        effect=Effect.ALLOW,
        principals=None,
        actions=Patterns(kind.actions, negated=False, path="$.actions"),
        resources=Patterns(kind.resources, negated=False, path="$.resources"),
        tests=() if kind.has_anonymous else (_IS_SIGNED,),
        path="$",
    )
    return Policy("2012-10-17", None, (statement,), PolicyType.IDENTITY)
