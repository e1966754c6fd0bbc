"""What Linux tells of a process and of those that descend from it; elsewhere, nothing.

A descendant is found through its parents, as long as these live. One whose parents are gone is
found by the mark in its environment, which it has whatever group or session it went to.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

MARK = "KEYAKI_RUN"
"""The variable that marks what a run started: the marks of all runs around it, and its own."""

CHUNK = 1 << 12
SNAPSHOT_S = 0.25
"""How old a list of all processes may be; making one takes milliseconds, for all runs together."""

_IS_LINUX = sys.platform == "linux"
_TICKS = os.sysconf("SC_CLK_TCK") if _IS_LINUX else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if _IS_LINUX else 4096


@dataclass(frozen=True, slots=True)
class Stat:
    """A process at one moment. `started` tells it from another that gets its number later.

    `reaped_s` is the processor time of its children that ended and for which it waited.
    """

    pid: int
    parent: int
    group: int
    started: int
    reaped_s: float
    resident_bytes: int


def _content(name: str) -> bytes:
    """Return what a file of a process says. Raise OSError iff the process is gone."""
    # PERF: a run is looked at every few milliseconds; `pathlib` takes five times as long.
    file = os.open(f"/proc/{name}", os.O_RDONLY)
    try:
        content = b""
        while piece := os.read(file, CHUNK):
            content += piece
        return content
    finally:
        os.close(file)


def stat(pid: int) -> Stat | None:
    """Return what there is to know of a process, or None iff it is not there."""
    try:
        fields = _content(f"{pid}/stat").rpartition(b")")[2].split()
    except OSError:
        return None
    return Stat(
        pid=pid,
        parent=int(fields[1]),
        group=int(fields[2]),
        started=int(fields[19]),
        reaped_s=(int(fields[13]) + int(fields[14])) / _TICKS,
        resident_bytes=int(fields[21]) * _PAGE,
    )


def cpu_s(pid: int) -> float:
    """Return the processor time of a process without its children, 0 if that is not known."""
    if not _IS_LINUX:
        return 0.0
    try:
        # The number of the clock of another process, as `clock_getcpuclockid` makes it.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def descendants(pid: int) -> Iterator[int]:
    """Yield the children of a process, theirs, and so on."""
    found = [pid]
    while found:
        for child in _children(found.pop()):
            yield child
            found.append(child)


def _children(pid: int) -> Iterator[int]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - names alone, on every look
    except OSError:
        return
    for thread in threads:
        try:
            listed = _content(f"{pid}/task/{thread}/children")
        except OSError:
            continue
        yield from map(int, listed.split())


def is_marked(pid: int, mark: str) -> bool:
    """Return whether a process was started with `mark`, or within it."""
    try:
        variables = _content(f"{pid}/environ").split(b"\0")
    except OSError:
        return False
    wanted = f"{MARK}={mark}".encode()
    return any(one == wanted or one.startswith(wanted + b"/") for one in variables)


def proportional_bytes(pid: int) -> int:
    """Return the memory of a process, shared pages by shares; 0 if that is not known."""
    try:
        lines = _content(f"{pid}/smaps_rollup").split(b"\n")
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(b"Pss:"))


class _Snapshot:
    """All processes of the system, listed again when somebody asks and the list is old.

    Who was listed before is not looked at again: there may be thousands.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made_at = -SNAPSHOT_S
        self._stats: dict[int, Stat] = {}

    def stats(self) -> tuple[Stat, ...]:
        with self._lock:
            if time.monotonic() - self._made_at >= SNAPSHOT_S:
                found = {pid: self._stats.get(pid) or stat(pid) for pid in _numbers()}
                self._stats = {pid: one for pid, one in found.items() if one}
                self._made_at = time.monotonic()
            return tuple(self._stats.values())


def _numbers() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return []


_snapshot = _Snapshot()


def everyone() -> tuple[Stat, ...]:
    """Return the processes of `SNAPSHOT_S` ago or newer, each as it was when first seen."""
    return _snapshot.stats()


def _renew_snapshot() -> None:
    """Begin anew in a forked child, where a lock may be held by a thread that it has not."""
    global _snapshot  # noqa: PLW0603 - a forked child needs a lock of its own
    _snapshot = _Snapshot()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_snapshot)
