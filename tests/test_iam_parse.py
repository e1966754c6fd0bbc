"""The strict reader: what AWS published is read, everything else is refused with its place."""

from __future__ import annotations

import json
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.iam.parse import PolicyError, parse_policy, policy_from_json
from encoders.iam.policy import (
    Effect,
    Patterns,
    Policy,
    PolicyType,
    Principal,
    PrincipalKind,
    Principals,
    Quantifier,
    Statement,
    Test,
)
from tests.corpora import corpora_file
from tests.iam_documents import (
    ACCOUNT,
    AT,
    IN,
    JSON,
    STATEMENT,
    Json,
    canonical,
    document_of,
    documents,
    one,
    read,
    refusal,
    to,
    when,
    without,
)


def test_every_element_is_read_with_its_path() -> None:
    text = """{
        "Id": "all", "Version": "2012-10-17",
        "Statement": [{
            "Sid": "1", "Effect": "Deny",
            "NotPrincipal": {"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"},
            "NotAction": "s3:Get*", "NotResource": ["arn:aws:s3:::a/*", "*"],
            "Condition": {
                "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", 1.50, true]},
                "Null": {"aws:SourceVpc": "true"}
            }
        }]
    }"""
    at = "$.Statement[0]"
    condition = f"{at}.Condition"
    expected = Statement(
        index=0,
        sid="1",
        effect=Effect.DENY,
        principals=Principals(
            (
                Principal(PrincipalKind.AWS, ACCOUNT, f"{at}.NotPrincipal.AWS[0]"),
                Principal(PrincipalKind.ANYONE, "*", f"{at}.NotPrincipal.AWS[1]"),
                Principal(PrincipalKind.SERVICE, "ec2.amazonaws.com", f"{at}.NotPrincipal.Service"),
            ),
            negated=True,
            path=f"{at}.NotPrincipal",
        ),
        actions=Patterns(("s3:Get*",), negated=True, path=f"{at}.NotAction"),
        resources=Patterns(
            ("arn:aws:s3:::a/*", "*"), negated=True, path=f"{at}.NotResource", has_variables=True
        ),
        tests=(
            Test(
                "StringLike",
                Quantifier.FOR_ANY_VALUE,
                True,
                "aws:TagKeys",
                ("a", "1.50", "true"),
                f'{condition}["ForAnyValue:StringLikeIfExists"]["aws:TagKeys"]',
                has_variables=True,
            ),
            Test(
                "Null",
                None,
                False,
                "aws:SourceVpc",
                ("true",),
                f'{condition}.Null["aws:SourceVpc"]',
                has_variables=True,
            ),
        ),
        path=at,
    )

    assert parse_policy(text) == Policy("2012-10-17", "all", (expected,), PolicyType.RESOURCE)


def test_a_single_statement_is_a_list_of_one_with_its_own_path() -> None:
    policy = policy_from_json({"Statement": STATEMENT})

    assert [statement.path for statement in policy.statements] == ["$.Statement"]
    assert policy.statements[0].actions.path == "$.Statement.Action"


def test_a_document_without_version_is_of_the_first() -> None:
    assert policy_from_json({"Statement": STATEMENT}).version == "2008-10-17"


def test_without_a_type_principals_make_a_resource_policy() -> None:
    assert policy_from_json(one()).policy_type is PolicyType.IDENTITY
    assert policy_from_json(one(Principal="*")).policy_type is PolicyType.RESOURCE
    assert policy_from_json(one(NotPrincipal="*")).policy_type is PolicyType.RESOURCE
    assert policy_from_json(one(Principal="*"), PolicyType.RCP).policy_type is PolicyType.RCP


