"""Members that are Python packages, each in worker processes that stay warm between questions.

A worker answers one question at a time. One that completed its answer waits for the next, up to a
number of questions; one that was cancelled or reached a limit is killed, since a library cannot be
stopped from within.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from portfolio.limits import Limits
from portfolio.members.base import Options, Outcome, Run, Task, own_options, trusted_with
from portfolio.members.exchange import Exchange
from portfolio.members.placed import PlacedRun
from portfolio.members.process import Process
from portfolio.members.smtlib import START_BYTES, ProcessRun, read_answer, start_on_script
from portfolio.members.workers import MOST_QUESTIONS, Command, waiting

WORKER = (sys.executable, "-P", str(Path(__file__).with_name("worker.py")))

INSTALLED = "installed-version"
"""The file that an environment has iff it is complete; in it, the version of the package."""


@dataclass(frozen=True, kw_only=True)
class LibraryMember:
    """A Python package. The same one with other options is another member.

    `module` is imported by the worker that `command` starts, `package` has the version. Both are
    those of this process, or of an `environment` of their own. `trusted` has the fragments in which
    its unsat stands alone, None for what the table has. A worker is replaced after `most_questions`
    of them.
    """

    name: str
    module: str
    package: str
    dialect: str
    options: Options = ()
    command: Command
    environment: Path | None = None
    trusted: frozenset[Enum] | None = None
    most_questions: int = MOST_QUESTIONS
    seed_option: str = "seed"

    def is_installed(self) -> bool:
        """Return whether the package can be imported."""
        if self.environment:
            return (self.environment / INSTALLED).is_file()
        return find_spec(self.module) is not None

    def version(self) -> str:
        """Return the version of the package."""
        if self.environment:
            return _version_in(self.environment)
        return _version(self.package)

    def with_options(self, name: str, options: Options) -> LibraryMember:
        """Return the same member with more options. Raise ValueError iff a seed is none."""
        added = own_options(options, self.seed_option)
        trusted = trusted_with(self.trusted, added, self.seed_option)
        return replace(self, name=name, options=(*self.options, *added), trusted=trusted)

    def warm(self) -> None:
        """Have a worker waiting, which loads the library meanwhile."""
        if not waiting.has(self.command):
            self._keep(Process(self.command))

    def start(self, task: Task, limits: Limits) -> Run:
        """Give the script of the task to a waiting worker, or to a new one."""

        def begin(text: str) -> Run:
            return PlacedRun(limits, lambda left: self._run(text, task, left))

        return start_on_script(task, self.dialect, begin)

    def _run(self, text: str, task: Task, limits: Limits) -> ProcessRun:
        exchange = self._exchange(waiting.take(self.command), text, limits)
        return ProcessRun(exchange, lambda reply: _read_reply(reply, task), self._keep)

    def _exchange(self, process: Process, text: str, limits: Limits) -> Exchange:
        memory_bytes = limits.memory_mib << 20
        request = {"script": text, "options": self.options, "memory_bytes": memory_bytes}
        return Exchange(
            process,
            json.dumps(request).encode() + b"\n",
            deadline=time.monotonic() + limits.wall_s,
            memory_bytes=memory_bytes + START_BYTES,
            cpu_s=limits.cpu_s,
            is_complete=lambda piece: piece.endswith(b"\n"),
        )

    def _keep(self, process: Process) -> None:
        waiting.keep(self.command, process, self.most_questions)


def _read_reply(reply: str, task: Task) -> Outcome | None:
    output = _output_of(reply)
    return None if output is None else read_answer(output, task)


def _output_of(reply: str) -> str | None:
    try:
        answer = json.loads(reply)
    except ValueError:
        return None
    output = answer.get("output") if isinstance(answer, dict) else None
    return output if isinstance(output, str) else None


@cache
def _version(package: str) -> str:
    # Reading what is installed takes longer than many answers.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _version_in(environment: Path) -> str:
    try:
        return (environment / INSTALLED).read_text()
    except OSError:
        return "unknown"


Z3 = LibraryMember(
    name="z3",
    module="z3",
    package="z3-solver",
    dialect="z3",
    command=(*WORKER, "z3"),
    seed_option="smt.random_seed",
)
CVC5 = LibraryMember(
    name="cvc5", module="cvc5", package="cvc5", dialect="cvc5", command=(*WORKER, "cvc5")
)
