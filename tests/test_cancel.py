"""Calling off: a race that is called off ends soon, whoever runs in it and whenever that is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from automaton.verdict import Reason, Unknown
from portfolio.answer import Answer, End
from portfolio.cancel import Cancel
from portfolio.limits import Limits, Schedule
from portfolio.members import Member
from portfolio.members.automaton import AutomatonMember
from portfolio.race import race
from tests.fakes import (
    FAKES,
    HARD,
    RIGHT,
    SATISFIABLE,
    UNDECIDED,
    UNSAT,
    WRONG,
    Scripted,
    Stubborn,
    busy,
    marked_processes,
    wait_until,
)

PATIENT = Limits(wall_s=20, grace_s=5)


@pytest.fixture(autouse=True)
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def called_off(
    *members: Member,
    after_s: float,
    schedule: Schedule = Schedule.EAGER,
    limits: Limits = PATIENT,
) -> Answer:
    """Return the answer of a race that is called off after so long, from another thread."""
    cancel = Cancel()
    timer = threading.Timer(after_s, cancel.set)
    timer.start()
    try:
        return race(SATISFIABLE, members=members, limits=limits, schedule=schedule, cancel=cancel)
    finally:
        timer.join()


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("kind", FAKES)
@pytest.mark.parametrize("behaviour", ["hang", "ignore-signals", "fork-and-hang", "deaf"])
def test_a_race_that_is_called_off_ends_soon_and_leaves_no_process(
    behaviour: str, kind: str, schedule: Schedule, mark: str
) -> None:
    members = [FAKES[kind](behaviour, f"fake-{number}") for number in range(2)]
    answer = called_off(*members, after_s=0.2, schedule=schedule)
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.CANCELLED
    assert [report.end for report in answer.members] == [End.CANCELLED] * 2
    assert answer.winner is None
    assert answer.wall_s < 2
    assert wait_until(lambda: busy(mark) == []), busy(mark)


@pytest.mark.parametrize("schedule", Schedule)
def test_a_race_that_was_called_off_before_starts_nobody(schedule: Schedule) -> None:
    cancel = Cancel()
    cancel.set()
    members = [Scripted("one", RIGHT), Scripted("two", RIGHT)]
    answer = race(SATISFIABLE, members=members, schedule=schedule, cancel=cancel)
    assert [member.starts for member in members] == [0, 0]
    assert [report.end for report in answer.members] == [End.CANCELLED] * 2
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.CANCELLED


def test_a_search_of_the_automaton_is_called_off() -> None:
    cancel = Cancel()
    threading.Timer(0.2, cancel.set).start()
    answer = race(HARD, members=[AutomatonMember()], limits=PATIENT, cancel=cancel)
    assert [report.end for report in answer.members] == [End.CANCELLED]
    assert answer.wall_s < 2
    assert 0 < answer.members[0].cpu_s < 2


def test_a_member_that_obeys_nothing_does_not_hold_a_race_that_is_called_off() -> None:
    answer = called_off(Stubborn(), Scripted("slow", RIGHT, delay_s=10), after_s=0.1)
    assert [report.end for report in answer.members] == [End.CANCELLED] * 2
    assert answer.wall_s < 3


def test_who_ended_before_keeps_its_end() -> None:
    answer = called_off(Scripted("shy", UNDECIDED), Scripted("slow", RIGHT, delay_s=9), after_s=0.2)
    assert [report.end for report in answer.members] == [End.UNKNOWN, End.CANCELLED]
    assert isinstance(answer.verdict, Unknown)
    assert "shy: unknown" in answer.verdict.detail


def test_an_answer_that_stands_by_then_stays() -> None:
    members = (Scripted("fast", RIGHT), Scripted("slow", RIGHT, delay_s=10))
    answer = called_off(*members, after_s=0.2, schedule=Schedule.RUN_ALL)
    assert (answer.verdict, answer.winner) == (RIGHT, "fast")
    assert [report.end for report in answer.members] == [End.ANSWERED, End.CANCELLED]


def test_a_disagreement_by_then_is_told() -> None:
    members = (Scripted("liar", WRONG), Scripted("slow", UNSAT, delay_s=10))
    answer = called_off(*members, after_s=0.2)
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.DISAGREEMENT
    assert [one.member for one in answer.disagreements] == ["liar"]


def test_calling_off_after_the_race_does_nothing() -> None:
    cancel = Cancel()
    answer = race(SATISFIABLE, members=[Scripted("one", RIGHT)], cancel=cancel)
    cancel.set()
    assert answer.winner == "one"


def test_one_cancel_calls_off_many_races() -> None:
    cancel = Cancel()
    answers: list[Answer] = []

    def one() -> None:
        members = [Scripted("slow", RIGHT, delay_s=10)]
        answers.append(race(SATISFIABLE, members=members, limits=PATIENT, cancel=cancel))

    threads = [threading.Thread(target=one) for _ in range(10)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    cancel.set()
    for thread in threads:
        thread.join(5)
    assert [answer.members[0].end for answer in answers] == [End.CANCELLED] * 10


def test_callbacks_are_called_once_whatever_one_raises() -> None:
    cancel, called = Cancel(), []

    def fail() -> None:
        called.append("fail")
        raise ValueError

    with cancel.calling(fail), cancel.calling(lambda: called.append("second")):
        with cancel.calling(lambda: called.append("left before")):
            pass
        assert not cancel.is_set
        cancel.set()
        cancel.set()
    assert called == ["fail", "second"]
    assert cancel.is_set


def test_a_callback_that_comes_late_is_called_at_once() -> None:
    cancel, called = Cancel(), []
    cancel.set()
    with cancel.calling(lambda: called.append("late")):
        assert called == ["late"]
