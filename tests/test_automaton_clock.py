"""The clock of searches, which stands still while kernels are interpreted or compiled."""

from __future__ import annotations

import time
from threading import Thread
from typing import Any

import pytest

from automaton import clock
from automaton.budget import Budget
from automaton.kernels import compile, jit
from automaton.kernels.compile import kernel
from automaton.terms import TRUE, Problem
from automaton.verdict import Unsat, Verdict
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members import automaton
from portfolio.race import race

SHORT_S = 0.25
LONG_S = 1.2
"""Longer than a race with a short limit waits for members that do not end."""


class Moments:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.moment = 0.0

    def monotonic(self) -> float:
        return self.moment

    def pass_by(self, length_s: float) -> None:
        self.moment += length_s


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Moments:
    found = Moments()
    monkeypatch.setattr(clock, "time", found)
    monkeypatch.setattr(clock, "_pauses", clock._Pauses())
    return found


@pytest.fixture(autouse=True)
def _new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile, "_patience", compile._Patience())


def test_time_stands_still_until_all_who_stopped_it_are_done(moments: Moments) -> None:
    seen = []
    for length_s in (1, 2):
        moments.pass_by(length_s)
        seen.append(clock.now())
        with clock.stopped():
            with clock.stopped():
                moments.pass_by(10)
                seen.append(clock.now())
            moments.pass_by(10)
            seen.append(clock.now())

    assert [*seen, clock.now()] == [1, 1, 1, 3, 3, 3, 3]


def test_time_stands_still_for_other_threads_too(moments: Moments) -> None:
    seen: list[float] = []
    with clock.stopped():
        moments.pass_by(1)
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()

    assert seen == [0]


def test_time_goes_on_after_an_error(moments: Moments) -> None:
    with pytest.raises(ValueError, match="mine"), clock.stopped():
        raise ValueError("mine")
    moments.pass_by(1)

    assert clock.now() == 1


def test_interpreting_takes_no_time_of_a_search(moments: Moments) -> None:
    def slow(length_s: float) -> None:
        moments.pass_by(length_s)

    budget = Budget(wall_s=2)
    moments.pass_by(1)

    kernel(slow)(100)

    assert budget.left_s == 1


def test_compiling_takes_no_time_of_a_search(
    moments: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compiled_form(function: Any, *_: object) -> Any:
        moments.pass_by(100)
        return function

    def fast(number: int) -> int:
        return number

    monkeypatch.setattr(jit, "compiled_form", compiled_form)
    compile.compile_at_once()
    budget = Budget(wall_s=2)
    moments.pass_by(1)

    assert kernel(fast)(3) == 3
    assert budget.left_s == 1


def test_a_race_waits_for_a_member_whose_kernels_are_not_there_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(length_s: float) -> None:
        time.sleep(length_s)

    def verdict(task: object, budget: Budget) -> Verdict:
        kernel(slow)(LONG_S)
        budget.spend()
        return Unsat()

    monkeypatch.setattr(automaton, "_verdict", verdict)
    member, limits = automaton.AutomatonMember(), Limits(wall_s=SHORT_S)

    answer = race(Problem((TRUE,)), members=[member], limits=limits)

    assert (answer.verdict, [one.end for one in answer.members]) == (Unsat(), [End.ANSWERED])
