"""The member `automaton`: our own solver, in this process, in a thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from automaton import clock
from automaton.budget import Budget
from automaton.terms import Problem
from automaton.verdict import Verdict
from automaton.version import VERSION
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members.base import NO_MORE_CPU, Outcome, Task, crashed, outcome_of
from portfolio.threads import run_in_thread

OVERTIME_S = 0.25
SHORTEST_WAIT_S = 0.001

Decide = Callable[[Task, Budget], Verdict]


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
        return AutomatonRun(task, limits, _verdict)


class AutomatonRun:
    """A search by `decide` in a thread, which ends when its budget does."""

    def __init__(self, task: Task, limits: Limits, decide: Decide) -> None:
        self._decide = decide
        self._budget = Budget(wall_s=limits.wall_s, memory_mib=limits.memory_mib)
        self._last_call = clock.now() + limits.wall_s + OVERTIME_S
        self._cpu = ThreadTime()
        self._cpu_s = limits.cpu_s
        self._task = task
        self._outcome: Outcome | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()
        run_in_thread(self._search)

    def _search(self) -> None:
        self._cpu.begin()
        try:
            outcome = outcome_of(self._decide(self._task, self._budget))
        except Exception as error:
            outcome = crashed(error)
        self._end(outcome)

    def _end(self, outcome: Outcome) -> None:
        with self._lock:
            if self._outcome is None:
                # PERF: `replace` takes twice as long, and this is on the shortest path.
                self._outcome = Outcome(
                    outcome.end, outcome.verdict, outcome.detail, cpu_s=self._cpu.spent_s
                )
        self._done.set()

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff the search still goes on.

        A search that is deep in one step when its time is over is left to find that out alone.
        """
        until = self._last_call
        if timeout_s is not None:
            until = min(until, clock.now() + timeout_s)
        # The clock may have stood still meanwhile.
        while (left_s := until - clock.now()) > 0 and not self._done.wait(self._slice_s(left_s)):
            if self._has_spent_all:
                self._budget.cancel()
                self._end(NO_MORE_CPU)
        if clock.now() >= self._last_call:
            self._end(Outcome(End.TIMED_OUT, detail="deep in one step"))
        return self._outcome

    @property
    def _has_spent_all(self) -> bool:
        return self._cpu_s is not None and self._cpu.spent_s > self._cpu_s

    def _slice_s(self, left_s: float) -> float:
        """Return how long one may wait before the limit of processor time can be reached."""
        if self._cpu_s is None:
            return left_s
        return min(left_s, max(self._cpu_s - self._cpu.spent_s, SHORTEST_WAIT_S))

    def cancel(self) -> None:
        """End the run now; the thread stops at the next return from a kernel."""
        self._budget.cancel()
        self._end(Outcome(End.CANCELLED))


class ThreadTime:
    """The processor time of one thread since it began, to be read by any other."""

    def __init__(self) -> None:
        self._clock: int | None = None
        self._base_s = 0.0

    def begin(self) -> None:
        """Count from now on the time of the thread that calls this."""
        self._base_s = time.thread_time()
        if sys.platform == "linux":
            self._clock = time.pthread_getcpuclockid(threading.get_ident())

    @property
    def spent_s(self) -> float:
        """The seconds since `begin`; 0 before it, and where no other thread can know them."""
        return 0.0 if self._clock is None else time.clock_gettime(self._clock) - self._base_s


def _verdict(task: Task, budget: Budget) -> Verdict:
    if isinstance(task, Problem):
        from automaton.solver import solve  # noqa: PLC0415 - many questions need none

        return solve(task, budget)
    from encoders.smtlib.decide import decide_question  # noqa: PLC0415 - few races need it

    return decide_question(task, budget)
