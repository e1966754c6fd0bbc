"""The commands that answer with more than a verdict, and the checks that came with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import ADMIN, EXAMPLES, answer, policy, refusal, run, statement, status

FINDINGS = str(EXAMPLES / "findings" / "policy.json")
REQUEST = str(EXAMPLES / "simulate" / "request.json")
OLD_STACK = str(EXAMPLES / "stack" / "existing.json")
NEW_STACK = str(EXAMPLES / "stack" / "new.json")
STACKS = ("--existing", OLD_STACK, "--new", NEW_STACK)
BOTH = ("--trusted-organization", "o-acme11111111", "--trusted-organization", "o-partner22222")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("simulate", REQUEST), 0),
        (("findings", FINDINGS), 1),
        (("findings", FINDINGS, "--exit-zero"), 0),
        (("who-can", FINDINGS, "--action", "s3:GetObject"), 0),
        (("what-can", ADMIN), 0),
        (("where-can", FINDINGS, "--action", "s3:GetObject"), 0),
        (("check-redundancy", ADMIN), 1),
        (("check-no-wide-access", FINDINGS), 0),
        (("check-no-wide-access", FINDINGS, "--ipv4", "127"), 1),
        (("check-no-public-access", FINDINGS, "--definition", "s3-block-public-access"), 0),
        (("check-no-cross-account-access", FINDINGS, *BOTH), 1),
        (("check-no-cross-account-access", FINDINGS, *BOTH[:2]), 1),
        (("check-stack-no-new-access", "--existing", OLD_STACK, "--new", NEW_STACK), 1),
        (("check-stack-no-new-access", "--existing", NEW_STACK, "--new", OLD_STACK), 0),
    ],
)
def test_the_exit_status_is_the_answer(arguments: tuple[str, ...], expected: int) -> None:
    assert status(run(*arguments)) == expected


def test_a_simulation_says_what_decided() -> None:
    found = answer("simulate", REQUEST)

    assert (found["question"], found["decision"], found["unknown"]) == ("simulate", "allowed", None)
    assert [reason["policy"] for reason in found["reasons"]] == ["resource", "identity[0]"]


def test_a_request_that_the_stack_refuses_fails(tmp_path: Path) -> None:
    case = json.loads(Path(REQUEST).read_text())
    del case["policies"]["identity"]
    path = policy(tmp_path, json.dumps(case))

    assert status(run("simulate", path)) == 1
    assert answer("simulate", path)["decision"] == "implicitDeny"


def test_findings_are_in_the_words_of_the_policy() -> None:
    found = answer("findings", FINDINGS, "--trusted-organization", "o-acme11111111")["findings"]

    assert [(one["action"], one["condition"]) for one in found] == [
        (["s3:GetObject"], {"aws:SourceIp": "198.51.100.0/24"}),
        (["s3:GetObject", "s3:ListBucket"], {"aws:PrincipalOrgID": "o-partner22222"}),
    ]


def test_patterns_say_what_they_leave_out_and_what_may_decide(tmp_path: Path) -> None:
    allowed = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::logs/*"}
    denied = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/private/*"}
    both = json.dumps({"Version": "2012-10-17", "Statement": [allowed, denied]})
    path = policy(tmp_path, both)

    assert answer("where-can", path, "--action", "s3:GetObject")["pieces"] == [
        {
            "pattern": "arn:aws:s3:::logs/*",
            "butNot": ["arn:aws:s3:::logs/private/*"],
            "conditions": [],
            "isExact": True,
        }
    ]
    assert "but not      arn:aws:s3:::logs/private/*" in run("where-can", path).stdout


def test_the_public_statements_are_named() -> None:
    public = str(EXAMPLES / "public" / "closed-by-deny.json")
    found = answer("check-no-public-access", public, "--definition", "s3-block-public-access")

    assert (found["definition"], found["result"]) == ("s3-block-public-access", "FAIL")
    assert [reason["statementId"] for reason in found["reasons"]] == ["ReadSite"]


def test_each_pair_of_an_action_and_a_resource_is_reported() -> None:
    actions = ("--action", "iam:DeleteUser", "--action", "iam:DeleteRole")
    found = answer("check-access-not-granted", ADMIN, *actions)

    assert [(part["action"], part["result"]) for part in found["parts"]] == [
        ("iam:DeleteUser", "PASS"),
        ("iam:DeleteRole", "FAIL"),
    ]
    assert "granted      iam:DeleteRole" in run("check-access-not-granted", ADMIN, *actions).stdout


def test_a_pass_names_the_statements_that_it_needs() -> None:
    found = answer("check-access-not-granted", ADMIN, "--action", "iam:PutRolePermissionsBoundary")

    assert (found["result"], found["reasonsAreMinimal"]) == ("PASS", True)
    assert [reason["statementId"] for reason in found["reasons"]] == ["KeepTheBoundary"]


def test_a_resource_type_leaves_out_what_it_never_gets(tmp_path: Path) -> None:
    path = policy(tmp_path, statement(Principal="*", Action="sqs:SendMessage"))

    assert status(run("check-no-public-access", path)) == 1
    assert status(run("check-no-public-access", path, "--resource-type", "AWS::S3::Bucket")) == 0
    assert status(run("check-no-public-access", path, "--resource-type", "AWS::SQS::Queue")) == 1


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("check-no-cross-account-access", FINDINGS), "name an account or an organization"),
    (
        ("check-no-cross-account-access", FINDINGS, "--trusted-account", "1"),
        "`1` is not the id of an account",
    ),
    (("findings", ADMIN), "is missing"),
    (("who-can", ADMIN), "is missing"),
    (("simulate", ADMIN), "$.Version: unknown element `Version`"),
    (
        ("check-stack-no-new-access", "--existing", ADMIN, "--new", OLD_STACK),
        "$.Version: unknown element `Version`",
    ),
    (
        ("check-stack-no-new-access", *STACKS, "--resource-account", "acme"),
        "`acme` is not an account id",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_makes_no_sense_is_bad_input(arguments: tuple[str, ...], message: str) -> None:
    assert message in refusal(run(*arguments))


def test_what_is_not_modelled_is_an_unknown_analysis(tmp_path: Path) -> None:
    condition = {"Bool": {"aws:SecureTransport": "${ex:tls}"}}
    path = policy(tmp_path, statement(Principal="*", Condition=condition))
    for command in ("findings", "who-can", "what-can", "where-can", "check-redundancy"):
        found: dict[str, Any] = answer(command, path)

        assert status(run(command, path)) == 1
        assert "a policy variable under `Bool`" in found["unknown"]
        assert run(command, path).stdout.startswith("UNKNOWN")
