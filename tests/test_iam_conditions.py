"""Operators and keys that are refused, each with its place."""

from dataclasses import replace

import pytest

from automaton.verdict import Unsupported
from encoders.iam import evaluate, questions
from encoders.iam.conditions import Family, keys_of
from encoders.iam.policy import Policy
from tests.iam_cases import SEGMENTS, Json, policy, request, when

CONDITION = "$.Statement[0].Condition"

REFUSED: list[tuple[Json, str, str]] = [
    (
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}},
        "the set operator `ForAnyValue`",
        f"{CONDITION}",
    ),
    ({"BinaryEquals": {"ex:A": "QQ=="}}, "the condition operator `BinaryEquals`", CONDITION),
    ({"StringLike": {"ex:A": "a/${aws:username}"}}, "the policy variable in `a/$", CONDITION),
    ({"Bool": {"ex:A": "${aws:username}"}}, "the policy variable in `$", CONDITION),
    ({"DateEquals": {"ex:A": "2024"}}, "the value `2024` of `DateEquals`", CONDITION),
    (
        {"NumericEquals": {"ex:A": 1}, "StringEquals": {"EX:a": "1"}},
        "`EX:a` read as number and as text",
        CONDITION,
    ),
    (
        {"DateEquals": {"ex:A": "2024-05-01"}, "NumericEquals": {"ex:A": "1"}},
        "`ex:A` read as date and as number",
        CONDITION,
    ),
]


@pytest.mark.parametrize(("condition", "feature", "where"), REFUSED)
def test_what_is_not_modelled_is_refused_with_its_place(
    condition: Json, feature: str, where: str
) -> None:
    document = policy({"Condition": condition})
    with pytest.raises(Unsupported, match=r".+ is not supported \(at .+\)") as caught:
        questions.no_new_access(document, document)

    assert caught.value.feature.startswith(feature)
    assert caught.value.where.startswith(where)


@pytest.mark.parametrize("condition", [case[0] for case in REFUSED if len(case[0]) == 1])
def test_the_concrete_evaluator_refuses_the_same(condition: Json) -> None:
    document = policy({"Action": "ec2:*"}, {"Condition": condition})
    with pytest.raises(Unsupported):
        evaluate.is_allowed(document, request(), SEGMENTS)


@pytest.mark.parametrize(
    ("operator", "value", "feature"),
    [
        ("Bool", "yes", "the value `yes` of `Bool`"),
        ("NumericEquals", "many", "the value `many` of `NumericEquals`"),
        ("IpAddress", "10.0.0.*", "the value `10.0.0.*` of `IpAddress`"),
        ("StringEquals", "\U00030000", "a character above 0x2ffff"),
        ("StringMatches", "a", "the condition operator `StringMatches`"),
    ],
)
def test_what_the_parser_would_refuse_is_not_modelled(
    operator: str, value: str, feature: str
) -> None:
    document = when("StringEquals", "ex:A", "a")
    test = replace(document.statements[0].tests[0], operator=operator, values=(value,))
    statement = replace(document.statements[0], tests=(test,))
    with pytest.raises(Unsupported) as caught:
        questions.no_new_access(policy({}), replace(document, statements=(statement,)))

    assert (caught.value.feature, caught.value.where) == (feature, test.path)


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_a_variable_in_a_resource_is_refused_from_2012_on(element: str) -> None:
    statement = {element: ["*", "arn:aws:s3:::${aws:username}/*"]}
    with pytest.raises(Unsupported, match="the policy variable") as caught:
        questions.access_not_granted(policy(statement), ["s3:*"], [])

    assert caught.value.where.startswith("$.Statement[0]")
    questions.access_not_granted(policy(statement, version="2008-10-17"), ["s3:*"], [])


def family(document: Policy) -> Family:
    return keys_of([document])["ex:a"].family


def test_a_key_has_the_family_of_its_operators() -> None:
    both = {"Bool": {"ex:A": "true"}, "StringEquals": {"ex:a": "b"}, "Null": {"EX:A": "false"}}

    assert family(when("Null", "ex:A", "true")) is Family.PRESENCE
    assert family(when("Bool", "ex:A", "true")) is Family.BOOL
    assert family(when("DateLessThan", "ex:A", "2024-05-01")) is Family.DATE
    assert family(policy({"Condition": both})) is Family.TEXT


def test_a_key_keeps_the_spelling_of_its_first_mention() -> None:
    first, second = when("Null", "ex:TheKey", "true"), when("StringEquals", "EX:THEKEY", "a")

    assert keys_of([first, second])["ex:thekey"].spelling == "ex:TheKey"
