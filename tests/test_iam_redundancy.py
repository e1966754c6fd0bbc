"""Values that others of the same list cover: by example, and as AWS itself found them."""

import json

from hypothesis import given

from encoders.iam import evaluate
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.redundancy.lists import (
    AwsFinding,
    Kind,
    Report,
    aws_redundancy_findings,
    redundant_values,
)
from encoders.iam.request import Request
from tests.corpora import corpora_file
from tests.iam_cases import SEGMENTS, TEXT, policy
from tests.iam_reports import placed, without
from tests.iam_strategies import policies, requests

CODES = {"REDUNDANT_ACTION", "REDUNDANT_RESOURCE"}


def test_awss_own_findings_are_found_and_no_others() -> None:
    lines = corpora_file("validate_policy.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    expected = {
        case["name"]: sorted(
            (one["issueCode"], [tuple(path) for path in one["paths"]])
            for one in case["findings"]
            if one["issueCode"] in CODES
        )
        for case in cases
    }
    found = {
        case["name"]: sorted(
            (one.issue_code, [*one.paths])
            for one in aws_redundancy_findings(policy_from_json(case["policy"]))
        )
        for case in cases
    }

    assert found == expected
    assert (len(cases), sum(map(len, expected.values()))) == (69, 23)


def test_the_example_to_remove_is_the_one_that_aws_names() -> None:
    lines = corpora_file("validate_policy.jsonl").read_text().splitlines()
    for case in map(json.loads, lines):
        texts = [one["findingDetails"] for one in case["findings"] if one["issueCode"] in CODES]
        for finding in aws_redundancy_findings(policy_from_json(case["policy"])):
            assert any(f" {finding.example}" in text for text in texts)


def test_a_value_that_another_covers_is_reported_with_its_place() -> None:
    document = policy({"Action": ["s3:Get*", "ec2:*", "S3:getobject"], "Resource": ["*", "a:b"]})

    assert redundant_values(document) == (
        Report(
            Kind.REDUNDANT,
            "$.Statement[0].Action[2]",
            "S3:getobject",
            covered_by=("$.Statement[0].Action[0]",),
        ),
        Report(
            Kind.REDUNDANT,
            "$.Statement[0].Resource[1]",
            "a:b",
            covered_by=("$.Statement[0].Resource[0]",),
        ),
    )


def test_of_two_that_are_equal_the_first_stays() -> None:
    document = policy({"NotAction": ["s3:GetObject", "ec2:Run", "s3:getobject"]})

    assert [report.path for report in redundant_values(document)] == ["$.Statement[0].NotAction[2]"]


def test_values_of_conditions_are_reported_whatever_the_operator_means() -> None:
    condition = {
        "ForAllValues:StringLike": {"aws:TagKeys": ["a*", "ab"]},
        "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.1.0.0/16"]},
    }
    found = redundant_values(policy({"Condition": condition}))

    assert [(report.path, report.value) for report in found] == [
        ('$.Statement[0].Condition["ForAllValues:StringLike"]["aws:TagKeys"][1]', "ab"),
        ('$.Statement[0].Condition.IpAddress["aws:SourceIp"][1]', "10.1.0.0/16"),
    ]


def test_the_reading_of_arns_decides() -> None:
    patterns = ["arn:aws:ec2:*:instance/*", "arn:aws:ec2:us-east-1:1:instance/*"]
    document = policy({"Resource": patterns})

    assert redundant_values(document, reading=SEGMENTS) == ()
    assert len(redundant_values(document, reading=TEXT)) == 1


def test_a_finding_of_aws_groups_a_value_with_all_that_it_covers() -> None:
    actions = ["sns:ListTopics", "ec2:RunInstances", "sns:ListSubscriptions", "sns:List*"]
    steps = [("Statement", 0, "Action", index) for index in (0, 2, 3)]

    assert aws_redundancy_findings(policy({"Action": actions})) == (
        AwsFinding("REDUNDANT_ACTION", tuple(steps), "sns:ListSubscriptions"),
    )


def test_a_report_is_printed_in_json() -> None:
    report = Report(Kind.SHADOWED, "$.Statement[1]", None, ("$.Statement[0]",))

    assert report.to_json() == {
        "kind": "shadowed",
        "path": "$.Statement[1]",
        "value": None,
        "coveredBy": ["$.Statement[0]"],
    }


@given(policies(PolicyType.IDENTITY), requests())
def test_without_what_is_reported_the_same_requests_are_allowed(
    document: Policy, request: Request
) -> None:
    numbered = placed(document)
    left = without(numbered, {report.path for report in redundant_values(numbered)})

    assert evaluate.is_allowed(left, request, SEGMENTS) is evaluate.is_allowed(
        numbered, request, SEGMENTS
    )
