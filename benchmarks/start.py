"""Measure whole processes on small input: `python -m benchmarks.start --record DIR`.

Each command is run over and over, by turns with the others; what they answer is known. `first` is
the family of the very first run, with an empty cache of kernels, `warm` that of the later ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.rows import Row, Writer, describe, read

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FIRST, WARM = "first", "warm"
VERDICTS = {"FAIL": "sat", "PASS": "unsat", "sat": "sat", "unsat": "unsat"}
"""What the first word of an output says."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of ours, and the verdict that it prints."""

    name: str
    module: str
    arguments: tuple[str, ...]
    expected: str

    @property
    def command(self) -> tuple[str, ...]:
        """The installed command, or else the module."""
        return (*command_of(self.name.split()[0], self.module), *self.arguments)


def command_of(name: str, module: str) -> tuple[str, ...]:
    """Return the command as it is installed beside this interpreter, else as a module."""
    installed = Path(sys.executable).with_name(name)
    return (str(installed),) if installed.exists() else (sys.executable, "-m", module)


_NO_NEW_ACCESS = EXAMPLES / "no-new-access"

COMMANDS = (
    Command(
        name="keyaki check-no-new-access",
        module="portfolio.cli",
        arguments=(
            "check-no-new-access",
            *("--existing", str(_NO_NEW_ACCESS / "existing.json")),
            *("--new", str(_NO_NEW_ACCESS / "new.json")),
            "--exit-zero",
        ),
        expected="sat",
    ),
    Command(
        name="keyaki check-no-public-access",
        module="portfolio.cli",
        arguments=("check-no-public-access", str(EXAMPLES / "public" / "closed-by-deny.json")),
        expected="unsat",
    ),
    Command(
        name="keyaki-automaton",
        module="encoders.smtlib.repl",
        arguments=(str(EXAMPLES / "solve" / "segments.smt2"),),
        expected="unsat",
    ),
)


@click.command()
@click.option("--runs", type=int, default=20, show_default=True, help="Warm ones of each command.")
@click.option("--firsts", type=int, default=1, show_default=True, help="Runs with an empty cache.")
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(runs: int, firsts: int, folder: Path) -> None:
    """Measure the commands and write the record to a folder."""
    describe(folder, "benchmarks.start", runs=runs, firsts=firsts)
    writer = Writer(folder)
    done = len(read(folder))
    for command in COMMANDS if runs > 1 else ():
        measure(command, WARM, done)
    with click.progressbar(rounds(runs, firsts), file=sys.stderr) as progress:
        for number, (family, command) in enumerate(progress, done):
            writer.write(measure(command, family, number))
    writer.close()


def rounds(runs: int, firsts: int) -> Sequence[tuple[str, Command]]:
    """Return what is run in which order."""
    families = [FIRST] * firsts + [WARM] * runs
    return [(family, command) for family in families for command in COMMANDS]


def measure(command: Command, family: str, number: int) -> Row:
    """Run a command once and return its row."""
    # What is installed has its bytecode beside it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if family == WARM:
        return _row(command, family, number, environment)
    with tempfile.TemporaryDirectory() as cache:
        return _row(command, family, number, {**environment, "XDG_CACHE_HOME": cache})


def _row(command: Command, family: str, number: int, environment: Mapping[str, str]) -> Row:
    wall, cpu = time.perf_counter(), machine.cpu_s()
    done = subprocess.run(  # noqa: S603 - our own command
        command.command, capture_output=True, text=True, env=environment, check=False
    )
    wall, cpu = time.perf_counter() - wall, machine.cpu_s() - cpu
    said = "".join(done.stdout.split()[:1])
    return Row(
        case=f"{command.name}, {family} {number}",
        family=family,
        member=command.name,
        version=version("keyaki"),
        verdict=VERDICTS.get(said, f"error: {done.returncode}"),
        expected=command.expected,
        wall_s=wall,
        cpu_s=cpu,
    )


if __name__ == "__main__":
    main()
