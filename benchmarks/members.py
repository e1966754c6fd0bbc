"""The solvers as they are timed, each called in the fastest way it has.

automaton: `solve`, in this process. z3 and cvc5: their libraries in a warm process, timed inside
it from script text to verdict. cvc4: a warm process that is told to reset between scripts, timed
from the first byte written to the verdict read. Printing the script is not counted.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

from automaton.budget import Budget
from automaton.solver import solve
from automaton.terms import Problem
from automaton.verdict import Sat, Unsat
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.printer import script
from portfolio.members.automaton import AutomatonMember
from portfolio.members.binary import CVC4
from portfolio.members.library import CVC5, Z3

TIMEOUT = "timeout"


@dataclass(frozen=True)
class Timing:
    """A verdict (`sat`, `unsat`, `unknown`, `timeout` or an error) and the wall time it took."""

    verdict: str
    seconds: float


class Timed(Protocol):
    """A solver that can be timed on a problem."""

    name: str

    def version(self) -> str:
        """Return the version of what is measured."""

    def time(self, problem: Problem, limit_s: float) -> Timing:
        """Decide the problem, within `limit_s` of wall time."""

    def close(self) -> None:
        """End whatever process there is."""


class Automaton:
    """The engine, in this process. The problem is a new object, so nothing of it is prepared."""

    name = "automaton"

    def __init__(self) -> None:
        AutomatonMember().warm()

    def version(self) -> str:
        """Return the version of Keyaki."""
        from importlib.metadata import version  # noqa: PLC0415 - wanted once

        return version("keyaki")

    def time(self, problem: Problem, limit_s: float) -> Timing:
        """Time `solve`."""
        fresh = Problem(problem.assertions, problem.declared)
        started = time.perf_counter()
        verdict = solve(fresh, Budget(wall_s=limit_s))
        seconds = time.perf_counter() - started
        word = {Sat: "sat", Unsat: "unsat"}.get(type(verdict), "unknown")
        return Timing(word, seconds)

    def close(self) -> None:
        """Do nothing: there is no process."""


class Piped:
    """A solver in a warm process; a question that takes too long costs the process its life."""

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        dialect: str,
        version: Callable[[], str],
        frame: Callable[[str], str],
        read: Callable[[str, float], Timing],
    ) -> None:
        self.name = name
        self._command = command
        self._dialect = DIALECTS[dialect]
        self._version = version
        self._frame = frame
        self._read = read
        self._process: subprocess.Popen[str] | None = None

    def version(self) -> str:
        """Return the version of the solver."""
        return self._version()

    def time(self, problem: Problem, limit_s: float) -> Timing:
        """Time the process on the script of `problem`."""
        text = self._frame(script(problem, self._dialect, get_model=False))
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        started = time.perf_counter()
        process.stdin.write(text)
        process.stdin.flush()
        line = _line_within(process.stdout, limit_s)
        elapsed = time.perf_counter() - started
        if line is None:
            self.close()
            return Timing(TIMEOUT, elapsed)
        return self._read(line, elapsed)

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - a member's own command
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )

    def close(self) -> None:
        """Kill the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _line_within(stream: IO[str], limit_s: float) -> str | None:
    ready, _, _ = select.select([stream], [], [], limit_s)
    return stream.readline().strip() if ready else None


def _host(name: str, dialect: str, version: Callable[[], str]) -> Piped:
    return Piped(
        name,
        (sys.executable, "-m", "benchmarks.host", name),
        dialect,
        version,
        frame=lambda text: json.dumps({"script": text}) + "\n",
        read=lambda line, _: Timing(**json.loads(line)),
    )


def _cvc4() -> Piped:
    return Piped(
        "cvc4",
        CVC4.command,
        "cvc4",
        CVC4.version,
        frame=lambda text: f"(reset)\n{text}\n",
        read=Timing,
    )


MEMBERS: dict[str, Callable[[], Timed]] = {
    "automaton": Automaton,
    "z3": lambda: _host("z3", "z3", Z3.version),
    "cvc5": lambda: _host("cvc5", "cvc5", CVC5.version),
    "cvc4": _cvc4,
}
