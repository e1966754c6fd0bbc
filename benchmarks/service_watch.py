"""A service under load looked at from outside: what it holds; and some of its processes killed."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tree import descendants, proportional_mib

SOLVER = "worker.py"
"""The script of the processes that hold a solver's library."""

SEEK_S = 0.02
"""How soon it is looked again for a process to kill where there was none."""

FIELDS = ("time_s", "service_mib", "workers_mib", "solvers_mib", "processes", "load")


@dataclass(frozen=True)
class Look:
    """What the processes of a service held, some time after it was ready, in MiB."""

    time_s: float
    service_mib: float
    workers_mib: float
    solvers_mib: float
    processes: int
    load: float

    @property
    def total_mib(self) -> float:
        """What all of them held together."""
        return self.service_mib + self.workers_mib + self.solvers_mib


class Watch(threading.Thread):
    """Looks at a service every `every_s`; kills a process that holds `victim` each `kill_s`.

    Where there is none, the next one that starts is killed.
    """

    def __init__(self, pid: int, every_s: float, victim: str = "", kill_s: float = 0.0) -> None:
        super().__init__(daemon=True)
        self.looks: list[Look] = []
        self.kills = 0
        self._pid = pid
        self._every_s = every_s
        self._victim = victim
        self._kill_s = kill_s
        self._chance = random.Random(1)  # noqa: S311 - whom to kill
        self._over = threading.Event()

    def run(self) -> None:
        """Look, and kill, until it is over."""
        started_at = time.monotonic()
        look_at, kill_at = started_at, started_at + self._kill_s
        while not self._over.wait(max(min(look_at, self._next(kill_at)) - time.monotonic(), 0)):
            now = time.monotonic()
            if now >= look_at:
                self.looks.append(look(self._pid, now - started_at))
                look_at += self._every_s
            if self._victim and now >= kill_at:
                kill_at = now + (self._kill_s if self._kill() else SEEK_S)

    def _next(self, kill_at: float) -> float:
        return kill_at if self._victim else float("inf")

    def _kill(self) -> bool:
        """Kill one of those that hold the victim; return whether there was one."""
        found = [pid for pid in descendants(self._pid) if holds(pid, self._victim)]
        with suppress(ProcessLookupError):
            if found:
                os.kill(self._chance.choice(found), signal.SIGKILL)
                self.kills += 1
                return True
        return False

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def look(pid: int, time_s: float) -> Look:
    """Return what a service and all that it started hold now."""
    sizes = {"service": 0.0, "workers": 0.0, "solvers": 0.0}
    found = descendants(pid)
    for one in found:
        sizes[_part_of(one, pid)] += proportional_mib(one)
    named = {f"{part}_mib": round(size, 2) for part, size in sizes.items()}
    return Look(
        time_s=round(time_s, 2), processes=len(found), load=round(os.getloadavg()[0], 2), **named
    )


def _part_of(pid: int, service: int) -> str:
    if pid == service:
        return "service"
    return "workers" if "portfolio.service.answerer" in " ".join(_command(pid)) else "solvers"


def holds(pid: int, solver: str) -> bool:
    """Return whether a process is one that holds the library of a solver."""
    command = [*_command(pid)]
    return bool(command) and command[-1] == solver and any(SOLVER in word for word in command)


def _command(pid: int) -> Iterator[str]:
    with suppress(OSError):
        yield from Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
