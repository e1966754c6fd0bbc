"""Conditions: the operator table, the keys, and values of the wrong kind."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.iam.json_text import MAX_NUMBER_CHARACTERS
from encoders.iam.parse import policy_from_json
from encoders.iam.parse_condition import FORMS
from encoders.iam.values import read_date
from tests.iam_documents import IN, one, refusal, when


def test_the_operator_table_is_whole() -> None:
    bare = [name for name in FORMS if ":" not in name and not name.endswith("IfExists")]

    assert len(bare) == 27
    assert len(FORMS) == 27 * 3 * 2 - 3
    assert {form.operator for form in FORMS.values()} == set(bare)


@pytest.mark.parametrize("name", FORMS)
def test_every_operator_is_read_with_its_parts(name: str) -> None:
    form = FORMS[name]
    quantifier = "" if form.quantifier is None else f"{form.quantifier.value}:"
    (test,) = policy_from_json(when(name, "aws:a", [])).statements[0].tests

    assert f"{quantifier}{test.operator}{'IfExists' if test.if_exists else ''}" == name
    assert test.quantifier is form.quantifier


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("StringMatches", "unknown condition operator `StringMatches`"),
        ("stringequals", "unknown condition operator `stringequals`; did you mean `StringEquals`?"),
        ("StringEqualsIfexists", "; did you mean `StringEqualsIfExists`?"),
        ("ForAnyValues:StringEquals", "unknown condition operator `ForAnyValues:StringEquals`"),
        ("IfExists", "unknown condition operator `IfExists`"),
        ("NullIfExists", "`Null` with `IfExists`"),
        ("ForAllValues:NullIfExists", "`Null` with `IfExists`"),
        ("", "unknown condition operator ``"),
    ],
)
def test_an_unknown_operator_is_refused(name: str, message: str) -> None:
    found, path = refusal(when(name, "aws:a", "b"))

    assert message in found
    assert path.startswith(f"{IN}.{name}" if name.isalpha() else f'{IN}["{name}"]')


@pytest.mark.parametrize(
    ("operator", "value", "message"),
    [
        ("StringEquals", None, "expected a string, number or Boolean, found null"),
        ("StringEquals", {}, "expected a string, number or Boolean, found an object"),
        ("StringEquals", float("nan"), "a number of a size that no JSON text here may have"),
        ("StringEquals", 10**MAX_NUMBER_CHARACTERS, "a number of a size that no JSON text here"),
        ("StringEquals", "\ud800", "the character U+D800 is a lone surrogate"),
        ("Bool", "yes", "`yes` under `Bool` is not `true` or `false`"),
        ("Bool", 1, "`1` under `Bool` is not `true` or `false`"),
        ("Null", "", "`` under `Null` is not `true` or `false`"),
        ("NumericLessThanIfExists", "ten", "`ten` under `NumericLessThan` is not a number"),
        ("NumericEquals", "9" * 5000, "under `NumericEquals` is not a number"),
        ("DateEquals", "May 1st", "`May 1st` under `DateEquals` is not an ISO 8601 date"),
        ("DateEquals", "2024-13-01", "is not an ISO 8601 date"),
        ("DateEquals", "2024-05-01T24:00Z", "is not an ISO 8601 date"),
        ("IpAddress", "10.0.0.*", "`10.0.0.*` under `IpAddress` is not an IP address"),
        ("NotIpAddress", "10.0.0.0/33", "is not an IP address or a CIDR block"),
        ("BinaryEquals", "QQ=", "`QQ=` under `BinaryEquals` is not base64 text"),
    ],
)
def test_a_value_of_another_kind_is_refused(operator: str, value: object, message: str) -> None:
    found, path = refusal(when(operator, "aws:a", ["${aws:x}", value] if value == "" else value))

    assert message in found
    assert path == f'{IN}.{operator}["aws:a"]{"[1]" if value == "" else ""}'


def test_a_wrong_value_among_others_is_named_by_its_index() -> None:
    found, path = refusal(when("StringEquals", "aws:a", ["b", 1, None]))

    assert found == "expected a string, number or Boolean, found null"
    assert path == f'{IN}.StringEquals["aws:a"][2]'


@pytest.mark.parametrize("key", ["SourceIp", "", ":", "aws:", ":a"])
def test_a_condition_key_without_its_service_is_refused(key: str) -> None:
    found, path = refusal(when("StringEquals", key, "b"))

    assert found == f"the condition key `{key}` is not of the form `service:name`"
    assert path.startswith(f"{IN}.StringEquals")


def test_a_condition_key_twice_under_one_operator_is_refused_whatever_its_case() -> None:
    twice = one(Condition={"StringEquals": {"aws:UserId": "a", "aws:userid": "b"}})
    expected = "the key `aws:userid` occurs twice (case is ignored)"

    assert refusal(twice) == (expected, f'{IN}.StringEquals["aws:userid"]')
    apart = one(Condition={"StringEquals": {"aws:a": "a"}, "StringLike": {"aws:A": "b"}})
    assert len(policy_from_json(apart).statements[0].tests) == 2


def test_before_2012_a_variable_is_text_and_must_be_a_value() -> None:
    document = when("Bool", "aws:a", "${aws:x}")
    document["Version"] = "2008-10-17"

    assert refusal(document)[0] == "`${aws:x}` under `Bool` is not `true` or `false`"


@given(st.datetimes() | st.dates() | st.fractions(), st.sampled_from(["", "Z", "+01:30"]))
def test_every_date_that_can_be_evaluated_is_read(value: date | Fraction, zone: str) -> None:
    text = value.isoformat() if isinstance(value, date) else str(float(value))
    text += zone if isinstance(value, datetime) else ""
    try:
        read_date(text)
    except ValueError:
        return

    assert policy_from_json(when("DateEquals", "aws:a", text)).statements[0].tests
