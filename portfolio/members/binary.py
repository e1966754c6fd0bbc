"""Members that are commands: any solver that reads SMT-LIB 2.6 from its standard input."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from portfolio.limits import Limits
from portfolio.members.base import Options, Run, Task, own_options, trusted_with
from portfolio.members.exchange import Exchange
from portfolio.members.placed import PlacedRun
from portfolio.members.process import Process
from portfolio.members.smtlib import START_BYTES, ProcessRun, read_answer, start_on_script

VERSION_TIMEOUT_S = 5.0


@dataclass(frozen=True, kw_only=True)
class BinaryMember:
    """A command that answers one script. The same one with other options is another member."""

    name: str
    command: tuple[str, ...]
    dialect: str
    version_command: tuple[str, ...]
    trusted: frozenset[Enum] | None = None
    options: Options = ()
    seed_option: str = "seed"

    def is_installed(self) -> bool:
        """Return whether the command is there to be run."""
        return shutil.which(self.command[0]) is not None

    def version(self) -> str:
        """Return what looks like a version in the output of `version_command`."""
        return _version(self.version_command)

    def with_options(self, name: str, options: Options) -> BinaryMember:
        """Return the same member with more options. Raise ValueError iff a seed is none."""
        added = own_options(options, self.seed_option)
        # The place of the input, where it is named, is the last word of a command.
        place = -1 if self.command[-1] == "-" else len(self.command)
        words = (*self.command[:place], *map(_word, added), *self.command[place:])
        trusted = trusted_with(self.trusted, added, self.seed_option)
        options = (*self.options, *added)
        return replace(self, name=name, command=words, options=options, trusted=trusted)

    def warm(self) -> None:
        """Do nothing: each script has a process of its own."""

    def start(self, task: Task, limits: Limits) -> Run:
        """Start the command on the script of the task."""

        def begin(text: str) -> Run:
            return PlacedRun(limits, lambda left: self._run(text, task, left))

        return start_on_script(task, self.dialect, begin)

    def _run(self, text: str, task: Task, limits: Limits) -> ProcessRun:
        deadline = time.monotonic() + limits.wall_s
        memory_bytes = (limits.memory_mib << 20) + START_BYTES
        process = Process(self.command)
        # The system counts each process by itself, and in whole seconds: the exchange comes first.
        cpu_s = limits.wall_s if limits.cpu_s is None else limits.cpu_s
        process.limit(memory_bytes=memory_bytes, cpu_s=int(cpu_s) + 2)
        exchange = Exchange(
            process,
            text.encode(),
            deadline=deadline,
            memory_bytes=memory_bytes,
            cpu_s=limits.cpu_s,
            is_complete=lambda piece: False,
            ends_input=True,
        )
        return ProcessRun(exchange, lambda output: read_answer(output, task))


def _word(option: tuple[str, str]) -> str:
    """Return how an option is written on a command line; of a switch, its name says all."""
    name, value = option
    return {"true": f"--{name}", "false": f"--no-{name}"}.get(value, f"--{name}={value}")


@cache
def _version(command: tuple[str, ...]) -> str:
    try:
        shown = subprocess.run(  # noqa: S603 - a member's own command
            command, capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    found = re.search(r"\d+(?:\.\d+)+", shown.stdout)
    return found[0] if found else "unknown"


CVC4 = BinaryMember(
    name="cvc4",
    command=("cvc4", "--lang=smt2.6", "--strings-exp", "--produce-models", "--quiet", "-"),
    dialect="cvc4",
    version_command=("cvc4", "--version"),
)
