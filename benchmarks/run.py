"""Measure members on a suite and write a record: `python -m benchmarks.run upgrades`.

A record is a folder: `rows.csv` with one row a case and member (`rows.Row`) and `run.json` with the
command, the machine and the versions.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.members import MEMBERS, Timed
from benchmarks.rows import Row, Writer, describe
from benchmarks.suites import SUITES, Posed, sample

WARM_UP = 3
"""How many cases every member decides first, unrecorded: drawn beside a sample's own."""


@click.command()
@click.argument("suite", type=click.Choice(list(SUITES)))
@click.option(
    "--sample", "count", type=int, default=None, help="How many cases to draw; default: all."
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--members", default=",".join(MEMBERS), show_default=True)
@click.option("--limit", "limit_s", type=float, default=10.0, show_default=True, help="Seconds.")
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(
    suite: str, count: int | None, seed: int, members: str, limit_s: float, folder: Path
) -> None:
    """Measure MEMBERS on SUITE, each case once and in turn, and write the record to a folder."""
    cases, unsupported = sample(SUITES[suite](), count and count + WARM_UP, seed)
    warm_up, cases = cases[:WARM_UP], cases[WARM_UP if count else 0 :]
    click.echo(f"{len(cases)} cases, {unsupported} passed over as unsupported", err=True)
    chosen = [MEMBERS[name]() for name in members.split(",")]
    describe(folder, "benchmarks.run", cases=len(cases), unsupported=unsupported, limit_s=limit_s)
    try:
        for case in warm_up:
            for member in chosen:
                member.time(case.problem(), limit_s)
        measure(cases, chosen, limit_s, folder)
    finally:
        for member in chosen:
            member.close()


def measure(cases: Sequence[Posed], members: Sequence[Timed], limit_s: float, folder: Path) -> None:
    """Write a row for each case and member; nothing else runs while one is timed."""
    versions = {member.name: member.version() for member in members}
    writer = Writer(folder)
    with click.progressbar(cases, file=sys.stderr) as progress:
        for case in progress:
            problem = case.problem()
            for member in members:
                timing = member.time(problem, limit_s)
                writer.write(
                    Row(
                        case=case.name,
                        family=case.family,
                        member=member.name,
                        version=versions[member.name],
                        verdict=timing.verdict,
                        expected=case.expected,
                        wall_s=timing.wall_s,
                        cpu_s=timing.cpu_s,
                    )
                )
    writer.close()


if __name__ == "__main__":
    main()
