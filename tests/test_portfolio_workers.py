"""Workers that wait and are replaced, and places for what runs at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from portfolio.answer import Answer, End
from portfolio.limits import Limits, Schedule
from portfolio.members import LibraryMember, Outcome, placed, process
from portfolio.members.workers import MOST_QUESTIONS
from portfolio.places import Places
from portfolio.race import race
from tests.fakes import (
    FAKES,
    SATISFIABLE,
    busy,
    fake_binary,
    fake_library,
    marked_processes,
    processes,
)

AMPLE = Limits(wall_s=20, memory_mib=64)


@pytest.fixture(autouse=True)
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


@pytest.fixture
def one_place(monkeypatch: pytest.MonkeyPatch) -> Places:
    places = Places(1)
    monkeypatch.setattr(placed, "running", places)
    return places


def run(member: LibraryMember) -> Outcome:
    outcome = member.start(SATISFIABLE, AMPLE).wait(None)
    assert outcome is not None
    return outcome


def workers(mark: str) -> set[int]:
    return {number for number, line in processes(mark).items() if "worker" in line}


def test_a_worker_is_replaced_after_so_many_questions(mark: str) -> None:
    member = replace(fake_library("unknown"), most_questions=2)
    found = []
    for _ in range(5):
        assert run(member).end is End.UNKNOWN
        found.append(workers(mark))
    assert [len(each) for each in found] == [1, 0, 1, 0, 1]
    assert not found[0] & found[2]
    assert fake_library("unknown").most_questions == MOST_QUESTIONS


def test_so_many_workers_wait_and_those_that_waited_longest_go(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio.members.workers.MOST_WAITING", 2)
    for behaviour in ("unknown", "sat", "unsat"):
        fake_library(behaviour).warm()
    waiting = [line for line in processes(mark).values() if "worker" in line]
    assert sorted(line.split()[-2] for line in waiting) == ["sat", "unsat"]


def test_workers_of_many_threads_are_as_many_as_may_wait(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio.members.workers.MOST_WAITING", 3)
    together(30, lambda: run(fake_library("unknown")))
    assert 1 <= len(workers(mark)) <= 3


def test_a_run_without_a_place_begins_when_another_ends(one_place: Places, mark: str) -> None:
    first = fake_binary("hang").start(SATISFIABLE, AMPLE)
    second = fake_binary("unsat").start(SATISFIABLE, AMPLE)
    assert second.wait(0.05) is None
    assert (len(busy(mark)), one_place.taken, one_place.waiting) == (1, 1, 1)
    first.cancel()
    assert second.wait(None) is not None
    assert (one_place.taken, one_place.waiting) == (0, 0)
    outcome = first.wait(None)
    assert outcome is not None
    assert outcome.end is End.CANCELLED


def test_a_run_that_gets_no_place_in_time_has_timed_out(one_place: Places) -> None:
    first = fake_binary("hang").start(SATISFIABLE, AMPLE)
    began = time.monotonic()
    outcome = fake_library("sat").start(SATISFIABLE, replace(AMPLE, wall_s=0.1)).wait(None)
    told = "no place among the 1 processes that may run at once"
    assert outcome == Outcome(End.TIMED_OUT, detail=told)
    assert time.monotonic() - began < 1
    first.cancel()
    first.wait(None)
    assert (one_place.taken, one_place.waiting) == (0, 0)


def test_a_run_that_waits_for_a_place_is_called_off(one_place: Places) -> None:
    first = fake_binary("hang").start(SATISFIABLE, AMPLE)
    second = fake_binary("unsat").start(SATISFIABLE, AMPLE)
    threading.Timer(0.1, second.cancel).start()
    outcome = second.wait(None)
    assert outcome is not None
    assert outcome.end is End.CANCELLED
    first.cancel()
    first.wait(None)
    assert one_place.taken == 0


def test_what_cannot_be_started_gives_its_place_back(one_place: Places) -> None:
    absent = replace(fake_binary("unsat"), command=("no-such-solver",))
    first = fake_binary("hang").start(SATISFIABLE, AMPLE)
    second = absent.start(SATISFIABLE, AMPLE)
    first.cancel()
    first.wait(None)
    outcome = second.wait(None)
    assert outcome is not None
    assert (outcome.end, one_place.taken) == (End.CRASHED, 0)
    assert absent.start(SATISFIABLE, AMPLE).wait(None) == outcome
    assert one_place.taken == 0


def test_a_run_has_what_is_left_of_its_time_after_the_wait(one_place: Places) -> None:
    first = fake_binary("hang").start(SATISFIABLE, replace(AMPLE, wall_s=0.3))
    second = fake_binary("hang").start(SATISFIABLE, replace(AMPLE, wall_s=0.5))
    began = time.monotonic()
    threading.Thread(target=first.wait, args=(None,), daemon=True).start()
    outcome = second.wait(None)
    assert outcome is not None
    assert (outcome.end, outcome.detail) == (End.TIMED_OUT, "")
    assert time.monotonic() - began < 1


def test_fifty_races_do_not_start_a_crowd_of_solvers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "running", Places(4))
    answers: list[Answer] = []
    most = [0]
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.002):
            most[0] = max(most[0], len(process._alive))

    def one() -> None:
        members = [FAKES["binary"](behaviour, behaviour) for behaviour in ("unknown", "unsat")]
        answers.append(race(SATISFIABLE, members=members, limits=AMPLE, schedule=Schedule.RUN_ALL))

    watcher = threading.Thread(target=watch)
    watcher.start()
    together(50, one)
    is_over.set()
    watcher.join()
    assert len(answers) == 50
    assert {answer.winner for answer in answers} == {"unsat"}
    assert 1 <= most[0] <= 4


def together(count: int, call: Callable[[], object]) -> None:
    """Run `call` in so many threads at once."""
    threads = [threading.Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