def test_bytes_and_text_are_read_alike() -> None:
    text = json.dumps(one(Sid="é🙂"), ensure_ascii=False)

    assert (
        parse_policy(text)
        == parse_policy(text.encode())
        == parse_policy(json.dumps(one(Sid="é🙂")))
    )


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": []},
        one(Action=[]),
        one(Resource=[]),
        one(Condition={}),
        one(Condition={"StringEquals": {}}),
        when("StringEquals", "aws:RequestedRegion", []),
        one(Principal={}),
        to(AWS=[]),
        to(AWS="*"),
        to(AWS=f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b"),
        to(AWS=f"arn:aws-cn:sts::{ACCOUNT}:federated-user/a"),
        to(AWS="arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"),
        to(AWS=["AIDACKCEVSQ6C2EXAMPLE", "AROADBQP57FF2AEXAMPLE"]),
        to(Federated="accounts.google.com", CanonicalUser="79a59df900b949e5"),
        to(Service="*"),
        one(Sid="", Principal="*"),
        one(Sid="any text: é", Principal="*"),
        {**one(), "Id": "an id"},
        one(Action=["*", "*:*", "APS:List*", "amplifybackend: *", "s3:?et*", "a4b-1.x:Do"]),
        one(Resource=["arn:*:s3:::a", "arn:aws:waf:*", "execute-api:/*", "arn:aws:s3:::${a:b}"]),
        without("Resource", "Action", Action=["sts:AssumeRole", "STS:TagSession"], Principal="*"),
        without("Resource", "Action", NotAction="sts:AssumeRole", Principal="*"),
        without("Resource", "Action", Action="ecr:*", Principal="*"),
        when("ForAllValues:Null", "aws:TagKeys", "false"),
        when("Null", "aws:TagKeys", ["False", True]),
        when("NumericLessThan", "s3:max-keys", [10, "10", -1.5, "1e3"]),
        when("DateLessThan", "aws:CurrentTime", ["2024", "2024-05", "2024-5-1", 1700000000]),
        when("DateLessThan", "aws:CurrentTime", ["2024-05-01T00:00", "2024-05-01t1:2:3.4z"]),
        when("DateLessThan", "aws:CurrentTime", "2024-05-01T00:00:00-05:00"),
        when("IpAddress", "aws:SourceIp", ["203.0.113.7", "203.0.113.0/24", "2001:DB8::/32"]),
        when("BinaryEquals", "ex:key", "QmluYXJ5VmFsdWVJbkJhc2U2NA=="),
        when("Bool", "aws:SecureTransport", "${aws:PrincipalTag/tls}"),
        when("StringEquals", "aws:PrincipalTag/\u00e9", "\U0001f600"),
    ],
    ids=str,
)
def test_what_aws_takes_is_read(document: Json) -> None:
    assert document_of(policy_from_json(document)) == canonical(document)


@pytest.mark.parametrize(
    ("document", "message", "path"),
    [
        ({}, "`Statement` is missing", "$"),
        ({**one(), "statement": []}, "unknown element `statement`", "$.statement"),
        (dict([*one().items(), (1, 2)]), "unknown element `1`", '$["1"]'),
        ({**one(), "Version": "2012-10-18"}, "the version `2012-10-18` is neither", "$.Version"),
        ({**one(), "Version": ""}, "the version `` is neither", "$.Version"),
        ({**one(), "Version": 2012}, "expected a string, found a number", "$.Version"),
        ({**one(), "Id": None}, "expected a string, found null", "$.Id"),
        ({"Statement": "*"}, "expected an object, found a string", "$.Statement"),
        ({"Statement": [STATEMENT, []]}, "found an array", "$.Statement[1]"),
        (one(Actions="*"), "unknown element `Actions`", f"{AT}.Actions"),
        (one(Sid=1), "expected a string, found a number", f"{AT}.Sid"),
        (without("Effect"), "`Effect` is missing", AT),
        (one(Effect="allow"), "the effect `allow` is neither `Allow` nor `Deny`", f"{AT}.Effect"),
        (one(Effect=["Allow"]), "expected a string, found an array", f"{AT}.Effect"),
        (without("Action"), "`Action` or `NotAction` is missing", AT),
        (one(NotAction="*"), "both `Action` and `NotAction`", AT),
        (without("Action", NotAction=[]), "`NotAction` is empty", f"{AT}.NotAction"),
        (one(Action=["*", 5]), "expected a string, found a number", f"{AT}.Action[1]"),
        (one(Action=[["*"]]), "expected a string, found an array", f"{AT}.Action[0]"),
        (one(Action=None), "expected a string, found null", f"{AT}.Action"),
        (one(Action=["a:b", "GetObject"]), "`GetObject` is not `*` or of the", f"{AT}.Action[1]"),
        (one(Action="s*:Get"), "`s*:Get` is not `*` or of the form", f"{AT}.Action"),
        (one(Action="s3:"), "`s3:` is not `*` or of the form", f"{AT}.Action"),
        (one(Action="a:b:c"), "`a:b:c` is not `*` or of the form", f"{AT}.Action"),
        (one(Action="a:\ud800"), "the character U+D800 is a lone surrogate", f"{AT}.Action"),
        (
            one(Resource=["*", "a:${b"]),
            "the policy variable in `a:${b` does not",
            f"{AT}.Resource[1]",
        ),
        (one(Resource="a:${}"), "`${}` is not a policy variable", f"{AT}.Resource"),
        (one(Resource="a:${a:b, c}"), "`${a:b, c}` is not a policy variable", f"{AT}.Resource"),
        (without("Resource"), "`Resource` or `NotResource` is missing", AT),
        (without("Resource", Principal="*"), "`Resource` or `NotResource` is missing", AT),
        (one(NotResource="*"), "both `Resource` and `NotResource`", AT),
        (without("Resource", NotResource=[]), "`NotResource` is empty", f"{AT}.NotResource"),
        (one(Resource=["*", "bucket"]), "`bucket` is not `*` or an ARN", f"{AT}.Resource[1]"),
        (one(Resource={"a": 1}), "expected a string, found an object", f"{AT}.Resource"),
        (one(Resource=(1,)), "expected a string, found a Python `tuple`", f"{AT}.Resource"),
        (one(Condition=[]), "expected an object, found an array", IN),
        (one(Condition={"Bool": "true"}), "found a string", f"{IN}.Bool"),
    ],
    ids=str,
)
def test_a_malformed_statement_is_refused(document: Json, message: str, path: str) -> None:
    found, place = refusal(document)

    assert message in found
    assert place == path


