"""Members that misbehave, problems that they know, and a count of the processes they leave.

`Scripted`, `Stubborn`, `Raising` and `Odd` live in this process; `fake_binary` and `fake_library`
run `fake_solver.py` through the real classes.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from automaton import regex as rx
from automaton.terms import Problem, Sort, Variable, equals, in_regex, negation
from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from portfolio.fragment import Fragment
from portfolio.limits import Limits
from portfolio.members import BinaryMember, LibraryMember, Outcome, Run, close_all
from portfolio.members.base import Task, outcome_of
from portfolio.trust import ALL

X = Variable("x", Sort.STRING)
SATISFIABLE = Problem((in_regex(X, rx.glob("a*")), negation(equals(X, "a"))))
UNSATISFIABLE = Problem((in_regex(X, rx.glob("a*")), in_regex(X, rx.glob("b*"))))

_LOOPS = tuple(in_regex(X, rx.star(rx.literal("a" * prime))) for prime in (7, 11, 13, 17, 19, 23))
HARD = Problem((*_LOOPS, negation(equals(X, ""))))
"""A problem over which the automaton broods for long."""

RIGHT = Sat({"x": "ab"})
WRONG = Sat({"x": "zz"})
UNSAT = Unsat()
UNDECIDED = Unknown(Reason.INCOMPLETE, "fake")

FAKE_SOLVER = (sys.executable, "-S", "-E", str(Path(__file__).with_name("fake_solver.py")))
MARK = "KEYAKI_TEST_MARK"


class Scripted:
    """A member that says `verdict` after `delay_s`, and counts how often it was started.

    It is trusted for everything unless it is given what it is trusted for.
    """

    def __init__(
        self,
        name: str,
        verdict: Verdict,
        *,
        delay_s: float = 0.0,
        trusted: frozenset[Fragment] = ALL,
    ) -> None:
        self.name = name
        self.trusted = trusted
        self.verdict = verdict
        self.delay_s = delay_s
        self.starts = 0

    def version(self) -> str:
        return "1.0"

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        self.starts += 1
        return _ScriptedRun(self.verdict, self.delay_s, limits.wall_s)


class Old(Scripted):
    """A member in the version of CVC4 whose bugs are known."""

    def version(self) -> str:
        return "1.8"


class _ScriptedRun:
    def __init__(self, verdict: Verdict, delay_s: float, wall_s: float) -> None:
        is_slow = delay_s > wall_s
        self._outcome = outcome_of(Unknown(Reason.TIME) if is_slow else verdict)
        self._ready_at = time.monotonic() + min(delay_s, wall_s)
        self._cancelled = threading.Event()

    def wait(self, timeout_s: float | None) -> Outcome | None:
        left_s = max(self._ready_at - time.monotonic(), 0)
        if self._cancelled.wait(left_s if timeout_s is None else min(left_s, timeout_s)):
            self._outcome = outcome_of(Unknown(Reason.CANCELLED))
            return self._outcome
        return self._outcome if time.monotonic() >= self._ready_at else None

    def cancel(self) -> None:
        if time.monotonic() < self._ready_at:
            self._cancelled.set()


class Stubborn:
    """A member whose run neither ends nor can be cancelled, for `wall_s`."""

    name = "stubborn"

    def __init__(self, wall_s: float = 5.0) -> None:
        self.wall_s = wall_s

    def version(self) -> str:
        return "1.0"

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        return self

    def wait(self, timeout_s: float | None) -> Outcome | None:
        time.sleep(self.wall_s if timeout_s is None else min(timeout_s, self.wall_s))
        return None

    def cancel(self) -> None: ...


class Raising:
    """A member of which one method raises; the others do what they should not, too."""

    name = "raising"

    def __init__(self, method: str) -> None:
        self.method = method

    def _maybe(self, method: str) -> None:
        if self.method == method:
            raise RuntimeError(f"{method} raised")

    def version(self) -> str:
        self._maybe("version")
        return "1.0"

    def warm(self) -> None:
        self._maybe("warm")

    def start(self, task: Task, limits: Limits) -> Run:
        self._maybe("start")
        return self

    def wait(self, timeout_s: float | None) -> Outcome | None:
        self._maybe("wait")
        time.sleep(0.05)
        return None

    def cancel(self) -> None:
        self._maybe("cancel")


class Odd:
    """A member of which one method does something odd instead of what it should."""

    name = "odd"

    def __init__(self, method: str, deed: Callable[[], object]) -> None:
        self.method = method
        self.deed = deed

    def _done(self, method: str, usual: object) -> Any:
        return self.deed() if self.method == method else usual

    @property
    def trusted(self) -> Any:
        return self._done("trusted", frozenset())

    def version(self) -> str:
        return str(self._done("version", "1.0"))

    def warm(self) -> None:
        self._done("warm", None)

    def start(self, task: Task, limits: Limits) -> Run:
        self._done("start", None)
        return self

    def wait(self, timeout_s: float | None) -> Outcome | None:
        # Who is to be called off must be at work.
        if self.method == "cancel":
            self.deed()
        outcome: Outcome | None = self._done("wait", outcome_of(UNSAT))
        return outcome

    def cancel(self) -> None:
        self._done("cancel", None)


def fake_binary(behaviour: str, name: str = "fake") -> BinaryMember:
    """Return a member whose command behaves so."""
    return BinaryMember(
        name=name,
        command=(*FAKE_SOLVER, behaviour),
        dialect="z3",
        version_command=(*FAKE_SOLVER, "nothing"),
        trusted=ALL,
    )


def fake_library(behaviour: str, name: str = "fake") -> LibraryMember:
    """Return a member whose worker behaves so."""
    return LibraryMember(
        name=name,
        module="json",
        package="no-such-package",
        dialect="z3",
        command=(*FAKE_SOLVER, behaviour, "worker"),
        trusted=ALL,
    )


FAKES: dict[str, Callable[..., BinaryMember | LibraryMember]] = {
    "binary": fake_binary,
    "library": fake_library,
}


@contextmanager
def marked_processes() -> Iterator[str]:
    """Mark each process started inside; fail iff one is left after `close_all`."""
    close_all()
    mark = uuid4().hex
    os.environ[MARK] = mark
    try:
        yield mark
        close_all()
        assert wait_until(lambda: processes(mark) == {}), processes(mark)
        assert zombies() == []
    finally:
        del os.environ[MARK]


def processes(mark: str) -> dict[int, str]:
    """Return the number and the command line of each living process with this mark."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def busy(mark: str) -> list[str]:
    """Return the command lines of marked processes that are neither the guard nor workers."""
    quiet = ("guard.py", "worker")
    return [line for line in processes(mark).values() if not any(word in line for word in quiet)]


def zombies() -> list[int]:
    """Return the children of this process that ended and were not reaped."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state == "Z" and int(parent) == os.getpid():
            found.append(int(entry.name))
    return found


def wait_until(is_so: Callable[[], bool], timeout_s: float = 1.0) -> bool:
    """Return whether `is_so` comes true in time: the dead take a moment to leave /proc."""
    until = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
