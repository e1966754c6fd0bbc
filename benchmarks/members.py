"""The solvers as they are timed, each called in the fastest way it has.

automaton: in this process, from the parsed policies on, or in a process of its own for each case
(`apart`). automaton-compiled: from the compiled policies on. automaton-solve: the engine alone,
with the problem encoded before. Only the first of these on a case finds the caches cold. z3, cvc5:
their libraries in a warm process, timed inside it from script text to verdict. cvc4: a warm process
that is told to reset between scripts, timed from the first byte written to the verdict read; its
processor time is the process's meanwhile. Encoding for them, and printing the script, is not
counted.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Protocol

from automaton.budget import Budget
from automaton.verdict import Reason, Sat, Unknown, Unsat, Unsupported, Verdict
from automaton.warming import warm
from benchmarks import machine, ours
from benchmarks.ours import Call
from benchmarks.posed import Asked, Posed
from benchmarks.processes import WALL_FACTOR, cvc4, host
from benchmarks.rows import TIMEOUT, Timing
from portfolio.members.binary import CVC4
from portfolio.members.library import CVC5, Z3

MEMORY_MIB = 512
"""What the tables of the engine may take, in this process."""


class Timed(Protocol):
    """A solver that can be timed on a case."""

    name: str

    def version(self) -> str:
        """Return the version of what is measured."""

    def time(self, case: Posed, limit_s: float) -> Timing:
        """Decide the case, within `limit_s` of processor time."""

    def close(self) -> None:
        """End whatever process there is."""


class Automaton:
    """Ours, in this process; `prepare` does what is not timed and returns what is."""

    def __init__(self, name: str, prepare: Callable[[Asked], Call]) -> None:
        self.name = name
        self.prepare = prepare
        warm()

    def version(self) -> str:
        """Return the version of Keyaki."""
        return version("keyaki")

    def time(self, case: Posed, limit_s: float) -> Timing:
        """Time the call."""
        return timed(lambda: self.prepare(case.ready()), limit_s)

    def close(self) -> None:
        """Do nothing: there is no process."""


def timed(prepare: Callable[[], Call], limit_s: float, *, memory_mib: int = MEMORY_MIB) -> Timing:
    """Time the call that `prepare` returns; for the main thread only."""
    try:
        call = prepare()
        budget = cpu_budget(limit_s, memory_mib)
        wall, cpu = time.perf_counter(), machine.cpu_s()
        verdict = word_of(call(budget))
    except Unsupported as error:
        return Timing(verdict=f"unknown: {error}", wall_s=0.0, cpu_s=0.0)
    return Timing(verdict=verdict, wall_s=time.perf_counter() - wall, cpu_s=machine.cpu_s() - cpu)


def cpu_budget(limit_s: float, memory_mib: int = MEMORY_MIB) -> Budget:
    """Return a budget that ends after so much processor time; for the main thread only."""
    budget = Budget(wall_s=WALL_FACTOR * limit_s, memory_mib=memory_mib)
    signal.signal(signal.SIGPROF, lambda *_: budget.cancel())
    signal.setitimer(signal.ITIMER_PROF, limit_s)
    return budget


def word_of(verdict: Verdict) -> str:
    """Return the word of a verdict in a record; an unknown has its reason unless that is time."""
    match verdict:
        case Sat():
            return "sat"
        case Unsat():
            return "unsat"
        case Unknown(Reason.TIME | Reason.CANCELLED):
            return TIMEOUT
    return f"unknown: {verdict}"


MEMBERS: dict[str, Callable[[], Timed]] = {
    "automaton": lambda: Automaton("automaton", ours.from_policies),
    "automaton-compiled": lambda: Automaton("automaton-compiled", ours.from_compiled),
    "automaton-solve": lambda: Automaton("automaton-solve", ours.from_problem),
    "z3": lambda: host("z3", "z3", Z3.version),
    "cvc5": lambda: host("cvc5", "cvc5", CVC5.version),
    "cvc4": cvc4,
}


def is_installed(name: str) -> bool:
    """Return whether a member can be timed here."""
    others = {member.name: member for member in (Z3, CVC5, CVC4)}
    return name not in others or others[name].is_installed()
