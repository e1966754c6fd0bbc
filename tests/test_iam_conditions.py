"""Operators and keys that are refused, each with its place."""

from dataclasses import replace

import pytest

from automaton.verdict import Unsupported
from encoders.iam import evaluate, questions
from encoders.iam.conditions import Family
from encoders.iam.context_keys import keys_of
from encoders.iam.policy import Policy
from tests.iam_cases import SEGMENTS, Json, policy, request, when

CONDITION = "$.Statement[0].Condition"

REFUSED: list[tuple[Json, str, str]] = [
    ({"Bool": {"ex:A": "${aws:username}"}}, "a policy variable under `Bool`", CONDITION),
    ({"NumericEquals": {"ex:A": "${ex:B}"}}, "a policy variable under `NumericEquals`", CONDITION),
    ({"DateEquals": {"ex:A": "2024"}}, "the value `2024` of `DateEquals`", CONDITION),
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


def test_a_variable_for_a_key_of_several_values_is_refused() -> None:
    statement = {"NotResource": ["*", "arn:aws:s3:::${aws:TagKeys}/*"]}
    with pytest.raises(Unsupported, match="a policy variable for `aws:TagKeys`") as caught:
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


def test_an_undocumented_key_that_operators_of_several_families_read_is_text() -> None:
    number, date = {"NumericEquals": {"ex:A": 1}}, {"DateLessThan": {"ex:A": "2024-05-01"}}
    text = {"StringEquals": {"ex:A": "1"}}

    assert family(policy({"Condition": {**number, **date}})) is Family.TEXT
    assert family(policy({"Condition": {**number, **text}})) is Family.TEXT
    assert family(policy({"Condition": {**number, **date, **text}})) is Family.TEXT


def test_a_key_has_as_many_values_as_aws_documents_or_as_its_operators_want() -> None:
    def is_multi_valued(operator: str, key: str) -> bool:
        return keys_of([when(operator, key, "a")])[key.lower()].is_multi_valued

    assert is_multi_valued("StringEquals", "aws:TagKeys") is True
    assert is_multi_valued("ForAllValues:StringEquals", "aws:PrincipalTag/a") is False
    assert is_multi_valued("ForAllValues:StringEquals", "ex:A") is True
    assert is_multi_valued("StringEquals", "ex:A") is False


def test_a_key_keeps_the_spelling_of_its_first_mention() -> None:
    first, second = when("Null", "ex:TheKey", "true"), when("StringEquals", "EX:THEKEY", "a")

    assert keys_of([first, second])["ex:thekey"].spelling == "ex:TheKey"
