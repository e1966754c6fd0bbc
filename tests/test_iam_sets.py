"""Keys of several values: both evaluators, and enough slots in the solver but no more."""

from collections.abc import Mapping

import pytest

from automaton import Sat, Unsat, Variable, solve, terms
from automaton.terms import Formula, Sort
from encoders.iam import evaluate, questions
from encoders.iam.policy import Policy
from encoders.iam.request import Request
from encoders.iam.sets import slots_needed
from tests.iam_cases import ANN, SEGMENTS, is_allowed, policy, when

TAGS = "aws:TagKeys"


def carrying(*tags: str, key: str = TAGS) -> Request:
    return Request(ANN, "s3:getobject", "arn:aws:s3:::a", {key: tags} if tags else {})


TABLE: Mapping[str, tuple[bool, bool, bool, bool]] = {
    # of a policy value `a`: no tags, a, b, a and b
    "ForAllValues:StringEquals": (True, True, False, False),
    "ForAllValues:StringNotEquals": (True, False, True, False),
    "ForAnyValue:StringEquals": (False, True, False, True),
    "ForAnyValue:StringNotEquals": (False, False, True, True),
    "ForAllValues:StringEqualsIfExists": (True, True, False, False),
    "ForAnyValue:StringEqualsIfExists": (False, True, False, True),
    "ForAnyValue:StringNotEqualsIfExists": (False, False, True, True),
    "StringEquals": (False, False, False, False),
    "StringNotEquals": (True, False, False, False),
    "StringEqualsIfExists": (True, False, False, False),
}


@pytest.mark.parametrize("operator", TABLE)
def test_set_operators_hold_as_documented(operator: str) -> None:
    document = when(operator, TAGS, "a")
    asked = (carrying(), carrying("a"), carrying("b"), carrying("a", "b"))

    assert tuple(is_allowed(document, one) for one in asked) == TABLE[operator]


def test_a_set_operator_reads_one_value_as_a_list_of_one() -> None:
    document = when("ForAllValues:StringEquals", "aws:PrincipalTag/a", "x")

    assert is_allowed(document, Request(ANN, "s3:getobject", "*", {})) is True
    for value, expected in (("x", True), ("y", False)):
        asked = Request(ANN, "s3:getobject", "*", {"aws:PrincipalTag/a": value})
        assert is_allowed(document, asked) is expected


def test_an_empty_text_is_an_empty_set() -> None:
    asked = Request(ANN, "s3:getobject", "*", {"aws:PrincipalTag/a": ""})
    holds = {
        operator: evaluate.is_allowed(when(operator, "aws:PrincipalTag/a", "x"), asked, SEGMENTS)
        for operator in ("ForAllValues:StringEquals", "ForAnyValue:StringNotEquals")
    }

    assert holds == {"ForAllValues:StringEquals": True, "ForAnyValue:StringNotEquals": False}


def test_no_values_are_no_key() -> None:
    for operator, expected in (("StringNotEquals", True), ("ForAnyValue:StringNotEquals", False)):
        asked = Request(ANN, "s3:getobject", "*", {TAGS: ()})

        assert is_allowed(when(operator, TAGS, "a"), asked) is expected


@pytest.mark.parametrize(
    ("quantifier", "expected"), [("ForAllValues", True), ("ForAnyValue", False)]
)
def test_null_under_a_set_operator_no_longer_tests_the_key(quantifier: str, expected: bool) -> None:
    for value in ("true", "false"):
        document = when(f"{quantifier}:Null", TAGS, value)

        assert is_allowed(document, carrying()) is expected
        assert is_allowed(document, carrying("a")) is expected


def added(existing: Policy, new: Policy) -> Request | None:
    question = questions.no_new_access(existing, new)
    found = solve(question.problem)
    assert isinstance(found, Sat | Unsat)
    assert isinstance(found, Unsat) or question.replay(found.model)
    return question.witness(found.model) if isinstance(found, Sat) else None


def test_a_witness_has_the_values_that_the_tests_need_together() -> None:
    both = policy({"Condition": {
        "ForAnyValue:StringEquals": {TAGS: "a"},
        "ForAnyValue:StringLike": {TAGS: "b*"},
        "ForAllValues:StringLike": {TAGS: ["a", "b*"]},
    }})  # fmt: skip
    found = added(policy({"Condition": {"ForAllValues:StringEquals": {TAGS: ["a", "b"]}}}), both)

    assert found is not None
    assert len(found.context[TAGS]) == 2
    assert added(both, both) is None


def test_all_of_less_is_nothing_new_unless_the_key_is_absent() -> None:
    less, more = (
        when("ForAllValues:StringEquals", TAGS, "a"),
        when("ForAllValues:StringEquals", TAGS, "a", "b"),
    )
    some = when("ForAnyValue:StringEquals", TAGS, "a", "b")

    assert added(more, less) is None
    assert added(some, less) is not None
    present = {"Null": {TAGS: "false"}, "ForAllValues:StringEquals": {TAGS: "a"}}
    assert added(some, policy({"Condition": present})) is None


def test_slots_are_counted_along_the_formula() -> None:
    names = [Variable(name, Sort.BOOL) for name in "abcd"]
    a, b, c, d = (terms.is_true(name) for name in names)
    claims = set(names)

    def needed(formula: Formula) -> int:
        return slots_needed(formula, claims)

    assert needed(terms.conjunction(a, b, c)) == 3
    assert needed(terms.disjunction(a, terms.conjunction(b, c))) == 2
    assert needed(terms.negation(terms.conjunction(a, b))) == 1
    assert needed(terms.conjunction(terms.disjunction(a, b), terms.disjunction(c, d))) == 2
    assert slots_needed(terms.conjunction(a, b), {names[0]}) == 1


def test_a_key_of_which_nobody_says_how_many_values_it_holds_may_hold_one_or_several() -> None:
    listed, single = (
        when("ForAnyValue:StringEquals", "ex:K", "b"),
        when("StringEquals", "ex:K", "a"),
    )
    both = policy({"Condition": {
        "ForAllValues:StringEquals": {"ex:K": ["a", "b"]},
        "ForAnyValue:StringEquals": {"ex:K": "b"},
        "StringNotEquals": {"ex:K": "c"},
    }})  # fmt: skip
    found = added(listed, single)

    assert found is not None
    assert found.context["ex:K"] == "a"
    assert added(when("ForAnyValue:StringEquals", "ex:K", "a", "b"), both) is None
    assert added(single, both) is not None


def test_a_service_may_send_one_value_of_its_own_key_and_a_global_key_is_a_list() -> None:
    events = when("StringEquals", "events:detail-type", "a")

    assert is_allowed(events, carrying("a", key="events:detail-type")) is False
    single = Request(ANN, "s3:getobject", "*", {"events:detail-type": "a"})
    assert is_allowed(events, single) is True
    assert added(policy(), events) is not None
    assert added(policy(), when("StringEquals", TAGS, "a")) is None
