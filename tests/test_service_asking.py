"""What an answering process makes of a request, and what is counted of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from automaton.verdict import Sat, Unsat
from portfolio.answer import End
from portfolio.batch import MANY
from portfolio.conduct import Conduct
from portfolio.limits import Limits, Schedule
from portfolio.members.base import Ended, Outcome, Run, Task, outcome_of
from portfolio.service.asking import Asked, Told, tell
from portfolio.service.crew import Ticket
from tests.fakes import Scripted

CRASH = Outcome(End.CRASHED, detail="killed by SIGSEGV")
SCRIPT = json.dumps({"script": '(declare-const x String)(assert (= x "a"))(assert (= x "b"))'})


class Unsteady(Scripted):
    """A member that crashes the first time."""

    def start(self, task: Task, limits: Limits) -> Run:
        self.starts += 1
        return Ended(CRASH if self.starts == 1 else outcome_of(self.verdict))


def solved(*members: Scripted) -> Told:
    conduct: Conduct = replace(MANY, members=members, schedule=Schedule.EAGER)
    return tell(Asked(kind="solve", body=SCRIPT.encode(), wall_s=10.0), conduct)


def test_what_a_crash_left_open_is_asked_again_and_all_ends_are_counted() -> None:
    told = solved(Unsteady("one", Unsat()))

    assert (told.facts["verdict"], told.facts["races"]) == ("unsat", 1)
    assert [(name, end) for name, end, _ in told.facts["members"]] == [
        ("one", "crashed"),
        ("one", "answered"),
    ]


def test_a_second_try_makes_no_disagreement_undone() -> None:
    told = solved(Unsteady("one", Unsat()), Scripted("liar", Sat({"x": "c"})))

    assert (told.facts["verdict"], told.facts["disputed"]) == ("unknown", ["liar"])


@pytest.mark.parametrize("kind", [Asked, Ticket])
def test_what_is_asked_is_not_in_what_is_printed_of_it(kind: type) -> None:
    fields = {"future": None, "deadline": 0.0} if kind is Ticket else {"wall_s": 1.0}

    assert "secret" not in repr(kind(kind="solve", body=b"secret", **fields))
    assert "secret" not in repr(Told(status=200, output=b"secret"))
