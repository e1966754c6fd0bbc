"""Processes of solvers, and their certain end.

Each process leads a session and a process group of its own. `kill` ends the whole group with
SIGKILL and reaps its leader; `close_all` does it for every process, also at exit; and a guard, a
process of its own, does it when this process dies without a word.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

LAST_WORDS_S = 0.2
GUARD = (sys.executable, "-S", "-E", str(Path(__file__).with_name("guard.py")))


class Process:
    """A running command. Making one raises OSError iff it cannot be started.

    One thread at a time owns a process; others may only `cancel` it. The command gets the files
    `pass_fds` of this process, under the same numbers.
    """

    def __init__(self, command: tuple[str, ...], *, pass_fds: tuple[int, ...] = ()) -> None:
        _guard.start()
        self._child = _popen(command, pass_fds)
        _guard.watch(self.pid)
        _alive.add(self)
        self._lock = threading.Lock()
        self.is_cancelled = False
        for pipe in (self.stdin, self.stdout, self.stderr):
            os.set_blocking(pipe.fileno(), False)

    @property
    def pid(self) -> int:
        """The number of the process and of its group."""
        return self._child.pid

    @property
    def stdin(self) -> IO[bytes]:
        """The input of the process, without blocking."""
        assert self._child.stdin
        return self._child.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """The output of the process, without blocking."""
        assert self._child.stdout
        return self._child.stdout

    @property
    def stderr(self) -> IO[bytes]:
        """The errors of the process, without blocking."""
        assert self._child.stderr
        return self._child.stderr

    def limit(self, *, memory_bytes: int, cpu_s: int) -> None:
        """Have the system bound memory and processor time of the process, where it can."""
        if sys.platform == "linux":
            import resource  # noqa: PLC0415 - not on every system

            with contextlib.suppress(OSError, ValueError):
                resource.prlimit(self.pid, resource.RLIMIT_CORE, (0, 0))
                resource.prlimit(self.pid, resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
                resource.prlimit(self.pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))

    def resident_bytes(self) -> int:
        """Return the memory that the process holds, or 0 where that cannot be known."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_bytes().split()
        except OSError:
            return 0
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0

    def has_exited(self) -> bool:
        """Return whether the leader is known to have ended."""
        with self._lock:
            return self._child.returncode is not None or _is_waiting_for_reaping(self.pid)

    def cancel(self) -> None:
        """Kill the group and leave the cleaning up to the owner. Any thread may call this."""
        self.is_cancelled = True
        self._kill_group()

    def kill(self) -> int:
        """Kill the group, reap its leader and return its exit status."""
        self._kill_group()
        with self._lock:
            status = self._child.wait()
        _guard.forget(self.pid)
        _alive.discard(self)
        for pipe in (self.stdin, self.stdout, self.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        return status

    def let_end(self) -> int:
        """Kill after the leader had a moment to end by itself; return its exit status."""
        until = time.monotonic() + LAST_WORDS_S
        while not self.has_exited() and time.monotonic() < until:
            time.sleep(0.001)
        return self.kill()

    def _kill_group(self) -> None:
        # INVARIANT: no signal after the leader was reaped, when its number may be another's.
        with self._lock:
            if self._child.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)


def _popen(command: tuple[str, ...], pass_fds: tuple[int, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a member's own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=pass_fds,
        start_new_session=True,
    )


def _is_waiting_for_reaping(pid: int) -> bool:
    if not hasattr(os, "waitid"):
        return False
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _popen_guard() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own script
        GUARD,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )


class Guard:
    """Our side of the guard: tells it which groups to kill when this process is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: set[int] = set()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the guard unless it runs. Raise OSError iff it cannot be started."""
        with self._lock:
            if self._child is None or self._child.poll() is not None:
                self.abandon()
                self._child = _popen_guard()
                self._tell("".join(f"+{group}\n" for group in self._watched))

    def watch(self, group: int) -> None:
        """Have `group` killed if it outlives this process."""
        with self._lock:
            self._watched.add(group)
            self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """Leave `group` alone from now on: its number may become another's."""
        with self._lock:
            self._watched.discard(group)
            self._tell(f"-{group}\n")

    def stop(self) -> None:
        """End the guard; it kills what it still watches."""
        with self._lock:
            self.abandon()
            if self._child:
                self._child.wait()
            self._child = None

    def abandon(self) -> None:
        """Close this process's end of the pipe, if there is one."""
        if self._child and self._child.stdin:
            self._child.stdin.close()

    def _tell(self, orders: str) -> None:
        # A guard that died is replaced, and told everything, before the next process starts.
        if self._child and self._child.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._child.stdin.write(orders.encode())


_guard = Guard()
_alive: set[Process] = set()
_parents: list[object] = []


def close_all() -> None:
    """End every process of every member. A run that still goes on ends as cancelled or crashed."""
    for process in list(_alive):
        process.cancel()
    _guard.stop()


def _forget_parents() -> None:
    """Leave to the parent of this fork what is the parent's, the guard's only pipe included."""
    global _guard  # noqa: PLW0603 - a forked child needs a guard of its own
    _guard.abandon()
    _parents.extend((_guard, *_alive))
    _alive.clear()
    _guard = Guard()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parents)