def test_only_policies_that_iam_stores_need_unique_statement_ids() -> None:
    twice: Json = {"Statement": [{**STATEMENT, "Sid": "a"}, {**STATEMENT, "Sid": "a"}]}
    empty: Json = {"Statement": [{**STATEMENT, "Sid": ""}, {**STATEMENT, "Sid": ""}]}
    expected = ("the statement id `a` occurs twice", "$.Statement[1].Sid")

    assert refusal(twice) == refusal(twice, PolicyType.BOUNDARY) == expected
    assert len(policy_from_json(twice, PolicyType.SCP).statements) == 2
    assert len(policy_from_json(empty).statements) == 2


def test_what_lacks_a_resource_must_be_a_resource_policy() -> None:
    document = without("Resource", "Action", Action="sts:AssumeRole")

    assert refusal(document) == ("`Resource` or `NotResource` is missing", AT)
    mixed = without("Resource", "Action", Action=["sts:AssumeRole", "s3:Get"], Principal="*")
    assert refusal(mixed) == ("`Resource` or `NotResource` is missing", AT)


def parsed(source: object) -> Policy | PolicyError:
    """Return the policy or what refuses it; any other exception fails the test."""
    try:
        return read(source)
    except PolicyError as error:
        return error


def check(source: object) -> None:
    """Fail iff `source` is neither read as it stands nor met with a printable error."""
    found = parsed(source)
    if isinstance(found, PolicyError):
        assert found.message.isprintable()
        assert found.path.startswith("$")
    elif not isinstance(source, str | bytes):
        assert document_of(found) == canonical(source)


@given(documents())
def test_a_policy_holds_exactly_what_its_document_says(document: Json) -> None:
    policy = parse_policy(json.dumps(document))

    assert document_of(policy) == canonical(document)
    assert policy_from_json(document) == policy
    assert parse_policy(json.dumps(document, ensure_ascii=False).encode()) == policy


@given(JSON)
def test_any_value_is_a_policy_or_an_error(value: object) -> None:
    check(value)


@given(JSON, st.sampled_from(["{}", "[{}]", '{{"Statement": {}}}']))
def test_any_json_text_is_a_policy_or_an_error(value: object, frame: str) -> None:
    check(frame.format(json.dumps(value)))


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_any_bytes_and_any_text_are_a_policy_or_an_error(source: bytes | str) -> None:
    check(source)


@given(st.data(), documents())
def test_a_policy_with_a_part_replaced_is_a_policy_or_an_error(
    data: st.DataObject, document: Json
) -> None:
    holder: dict[str, object] = {"": document}
    place: object = holder
    while isinstance(place, dict | list) and place:
        key = data.draw(
            st.sampled_from(list(place) if isinstance(place, dict) else range(len(place)))
        )
        if data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(JSON)
            break
        place = place[key]

    check(holder[""])


@given(st.data(), documents())
def test_a_policy_with_bytes_replaced_is_a_policy_or_an_error(
    data: st.DataObject, document: Json
) -> None:
    text = json.dumps(document, ensure_ascii=False).encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 9)))
    patches = st.sampled_from(
        [b"", b'"', b"{", b"[", b",", b"\\", b"\\ud800", b"NaN", b'"Sid":"",']
    )
    check(text[:start] + data.draw(patches | st.binary(max_size=3)) + text[end:])


def check_reads_whole(document: object, policy_type: PolicyType | None = None) -> None:
    policy = parse_policy(json.dumps(document), policy_type)

    assert document_of(policy) == canonical(document)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_managed_policies_of_moto_are_read() -> None:
    module = pytest.importorskip("moto.iam.aws_managed_policies")
    entries = json.loads(module.aws_managed_policies_data)
    assert len(entries) > 1000
    for entry in entries.values():
        check_reads_whole(entry["Document"], PolicyType.IDENTITY)


def test_both_sides_of_aws_labelled_questions_are_read() -> None:
    for line in corpora_file("check_no_new_access.jsonl").read_text().splitlines():
        case = json.loads(line)
        check_reads_whole(case["existing"])
        check_reads_whole(case["new"])


def test_the_versions_of_managed_policies_are_read() -> None:
    with lzma.open(corpora_file("managed_policy_upgrades.jsonl.xz"), "rt") as file:
        for line in file:
            case = json.loads(line)
            check_reads_whole(case["old"], PolicyType.IDENTITY)
            check_reads_whole(case["new"], PolicyType.IDENTITY)


def test_the_policies_that_access_analyzer_validated_are_read() -> None:
    for line in corpora_file("validate_policy.jsonl").read_text().splitlines():
        check_reads_whole(json.loads(line)["policy"], PolicyType.IDENTITY)


def test_the_bucket_policies_of_published_findings_are_read() -> None:
    for path in sorted(corpora_file("external_access_findings").glob("*.json")):
        check_reads_whole(json.loads(path.read_text())["policy"], PolicyType.RESOURCE)
