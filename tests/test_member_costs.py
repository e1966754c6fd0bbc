"""What a run costs: time and memory of all its processes, however it ends, and limits on both."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from automaton.verdict import Unsat
from portfolio.answer import End
from portfolio.limits import Limits, Schedule
from portfolio.members import Outcome
from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import NO_MORE_CPU, Member
from portfolio.race import race
from tests.fakes import (
    FAKES,
    HARD,
    SATISFIABLE,
    Scripted,
    busy,
    fake_library,
    marked_processes,
    wait_until,
)

AMPLE = Limits(wall_s=20, memory_mib=64)
BURNT_S = 0.3
"""What the fakes burn that burn something and answer."""


@pytest.fixture(autouse=True)
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def run(member: Member, limits: Limits = AMPLE) -> Outcome:
    outcome = member.start(SATISFIABLE, limits).wait(None)
    assert outcome is not None
    return outcome


@pytest.mark.parametrize("kind", FAKES)
def test_children_that_were_waited_for_count(kind: str) -> None:
    outcome = run(FAKES[kind]("burn-in-a-child-and-answer"))
    assert outcome == Outcome(End.ANSWERED, Unsat())
    assert BURNT_S - 0.02 <= outcome.cpu_s < 3 * BURNT_S
    assert outcome.peak_mib > 1


@pytest.mark.parametrize("kind", FAKES)
@pytest.mark.parametrize("behaviour", ["burn", "burn-in-children", "escape-and-burn"])
def test_a_limit_of_processor_time_ends_all_processes_of_a_run(
    behaviour: str, kind: str, mark: str
) -> None:
    outcome = run(FAKES[kind](behaviour), replace(AMPLE, cpu_s=0.2))
    assert outcome == NO_MORE_CPU
    assert 0.2 < outcome.cpu_s < 2
    assert wait_until(lambda: busy(mark) == [])


def test_a_limit_of_processor_time_ends_a_search() -> None:
    began = time.monotonic()
    outcome = AutomatonMember().start(HARD, replace(AMPLE, cpu_s=0.1)).wait(None)
    assert outcome == NO_MORE_CPU
    assert 0.1 < outcome.cpu_s < 2
    assert time.monotonic() - began < 10


def test_a_limit_of_processor_time_leaves_alone_who_waits() -> None:
    outcome = run(fake_library("hang"), Limits(wall_s=0.5, memory_mib=64, cpu_s=0.4))
    assert (outcome, outcome.cpu_s < 0.4) == (Outcome(End.TIMED_OUT), True)


@pytest.mark.parametrize("kind", FAKES)
def test_the_memory_of_all_processes_of_a_run_is_limited(kind: str, mark: str) -> None:
    outcome = run(FAKES[kind]("eat-memory-in-children"))
    assert outcome == Outcome(End.OUT_OF_MEMORY)
    assert outcome.peak_mib > 64
    assert wait_until(lambda: busy(mark) == [])


@pytest.mark.parametrize("kind", FAKES)
def test_who_was_called_off_or_ran_out_of_time_has_a_cost_too(kind: str) -> None:
    member = FAKES[kind]("burn-in-children")
    timed_out = run(member, Limits(wall_s=0.5, memory_mib=64))
    assert (timed_out.end, timed_out.cpu_s > 0.05) == (End.TIMED_OUT, True)
    running = member.start(SATISFIABLE, AMPLE)
    threading.Timer(0.5, running.cancel).start()
    called_off = running.wait(None)
    assert called_off is not None
    assert (called_off.end, called_off.cpu_s > 0.05) == (End.CANCELLED, True)


def test_a_worker_pays_for_one_question_at_a_time() -> None:
    burning, idle = fake_library("burn-in-a-child-and-answer"), fake_library("unknown")
    first, second = run(burning), run(burning)
    assert max(first.cpu_s, second.cpu_s) < 3 * BURNT_S
    run(idle)
    assert run(idle).cpu_s < 0.1


def test_a_search_tells_the_time_of_its_thread() -> None:
    outcome = AutomatonMember().start(HARD, Limits(wall_s=0.3)).wait(None)
    assert outcome is not None
    assert (outcome.end, 0.01 < outcome.cpu_s < 3) == (End.TIMED_OUT, True)


def test_reports_tell_what_members_cost() -> None:
    members = [FAKES["binary"]("burn-in-a-child-and-answer"), Scripted("free", Unsat())]
    answer = race(SATISFIABLE, members=members, limits=AMPLE, schedule=Schedule.RUN_ALL)
    burnt, free = answer.members
    assert burnt.cpu_s >= BURNT_S - 0.02
    assert (free.cpu_s, free.peak_mib) == (0, 0)
    shown = burnt.to_json()
    assert (shown["cpu_s"], shown["peak_mib"]) == (round(burnt.cpu_s, 6), round(burnt.peak_mib, 1))
