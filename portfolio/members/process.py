"""Processes of solvers, and their certain end.

Each process leads a session and a process group of its own, and what it starts has its mark.
`kill` ends the whole group with SIGKILL, with it the descendants that went elsewhere, and reaps the
leader; `close_all` does it for every process, also at exit. A guard, a process of its own, then
ends whatever else has the mark, and does all of it when this process dies without a word. What left
the group and lost its parents can escape only if it also threw its environment away, or goes from
process to process faster than these can be listed; outside Linux, whatever left the group can.
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

from portfolio.members.meter import Meter
from portfolio.members.tree import MARK

LAST_WORDS_S = 0.2
GUARD = (sys.executable, "-S", "-E", str(Path(__file__).with_name("guard.py")))


class Process:
    """A running command. Making one raises OSError iff it cannot be started.

    One thread at a time owns a process; others may only `cancel` it. The command gets the files
    `pass_fds` of this process, under the same numbers.
    """

    def __init__(self, command: tuple[str, ...], *, pass_fds: tuple[int, ...] = ()) -> None:
        _guard.start()
        mark = "/".join((*filter(None, [os.environ.get(MARK)]), os.urandom(8).hex()))
        # INVARIANT: the guard knows the mark before there is a process that has it.
        _guard.watch(mark)
        try:
            self._child = _popen(command, pass_fds, mark)
        except BaseException:
            _guard.forget(mark)
            raise
        self._mark = mark
        _guard.tell_group(mark, self.pid)
        _alive.add(self)
        self._lock = threading.Lock()
        self.meter = Meter(self.pid, mark)
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

    def has_exited(self) -> bool:
        """Return whether the leader is known to have ended."""
        with self._lock:
            try:
                return self._child.returncode is not None or _is_waiting_for_reaping(self.pid)
            except ChildProcessError:
                # A program that ignores SIGCHLD has its children reaped by the system.
                self._reap()
                return True

    def cancel(self) -> None:
        """Kill the group and leave the cleaning up to the owner. Any thread may call this."""
        self.is_cancelled = True
        self._kill_group()

    def kill(self) -> int:
        """Kill the group, reap its leader and return its exit status."""
        self._kill_group()
        with self._lock:
            status = self._reap()
        _guard.forget(self._mark)
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
                # Who descends from whom cannot be seen any more once the leader is dead.
                self.meter.look()
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.meter.kill_others()

    def _reap(self) -> int:
        """Return the exit status of the leader, with what it cost told to the meter."""
        if self._child.returncode is None:
            try:
                _, status, usage = os.wait4(self.pid, 0)
            except ChildProcessError:
                return self._child.wait()
            self._child.returncode = os.waitstatus_to_exitcode(status)
            self.meter.settle(usage.ru_utime + usage.ru_stime, _own_peak_bytes(usage.ru_maxrss))
        return self._child.returncode


def _own_peak_bytes(peak: int) -> int:
    """Return the most memory that a child held, or 0 where that may be what this process held.

    A child begins with the memory of its parent, and the system counts that too.
    """
    import resource  # noqa: PLC0415 - not on every system

    if peak <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        return 0
    return peak if sys.platform == "darwin" else peak << 10


def _popen(
    command: tuple[str, ...], pass_fds: tuple[int, ...], mark: str
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a member's own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=pass_fds,
        start_new_session=True,
        env={**os.environ, MARK: mark},
    )


def _is_waiting_for_reaping(pid: int) -> bool:
    if not hasattr(os, "waitid"):
        return False
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


class _Outliving(subprocess.Popen[bytes]):
    """A process that goes on when this one ends: to let go of it is no mistake."""

    def __del__(self) -> None:
        """Do not warn."""


def _popen_guard() -> tuple[_Outliving, int]:
    """Return a new guard, and the end of the pipe to it, which the system closes at our end."""
    theirs, ours = os.pipe()
    try:
        guard = _Outliving(
            GUARD,
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return guard, ours


class Guard:
    """Our side of the guard: tells it which groups to kill when this process is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[str, int] = {}
        self._child: _Outliving | None = None
        self._pipe: int | None = None

    def start(self) -> None:
        """Start the guard unless it runs. Raise OSError iff it cannot be started."""
        with self._lock:
            if self._child is None or self._child.poll() is not None:
                self.abandon()
                self._child = None
                self._child, self._pipe = _popen_guard()
                self._tell("".join(map(_watching, self._watched.items())))

    def watch(self, mark: str) -> None:
        """Have killed what has this mark if it outlives this process."""
        self.tell_group(mark, 0)

    def tell_group(self, mark: str, group: int) -> None:
        """Have the group killed too in which the mark is."""
        with self._lock:
            self._watched[mark] = group
            self._tell(_watching((mark, group)))

    def forget(self, mark: str) -> None:
        """Have killed what still has the mark; the number of its group may become another's."""
        with self._lock:
            if self._watched.pop(mark, None) is not None:
                self._tell(f"-{mark}\n")

    def stop(self) -> None:
        """End the guard; it kills what it still watches."""
        with self._lock:
            self.abandon()
            if self._child:
                self._child.wait()
            self._child = None

    def abandon(self) -> None:
        """Close this process's end of the pipe, if there is one."""
        if self._pipe is not None:
            os.close(self._pipe)
        self._pipe = None

    def _tell(self, orders: str) -> None:
        # A guard that died is replaced, and told everything, before the next process starts.
        if self._pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._pipe, orders.encode())


def _watching(watched: tuple[str, int]) -> str:
    mark, group = watched
    return f"+{mark} {group}\n"


_guard = Guard()
_alive: set[Process] = set()
_parents: list[object] = []


def close_all() -> None:
    """End every process of every member. A run that still goes on ends as cancelled or crashed."""
    _cancel_all()
    _guard.stop()


def _cancel_all() -> None:
    for process in list(_alive):
        process.cancel()


def _forget_parents() -> None:
    """Leave to the parent of this fork what is the parent's, the guard's only pipe included."""
    global _guard  # noqa: PLW0603 - a forked child needs a guard of its own
    _guard.abandon()
    _parents.extend((_guard, *_alive))
    _alive.clear()
    _guard = Guard()


# The guard stays until this process is gone: threads may start another process meanwhile.
atexit.register(_cancel_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parents)
