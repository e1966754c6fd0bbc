"""Measure `keyaki batch` by who answers: `python -m benchmarks.executors --record DIR`.

The same file of questions about pairs of real policies is answered by processes here and by actors
of a Ray cluster of this machine, by turns; the verdicts must be the same, in the same order. The
family `start` has so few lines that a cluster costs more than its work, `batch` some copies of
them. In the family `killed` a worker is killed every so often, by SIGKILL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.batch import Input, line_of, written
from benchmarks.posed import Json
from benchmarks.rows import RIGHT, WRONG, Row, Writer, describe
from benchmarks.start import command_of
from benchmarks.suites import POLICIES, sample
from benchmarks.tree import descendants

EXECUTORS = ("local", "ray")
KILL_EVERY_S = 5.0

WORKERS = {"local": "portfolio.pool.worker", "ray": "ray::Worker"}
"""What stands in the command lines of workers."""


@click.command()
@click.option("--lines", type=int, default=5_000, show_default=True)
@click.option("--copies", type=int, default=5, show_default=True, help="In the family `batch`.")
@click.option("--runs", type=int, default=3, show_default=True)
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(lines: int, copies: int, runs: int, folder: Path) -> None:
    """Answer the same lines by each executor, by turns, and record it in a folder."""
    describe(
        folder, "benchmarks.executors", lines=lines, copies=copies, runs=runs, ray=version("ray")
    )
    writer = Writer(folder)
    cases = sample(POLICIES["managed"](), lines, seed=1)
    with tempfile.TemporaryDirectory() as place:
        few = written(cases, "few", 1, Path(place))
        many = written(cases, "many", copies, Path(place))
        for row in rows_of(few, many, runs):
            writer.write(row)
            click.echo(f"{line_of(row)}, {row.wall_s:.1f} s")
    writer.close()


def rows_of(few: Input, many: Input, runs: int) -> Iterator[Row]:
    """Yield the rows of all runs; each is right iff it says what the first one of its file says."""
    expected: dict[str, list[object]] = {}
    for run in range(runs):
        for family, given in (("start", few), ("batch", many), ("killed", many)):
            for executor in EXECUTORS:
                case = f"{family}, run {run + 1}"
                row, answers = answered(given, family, case, executor)
                same = answers == expected.setdefault(given.name, answers)
                yield row if same else Row(**{**vars(row), "verdict": WRONG})


def answered(given: Input, family: str, case: str, executor: str) -> tuple[Row, list[object]]:
    """Answer a file by the command; return the row, and what is answered."""
    command = (*command_of("keyaki", "portfolio.cli"), "batch", "--executor", executor)
    with tempfile.TemporaryFile() as output:
        started, cpu = time.perf_counter(), machine.cpu_s()
        process = subprocess.Popen((*command, str(given.path)), stdout=output)  # noqa: S603
        killer = Killer(process.pid, WORKERS[executor]) if family == "killed" else None
        process.wait()
        wall, cpu = time.perf_counter() - started, machine.cpu_s() - cpu
        killed = killer.close() if killer else 0
        output.seek(0)
        answers = [verdict_of(json.loads(line)) for line in output]
    row = Row(
        case=f"{case}, {killed} killed" if killer else case,
        family=family,
        member=f"keyaki batch --executor {executor}",
        version=version("keyaki"),
        verdict=RIGHT if len(answers) == len(given.expected) else WRONG,
        expected=RIGHT,
        wall_s=wall,
        cpu_s=cpu,
        size=len(given.expected),
        count=len(given.expected),
    )
    return row, answers


def verdict_of(answer: Json) -> object:
    """Return what an answer says that does not depend on what its process was asked before."""
    return [answer.get(name) for name in ("id", "question", "result", "verdict", "error")]


class Killer:
    """Kills a worker of a process every so often, from a thread of its own."""

    def __init__(self, pid: int, word: str) -> None:
        self._pid = pid
        self._word = word.encode()
        self._killed = 0
        self._chance = random.Random(1)  # noqa: S311 - a sample, not a secret
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._kill, daemon=True)
        self._thread.start()

    def _kill(self) -> None:
        while not self._over.wait(KILL_EVERY_S):
            workers = self._workers()
            if workers:
                os.kill(self._chance.choice(workers), signal.SIGKILL)
                self._killed += 1

    def _workers(self) -> Sequence[int]:
        return [pid for pid in descendants(self._pid) if self._word in _command(pid)]

    def close(self) -> int:
        """Kill no more; return how many were killed."""
        self._over.set()
        self._thread.join()
        return self._killed


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    main()
