"""Members whose processes others may kill: a run goes on with a new one.

That a solver's process was killed, by the system or by whomever, says nothing of the question. A
solver that crashes by itself is not started again here.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, replace
from typing import Any

from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members.base import Member, Outcome, Run, Task

KILLED = "killed by SIGKILL"
"""What the end of a run says whose process was killed."""

ATTEMPTS = 20
"""How often a question is begun with that kills whatever works on it, or is out of luck."""


@dataclass(frozen=True)
class Persistent:
    """A member that begins again when it was killed. In all else it is the member within."""

    within: Member

    def __getattr__(self, name: str) -> Any:
        # What a member declares besides the protocol, such as whom to trust.
        if name == "within":
            raise AttributeError(name)
        return getattr(self.within, name)

    @property
    def name(self) -> str:
        """The name of the member."""
        return self.within.name

    def version(self) -> str:
        """Return its version."""
        return self.within.version()

    def warm(self) -> None:
        """Warm it."""
        self.within.warm()

    def start(self, task: Task, limits: Limits) -> Run:
        """Start it, for as long as the limits say in all."""
        return _PersistentRun(self.within, task, limits)


class _PersistentRun:
    """One run after another, until one ends that was not killed."""

    def __init__(self, member: Member, task: Task, limits: Limits) -> None:
        self._member, self._task, self._limits = member, task, limits
        self._deadline = time.monotonic() + limits.wall_s
        self._attempts = 1
        self._cpu_s, self._peak_mib = 0.0, 0.0
        self._is_cancelled = False
        self._lock = threading.Lock()
        self._run = member.start(task, limits)

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome of the last run, or None iff it is still open by then."""
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            left_s = None if until is None else max(until - time.monotonic(), 0.0)
            outcome = self._run.wait(left_s)
            if outcome is None:
                return None
            # That of the runs before it, too.
            cpu_s, peak_mib = self._cpu_s + outcome.cpu_s, max(self._peak_mib, outcome.peak_mib)
            in_all = replace(outcome, cpu_s=cpu_s, peak_mib=peak_mib)
            if not self._goes_on_after(in_all):
                return in_all

    def _goes_on_after(self, outcome: Outcome) -> bool:
        """Begin again iff the run was killed and there is reason to; return whether it was."""
        was_killed = outcome.end is End.CRASHED and KILLED in outcome.detail
        left = self._left_after(outcome)
        with self._lock:
            is_last = self._is_cancelled or self._attempts >= ATTEMPTS
            if not was_killed or left is None or is_last:
                return False
            self._attempts += 1
            self._cpu_s, self._peak_mib = outcome.cpu_s, outcome.peak_mib
            self._run = self._member.start(self._task, left)
            # Where one was killed the next may be: then another one should have loaded by then.
            with contextlib.suppress(Exception):
                self._member.warm()
            return True

    def _left_after(self, outcome: Outcome) -> Limits | None:
        """Return the limits of another run, None iff there is no time for one."""
        wall_s, cpu_s = self._deadline - time.monotonic(), self._limits.cpu_s
        if cpu_s is not None:
            cpu_s -= outcome.cpu_s
        if wall_s <= 0 or (cpu_s is not None and cpu_s <= 0):
            return None
        return replace(self._limits, wall_s=wall_s, cpu_s=cpu_s)

    def cancel(self) -> None:
        """Make the run that there is the last one, and end it."""
        with self._lock:
            self._is_cancelled = True
            run = self._run
        run.cancel()
