"""Measure members on a suite and write a record: `python -m benchmarks.run upgrades`.

A record is a folder: `rows.csv` with one row a case and member (case, member, version, verdict,
seconds) and `run.json` with the command, the seed, the machine and the versions.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.members import MEMBERS, Timed
from benchmarks.suites import SUITES, Case, draw

FIELDS = ("case", "member", "version", "verdict", "seconds")
WARM_UP = 3
"""How many cases every member decides first, unrecorded: drawn beside a sample's own."""


@click.command()
@click.argument("suite", type=click.Choice(list(SUITES)))
@click.option("--sample", type=int, default=None, help="How many cases to draw; default: all.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--members", default=",".join(MEMBERS), show_default=True)
@click.option("--limit", "limit_s", type=float, default=10.0, show_default=True, help="Seconds.")
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(
    suite: str, sample: int | None, seed: int, members: str, limit_s: float, folder: Path
) -> None:
    """Measure MEMBERS on SUITE, each case once and in turn, and write the record to a folder."""
    cases, unsupported = draw(suite, sample and sample + WARM_UP, seed)
    warm_up, cases = cases[:WARM_UP], cases[WARM_UP if sample else 0 :]
    click.echo(f"{len(cases)} cases, {unsupported} passed over as unsupported", err=True)
    chosen = [MEMBERS[name]() for name in members.split(",")]
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "command": "python -m benchmarks.run " + " ".join(sys.argv[1:]),
        "cases": len(cases),
        "unsupported": unsupported,
        "limit_s": limit_s,
        **machine.description(),
        "cvc4": MEMBERS["cvc4"]().version(),
    }
    (folder / "run.json").write_text(json.dumps(about, indent=1) + "\n")
    try:
        for case in warm_up:
            for member in chosen:
                member.time(case.question().problem, limit_s)
        measure(cases, chosen, limit_s, folder / "rows.csv")
    finally:
        for member in chosen:
            member.close()


def measure(cases: Sequence[Case], members: Sequence[Timed], limit_s: float, path: Path) -> None:
    """Write a row for each case and member; nothing else runs while one is timed."""
    versions = {member.name: member.version() for member in members}
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(FIELDS)
        with click.progressbar(cases, file=sys.stderr) as progress:
            for case in progress:
                problem = case.question().problem
                for member in members:
                    timing = member.time(problem, limit_s)
                    seconds = f"{timing.seconds:.6f}"
                    rows.writerow(
                        (case.name, member.name, versions[member.name], timing.verdict, seconds)
                    )
                file.flush()


if __name__ == "__main__":
    main()
