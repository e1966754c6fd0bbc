"""The conformance cases: well formed, of every topic, on both sides of each edge, and answered."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from portfolio.batch import reply
from portfolio.conduct import Conduct
from portfolio.differential.iam.case import CHECKS, IamCase, Question, Rule, Status
from portfolio.differential.iam.conversation import End, Reply
from portfolio.differential.iam.drivers import own
from portfolio.differential.iam.library import FOLDER, CaseError, cases, read
from portfolio.differential.iam.score import Grade, graded
from portfolio.limits import Limits, Schedule
from portfolio.members import by_name

CASES = {case.name: case for case in cases()}
ENGINE = Conduct(
    members=by_name(["automaton"]),
    limits=Limits(wall_s=60.0),
    schedule=Schedule.RUN_ALL,
    core_wall_s=0.0,
)
"""The race of the engine alone: nothing is decided at a look."""

TOPICS = {
    "evaluation within an account",
    "across accounts",
    "organisations and endpoints",
    "principals",
    "grammar",
    "versions and variables",
    "actions",
    "resources",
    "string operators",
    "numbers, dates, Booleans and bytes",
    "addresses",
    "ARN operators",
    "missing keys",
    "set operators",
    "several conditions",
    "keys of a request",
    "public access",
    "custom policy checks",
    "findings of external access",
}

OPERATORS = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
]

READ_ALL_THE_SAME = {
    "a variable in the region of a resource": "placeholders of templates stand there in practice",
    "a variable under a numeric operator": "is read, and what depends on it is unknown",
    "a wildcard in the service of a resource": "is read as a wildcard of any other part",
    "an RCP that allows": "is read as it is written, with AWS's own beside it",
    "an RCP for one account": "is read as it is written",
}
"""Documents that AWS does not take and we do."""


def both_sides() -> dict[Rule, set[object]]:
    found: dict[Rule, set[object]] = defaultdict(set)
    for case in CASES.values():
        is_validity = case.question is Question.VALID_DOCUMENT
        found[case.rule].add(case.expected == "valid" if is_validity else case.grants)
    return found


def test_every_topic_has_cases() -> None:
    assert {case.rule.topic for case in CASES.values()} == TOPICS
    assert len(CASES) == len(cases()) >= 800


def test_every_rule_shows_both_sides_of_its_edge() -> None:
    wrong = [rule for rule, sides in both_sides().items() if rule.sides is not (len(sides) > 1)]

    assert [rule.name for rule in wrong] == []


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_met_and_not_met_by_a_request(operator: str) -> None:
    written = f'"{operator}": {{'
    decided = {
        case.expected
        for case in CASES.values()
        if case.question is Question.SIMULATE and written in json.dumps(case.asked)
    }

    assert {"allowed", "implicitDeny"} <= decided


def test_every_question_is_asked() -> None:
    assert {case.question for case in CASES.values()} == set(Question)


def test_contested_rules_say_what_was_ruled() -> None:
    contested = {case.rule for case in CASES.values() if case.rule.status is Status.CONTESTED}

    assert len(contested) >= 10
    assert all(rule.ruling for rule in contested)


@pytest.mark.parametrize("name", list(CASES))
def test_a_case_is_answered_as_documented(name: str) -> None:
    case = CASES[name]
    answer, said = own.answer(case.line(), None)
    end = Reply(end=End.ANSWERED, answer=answer, detail=said)

    expected = Grade.WRONG if name in READ_ALL_THE_SAME else Grade.RIGHT
    assert graded(case, end).grade is expected, (answer, said)


PUT_TO_A_RACE = [
    case for case in CASES.values() if case.question in CHECKS and "definition" not in case.asked
]


@pytest.mark.parametrize("case", PUT_TO_A_RACE, ids=lambda case: case.name)
def test_the_engine_alone_answers_as_documented(case: IamCase) -> None:
    content = reply(json.dumps(case.line()).encode(), ENGINE).content

    assert content.get("winner") == "automaton"
    assert content["result"] == case.expected


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some.json"
    path.write_text(text, encoding="utf-8")
    return path


CASE = {
    "id": "a case",
    "question": "access-not-granted",
    "policy": {},
    "access": {},
    "expected": "PASS",
}
RULE = {"id": "r", "rule": "says", "source": "https://x", "status": "documented", "cases": [CASE]}


def whole(**rule: object) -> str:
    return json.dumps({"topic": "t", "rules": [{**RULE, **rule}]})


def of_case(**case: object) -> str:
    return whole(cases=[{**CASE, **case}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "some.json: expected an object"),
        ("{", "some.json: Expecting property name"),
        ('{"topic": "t", "topic": "u"}', "the key `topic` occurs twice"),
        ('{"topic": "t"}', "some.json: `rules` is missing"),
        ('{"topic": "t", "rules": []}', "some.json: rules: expected an array that is not empty"),
        (whole(source="a book"), "some.json: rules[0].source: `a book` is no address of a page"),
        (whole(status="sure"), "some.json: rules[0].status: `sure` is none of documented"),
        (whole(status="contested"), "some.json: rules[0]: a contested rule needs a `ruling`"),
        (whole(why="x"), "some.json: rules[0]: unknown element `why`"),
        (whole(rule=""), "some.json: rules[0].rule: expected a text that is not empty"),
        (of_case(question="who"), "some.json: rules[0].cases[0].question: `who` is none of"),
        (of_case(new={}), "some.json: rules[0].cases[0]: unknown element `new`"),
        (of_case(expected="yes"), "cases[0].expected: `yes` answers no `access-not-granted`"),
        (of_case(expected="allowed"), "`allowed` answers no `access-not-granted`"),
        (of_case(question="simulate"), "some.json: rules[0].cases[0]: `policies` is missing"),
        (whole(cases=[CASE, CASE]), "the case `a case` occurs twice"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CaseError) as caught:
        read([written(tmp_path, text)])

    assert message in str(caught.value)


def test_a_rule_may_not_occur_in_two_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = of_case(id=name)
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")

    with pytest.raises(CaseError) as caught:
        read(sorted(tmp_path.glob("*.json")))

    assert str(caught.value) == "the rule `r` occurs twice"


def test_the_files_are_data_of_the_package() -> None:
    listed = Path(__file__).parents[1] / "pyproject.toml"

    assert "differential/iam/cases/*.json" in listed.read_text(encoding="utf-8")
    assert len(list(FOLDER.glob("*.json"))) == len(TOPICS)
