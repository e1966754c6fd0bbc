"""Runs that need a process wait for a place, so that many races do not start a crowd of solvers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members.base import Outcome, Run, crashed
from portfolio.places import Places

MOST_RUNNING = max(8, 4 * (os.cpu_count() or 1))
"""How many solvers' processes run at once in this process. More than a few on a core only slow each
other down, and each may hold as much memory as its limit allows."""

running = Places(MOST_RUNNING)
"""The places of all members of this process; `resize` makes them more or fewer."""


class PlacedRun:
    """A run that `begin` makes once there is a place, with what is left of its limits by then.

    Making one raises what `begin` raises iff there is a place at once. Otherwise it begins while
    somebody waits for it.
    """

    def __init__(self, limits: Limits, begin: Callable[[Limits], Run]) -> None:
        self._limits = limits
        self._begin = begin
        self._deadline = time.monotonic() + limits.wall_s
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._run: Run | None = None
        self._outcome: Outcome | None = None
        self._place = running.ask()
        if self._place.is_had:
            try:
                self._run = begin(limits)
            except BaseException:
                self._place.leave()
                raise

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff there is none after `timeout_s`."""
        if self._outcome is None:
            until = None if timeout_s is None else time.monotonic() + timeout_s
            try:
                self._outcome = self._wait(until)
            except BaseException:
                self._place.leave()
                raise
            if self._outcome is not None:
                self._place.leave()
        return self._outcome

    def cancel(self) -> None:
        """End the run now, or its wait for a place."""
        with self._lock:
            self._is_cancelled = True
            run = self._run
        if run is not None:
            run.cancel()
        # Nobody may care to wait for what was called off.
        self._place.leave()

    def _wait(self, until: float | None) -> Outcome | None:
        if self._run is None:
            outcome = self._wait_for_place(until)
            if self._run is None:
                return outcome
        return self._run.wait(None if until is None else max(until - time.monotonic(), 0.0))

    def _wait_for_place(self, until: float | None) -> Outcome | None:
        """Begin if there is a place by then; return the outcome iff there will be no run."""
        last = self._deadline if until is None else min(until, self._deadline)
        self._place.wait(last - time.monotonic())
        left_s = self._deadline - time.monotonic()
        with self._lock:
            if self._is_cancelled:
                return Outcome(End.CANCELLED, detail="before there was a place for its process")
            if left_s <= 0:
                told = f"no place among the {running.most} processes that may run at once"
                return Outcome(End.TIMED_OUT, detail=told)
            if self._place.is_had:
                try:
                    self._run = self._begin(replace(self._limits, wall_s=left_s))
                except OSError as error:
                    return Outcome(End.CRASHED, detail=f"cannot be started: {error}")
                except Exception as error:
                    return crashed(error)
        return None


def _renew_places() -> None:
    """Begin anew in a forked child, where no solver runs for whom a place is taken."""
    global running  # noqa: PLW0603 - a forked child needs places of its own
    running = Places(running.most)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_places)
