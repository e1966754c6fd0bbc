"""Grades, counts and tables, and the command that prints them."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from portfolio.cli_iam_conformance import iam_conformance
from portfolio.differential.iam import record, table
from portfolio.differential.iam.case import IamCase, Question, Rule, Status
from portfolio.differential.iam.conversation import End, Reply
from portfolio.differential.iam.library import cases
from portfolio.differential.iam.score import Counts, Grade, Score, graded

FAKE = Path(__file__).with_name("fake_tool.py")
RULE = Rule(name="r", topic="t", says="s", source="https://x", status=Status.DOCUMENTED)
OPEN = Rule(
    name="o", topic="t", says="s", source="https://x", status=Status.CONTESTED, ruling="so we say"
)


def case(question: Question, expected: object, name: str = "a case", rule: Rule = RULE) -> IamCase:
    return IamCase(name=name, rule=rule, question=question, asked={}, expected=expected)


def said(answer: object) -> Reply:
    return Reply(end=End.ANSWERED, answer=answer, detail="because")


CHECK, SIMULATE = Question.NO_NEW_ACCESS, Question.SIMULATE
FINDINGS, VALID = Question.FINDINGS, Question.VALID_DOCUMENT


@pytest.mark.parametrize(
    ("question", "expected", "answer", "grade"),
    [
        (CHECK, "PASS", "PASS", Grade.RIGHT),
        (CHECK, "FAIL", "PASS", Grade.FALSE_PROOF),
        (CHECK, "PASS", "FAIL", Grade.FALSE_ALARM),
        (CHECK, "PASS", "pass", Grade.CRASHED),
        (CHECK, "PASS", "allowed", Grade.CRASHED),
        (CHECK, "PASS", ["PASS"], Grade.CRASHED),
        (SIMULATE, "allowed", "allowed", Grade.RIGHT),
        (SIMULATE, "implicitDeny", "denied", Grade.RIGHT),
        (SIMULATE, "explicitDeny", "denied", Grade.RIGHT),
        (SIMULATE, "explicitDeny", "implicitDeny", Grade.WRONG),
        (SIMULATE, "allowed", "denied", Grade.FALSE_PROOF),
        (SIMULATE, "allowed", "explicitDeny", Grade.FALSE_PROOF),
        (SIMULATE, "implicitDeny", "allowed", Grade.FALSE_ALARM),
        (VALID, "valid", "valid", Grade.RIGHT),
        (VALID, "invalid", "valid", Grade.WRONG),
        (FINDINGS, [{"a": ["x", "y"]}, {}], [{}, {"a": ["y", "x"]}], Grade.RIGHT),
        (FINDINGS, [{"a": 1}], [], Grade.FALSE_PROOF),
        (FINDINGS, [], [{"a": 1}], Grade.FALSE_ALARM),
        (FINDINGS, [{"a": 1}], [{"a": 2}], Grade.WRONG),
        (FINDINGS, [{"a": 1}], [{"a": 1}, {"a": 1}], Grade.WRONG),
        (FINDINGS, [], "none", Grade.CRASHED),
    ],
)
def test_an_answer_is_graded(
    question: Question, expected: object, answer: object, grade: Grade
) -> None:
    assert graded(case(question, expected), said(answer)).grade is grade


@pytest.mark.parametrize("end", [end for end in End if end is not End.ANSWERED])
def test_an_end_that_is_no_answer_is_its_own_grade(end: End) -> None:
    reply = Reply(end=end, answer="PASS")

    assert graded(case(CHECK, "PASS"), reply).grade.value == end.value


SCORE = Score(
    tool="some",
    version="1",
    graded=(
        graded(case(CHECK, "PASS", "one"), said("PASS")),
        graded(case(CHECK, "FAIL", "two"), said("PASS")),
        graded(case(CHECK, "PASS", "three"), said("FAIL")),
        graded(case(CHECK, "PASS", "four"), Reply(end=End.TIMED_OUT)),
        graded(case(CHECK, "PASS", "five"), Reply(end=End.NOT_ASKED)),
        graded(case(CHECK, "PASS", "six"), Reply(end=End.REFUSED)),
        graded(case(VALID, "valid", "seven"), said("invalid")),
        graded(case(CHECK, "FAIL", "eight", OPEN), said("PASS")),
        graded(case(CHECK, "FAIL", "nine", OPEN), said("FAIL")),
    ),
)
MISSING = Score(tool="other", version="2", missing="no network")
ASKED = [one.case for one in SCORE.graded]


def test_what_is_contested_is_counted_apart() -> None:
    settled, contested = SCORE.settled(), SCORE.contested()

    assert (settled.asked, settled[Grade.RIGHT], settled.wrong) == (6, 1, 3)
    assert (settled.undecided, settled.broken, settled[Grade.NOT_ASKED]) == (1, 1, 1)
    assert (contested.asked, contested[Grade.RIGHT], contested.wrong) == (2, 1, 1)
    assert SCORE.of_topic("t") == settled
    assert SCORE.of_topic("u") == Counts({})


def test_the_counts_of_a_row_add_up() -> None:
    (row,) = table.rows([SCORE, MISSING], contested=False)

    assert row == ("some 1", "6", "1", "1", "1", "1", "1", "0", "1", "1")
    assert sum(map(int, row[2:-1])) == int(row[1])


def test_the_text_has_the_tables_and_the_wrong_answers() -> None:
    text = table.as_text([SCORE, MISSING], ASKED)
    lines = text.splitlines()

    assert lines[0] == "settled rules"
    assert lines[2].split() == ["some", "1", "6", "1", "1", "1", "1", "1", "0", "1", "1"]
    assert "t      1/6 (1 fp)" in lines
    start = lines.index("some 1: wrong answers")
    assert lines[start + 1 : start + 3] == [
        "  false proof: two",
        "    said PASS, expected FAIL",
    ]
    assert "    said PASS, expected FAIL; contested: so we say" in lines
    assert "other 2: not installed: no network" in lines


def test_a_topic_without_a_question_is_left_empty() -> None:
    silent = Score(tool="silent", version="1", graded=(graded(ASKED[0], Reply(end=End.NOT_ASKED)),))

    assert table.topic_rows([SCORE, silent], ASKED)[1] == ("t", "1/6 (1 fp)", "")


def test_the_page_names_the_rule_of_a_wrong_answer() -> None:
    page = table.as_markdown([SCORE, MISSING], ASKED)

    assert "| some 1 | 6 | 1 | 1 | 1 | 1 | 1 | 0 | 1 | 1 |" in page
    assert "- false proof: two: said PASS, expected FAIL ([r](https://x))" in page
    assert "- other 2: not installed: no network" in page
    assert "- iamspy 0.0.1: the distribution on PyPI holds no module" in page


def test_json_has_the_counts_and_the_wrong_answers() -> None:
    whole = json.loads(json.dumps(table.as_json([SCORE, MISSING], ASKED)))
    some, other = whole["tools"]

    assert whole["cases"] == 9
    assert some["settled"]["false proof"] == 1
    assert some["topics"]["t"] == some["settled"]
    assert [one["case"] for one in some["wrong"]] == ["two", "eight", "three", "seven"]
    assert other == {"tool": "other", "version": "2", "notInstalled": "no network"}


def test_a_record_has_a_row_for_each_answer(tmp_path: Path) -> None:
    record.write(tmp_path / "run", [SCORE, MISSING], ASKED, command="keyaki iam-conformance")
    with (tmp_path / "run" / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    about = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))

    assert [row["grade"] for row in rows] == [one.grade.value for one in SCORE.graded]
    assert rows[1]["expected"] == "FAIL"
    assert about["command"] == "keyaki iam-conformance"
    assert (tmp_path / "run" / "score.md").read_text("utf-8").startswith("# Conformance")
    assert json.loads((tmp_path / "run" / "score.json").read_text("utf-8"))["cases"] == 9


def run(*arguments: str) -> tuple[int, str]:
    """Return the status, which the command returns to `main`, and the output."""
    result = CliRunner().invoke(iam_conformance, arguments, standalone_mode=False)
    status = result.return_value if result.exception is None else 2
    return int(status), result.output if result.exception is None else str(result.exception)


def own(behaviour: str) -> str:
    return f"mine={sys.executable} {FAKE} {behaviour}"


def test_the_command_asks_a_tool_of_ones_own() -> None:
    status, output = run(
        "--own-tool", own("says-unknown"), "--topic", "findings of external access"
    )

    assert status == 0
    assert "mine" in output
    assert "keyaki" not in output


def test_a_wrong_answer_is_in_the_status(tmp_path: Path) -> None:
    options = ("--own-tool", own("says-PASS"), "--topic", "custom policy checks")
    status, output = run(*options, "--format", "json", "--record", str(tmp_path))

    assert status == 1
    assert json.loads(output)["tools"][0]["settled"]["false proof"] > 10
    assert (tmp_path / "score.md").exists()


def test_the_command_shows_the_cases() -> None:
    status, output = run("--show-cases")
    lines = [json.loads(line) for line in output.splitlines()]

    assert status == 0
    assert len(lines) == len(cases())
    assert all(line["source"].startswith("https://") and line["rule"] for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tool", "zelkova"), "unknown tool `zelkova`; known are keyaki, "),
        (("--topic", "weather"), "unknown topic `weather`; known are evaluation"),
        (("--own-tool", "mine"), "`mine` is not of the form NAME=COMMAND"),
    ],
)
def test_bad_usage_is_said(arguments: tuple[str, ...], message: str) -> None:
    status, output = run(*arguments)

    assert status == 2
    assert output.startswith(message)
