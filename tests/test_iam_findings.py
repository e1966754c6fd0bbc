"""External-access findings: real answers, and policies whose findings one can read off."""

from __future__ import annotations

import json

import pytest

from automaton.budget import Budget, LimitReached
from benchmarks import findings_policies
from encoders.iam.findings.external import findings
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import PolicyType
from tests.corpora import corpora_file
from tests.findings_cases import USERS, limits, policy, shown, when
from tests.iam_documents import Json

ANN = f"{USERS}ann"
ORG = "o-abcdefghij"


def sorted_json(values: list[Json]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def test_real_answers_are_the_same() -> None:
    folder = corpora_file("external_access_findings")
    wrong = []
    for path in sorted(folder.glob("*.json")):
        case = json.loads(path.read_text())
        expected = [{k: v for k, v in f.items() if k != "resource"} for f in case["findings"]]
        actual = shown(findings(policy_from_json(case["policy"])))
        if sorted_json(actual) != sorted_json(expected):
            wrong.append(path.name)

    assert wrong == []


@pytest.mark.parametrize("keys", [5, 6])
def test_the_generated_policies_are_those_of_the_real_answers(keys: int) -> None:
    folder = corpora_file("external_access_findings")
    real = [
        json.loads(path.read_text())["policy"]
        for path in sorted(folder.glob(f"Scalability_{keys:02}Keys_*.json"))
    ]

    assert real == [findings_policies.policy(n + 1, keys=keys) for n in range(len(real))]


@pytest.mark.parametrize(("keys", "size"), [(5, 15), (6, 15), (6, 20)])
def test_a_policy_of_n_overlapping_statements_has_n_squared_findings(keys: int, size: int) -> None:
    document = policy_from_json(findings_policies.policy(size, keys=keys))

    assert len(findings(document)) == size**2


def test_a_public_bucket_has_one_finding_without_conditions() -> None:
    assert shown(findings(policy({}))) == [
        {"principal": {"AWS": "*"}, "action": ["s3:GetObject"], "condition": {}, "isPublic": True}
    ]


def test_actions_for_one_principal_and_condition_stand_together() -> None:
    document = policy({"Action": ["s3:PutObject", "s3:Get*", "s3:GetObject"]})

    assert [finding.actions for finding in findings(document)] == [("s3:PutObject", "s3:Get*")]


def test_an_action_is_lowered_to_what_is_allowed() -> None:
    deny: Json = {"Effect": "Deny", "NotAction": "s3:GetObject"}

    assert [f.actions for f in findings(policy({"Action": "*"}, deny))] == [("s3:GetObject",)]


def test_principals_are_named_as_the_policy_names_them() -> None:
    named = {"AWS": [ANN, "111122223333"], "Federated": "accounts.google.com"}

    assert [dict(f.principal) for f in findings(policy({"Principal": named}))] == [
        {"AWS": "111122223333"},
        {"Federated": "accounts.google.com"},
    ]


def test_services_are_no_outsiders() -> None:
    assert findings(policy({"Principal": {"Service": "sns.amazonaws.com"}})) == ()


def test_a_denied_label_is_the_smaller_one_that_is_left() -> None:
    allow = when("IpAddress", "aws:SourceIp", "10.0.0.0/8")
    deny = {"Effect": "Deny", **when("NotIpAddress", "aws:SourceIp", "10.1.0.0/16")}

    assert limits(findings(policy(allow, deny))) == [{"aws:SourceIp": "10.1.0.0/16"}]


def test_labels_are_never_intersected() -> None:
    both = {
        "StringLike": {"aws:PrincipalArn": f"{USERS}*bc"},
        "IpAddress": {"aws:SourceIp": "200.10.10.10/31"},
    }
    neither = {
        "StringLike": {"aws:PrincipalArn": f"{USERS}a*c"},
        "NotIpAddress": {"aws:SourceIp": "200.10.10.10/32"},
    }
    found = findings(policy({"Condition": both}, {"Effect": "Deny", "Condition": neither}))

    assert limits(found) == [
        {"aws:PrincipalArn": f"{USERS}*bc", "aws:SourceIp": "200.10.10.10/31"},
        {"aws:PrincipalArn": f"{USERS}a*c", "aws:SourceIp": "200.10.10.10/32"},
    ]


def test_the_star_includes_an_absent_key_and_a_written_star_does_not() -> None:
    present = when("StringLike", "aws:SourceVpc", "*")
    absent = when("Null", "aws:SourceVpc", "true")

    assert limits(findings(policy(present))) == [{"aws:SourceVpc": "*"}]
    assert limits(findings(policy(present, absent))) == [{}]


def test_a_key_that_outsiders_set_limits_nothing() -> None:
    document = policy(when("StringEquals", "aws:Referer", "https://example.com"))

    assert shown(findings(document)) == shown(findings(policy({})))


@pytest.mark.parametrize(
    ("trusted", "statement"),
    [
        ("111122223333", {"Principal": {"AWS": "111122223333"}}),
        ("111122223333", {"Principal": {"AWS": ANN}}),
        ("111122223333", when("StringEquals", "aws:PrincipalAccount", "111122223333")),
        ("111122223333", when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*")),
        (ORG, when("StringEquals", "aws:PrincipalOrgID", ORG)),
    ],
)
def test_the_zone_of_trust_has_no_findings(trusted: str, statement: Json) -> None:
    document = policy(statement)

    assert len(findings(document)) == 1
    assert findings(document, trusted=[trusted]) == ()


@pytest.mark.parametrize("trusted", ["1234", "o-", ANN, ""])
def test_a_zone_of_trust_is_made_of_ids(trusted: str) -> None:
    with pytest.raises(ValueError, match="is not the id of an"):
        findings(policy({}), trusted=[trusted])


def test_a_policy_without_principals_has_no_findings_to_speak_of() -> None:
    document = policy_from_json({"Statement": []}, PolicyType.IDENTITY)
    with pytest.raises(ValueError, match="`identity` names no principals"):
        findings(document)


def test_a_policy_that_allows_nothing_has_no_findings() -> None:
    assert findings(policy({"Effect": "Deny"})) == ()
    assert findings(policy({"Resource": []})) == ()


def test_a_finding_is_public_iff_a_stranger_is_in_it() -> None:
    wide = when("IpAddress", "aws:SourceIp", "20.0.0.0/7")
    fixed = when("IpAddress", "aws:SourceIp", "20.1.0.0/16")

    assert [finding.is_public for finding in findings(policy(wide))] == [True]
    assert [finding.is_public for finding in findings(policy(fixed))] == [False]


def test_the_budget_ends_the_search() -> None:
    with pytest.raises(LimitReached):
        findings(policy_from_json(findings_policies.policy(8, keys=6)), budget=Budget(max_steps=9))


def test_a_key_of_several_values_is_labelled_by_those_that_one_may_be() -> None:
    allow = when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*", f"{ORG}/r-1/*")

    assert limits(findings(policy(allow))) == [{"aws:PrincipalOrgPaths": f"{ORG}/*"}]
    assert findings(policy(allow), trusted=[ORG]) == ()


def test_where_a_variable_relates_keys_queries_find_the_findings() -> None:
    same = when("StringEquals", "aws:SourceAccount", "${aws:PrincipalTag/account}", "111122223333")

    assert limits(findings(policy(same))) == [
        {"aws:SourceAccount": "${aws:PrincipalTag/account}"},
        {"aws:SourceAccount": "111122223333"},
    ]
