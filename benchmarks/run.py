"""Measure members on a suite and write a record: `python -m benchmarks.run upgrades --record DIR`.

A record is a folder: `rows.csv` with one row a case and member (`rows.Row`) and `run.json` with the
command, the machine and the versions. A record that is there is gone on with.

The other members may be stopped early where only the fastest of them matters: `fastest` gives each
little time first, then those the whole limit if none has answered, and stops one that takes longer
than another that has; `first` asks one after the other until one has.
"""

from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path

import click

from benchmarks.apart import Apart
from benchmarks.members import MEMBERS, Timed, is_installed
from benchmarks.ours import read_catalogue
from benchmarks.posed import Posed
from benchmarks.rows import SLOWER, TIMEOUT, Row, Timing, Writer, describe, read
from benchmarks.suites import SUITES, sample
from benchmarks.times import OURS, is_ours

DEFAULT_MEMBERS = "automaton,cvc5,cvc4,z3"
ALL, FASTEST, FIRST = OTHERS = ("all", "fastest", "first")

PATIENCE_S = 0.3
"""The least processor time that a member gets before it is stopped as slower than another."""

WARM_UP = 20
"""How many cases ours decides first, unrecorded: drawn beside a sample's own."""

WARM_UP_OTHERS = 3
"""How many of these the others decide."""


@click.command()
@click.argument("suite", type=click.Choice(list(SUITES)))
@click.option(
    "--sample", "count", type=int, default=None, help="How many cases to draw; default: all."
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--members", default=DEFAULT_MEMBERS, show_default=True, help=f"Of {list(MEMBERS)}.")
@click.option("--limit", "limit_s", type=float, default=None, help="Seconds; default: the suite's.")
@click.option("--others", type=click.Choice(OTHERS), default=ALL, show_default=True)
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(
    suite: str,
    count: int | None,
    seed: int,
    members: str,
    limit_s: float | None,
    others: str,
    folder: Path,
) -> None:
    """Measure MEMBERS on SUITE, each case once and in turn, and write the record to a folder."""
    cases = sample(SUITES[suite].cases(), count and count + WARM_UP, seed)
    warm_up, cases = cases[:WARM_UP], cases[WARM_UP if count else 0 :]
    limit_s = limit_s or SUITES[suite].limit_s
    is_apart = SUITES[suite].is_apart
    chosen = chosen_members(members.split(","), suite if is_apart else None)
    describe(folder, "benchmarks.run", suite=suite, cases=len(cases), limit_s=limit_s)
    run = Run(chosen, limit_s, others, folder)
    with click.progressbar(cases, file=sys.stderr) as progress:
        try:
            if not is_apart:
                run.warm_up(warm_up)
            # What the cases themselves hold is no garbage that a timed call should look through.
            gc.collect()
            gc.freeze()
            for case in progress:
                run.measure(case)
        finally:
            run.close()


def chosen_members(names: Sequence[str], apart: str | None) -> list[Timed]:
    """Return the members of these names, but what is not installed.

    The automaton has a process for each case iff the suite `apart` is given.
    """
    known = dict(MEMBERS)
    if apart is not None:
        known[OURS] = partial(Apart, apart)
    return [known[name]() for name in names if is_installed(name)]


class Run:
    """Measures cases on every member; nothing else runs while one is timed."""

    def __init__(self, members: Sequence[Timed], limit_s: float, others: str, folder: Path) -> None:
        self._members = [(member, member.version()) for member in members]
        self._limit_s = limit_s
        self._others = others
        self._done: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in read(folder):
            self._done[row.case][row.member] = row
        self._writer = Writer(folder)

    def warm_up(self, cases: Sequence[Posed]) -> None:
        """Have the members decide cases for which no row is written."""
        read_catalogue()
        for number, case in enumerate(cases):
            for member, _ in self._members:
                if is_ours(member.name) or number < WARM_UP_OTHERS:
                    member.time(case, self._limit_s)

    def measure(self, case: Posed) -> None:
        """Write a row for each member that has none for this case."""
        rows = self._done[case.name]
        tried: dict[str, Timing] = {}
        for patience_s in (PATIENCE_S, self._limit_s) if self._others == FASTEST else (inf,):
            for member, version in self._members:
                limit_s = min(self._limit_s, self._limit_for(member.name, rows, patience_s))
                if member.name in rows or limit_s == 0:
                    continue
                timing = tried.get(member.name)
                if timing is None or timing.cpu_s < limit_s:
                    timing = tried[member.name] = member.time(case, limit_s)
                if timing.verdict == TIMEOUT and limit_s < self._limit_s:
                    if not _times(rows):
                        continue
                    timing = replace(timing, verdict=SLOWER)
                rows[member.name] = row_of(case, member.name, version, timing)
                self._writer.write(rows[member.name])

    def _limit_for(self, name: str, rows: Mapping[str, Row], patience_s: float) -> float:
        """Return the limit of a member after what others did with the case; 0 is not at all."""
        times = _times(rows)
        if is_ours(name) or self._others == ALL:
            return inf
        if not times:
            return patience_s
        return 0 if self._others == FIRST else max(PATIENCE_S, min(times))

    def close(self) -> None:
        """End every process and close the record."""
        for member, _ in self._members:
            member.close()
        self._writer.close()


def _times(rows: Mapping[str, Row]) -> list[float]:
    """Return the times of the other members that solved a case."""
    return [row.cpu_s for row in rows.values() if row.is_solved and not is_ours(row.member)]


def row_of(case: Posed, member: str, version: str, timing: Timing) -> Row:
    """Return the row of a case that a member came to an end with."""
    return Row(
        case=case.name,
        family=case.family,
        member=member,
        version=version,
        verdict=timing.verdict,
        expected=case.expected,
        wall_s=timing.wall_s,
        cpu_s=timing.cpu_s,
        size=case.size,
        peak_mib=timing.peak_mib,
    )


if __name__ == "__main__":
    main()
