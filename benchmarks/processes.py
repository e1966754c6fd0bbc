"""Solvers in warm processes: written to, read from, looked at from outside, killed when late."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks.posed import Posed
from benchmarks.rows import TIMEOUT, Timing
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.printer import script
from portfolio.members.binary import CVC4

WALL_FACTOR = 20
"""How much longer than its processor time a question may last, on a machine with other work."""

LOOK_S = 0.02
"""How often the processor time is looked at."""


class Piped:
    """A solver in a warm process; a question that takes too long costs the process its life.

    `frame` makes the input of a script and the limit, `read` a timing of the line that comes back
    and of what was seen from outside. One that greets writes a line once it has loaded.
    """

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        version: Callable[[], str],
        frame: Callable[[str, float], str],
        read: Callable[[str, Timing], Timing],
        *,
        greets: bool = False,
    ) -> None:
        self.name = name
        self._command = command
        self._version = version
        self._frame = frame
        self._read = read
        self._greets = greets
        self._process: subprocess.Popen[str] | None = None

    def version(self) -> str:
        """Return the version of the solver."""
        return self._version()

    def time(self, case: Posed, limit_s: float) -> Timing:
        """Time the process on the script of the case."""
        problem = case.ready().problem()
        return self.ask(script(problem, DIALECTS[self.name], get_model=False), limit_s)

    def ask(self, text: str, limit_s: float) -> Timing:
        """Time the process on a script, within `limit_s` of processor time."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        wall, cpu = time.perf_counter(), cpu_of(process.pid)
        process.stdin.write(self._frame(text, limit_s))
        process.stdin.flush()
        line = _line_within(process, limit_s)
        spent = Timing(
            verdict=TIMEOUT,
            wall_s=time.perf_counter() - wall,
            cpu_s=cpu_of(process.pid) - cpu,
        )
        if line is None:
            self.close()
            return spent
        return self._read(line, spent)

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - a member's own command
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        if self._greets:
            assert process.stdout is not None
            process.stdout.readline()
        return process

    def close(self) -> None:
        """Kill the process, if there is one, and what it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None


def cpu_of(pid: int) -> float:
    """Return the processor time of a process so far, also of a dead one until it is waited for."""
    # Linux numbers the clock of a process so: `clock_getcpuclockid`, which Python does not offer.
    return time.clock_gettime((~pid << 3) | 2)


def _line_within(process: subprocess.Popen[str], limit_s: float) -> str | None:
    """Return the next line, or None iff the process ends, takes too long, or stands still."""
    assert process.stdout is not None
    until = time.monotonic() + WALL_FACTOR * limit_s
    most_cpu = cpu_of(process.pid) + limit_s
    while time.monotonic() < until and cpu_of(process.pid) < most_cpu:
        ready, _, _ = select.select([process.stdout], [], [], LOOK_S)
        if ready:
            return process.stdout.readline().strip() or None
    return None


def host(name: str, solver: str, version: Callable[[], str]) -> Piped:
    """Return a member whose solver is one of `benchmarks.host`."""
    return Piped(
        name,
        (sys.executable, "-m", "benchmarks.host", solver),
        version,
        frame=lambda text, limit_s: json.dumps({"script": text, "limit_s": limit_s}) + "\n",
        read=lambda line, _: Timing(**json.loads(line)),
        greets=True,
    )


def cvc4() -> Piped:
    """Return CVC4, which is told to forget between scripts."""
    return Piped(
        "cvc4",
        CVC4.command,
        CVC4.version,
        frame=lambda text, _: f"(reset)\n{text}\n",
        read=lambda line, spent: replace(spent, verdict=line),
    )
