"""What a process costs with all that it started: processor time and memory, by looking.

A child that ended counts through the parent that waited for it. One that nobody waited for counts
as it was last seen, so that up to a tick of its time is missed; a child that lived and ended
between two looks, and left its parents and its group before, is missed altogether.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from portfolio.members.tree import (
    SNAPSHOT_S,
    Stat,
    cpu_s,
    descendants,
    everyone,
    is_marked,
    proportional_bytes,
    stat,
)


@dataclass(frozen=True)
class Cost:
    """Processor time, and the most memory that was seen."""

    cpu_s: float
    peak_mib: float


class Meter:
    """Meters the leader of a run and its descendants. Any thread may look.

    `starts` counts the questions that it had.
    """

    def __init__(self, leader: int, mark: str) -> None:
        self._leader = leader
        self._mark = mark
        self._lock = threading.Lock()
        self._others: dict[int, tuple[Stat, float]] = {}
        self._is_judged: set[tuple[int, int]] = set()
        self._next_search = time.monotonic() + SNAPSHOT_S
        self._spent_s = 0.0
        self._base_s = 0.0
        self._lost_s = 0.0
        self._reaped_s = 0.0
        self.starts = 0
        self._peak_bytes = 0
        self.resident_bytes = 0

    @property
    def has_others(self) -> bool:
        """Whether there were descendants at the last look."""
        return bool(self._others)

    @property
    def cpu_s(self) -> float:
        """The processor time since the last `restart`, as of the last look."""
        return self._spent_s - self._base_s

    @property
    def cost(self) -> Cost:
        """What there was to pay since the last `restart`, as of the last look."""
        return Cost(self.cpu_s, self._peak_bytes / (1 << 20))

    def restart(self) -> None:
        """Count from now on: another question begins."""
        with self._lock:
            self._count(cpu_s(self._leader))
            self._base_s = self._spent_s
            self._peak_bytes = 0
            self.starts += 1

    def look(self) -> None:
        """Bring the figures up to date. The leader has not been reaped yet."""
        with self._lock:
            leader = stat(self._leader)
            if leader is None:
                return
            self._look_at_others(leader)
            self._reaped_s = leader.reaped_s
            self._count(cpu_s(self._leader))
            others = sum(one.resident_bytes for one, _ in self._others.values())
            self.resident_bytes = leader.resident_bytes + others
            self._peak_bytes = max(self._peak_bytes, self.resident_bytes)

    def holds_more_than(self, size_bytes: int) -> bool:
        """Return whether all processes together hold more, pages that they share counted once."""
        if self.resident_bytes <= size_bytes or not self._others:
            return self.resident_bytes > size_bytes
        with self._lock:
            shares = [*map(proportional_bytes, (self._leader, *self._others))]
        return (sum(shares) if all(shares) else self.resident_bytes) > size_bytes

    def settle(self, leader_s: float, peak_bytes: int) -> None:
        """Take what the system told when the leader, and whom it waited for, was reaped."""
        with self._lock:
            # Children that were killed with the leader may have been waited for, or not.
            self._spent_s = max(self._spent_s, leader_s + self._lost_s)
            # The system tells the peak of a whole life.
            if self.starts <= 1:
                self._peak_bytes = max(self._peak_bytes, peak_bytes)

    def kill_others(self) -> None:
        """Kill the descendants that were seen, in whatever group they are."""
        with self._lock:
            for one, _ in self._others.values():
                _kill(one)

    def _count(self, leader_s: float) -> None:
        others_s = sum(spent_s for _, spent_s in self._others.values())
        spent_s = leader_s + self._reaped_s + others_s + self._lost_s
        self._spent_s = max(self._spent_s, spent_s)

    def _look_at_others(self, leader: Stat) -> None:
        before, self._others = self._others, {}
        for pid in self._search(leader, before):
            found = stat(pid)
            if found and (pid not in before or before[pid][0].started == found.started):
                self._others[pid] = found, cpu_s(pid) + found.reaped_s
        waited = {leader.pid, *before, *self._others}
        for pid, (one, spent_s) in before.items():
            if pid not in self._others and one.parent not in waited:
                self._lost_s += spent_s

    def _search(self, leader: Stat, before: dict[int, tuple[Stat, float]]) -> set[int]:
        """Return the numbers of all descendants, those that lost their parents included."""
        found = {*descendants(leader.pid), *before}
        for pid in before:
            found.update(descendants(pid))
        if time.monotonic() >= self._next_search:
            self._next_search = time.monotonic() + SNAPSHOT_S
            found.update(self._orphans(leader))
        found.discard(leader.pid)
        return found

    def _orphans(self, leader: Stat) -> Iterator[int]:
        for one in everyone():
            key = one.pid, one.started
            if one.started < leader.started or key in self._is_judged:
                continue
            self._is_judged.add(key)
            if one.group == leader.pid or is_marked(one.pid, self._mark):
                yield one.pid


def _kill(one: Stat) -> None:
    """Kill the process that was seen, and no other that has its number by now."""
    if not hasattr(os, "pidfd_open"):
        return
    with contextlib.suppress(OSError):
        handle = os.pidfd_open(one.pid)
        try:
            now = stat(one.pid)
            if now and now.started == one.started:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)
