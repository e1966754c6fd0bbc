"""Fifty questions at once, beside every behaviour: right ends, right answers, nothing left."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from portfolio.answer import Answer, End
from portfolio.limits import Limits, Schedule
from portfolio.members import placed
from portfolio.places import Places
from portfolio.race import race
from tests.behaviours import ENDS
from tests.fakes import (
    FAKES,
    RIGHT,
    SATISFIABLE,
    Scripted,
    busy,
    marked_processes,
    processes,
    wait_until,
)

CROWD = 50
HANGING = Limits(wall_s=1.0, memory_mib=64, grace_s=0.01)
AMPLE = Limits(wall_s=60.0, memory_mib=64, grace_s=0.01)

Mix = tuple[str, str, Schedule]
ALL = [*itertools.product(ENDS, FAKES, Schedule)]


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(placed, "running", Places(placed.MOST_RUNNING))
    with marked_processes() as value:
        yield value


def raced(mix: Mix) -> Answer:
    """Return the answer of a race of a member that behaves so, trusted for nothing, and another."""
    behaviour, kind, schedule = mix
    wicked = replace(FAKES[kind](behaviour, behaviour), trusted=frozenset())
    limits = HANGING if ENDS[behaviour] is End.TIMED_OUT else AMPLE
    members = [wicked, Scripted("right", RIGHT, delay_s=0.3)]
    return race(SATISFIABLE, members=members, limits=limits, schedule=schedule)


def crowd(mixes: Sequence[Mix]) -> dict[Mix, Answer]:
    """Return the answers of all races, put from so many threads at once."""
    answers: dict[Mix, Answer] = {}
    waiting = iter(mixes)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                mix = next(waiting, None)
            if mix is None:
                return
            answers[mix] = raced(mix)

    threads = [threading.Thread(target=work) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def assert_all_is_well(answers: dict[Mix, Answer], mark: str) -> None:
    for (behaviour, _, schedule), answer in answers.items():
        end = answer.members[0].end
        is_called_off = schedule is not Schedule.RUN_ALL and end is End.CANCELLED
        assert is_called_off or end is ENDS[behaviour], answer
        assert answer.verdict == RIGHT, answer
        objections = [one.member for one in answer.disagreements]
        assert set(objections) <= {behaviour} & set(LIARS), answer
        if schedule is Schedule.RUN_ALL:
            assert (behaviour in objections) == (behaviour in LIARS), answer
    assert (placed.running.taken, placed.running.waiting) == (0, 0)
    assert wait_until(lambda: busy(mark) == [], timeout_s=3), busy(mark)


LIARS = (
    *("wrong-sat", "unsat", "unsat-and-error"),
    *("fork-and-answer", "escape-and-answer"),
)
"""Who says what is not so of a satisfiable problem."""


def test_fifty_questions_at_once(mark: str) -> None:
    # Neighbours differ in all three, and every behaviour is among them.
    few = [ALL[number * 7 % len(ALL)] for number in range(CROWD)]
    began = time.monotonic()
    answers = crowd(few)
    assert len(answers) == CROWD
    assert {behaviour for behaviour, _, _ in few} == set(ENDS)
    assert time.monotonic() - began < 60
    assert_all_is_well(answers, mark)
    assert len(processes(mark)) <= 33


@pytest.mark.slow
def test_every_behaviour_in_every_way_from_fifty_threads(mark: str) -> None:
    began = time.monotonic()
    answers = crowd(ALL)
    assert len(answers) == len(ALL)
    assert time.monotonic() - began < 200
    assert_all_is_well(answers, mark)
