"""Any solver of SMT-LIB as a member, by the words of its command line.

A script goes to its standard input, or into a file whose name takes the place of `{file}`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.question import ScriptQuestion
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members.base import Outcome, Run, Task
from portfolio.members.binary import BinaryMember
from portfolio.members.exchange import Exchange
from portfolio.members.process import Process
from portfolio.members.smtlib import START_BYTES, ProcessRun, read_answer, start_on_script

FILE = "{file}"
"""The word of a command in whose place the name of the script comes."""

NOISE = ("success", "unsupported")
"""Replies to other commands, which may come before the answer of a check."""

_NOTHING_KNOWN = ScriptQuestion("", (), ())


@dataclass(frozen=True, kw_only=True)
class CommandMember:
    """A command that answers one script; `version_command` is what may tell its version."""

    name: str
    command: tuple[str, ...]
    dialect: str = "standard"
    version_command: tuple[str, ...] = field(default=())

    def version(self) -> str:
        """Return what looks like a version in the output of `version_command`."""
        if not self.version_command:
            return "unknown"
        return BinaryMember(
            name=self.name,
            command=self.command,
            dialect=self.dialect,
            version_command=self.version_command,
        ).version()

    def warm(self) -> None:
        """Do nothing: each script has a process of its own."""

    def start(self, task: Task, limits: Limits) -> Run:
        """Start the command on the script of the task."""
        return start_on_script(task, self.dialect, lambda text: self._run(text, task, limits))

    def answer_to(self, script: str, limits: Limits) -> Outcome:
        """Return the first answer to a script as it stands; its models are not read."""
        try:
            run = self._run(script, _NOTHING_KNOWN, limits)
        except OSError as error:
            return Outcome(End.CRASHED, detail=f"cannot be started: {error}")
        return run.wait(None) or Outcome(End.TIMED_OUT)

    def _run(self, text: str, task: Task, limits: Limits) -> Run:
        only_first = task is _NOTHING_KNOWN
        if FILE not in " ".join(self.command):
            return _started(self.command, text.encode(), task, limits, only_first=only_first)
        file = _written(text)
        command = tuple(word.replace(FILE, str(file)) for word in self.command)
        try:
            return _FileRun(_started(command, b"", task, limits, only_first=only_first), file)
        except OSError:
            file.unlink()
            raise


def _written(text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix="keyaki-", suffix=".smt2")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(name)


def _started(
    command: tuple[str, ...], data: bytes, task: Task, limits: Limits, *, only_first: bool
) -> ProcessRun:
    memory_bytes = (limits.memory_mib << 20) + START_BYTES
    process = Process(command)
    process.limit(memory_bytes=memory_bytes, cpu_s=int(limits.wall_s) + 2)
    exchange = Exchange(
        process,
        data,
        deadline=time.monotonic() + limits.wall_s,
        memory_bytes=memory_bytes,
        cpu_s=limits.cpu_s,
        is_complete=lambda piece: False,
        ends_input=True,
    )
    return ProcessRun(exchange, lambda output: _read(output, task, only_first=only_first))


def _read(output: str, task: Task, *, only_first: bool) -> Outcome | None:
    """Return the outcome that an output stands for, past the replies to other commands."""
    lines = output.strip().split("\n")
    while lines and (lines[0].strip() in NOISE or lines[0].startswith(";")):
        del lines[0]
    if only_first:
        return read_answer("\n".join(lines[:1]), task) or read_answer(output, task)
    return read_answer("\n".join(lines), task)


class _FileRun:
    """A run whose script lies in a file, which goes with it."""

    def __init__(self, run: Run, file: Path) -> None:
        self._run = run
        self._file = file

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff there is none after `timeout_s`."""
        outcome = self._run.wait(timeout_s)
        if outcome is not None:
            self._file.unlink(missing_ok=True)
        return outcome

    def cancel(self) -> None:
        """Kill the process and whatever it started."""
        self._run.cancel()


def member_of(command: str, name: str | None = None, dialect: str = "standard") -> CommandMember:
    """Return the member that a command line is, such as `z3 -in` or `solver --quiet {file}`.

    A last word `stdin` stands for the standard input, which is what is used without `{file}`.
    Raise ValueError iff there is no such command, or no such dialect.
    """
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ValueError(f"`{command}` is no command: {error}") from None
    if words[-1:] == ("stdin",):
        words = words[:-1]
    if not words or shutil.which(words[0]) is None:
        raise ValueError(f"there is no command `{words[0] if words else command}`")
    if dialect not in DIALECTS:
        raise ValueError(f"there is no dialect `{dialect}`; there are {', '.join(DIALECTS)}")
    return CommandMember(
        name=name or Path(words[0]).name,
        command=words,
        dialect=dialect,
        version_command=(*_program(words), "--version"),
    )


def named_member(text: str, dialect: str = "standard") -> CommandMember:
    """Return the member of `NAME=COMMAND`. Raise ValueError iff there is none."""
    name, _, command = text.partition("=")
    if not name or not command:
        raise ValueError(f"`{text}` is not NAME=COMMAND")
    return member_of(command, name, dialect)


def _program(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words up to the last one that is a file: an interpreter goes with its program."""
    last = max((place for place, word in enumerate(words) if Path(word).is_file()), default=0)
    return words[: last + 1]
