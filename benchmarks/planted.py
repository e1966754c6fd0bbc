"""Planted bugs: `python -m benchmarks planted --record DIR`.

Each row of `planted.toml` is planted in a copy of the packages, and the differential suite is run
on the copy until it finds something. All get the same cases in the same order, drawn as a campaign
draws them, none of which shows anything about the engine as it is. Recorded is after how many cases
something was found, and what.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from benchmarks import machine
from benchmarks.planted_cases import OTHERS, keep
from benchmarks.planted_hunt import wrong_already
from portfolio.members import close_all

TABLE = Path(__file__).with_name("planted.toml")
PACKAGES = ("automaton", "encoders", "portfolio", "benchmarks")
CASES = 20_000
IAM = "iam"
"""The part of the suite that asks about policies."""


@dataclass(frozen=True)
class Mutant:
    """A bug: `new` in the place of `old`, which occurs once in `file`."""

    id: str
    file: str
    old: str
    new: str
    breaks: str
    part: str = "scripts"

    def plant(self, root: Path) -> None:
        """Change the file below `root`. Raise ValueError iff `old` does not occur there once."""
        path = root / self.file
        text = path.read_text()
        if text.count(self.old) != 1:
            raise ValueError(f"`{self.id}`: what it replaces occurs {text.count(self.old)} times")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Row:
    """What came of a mutant."""

    mutant: str
    file: str
    breaks: str
    is_found: bool
    cases: int
    wall_s: float
    member: str = ""
    fault: str = ""
    source: str = ""


@cache
def _wrong_already() -> list[str]:
    return wrong_already()


def mutants() -> list[Mutant]:
    """Return the planted bugs."""
    return [Mutant(**row) for row in tomllib.loads(TABLE.read_text())["mutant"]]


@contextmanager
def planted(mutant: Mutant | None) -> Iterator[Path]:
    """Yield a folder with a copy of the packages in which a bug is planted, if one is given."""
    with tempfile.TemporaryDirectory(prefix="keyaki-planted-") as name:
        root = Path(name)
        for package in PACKAGES:
            ignored = shutil.ignore_patterns("__pycache__", "record")
            shutil.copytree(machine.ROOT / package, root / package, ignore=ignored)
        if mutant:
            mutant.plant(root)
        yield root


def hunt(mutant: Mutant, asked: Path, most: int) -> tuple[Row, str]:
    """Return what came of a mutant, and the case that shows it, if one does."""
    started = time.monotonic()
    with planted(mutant) as root:
        told = _hunt_in(root, mutant, asked, most)
    member, fault, source, case = told["found"] or ("", "", "", "")
    return Row(
        mutant=mutant.id,
        file=mutant.file,
        breaks=mutant.breaks,
        is_found=bool(told["found"]),
        cases=told["cases"],
        wall_s=round(time.monotonic() - started, 1),
        member=member,
        fault=fault,
        source=source,
    ), case


def _hunt_in(root: Path, mutant: Mutant, asked: Path, most: int) -> Any:
    """Return what the suite tells that runs in a folder, with kernels of its own."""
    but = [f"--but={name}" for name in _wrong_already()] if mutant.part == IAM else []
    cache = {"XDG_CACHE_HOME": str(root / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    options = (f"--asked={asked.resolve()}", f"--part={mutant.part}", f"--cases={most}", *but)
    done = subprocess.run(  # noqa: S603 - our own script
        (sys.executable, "-m", "benchmarks.planted_hunt", *options),
        cwd=root,
        env={**os.environ, **cache},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise click.ClickException(f"`{mutant.id}`: the suite ended with {' '.join(last)}")
    return json.loads(done.stdout.splitlines()[-1])


@click.command()
@click.option("--record", "folder", type=click.Path(path_type=Path), default=None)
@click.option("--only", "names", multiple=True, help="Plant this one; default: all.")
@click.option("--cases", "most", type=int, default=CASES, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--asked",
    type=click.Path(path_type=Path),
    help="Take cases and others' answers from this file, or keep them there.",
)
def main(
    folder: Path | None, names: tuple[str, ...], most: int, seed: int, asked: Path | None
) -> None:
    """Plant bugs in the engine, one at a time, and see whether the suite finds them."""
    chosen = [mutant for mutant in mutants() if not names or mutant.id in names]
    missing = set(names).difference(mutant.id for mutant in chosen)
    if missing:
        raise click.UsageError(f"there is no mutant `{min(missing)}`")
    rows: list[Row] = []
    with _cases(asked, most, seed) as path:
        for mutant in chosen:
            row, case = hunt(mutant, path, most)
            rows.append(row)
            click.echo(_line(row))
            if folder:
                _record(folder, rows, case, seed)
    found = sum(row.is_found for row in rows)
    click.echo(f"{found} of {len(rows)} found")
    sys.exit(0 if found == len(rows) else 1)


@contextmanager
def _cases(path: Path | None, most: int, seed: int) -> Iterator[Path]:
    """Yield the file of the cases, which is made if it is not there."""
    with tempfile.TemporaryDirectory(prefix="keyaki-planted-") as name:
        path = path or Path(name) / "asked"
        if not path.exists():
            keep(path, most, seed)
            close_all()
        yield path


def _line(row: Row) -> str:
    what = f"{row.member}: {row.fault}" if row.is_found else "not found"
    return f"{row.mutant:28}{row.cases:7,} cases {row.wall_s:8.1f} s  {what}"


def _record(folder: Path, rows: list[Row], case: str, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    head = {"machine": machine.description(), "others": OTHERS, "seed": seed}
    written = {**head, "mutants": [asdict(row) for row in rows]}
    (folder / "planted.json").write_text(json.dumps(written, indent=1) + "\n")
    if case:
        (folder / f"{rows[-1].mutant}.txt").write_text(case)


if __name__ == "__main__":
    main()
