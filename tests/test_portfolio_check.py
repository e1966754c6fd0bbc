"""One question, one result: what else is told beside the answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from automaton.verdict import Unknown
from encoders.iam import questions
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy
from encoders.iam.questions import Question
from portfolio.check import Result, check
from portfolio.conduct import Conduct
from portfolio.limits import Limits, Schedule
from portfolio.members import Run, by_name
from portfolio.members.base import Task
from portfolio.trust import Confirm, Scrutiny
from tests.fakes import UNDECIDED, WRONG, Scripted

LIAR = Scripted("automaton", WRONG)


def allowing(resource: str) -> Policy:
    """Return a policy that allows to read a resource."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    return policy_from_json({"Version": "2012-10-17", "Statement": statement})


NARROW = allowing("arn:aws:s3:*:111122223333:a")
WIDE = allowing("arn:aws:s3:a:b:111122223333:a")
"""Within the other iff a wildcard does not stop at a colon."""


def question() -> Question:
    return questions.no_new_access(NARROW, WIDE)


def doubted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Return the result of a race that went well, of whose other reading the automaton lies."""
    members = by_name(("automaton",))
    monkeypatch.setattr(sys.modules[check.__module__], "by_name", lambda names: (LIAR,))
    return check(question(), members=members, scrutiny=Scrutiny(evidence=folder))


def test_a_disagreement_about_the_other_reading_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = doubted(tmp_path, monkeypatch)
    assert result.other_reading is not None
    assert isinstance(result.other_reading.answer.verdict, Unknown)
    assert [len(answer.disagreements) for answer in result.answers] == [0, 1]
    told = result.to_json()
    assert told["disagreements"] == [one.to_json() for one in result.answers[1].disagreements]
    [place] = tmp_path.iterdir()
    assert told["evidence"] == str(place)


@pytest.mark.parametrize("confirm", Confirm)
def test_the_other_reading_is_confirmed_like_the_first(confirm: Confirm) -> None:
    members = (*by_name(("automaton",)), Scripted("other", UNDECIDED))
    scrutiny = Scrutiny(confirm=confirm)
    result = check(question(), members=members, limits=Limits(wall_s=10.0), scrutiny=scrutiny)
    assert result.other_reading is not None
    is_trusting = confirm is Confirm.NOTHING
    # Nobody but the automaton and a certificate proves anything here.
    assert result.other_reading.passed == (confirm is not Confirm.MEMBER)
    names = [report.name for report in result.other_reading.answer.members]
    assert ("other" in names) == (not is_trusting)
    assert ("certificate" in names) == (confirm in (Confirm.CERTIFICATE, Confirm.EITHER))


def test_a_disagreement_about_a_part_is_told() -> None:
    # Who always lies does so of the whole and of each part.
    conduct = Conduct(members=(Scripted("liar", WRONG),), schedule=Schedule.EAGER)
    result = conduct.access_not_granted(NARROW, ["s3:GetObject", "s3:PutObject"], [])
    told = json.loads(json.dumps(result.to_json()))
    assert [one["member"] for one in told["disagreements"]] == ["liar"] * 3


class Timed(Scripted):
    """A member that notes how much time it is given."""

    def __init__(self) -> None:
        super().__init__("timed", UNDECIDED, delay_s=0.1)
        self.walls: list[float] = []

    def start(self, task: Task, limits: Limits) -> Run:
        self.walls.append(limits.wall_s)
        return super().start(task, limits)


@pytest.mark.parametrize(
    ("ask", "races"),
    [
        (lambda conduct: conduct.compare(NARROW, WIDE), 2),
        (lambda conduct: conduct.access_not_granted(NARROW, ["s3:GetObject", "s3:Put*"], []), 3),
    ],
    ids=["compare", "access"],
)
def test_the_races_of_one_question_share_its_time(
    ask: Callable[[Conduct], object], races: int
) -> None:
    member = Timed()

    ask(Conduct(members=(member,), limits=Limits(wall_s=5.0)))

    assert len(member.walls) == races
    assert member.walls[0] <= 5.0
    assert all(after <= before - 0.1 for before, after in pairwise(member.walls))
