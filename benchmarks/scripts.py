"""Measure solvers on scripts as they stand: `python -m benchmarks.scripts FOLDER --record DIR`.

FOLDER, or a tar archive, has `.smt2` files; the file after `--cases` says in its columns `id`,
`class` and `answer` what is known of them, and `stratum` what a sample keeps in proportion. Each
member answers the first check of each file within a limit of processor time, in a process that is
warm where the solver allows it (`script_solvers`) and is killed at the limit. Five empty scripts
tell what a start costs. A record that is there is gone on with. Rows name files, never their text.
"""

from __future__ import annotations

import csv
import random
import sys
import tarfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePath

import click

from benchmarks.processes import Piped, host
from benchmarks.rows import Row, Writer, describe, read
from benchmarks.script_solvers import SCRIPT_SOLVERS
from benchmarks.times import START
from portfolio.members.automaton import AutomatonMember
from portfolio.members.binary import CVC4, BinaryMember
from portfolio.members.library import CVC5, Z3, LibraryMember

NOTHING = "(set-logic QF_SLIA)\n(check-sat)\n"
STARTS = 5
SEED = 1

OURS = AutomatonMember()
MEMBERS: dict[str, LibraryMember | BinaryMember] = {"z3": Z3, "cvc5": CVC5, "cvc4": CVC4}
"""Of the solvers that are not ours, the members with their versions."""


@dataclass(frozen=True)
class ScriptFile:
    """A file with what is known of it; `family` is its class."""

    name: str
    text: str
    family: str = ""
    expected: str = ""
    stratum: str = ""


def files_of(source: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of each script of a folder or a tar archive."""
    if source.is_dir():
        for path in sorted(source.rglob("*.smt2")):
            yield path.stem, path.read_text(encoding="utf-8")
        return
    with tarfile.open(source) as archive:
        for entry in archive:
            file = archive.extractfile(entry) if entry.name.endswith(".smt2") else None
            if file is not None:
                yield PurePath(entry.name).stem, file.read().decode()


def scripts_of(source: Path, table: Path | None) -> list[ScriptFile]:
    """Return the scripts, with what the table knows of them."""
    known: dict[str, dict[str, str]] = {}
    if table is not None:
        with table.open(newline="") as file:
            known = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    return [
        ScriptFile(
            name=name,
            text=text,
            family=known.get(name, {}).get("class", ""),
            expected=known.get(name, {}).get("answer", ""),
            stratum=known.get(name, {}).get("stratum", ""),
        )
        for name, text in files_of(source)
    ]


def share(scripts: Sequence[ScriptFile], part: float) -> list[ScriptFile]:
    """Return a part of each class and stratum, rounded up, the same every time, in order."""
    strata: dict[tuple[str, str], list[ScriptFile]] = defaultdict(list)
    for each in scripts:
        strata[each.family, each.stratum].append(each)
    rng = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    chosen = {
        each.name
        for key in sorted(strata)
        for each in rng.sample(strata[key], -int(-len(strata[key]) * part // 1))
    }
    return [each for each in scripts if each.name in chosen]


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--cases", "table", type=click.Path(exists=True, path_type=Path), default=None)
@click.option("--classes", default=None, help="The classes to measure; default: all.")
@click.option("--members", default=",".join(SCRIPT_SOLVERS), show_default=True)
@click.option("--limit", "limit_s", type=float, default=5.0, show_default=True, help="Seconds.")
@click.option("--part", type=float, default=1.0, help="Measure so much of each stratum.")
@click.option("--jobs", type=int, default=1, show_default=True, help="Files at a time.")
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(
    source: Path,
    table: Path | None,
    classes: str | None,
    members: str,
    limit_s: float,
    part: float,
    jobs: int,
    folder: Path,
) -> None:
    """Measure MEMBERS on the scripts of SOURCE and write the record to a folder."""
    scripts = scripts_of(source, table)
    if classes is not None:
        scripts = [each for each in scripts if each.family in classes.split(",")]
    scripts = share(scripts, part)
    starts = [ScriptFile(f"{START}-{index}", NOTHING, START, "sat") for index in range(STARTS)]
    describe(folder, "benchmarks.scripts", cases=len(scripts), limit_s=limit_s)
    run = Run(members.split(","), limit_s, folder)
    with ThreadPoolExecutor(jobs) as pool:
        progress = pool.map(run.measure, [*starts, *scripts])
        with click.progressbar(progress, len(starts) + len(scripts), file=sys.stderr) as shown:
            for _ in shown:
                pass
    run.close()


class Run:
    """Measures scripts on every member; each thread has processes of its own."""

    def __init__(self, members: Sequence[str], limit_s: float, folder: Path) -> None:
        self._members = members
        self._limit_s = limit_s
        self._done = {(row.case, row.member) for row in read(folder)}
        self._writer = Writer(folder)
        self._lock = threading.Lock()
        self._own = threading.local()
        self._all: list[Piped] = []

    def measure(self, script: ScriptFile) -> None:
        """Write a row for each member that has none for this script."""
        for name in self._members:
            if (script.name, name) in self._done:
                continue
            member = self._member(name)
            timing = member.ask(script.text, self._limit_s)
            row = Row(
                case=script.name,
                family=script.family,
                member=name,
                version=member.version(),
                verdict=timing.verdict,
                expected=script.expected,
                wall_s=timing.wall_s,
                cpu_s=timing.cpu_s,
            )
            with self._lock:
                self._writer.write(row)

    def _member(self, name: str) -> Piped:
        own: dict[str, Piped] = self._own.__dict__.setdefault("members", {})
        if name not in own:
            known = MEMBERS.get(name)
            version = known.version if known else OURS.version
            own[name] = host(name, f"script-{name}", version)
            self._all.append(own[name])
        return own[name]

    def close(self) -> None:
        """End every process."""
        for member in self._all:
            member.close()
        self._writer.close()


if __name__ == "__main__":
    main()
