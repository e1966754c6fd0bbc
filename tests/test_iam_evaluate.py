"""The meaning of each element of a statement; every case asks both evaluators."""

import pytest

from encoders.iam import evaluate
from encoders.iam.policy import PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import Request
from tests.iam_cases import ANN, SEGMENTS, TEXT, is_allowed, policy, request, when


def test_nothing_is_allowed_unless_a_statement_allows_it() -> None:
    assert is_allowed(policy({"Action": "s3:GetObject"}), request("s3:getobject")) is True
    assert is_allowed(policy({"Action": "s3:GetObject"}), request("s3:putobject")) is False


def test_a_deny_overrides_every_allow() -> None:
    document = policy({"Action": "*"}, {"Effect": "Deny", "Action": "s3:Put*"}, {"Action": "*"})

    assert is_allowed(document, request("s3:putobject")) is False
    assert is_allowed(document, request("s3:getobject")) is True


def test_not_action_is_none_of_its_patterns() -> None:
    document = policy({"NotAction": ["s3:Get*", "ec2:*"]})

    assert is_allowed(document, request("s3:getobject")) is False
    assert is_allowed(document, request("ec2:runinstances")) is False
    assert is_allowed(document, request("s3:putobject")) is True


def test_not_resource_is_none_of_its_patterns() -> None:
    document = policy({"NotResource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]})

    assert is_allowed(document, request(resource="arn:aws:s3:::a/x")) is False
    assert is_allowed(document, request(resource="arn:aws:s3:::b/x")) is False
    assert is_allowed(document, request(resource="arn:aws:s3:::c/x")) is True


def test_the_reading_of_arn_wildcards_decides_about_colons() -> None:
    document = policy({"Resource": "arn:aws:ec2:*:instance/*"})
    asked = request(resource="arn:aws:ec2:us-east-1:111122223333:instance/i")

    assert is_allowed(document, asked, SEGMENTS) is False
    assert is_allowed(document, asked, TEXT) is True


def test_an_action_without_a_resource_is_matched_by_the_star_alone() -> None:
    assert is_allowed(policy({"Resource": "*"}), request(resource="*")) is True
    assert is_allowed(policy({"Resource": "arn:aws:s3:::*"}), request(resource="*")) is False
    no_resource = Request(ANN, "s3:getobject", None, {})
    assert evaluate.is_allowed(policy({"Resource": "*"}), no_resource, SEGMENTS) is True


def test_a_statement_without_resource_applies_to_every_resource() -> None:
    trust = policy({"Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"})
    bare = policy({"Principal": "*", "Action": "sts:AssumeRole", "Resource": "arn:aws:x:::y"})

    assert is_allowed(trust, request("sts:assumerole")) is True
    assert is_allowed(bare, request("sts:assumerole")) is False


def test_not_principal_is_none_of_its_principals() -> None:
    document = policy({"NotPrincipal": {"AWS": [ANN.value, "444455556666"]}})
    other = Caller(PrincipalKind.AWS, "arn:aws:iam::444455556666:user/x")

    assert is_allowed(document, request(principal=ANN)) is False
    assert is_allowed(document, request(principal=other)) is False
    assert is_allowed(document, request(principal=ANONYMOUS)) is True


def test_a_policy_with_principals_needs_a_caller() -> None:
    document = policy({"Principal": {"AWS": "111122223333"}})
    with pytest.raises(ValueError, match="needs a request with one"):
        evaluate.is_allowed(document, Request(None, "s3:getobject", "*", {}), SEGMENTS)


POSITIVE = [
    ("StringEquals", ["a", "b"], "b", "c"),
    ("StringEquals", ["a*"], "a*", "ab"),
    ("StringEqualsIgnoreCase", ["a", "B"], "b", "c"),
    ("StringLike", ["x", "a*c"], "a:b/c", "A:c"),
    ("ArnLike", ["arn:aws:s3:*:*:a/*"], "arn:aws:s3:r:1:a/b:c", "arn:aws:s3:r:1:2:a/b"),
    ("ArnEquals", ["arn:aws:s3:::?"], "arn:aws:s3:::b", "arn:aws:s3:::bb"),
    ("Bool", [True], "TRUE", "false"),
    ("IpAddress", ["10.0.0.0/8", "::/64"], "10.9.9.9", "11.0.0.0"),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8:0:1::", "::"),
    ("NumericEquals", [1, "2.50"], "2.5", "2.51"),
    ("NumericLessThan", [3], "2.999", "3"),
    ("NumericLessThanEquals", [3], "3.0", "3.1"),
    ("NumericGreaterThan", [3], "4", "3"),
    ("NumericGreaterThanEquals", [3, 5], "3", "2"),
    ("DateEquals", ["2024-05-01T00:00:00Z"], "2024-05-01T02:00:00+02:00", "2024-05-02"),
    ("DateLessThan", ["2024-05-01"], "2024-04-30T23:59:59.9Z", "2024-05-01"),
    ("DateLessThanEquals", ["2024-05-01"], "2024-05-01", "2024-05-01T00:00:00.1Z"),
    ("DateGreaterThan", ["2024-05-01"], "1893456000", "2024-05-01"),
    ("DateGreaterThanEquals", ["2024-05-01"], "2024-05-01T00:00Z", "2024-04-30"),
]


@pytest.mark.parametrize(("operator", "values", "fitting", "other"), POSITIVE)
def test_values_are_alternatives(
    operator: str, values: list[object], fitting: str, other: str
) -> None:
    document = when(operator, "ex:Key", *values)

    assert is_allowed(document, request(context={"ex:key": fitting})) is True
    assert is_allowed(document, request(context={"ex:key": other})) is False


@pytest.mark.parametrize(("operator", "values", "fitting", "other"), POSITIVE)
def test_a_missing_key_fails_a_positive_operator_unless_it_says_if_exists(
    operator: str, values: list[object], fitting: str, other: str
) -> None:
    assert is_allowed(when(operator, "ex:Key", *values), request()) is False
    if_exists = when(f"{operator}IfExists", "ex:Key", *values)
    assert is_allowed(if_exists, request()) is True
    assert is_allowed(if_exists, request(context={"ex:Key": fitting})) is True
    assert is_allowed(if_exists, request(context={"ex:Key": other})) is False


NEGATED = [
    ("StringNotEquals", ["a", "b"], "b", "c"),
    ("StringNotEqualsIgnoreCase", ["a", "b"], "B", "c"),
    ("StringNotLike", ["a*", "b*"], "bc", "c"),
    ("ArnNotLike", ["arn:aws:s3:::*"], "arn:aws:s3:::a", "arn:aws:s3:r::a"),
    ("ArnNotEquals", ["arn:aws:s3:::*"], "arn:aws:s3:::a", "a"),
    ("NotIpAddress", ["10.0.0.0/8", "11.0.0.0/8"], "11.1.1.1", "12.1.1.1"),
    ("NotIpAddress", ["::/0"], "::1", "12.1.1.1"),
    ("NumericNotEquals", [1, 2], "2", "3"),
    ("DateNotEquals", ["2024-05-01"], "2024-05-01T00:00:00Z", "2024-05-02"),
]


@pytest.mark.parametrize(("operator", "values", "fitting", "other"), NEGATED)
def test_a_negated_operator_holds_iff_no_value_fits_or_the_key_is_missing(
    operator: str, values: list[object], fitting: str, other: str
) -> None:
    for name in (operator, f"{operator}IfExists"):
        document = when(name, "ex:Key", *values)

        assert is_allowed(document, request(context={"ex:Key": fitting})) is False
        assert is_allowed(document, request(context={"ex:Key": other})) is True
        assert is_allowed(document, request()) is True


def test_null_asks_whether_the_key_is_absent() -> None:
    for absent, expected in (("true", True), ("false", False)):
        document = when("Null", "ex:Key", absent)

        assert is_allowed(document, request()) is expected
        assert is_allowed(document, request(context={"ex:Key": "a"})) is not expected


def test_null_reads_an_empty_value_as_absent() -> None:
    document = when("Null", "ex:Key", "true")

    assert evaluate.is_allowed(document, request(context={"ex:Key": ""}), SEGMENTS) is True


def test_null_of_both_holds_always() -> None:
    assert is_allowed(when("Null", "ex:Key", "true", "false"), request()) is True


def test_operators_and_keys_are_joined_by_and() -> None:
    condition = {"StringEquals": {"ex:A": "1", "ex:B": "2"}, "StringLike": {"ex:A": "?"}}
    document = policy({"Condition": condition})

    assert is_allowed(document, request(context={"ex:A": "1", "ex:B": "2"})) is True
    assert is_allowed(document, request(context={"ex:A": "1", "ex:B": "1"})) is False
    assert is_allowed(document, request(context={"ex:A": "1"})) is False


def test_bool_on_a_key_that_is_text_too_compares_words() -> None:
    condition = {"Bool": {"ex:A": "true"}, "StringNotEquals": {"ex:a": "x"}}
    document = policy({"Condition": condition})

    assert is_allowed(document, request(context={"EX:A": "True"})) is True
    assert is_allowed(document, request(context={"EX:A": "yes"})) is False


def test_a_variable_is_literal_text_before_2012() -> None:
    statement = {"Condition": {"StringEquals": {"ex:A": "${aws:username}"}}}
    document = policy(statement, version="2008-10-17")

    assert is_allowed(document, request(context={"ex:A": "${aws:username}"})) is True
    assert is_allowed(document, request(context={"ex:A": "ann"})) is False


def test_several_values_without_a_set_operator_fit_nothing() -> None:
    asked = Request(ANN, "s3:getobject", "*", {"ex:A": ("a", "b")})

    for operator in ("StringEquals", "StringNotEquals", "StringEqualsIfExists"):
        assert evaluate.is_allowed(when(operator, "ex:A", "a"), asked, SEGMENTS) is False
