"""How much a search may spend: wall time, steps, memory, and a way to call it off.

A `Budget` starts to run when it is made. The search calls `spend` at every return from a kernel,
so a limit takes effect within one kernel call, a few milliseconds.
"""

import threading

from automaton import clock
from automaton.verdict import Reason

SHARE_IS_SPENT = "the share of one step of the search"


class LimitReached(Exception):  # noqa: N818 - a limit is no error
    """Raised inside a search when its budget ends; `solve` turns it into `Unknown`."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail


class Budget:
    """Limits of one search.

    `wall_s` is in seconds of `clock` from now, `max_steps` counts automaton steps and search nodes,
    `memory_mib` bounds the tables of the engine; None means no limit.
    """

    def __init__(
        self,
        *,
        wall_s: float | None = 30.0,
        max_steps: int | None = None,
        memory_mib: int = 512,
    ) -> None:
        self.deadline = None if wall_s is None else clock.now() + wall_s
        self.max_steps = max_steps
        self.memory_bytes = memory_mib * 1024 * 1024
        self.steps = 0
        self._cancelled = threading.Event()

    @property
    def left_s(self) -> float | None:
        """The seconds until the deadline, 0 after it; None iff there is none."""
        return None if self.deadline is None else max(self.deadline - clock.now(), 0.0)

    def cancel(self) -> None:
        """End the search that holds this budget, from any thread."""
        self._cancelled.set()

    def spend(self, steps: int = 1) -> None:
        """Count `steps`; raise LimitReached iff a limit is exceeded or the search was cancelled."""
        self.steps += steps
        if self.max_steps is not None and self.steps > self.max_steps:
            raise LimitReached(Reason.STEPS, f"{self.max_steps} steps")
        if self._cancelled.is_set():
            raise LimitReached(Reason.CANCELLED)
        if self.deadline is not None and clock.now() > self.deadline:
            raise LimitReached(Reason.TIME)

    def require_memory(self, size_bytes: int) -> None:
        """Raise LimitReached iff a table of `size_bytes` is more than the budget allows."""
        if size_bytes > self.memory_bytes:
            raise LimitReached(Reason.MEMORY, f"{self.memory_bytes // 1048576} MiB")


class Share(Budget):
    """A part of another budget: it ends with that one, or after `max_calls` returns."""

    def __init__(self, whole: Budget, max_calls: int) -> None:
        super().__init__(wall_s=None)
        self.memory_bytes = whole.memory_bytes
        self.whole = whole
        self.calls_left = max_calls

    def spend(self, steps: int = 1) -> None:
        """Count `steps` in both; raise LimitReached iff a limit of either is exceeded."""
        self.whole.spend(steps)
        self.calls_left -= 1
        if self.calls_left < 0:
            raise LimitReached(Reason.STEPS, SHARE_IS_SPENT)
