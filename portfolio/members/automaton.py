"""The member `automaton`: our own solver, in this process, in a thread."""

from __future__ import annotations

import threading

from automaton import clock
from automaton.budget import Budget
from automaton.terms import Problem
from automaton.verdict import Verdict
from automaton.version import VERSION
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members.base import Outcome, Task, crashed, outcome_of
from portfolio.threads import run_in_thread

OVERTIME_S = 0.25


class AutomatonMember:
    """The automaton. It shares this process: its limit on memory bounds its tables."""

    name = "automaton"

    def is_installed(self) -> bool:
        """Return True: it is part of the package."""
        return True

    def version(self) -> str:
        """Return the version of Keyaki."""
        return VERSION

    def warm(self) -> None:
        """Load the solver."""
        import automaton.solver  # noqa: F401, PLC0415 - many questions need none

    def start(self, task: Task, limits: Limits) -> AutomatonRun:
        """Start the search in a thread."""
        return AutomatonRun(task, limits)


class AutomatonRun:
    """A search in a thread, which ends when its budget does."""

    def __init__(self, task: Task, limits: Limits) -> None:
        self._budget = Budget(wall_s=limits.wall_s, memory_mib=limits.memory_mib)
        self._last_call = clock.now() + limits.wall_s + OVERTIME_S
        self._task = task
        self._outcome: Outcome | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()
        run_in_thread(self._search)

    def _search(self) -> None:
        try:
            outcome = outcome_of(_verdict(self._task, self._budget))
        except Exception as error:
            outcome = crashed(error)
        self._end(outcome)

    def _end(self, outcome: Outcome) -> None:
        with self._lock:
            self._outcome = self._outcome or outcome
        self._done.set()

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff the search still goes on.

        A search that is deep in one step when its time is over is left to find that out alone.
        """
        until = self._last_call
        if timeout_s is not None:
            until = min(until, clock.now() + timeout_s)
        # The clock may have stood still meanwhile.
        while (left_s := until - clock.now()) > 0 and not self._done.wait(left_s):
            pass
        if clock.now() >= self._last_call:
            self._end(Outcome(End.TIMED_OUT, detail="deep in one step"))
        return self._outcome

    def cancel(self) -> None:
        """End the run now; the thread stops at the next return from a kernel."""
        self._budget.cancel()
        self._end(Outcome(End.CANCELLED))


def _verdict(task: Task, budget: Budget) -> Verdict:
    if isinstance(task, Problem):
        from automaton.solver import solve  # noqa: PLC0415 - many questions need none

        return solve(task, budget)
    from encoders.smtlib.decide import decide_question  # noqa: PLC0415 - few races need it

    return decide_question(task, budget)
