"""Processes that wait for the next question: how many, and when one has served long enough."""

from __future__ import annotations

import atexit
import os
import threading

from portfolio.members.process import Process

MOST_QUESTIONS = 1000
"""How many questions a worker answers. Whatever a library piles up from one to the next, beyond
what the mark of memory shows, thus ends; a start, some 0.2 s, is nothing beside so many."""

KEPT_BYTES = 512 << 20
"""How much memory a worker may hold that waits."""

MOST_WAITING = 32
"""How many workers wait at once, of all members together; the one that waits longest goes first."""

Command = tuple[str, ...]


class Workers:
    """The workers that wait, by the commands that started them. Any thread may take and keep."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Command, Process]] = []

    def has(self, command: Command) -> bool:
        """Return whether a worker of this command waits."""
        with self._lock:
            return any(one == command for one, _ in self._waiting)

    def take(self, command: Command) -> Process:
        """Return the worker that began to wait last, or a new one."""
        while process := self._pop(command):
            if not process.is_cancelled and not process.has_exited():
                return process
            process.kill()
        return Process(command)

    def keep(self, command: Command, process: Process, most_questions: int) -> None:
        """Have a worker wait that is in good order, unless it has served long enough."""
        meter = process.meter
        is_spent = meter.starts >= most_questions or meter.resident_bytes > KEPT_BYTES
        if is_spent or process.has_exited():
            process.kill()
            return
        with self._lock:
            self._waiting.append((command, process))
            surplus = self._waiting[:-MOST_WAITING]
            del self._waiting[:-MOST_WAITING]
        for _, oldest in surplus:
            oldest.kill()

    def close(self) -> None:
        """End the workers that wait."""
        with self._lock:
            ended, self._waiting = self._waiting, []
        for _, process in ended:
            process.kill()

    def _pop(self, command: Command) -> Process | None:
        with self._lock:
            for index in reversed(range(len(self._waiting))):
                if self._waiting[index][0] == command:
                    return self._waiting.pop(index)[1]
        return None

    def disown(self) -> None:
        """Leave the workers to the parent of this fork, whose they are."""
        self._lock = threading.Lock()
        self._waiting = []


waiting = Workers()
"""The workers of this process."""

atexit.register(waiting.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=waiting.disown)
