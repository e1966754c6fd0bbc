"""Batches: one answer line for each line, whatever the line holds."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio import Conduct, batch
from portfolio.asked import QUESTIONS
from portfolio.limits import Limits, Schedule
from portfolio.members import by_name
from tests.fakes import UNSAT, WRONG, Scripted

ALONE = Conduct(members=by_name(["automaton"]))

ANYTHING = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
}
NOTHING: dict[str, object] = {"Version": "2012-10-17", "Statement": []}
FOR_ALL = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
}


def ask(**fields: object) -> dict[str, Any]:
    """Return the answer to a line with these fields."""
    return answers(json.dumps(fields).encode())[0]


def answers(source: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in batch.answer_lines(io.BytesIO(source), ALONE, workers=1)]


def test_each_question_is_answered() -> None:
    lines = [
        {"id": 1, "question": "no-new-access", "existing": NOTHING, "new": ANYTHING},
        {"id": 2, "question": "no-public-access", "policy": FOR_ALL},
        {
            "id": 3,
            "question": "access-not-granted",
            "policy": ANYTHING,
            "access": {"actions": "a:b"},
        },
        {"id": 4, "question": "compare", "first": NOTHING, "second": ANYTHING},
    ]

    found = answers(b"\n".join(json.dumps(line).encode() for line in lines))

    assert [(one["id"], one["question"], one["result"]) for one in found] == [
        (1, "no-new-access", "FAIL"),
        (2, "no-public-access", "FAIL"),
        (3, "access-not-granted", "FAIL"),
        (4, "compare", "more"),
    ]


def test_a_pass_that_members_contradict_each_other_about_is_no_pass_of_the_batch() -> None:
    members = (Scripted("liar", WRONG), Scripted("one", UNSAT), Scripted("other", UNSAT))
    conduct = Conduct(members=members, schedule=Schedule.RUN_ALL, core_wall_s=0.0)
    line = json.dumps({"id": 1, "question": "no-new-access", "existing": FOR_ALL, "new": FOR_ALL})
    told = batch.reply(line.encode(), conduct)
    content = json.loads(told.output)
    assert content["result"] == "PASS"
    assert [one["member"] for one in content["disagreements"]] == ["liar"]
    assert (told.passed, told.is_error) == (False, False)


def test_a_policy_that_allows_nothing_passes() -> None:
    found = ask(id="x", question="no-new-access", existing=ANYTHING, new=NOTHING)

    assert (found["id"], found["result"], found["verdict"]) == ("x", "PASS", "unsat")


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({}, "$", "`id` is missing"),
        ({"id": 1}, "$", "`question` is missing"),
        ({"id": 1, "question": ["compare"]}, "$.question", "is not supported"),
        ({"id": 1, "question": "findingz", "policy": FOR_ALL}, "$.question", "`findingz` is not"),
        ({"id": 1, "question": "Simulate", "request": {}}, "$.question", "`Simulate` is not"),
        ({"id": 1, "question": "compare", "first": NOTHING}, "$", "`second` is missing"),
        (
            {"id": 1, "question": "no-public-access", "policy": FOR_ALL, "policytype": "scp"},
            "$.policytype",
            "unknown element `policytype`",
        ),
        (
            {"id": 1, "question": "no-public-access", "policy": FOR_ALL, "policyType": "group"},
            "$.policyType",
            "`group` is none of",
        ),
        (
            {"id": 1, "question": "no-public-access", "policy": FOR_ALL, "resourceType": "Bucket"},
            "$.resourceType",
            "`Bucket` is none of",
        ),
        (
            {"id": 1, "question": "no-public-access", "policy": ANYTHING, "policyType": "identity"},
            "$.policy",
            "names no principals",
        ),
        (
            {"id": 1, "question": "access-not-granted", "policy": ANYTHING, "access": {}},
            "$.access",
            "name an action or a resource",
        ),
        (
            {
                "id": 1,
                "question": "access-not-granted",
                "policy": ANYTHING,
                "access": {"actions": ["s3GetObject"]},
            },
            "$.access",
            "`s3GetObject` is not",
        ),
        (
            {"id": 1, "question": "compare", "first": NOTHING, "second": {"Statement": [{}]}},
            "$.second.Statement[0]",
            "is missing",
        ),
    ],
)
def test_a_line_that_asks_nothing_names_the_place(
    fields: dict[str, object], path: str, message: str
) -> None:
    found = ask(**fields)

    assert set(found) == {"id", "error"}
    assert found["id"] == fields.get("id")
    assert found["error"]["path"] == path
    assert message in found["error"]["message"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"  ",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"id": 1, "id": 2, "question": "compare"}',
        b'{"id": NaN}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_read_is_answered_and_the_run_goes_on(line: bytes) -> None:
    good = json.dumps({"id": 7, "question": "compare", "first": NOTHING, "second": NOTHING})

    first, second = answers(line + b"\n" + good.encode())

    assert set(first["error"]) == {"message", "path"}
    assert (second["id"], second["result"]) == (7, "equivalent")


def test_a_policy_that_is_not_modelled_is_unknown_and_fails() -> None:
    value = {"Bool": {"aws:SecureTransport": "${ex:tls}"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": value}
    policy = {"Version": "2012-10-17", "Statement": statement}

    found = ask(id=1, question="no-new-access", existing=NOTHING, new=policy)

    assert (found["result"], found["verdict"], found["winner"]) == ("FAIL", "unknown", None)
    assert "in `new` at $.Statement.Condition" in found["unknown"]


def test_a_line_too_long_is_an_error_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_LINE_BYTES", 1000)

    found = answers(b"x" * 1_000_000 + b"\n" + b"y" * 1000 + b"\n" + b"z" * 999 + b"\n")

    messages = [one["error"]["message"] for one in found]
    assert messages[:2] == ["the line has more than 1000 bytes"] * 2
    assert messages[2].startswith("not JSON")


def test_a_fault_of_ours_costs_one_line_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise MemoryError("in a test")

    monkeypatch.setattr(Conduct, "compare", fail)
    lines = [
        {"id": 1, "question": "compare", "first": NOTHING, "second": NOTHING},
        {"id": 2, "question": "no-new-access", "existing": NOTHING, "new": NOTHING},
    ]

    first, second = answers(b"\n".join(json.dumps(line).encode() for line in lines))

    assert (first["id"], first["question"], first["result"]) == (1, "compare", "unknown")
    assert first["added"]["result"] == "FAIL"
    assert "MemoryError: in a test" in first["added"]["unknown"]
    assert (second["id"], second["result"]) == (2, "PASS")


WHY = "the process that worked on it was ended by SIGKILL"


@pytest.mark.parametrize("question", [*QUESTIONS])
def test_what_nobody_survived_to_answer_is_unknown_and_does_not_pass(question: str) -> None:
    line = json.dumps({"id": 7, "question": question}).encode()

    reply = batch.Answering(conduct=ALONE).unanswered(line, WHY)

    content = json.loads(reply.output)
    told = content["added"] if question == "compare" else content
    assert (reply.passed, reply.is_error, content["id"]) == (False, False, 7)
    assert content.get("result") in ("FAIL", "unknown", None)
    assert WHY in told["unknown"]


@pytest.mark.parametrize(
    ("line", "questions"),
    [
        ({"question": "no-public-access"}, 1),
        ({"question": "compare"}, 2),
        ({"question": "access-not-granted", "access": {"actions": ["a", "b"]}}, 3),
        ({"access": {"actions": ["a", "b"], "resources": ["c", "d", "e"]}}, 7),
        ({"access": 7}, 1),
        ([], 1),
    ],
)
def test_nobody_waits_longer_than_all_questions_of_a_line_may_take(
    line: object, questions: int
) -> None:
    conduct = Conduct(limits=Limits(wall_s=10.0), core_wall_s=0.0)
    found = batch.Answering(conduct=conduct).patience_s(json.dumps(line).encode())

    assert found == questions * batch.RACES * 10.0 + batch.MARGIN_S


@pytest.mark.parametrize("line", [b"{", b'{"id": 1}', b'{"id": 1, "question": "who"}', b"[1]"])
def test_what_nobody_survived_to_read_is_an_error(line: bytes) -> None:
    assert batch.Answering(conduct=ALONE).unanswered(line, WHY).is_error


@pytest.mark.parametrize(
    "identity", ['"\\u00e9"', "12345678901234567890123", "1.50", "-0", '"\u202e"']
)
def test_an_id_comes_back_as_it_is_in_letters_for_any_terminal(identity: str) -> None:
    line = f'{{"id": {identity}, "question": "compare", "first": [], "second": []}}'

    output = batch.reply(line.encode(), ALONE).output

    assert output.isascii()
    assert json.loads(output)["id"] == json.loads(identity)


@pytest.mark.parametrize("depth", [102, 500, 990, 996, 999])
def test_an_id_too_deep_to_be_written_is_an_error(depth: int) -> None:
    identity = b"[" * depth + b"]" * depth

    found = answers(b'{"id": %s, "question": "compare", "first": [], "second": []}' % identity)

    assert (found[0]["id"], found[0]["error"]["message"]) == (None, "nested too deeply")


def test_an_id_that_is_nested_comes_back() -> None:
    identity = "[" * 90 + '{"a": [1.5]}' + "]" * 90
    line = f'{{"id": {identity}, "question": "compare", "first": [], "second": []}}'

    assert answers(line.encode())[0]["id"] == json.loads(identity)


def test_memory_does_not_grow_with_the_input() -> None:
    line = json.dumps({"id": 1, "question": "compare", "first": NOTHING, "second": NOTHING})
    replies = batch.answer_lines(io.BufferedReader(Endless(line)), ALONE, workers=1)
    for _ in range(50):
        next(replies)
    tracemalloc.start()

    for _ in range(500):
        next(replies)

    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 200_000


class Endless(io.RawIOBase):
    """The same line for ever."""

    def __init__(self, line: str) -> None:
        self.line = line.encode() + b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        assert len(buffer) >= len(self.line)
        buffer[: len(self.line)] = self.line
        return len(self.line)


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=5))
def test_every_line_gets_one_answer(lines: list[bytes]) -> None:
    source = b"".join(line + b"\n" for line in lines)

    assert len(answers(source)) == len(lines)
