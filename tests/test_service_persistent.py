"""A run whose process is killed goes on with a new one, and with nothing else."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from automaton.verdict import Unsat
from benchmarks.service_watch import holds
from benchmarks.tree import descendants
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members import by_name, close_all
from portfolio.members.base import Ended, Outcome, Run, Task, outcome_of
from portfolio.race import race
from portfolio.service.persistent import ATTEMPTS, Persistent
from portfolio.trust import standing_of
from tests.fakes import UNSATISFIABLE
from tests.service_client import kill

KILL = Outcome(End.CRASHED, detail="killed by SIGKILL")
CRASH = Outcome(End.CRASHED, detail="killed by SIGSEGV")
ANSWER = outcome_of(Unsat())


@dataclass
class Ending:
    """A member whose runs end so, one after another, the last one again and again."""

    outcomes: list[Outcome]
    name: str = "ending"
    walls: list[float] = field(default_factory=list)
    cpus: list[float | None] = field(default_factory=list)

    def version(self) -> str:
        return "1.0"

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        self.walls.append(limits.wall_s)
        self.cpus.append(limits.cpu_s)
        return Ended(self.outcomes[min(len(self.walls), len(self.outcomes)) - 1])


@pytest.mark.parametrize(
    ("outcomes", "starts"),
    [
        ([ANSWER], 1),
        ([KILL, ANSWER], 2),
        ([KILL, KILL, KILL, ANSWER], 4),
        ([CRASH, ANSWER], 1),
        ([KILL, CRASH, ANSWER], 2),
        ([KILL], ATTEMPTS),
    ],
)
def test_only_a_kill_makes_it_begin_again(outcomes: list[Outcome], starts: int) -> None:
    member = Ending(outcomes)

    outcome = Persistent(member).start(UNSATISFIABLE, Limits(wall_s=10)).wait(None)

    assert len(member.walls) == starts
    assert outcome == outcomes[min(starts, len(outcomes)) - 1]


def test_what_it_has_in_all_is_what_the_limits_say() -> None:
    member = Ending([KILL, KILL, ANSWER])

    Persistent(member).start(UNSATISFIABLE, Limits(wall_s=5)).wait(None)

    assert member.walls == sorted(member.walls, reverse=True)
    assert max(member.walls) <= 5


def test_what_its_runs_cost_is_added_up_and_held_against_the_limit() -> None:
    first, second = (
        replace(KILL, cpu_s=1.5, peak_mib=90.0),
        replace(KILL, cpu_s=0.25, peak_mib=70.0),
    )
    member = Ending([first, second, replace(ANSWER, cpu_s=2.0, peak_mib=80.0)])

    outcome = Persistent(member).start(UNSATISFIABLE, Limits(cpu_s=4.0)).wait(None)

    assert outcome == replace(ANSWER, cpu_s=3.75, peak_mib=90.0)
    assert member.cpus == [4.0, 2.5, 2.25]


def test_one_that_spent_its_processor_time_does_not_begin_again() -> None:
    spent = replace(KILL, cpu_s=1.0)
    member = Ending([spent, ANSWER])

    assert Persistent(member).start(UNSATISFIABLE, Limits(cpu_s=1.0)).wait(None) == spent
    assert len(member.walls) == 1


def test_one_without_time_or_that_was_called_off_does_not_begin_again() -> None:
    late, called_off = Ending([KILL, ANSWER]), Ending([KILL, ANSWER])

    late_run = Persistent(late).start(UNSATISFIABLE, Limits(wall_s=0.0))
    run = Persistent(called_off).start(UNSATISFIABLE, Limits())
    run.cancel()

    assert (late_run.wait(None), run.wait(None)) == (KILL, KILL)
    assert (len(late.walls), len(called_off.walls)) == (1, 1)


def test_it_stands_for_the_member_within() -> None:
    (z3,) = by_name(("z3",))
    member = Persistent(z3)

    assert (member.name, member.version()) == (z3.name, z3.version())
    assert member.options == ()
    assert not hasattr(member, "no_such_thing")
    assert standing_of(member) == standing_of(z3)


def test_a_z3_that_is_killed_answers_all_the_same() -> None:
    (z3,) = by_name(("z3",))
    over = threading.Event()
    thread = threading.Thread(target=kill_z3, args=(over,))
    thread.start()
    try:
        answers = [race(UNSATISFIABLE, members=[Persistent(z3)]) for _ in range(10)]
    finally:
        over.set()
        thread.join()
        close_all()

    assert [answer.verdict for answer in answers] == [Unsat()] * 10


def kill_z3(over: threading.Event) -> None:
    """Kill this process's workers that hold z3, every now and then."""
    while not over.wait(1.0):
        for pid in descendants(os.getpid()):
            if holds(pid, "z3"):
                with suppress(ProcessLookupError):
                    kill(pid)
