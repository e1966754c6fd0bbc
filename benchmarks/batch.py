"""Measure `keyaki batch` as a process: `python -m benchmarks.batch upgrades pairs --record DIR`.

The cases of a suite become JSON lines, some copies of them, and the answers are held against the
expected verdicts. In further copies the statements have other names, so that none was met before to
the letter. Each row is of all questions together: wall time from start to end of the process,
processor time with that of its children, and in runs of the family `memory`, whose times do not
count, the most memory of the whole tree of processes. The family `floor` is parsing alone, in this
process, on one core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.posed import Case, Json
from benchmarks.rows import RIGHT, WRONG, Row, Writer, describe, read
from benchmarks.start import command_of
from benchmarks.suites import POLICIES, sample
from benchmarks.tree import Watch

MEMBER = "keyaki batch"
BATCH, MEMORY, FLOOR = "batch", "memory", "floor"

PARSERS: Mapping[str, tuple[str, str]] = {
    "orjson": ("orjson", "loads"),
    "jiter": ("jiter", "from_json"),
    "json": ("json", "loads"),
}
"""Parsers of JSON: the module, and the function that reads a line."""


@dataclass(frozen=True)
class Input:
    """A file of questions; the answers to them, in order, by id and verdict, "" where not known."""

    name: str
    path: Path
    expected: Sequence[tuple[str, str]]


@click.command()
@click.argument("suites", type=click.Choice(list(POLICIES)), nargs=-1)
@click.option("--sample", "count", type=int, default=None, help="Cases to draw; default: all.")
@click.option("--copies", default="1,5", show_default=True, help="How often a file has them.")
@click.option("--same-text", is_flag=True, help="Copies are the same, to the letter.")
@click.option("--runs", type=int, default=3, show_default=True)
@click.option("--members", default=None, help="Members of the portfolio; default: its own choice.")
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(
    suites: tuple[str, ...],
    count: int | None,
    copies: str,
    same_text: bool,
    runs: int,
    members: str | None,
    folder: Path,
) -> None:
    """Measure the batch on SUITES, by default upgrades and pairs, and record it in a folder."""
    describe(folder, "benchmarks.batch", copies=copies, same_text=same_text, runs=runs)
    writer = Writer(folder)
    options = ("--members", members) if members else ()
    done = {row.case for row in read(folder)}
    with tempfile.TemporaryDirectory() as place:
        for suite in suites or ("upgrades", "pairs"):
            cases = sample(POLICIES[suite](), count, seed=1)
            inputs = [
                written(cases, f"{suite} x{times}", int(times), Path(place), same_text=same_text)
                for times in copies.split(",")
            ]
            for row in rows_of(inputs, runs, options, done):
                writer.write(row)
                click.echo(line_of(row))
    writer.close()


def written(
    cases: Sequence[Case], name: str, copies: int, folder: Path, *, same_text: bool = False
) -> Input:
    """Write copies of the questions of cases into a file.

    Unless they are to be of the same text, every statement of a further copy is named anew.
    """
    path = folder / f"{name}.jsonl"
    expected = []
    with path.open("w") as file:
        for copy in range(copies):
            for case in cases:
                asked = {"existing": case.existing, "new": case.new}
                if copy and not same_text:
                    asked = {name: renamed(document, copy) for name, document in asked.items()}
                line = {"id": f"{case.name}, {copy}", "question": "no-new-access", **asked}
                file.write(json.dumps(line) + "\n")
                expected.append((str(line["id"]), case.expected))
    return Input(name, path, expected)


def renamed(document: Json, copy: int) -> Json:
    """Return the policy with other names of its statements, so that their text is new."""
    found = document["Statement"]
    statements = found if isinstance(found, list) else [found]
    named = [{**one, "Sid": f"Copy{copy}Number{place}"} for place, one in enumerate(statements)]
    return {**document, "Statement": named}


def rows_of(
    inputs: Sequence[Input], runs: int, options: Sequence[str], done: set[str]
) -> Iterator[Row]:
    """Yield the rows of all inputs that are not done: memory once, the others once a run."""
    for given in inputs:
        if f"{given.name}, {MEMORY}" not in done:
            yield batch(given, MEMORY, f"{given.name}, {MEMORY}", options)
    for run in range(runs):
        for given in inputs:
            case = f"{given.name}, run {run + 1}"
            if case not in done:
                yield batch(given, BATCH, case, options)
                yield from floors(given, case)


def batch(given: Input, family: str, case: str, options: Sequence[str]) -> Row:
    """Answer an input by the command; return the row, wrong iff an answer is missing or wrong."""
    command = (*command_of("keyaki", "portfolio.cli"), "batch", *options, str(given.path))
    with tempfile.TemporaryFile() as answers:
        wall, cpu = time.perf_counter(), machine.cpu_s()
        process = subprocess.Popen(command, stdout=answers)  # noqa: S603 - our own command
        watch = Watch(process.pid) if family == MEMORY else None
        process.wait()
        wall, cpu = time.perf_counter() - wall, machine.cpu_s() - cpu
        if watch is not None:
            watch.close()
        answers.seek(0)
        wrong = list(wrong_answers(answers, given.expected))
    for line in wrong[:5]:
        click.echo(f"{case}: {line}", err=True)
    return Row(
        case=case,
        family=family,
        member=MEMBER,
        version=version("keyaki"),
        verdict=WRONG if wrong else RIGHT,
        expected=RIGHT,
        wall_s=wall,
        cpu_s=cpu,
        size=len(given.expected),
        count=len(given.expected),
        peak_mib=watch.peak_mib if watch else 0.0,
    )


def wrong_answers(answers: Iterator[bytes], expected: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield what is wrong with each answer that is not the expected one, and with their number.

    An answer without verdict, and a verdict unknown where none is expected, are wrong too.
    """
    number = 0
    for number, line in enumerate(answers, 1):
        answer = json.loads(line)
        if number > len(expected):
            break
        name, verdict = expected[number - 1]
        if answer.get("id") != name:
            yield f"answer {number} is to `{answer.get('id')}`, not to `{name}`"
        elif answer.get("verdict") not in ((verdict,) if verdict else ("sat", "unsat")):
            yield f"`{name}` is {answer.get('verdict', answer.get('error'))}, not {verdict}"
    if number != len(expected):
        yield f"{number} answers to {len(expected)} questions"


def floors(given: Input, case: str) -> Iterator[Row]:
    """Yield a row for each parser that is installed, on one core."""
    lines = given.path.read_bytes().splitlines()
    for name, (module, function) in PARSERS.items():
        try:
            parse: Callable[[bytes], object] = getattr(import_module(module), function)
        except ImportError:
            continue
        wall, cpu = time.perf_counter(), machine.cpu_s()
        for line in lines:
            parse(line)
        yield Row(
            case=case,
            family=FLOOR,
            member=f"parsing by {name}",
            version=_version(name),
            verdict=RIGHT,
            expected=RIGHT,
            wall_s=time.perf_counter() - wall,
            cpu_s=machine.cpu_s() - cpu,
            size=len(lines),
            count=len(lines),
        )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ".".join(map(str, sys.version_info[:3]))


def line_of(row: Row) -> str:
    """Return what a row says, for a terminal."""
    figures = (
        f"{row.count / row.wall_s:.0f} a second, {row.cpu_s / row.count * 1e6:.0f} us CPU each"
    )
    peak = f", at most {row.peak_mib:.0f} MiB" if row.peak_mib else ""
    return f"{row.case}: {row.member} {row.verdict}, {figures}{peak}"


if __name__ == "__main__":
    main()
