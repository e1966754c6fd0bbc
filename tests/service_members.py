"""A member that does to its process what the variables of a problem say, and then answers."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from automaton.terms import Problem
from portfolio.limits import Limits
from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import Run, Task


@dataclass(frozen=True)
class Obedient:
    """The automaton under orders: `sleep_N` and `spin_N` for N tenths of a second, and worse."""

    name: str = "obedient"
    trusted: frozenset[str] = frozenset()

    def version(self) -> str:
        return "1.0"

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        if isinstance(task, Problem):
            for variable in task.variables:
                _obey(variable.name)
        return AutomatonMember().start(task, limits)


_stumbled: set[str] = set()


def _obey(order: str) -> None:
    word, _, tenths = order.partition("_")
    match word:
        case "sleep":
            time.sleep(int(tenths) / 10)
        case "spin":
            until = time.monotonic() + int(tenths) / 10
            while time.monotonic() < until:
                pass
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "diefirst":
            mark = Path(tempfile.gettempdir()) / f"keyaki-test-{os.getppid()}"
            if mark.exists():
                mark.unlink()
            else:
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        case "fault":
            ctypes.string_at(0)
        case "eat":
            _ = bytearray(64 << 30)
        case "crash":
            raise RuntimeError("told to crash")
        case "stumble" if order not in _stumbled:
            _stumbled.add(order)
            raise RuntimeError("told to crash once")
        case "print":
            sys.stdout.write("not a frame\n" * 1000)
            sys.stdout.flush()
