"""Read a record: who solved what in which time, wrong answers, the automaton against the others.

`python -m benchmarks.report FOLDER`. PAR2 is the mean time of a case, where one that was not solved
counts twice the limit. Cases of the family `start` hold nothing to solve: what they take is shown
apart, and beside each PAR2 the one without it. The ratio of a case is the time of the fastest other
member that solved it over the automaton's; cases that no other solved have none and are counted.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from benchmarks.rows import Row, read

OURS = "automaton"
START = "start"
WORST = 10

Record = Mapping[str, Mapping[str, Row]]
"""Case -> member -> row."""


class Times:
    """How a report reads its rows: which clock counts, and the limit in seconds."""

    def __init__(self, rows: Iterable[Row], clock: str, limit_s: float) -> None:
        self.limit_s = limit_s
        self._clock = clock
        starts: dict[str, list[float]] = defaultdict(list)
        self.rows: list[Row] = []
        for row in rows:
            if row.family == START:
                starts[row.member].append(self.of(row))
            else:
                self.rows.append(row)
        self.starts = {member: statistics.median(found) for member, found in starts.items()}

    def of(self, row: Row) -> float:
        """Return the seconds that a row took."""
        return row.cpu_s if self._clock == "cpu" else row.wall_s

    def par2(self, rows: Sequence[Row], start_s: float = 0.0) -> float:
        """Return the mean time, less `start_s`; what was not solved counts twice the limit."""
        return statistics.fmean(
            max(self.of(row) - start_s, 0.0) if self.is_solved(row) else 2 * self.limit_s
            for row in rows
        )

    def is_solved(self, row: Row) -> bool:
        """Return whether the member came to a verdict that is not wrong, within the limit."""
        return row.is_solved and self.of(row) <= self.limit_s

    def by_member(self, rows: Iterable[Row]) -> dict[str, list[Row]]:
        """Return the rows of each member."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row.member].append(row)
        return found

    def by_case(self) -> Record:
        """Return the rows of each case."""
        found: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in self.rows:
            found[row.case][row.member] = row
        return found


def contradictions(record: Record) -> list[str]:
    """Return the cases on which two members decided differently."""
    return [
        case
        for case, rows in record.items()
        if len({row.verdict for row in rows.values() if row.is_decided}) > 1
    ]


def wrong_lines(rows: Iterable[Row]) -> list[str]:
    """Return a line for each wrong answer."""
    return [
        f"  {row.case}: {row.member} {row.version} says {row.verdict}, not {row.expected}"
        for row in rows
        if row.is_wrong
    ]


def member_lines(times: Times) -> list[str]:
    """Return a line for each member: what it solved, its times, how its runs ended."""
    lines = [
        f"{'member':<18} solved  wrong   PAR2 s  no start    mean s  median ms     p90 ms"
        "     p99 ms     max ms  start ms   ends"
    ]
    for member, rows in times.by_member(times.rows).items():
        ordered = sorted(times.of(row) * 1e3 for row in rows)
        start_s = times.starts.get(member, 0.0)
        marks = [statistics.median(ordered), *(_at(ordered, p) for p in (0.9, 0.99)), ordered[-1]]
        ends = Counter(row.verdict.partition(":")[0] for row in rows)
        lines.append(
            f"{member:<18}{sum(map(times.is_solved, rows)):>7}"
            f"{sum(row.is_wrong for row in rows):>7}"
            f"{times.par2(rows):>9.4f}{times.par2(rows, start_s):>10.4f}"
            f"{statistics.fmean(ordered) / 1e3:>10.4f}"
            + "".join(f"{mark:>11.3f}" for mark in marks)
            + f"{start_s * 1e3:>10.1f}   "
            + ", ".join(f"{end} {count}" for end, count in sorted(ends.items()))
        )
    return lines


def family_lines(times: Times) -> list[str]:
    """Return a line for each family: solved, PAR2 and the longest time of each member in ms."""
    families: dict[str, list[Row]] = defaultdict(list)
    for row in times.rows:
        families[row.family].append(row)
    if set(families) <= {""}:
        return []
    members = list(times.by_member(times.rows))
    heads = "".join(f"{member:>28}" for member in members)
    lines = [
        "",
        "solved (PAR2 in ms; longest in ms), by family",
        f"{'family':<20}{'cases':>6}{heads}",
    ]
    for family, rows in families.items():
        by_member = times.by_member(rows)
        cells = "".join(f"{_cell(times, by_member.get(member, [])):>28}" for member in members)
        lines.append(f"{family:<20}{len({row.case for row in rows}):>6}{cells}")
    return lines


def _cell(times: Times, rows: Sequence[Row]) -> str:
    if not rows:
        return "-"
    solved = sum(map(times.is_solved, rows))
    longest = max(map(times.of, rows)) * 1e3
    return f"{solved} ({times.par2(rows) * 1e3:.1f}; {longest:.0f})"


def ratios(times: Times, record: Record) -> dict[str, float]:
    """Return for each case the fastest other member's time over the automaton's."""
    found: dict[str, float] = {}
    for case, rows in record.items():
        others = [
            times.of(row)
            for member, row in rows.items()
            if not member.startswith((OURS, "keyaki")) and times.is_solved(row)
        ]
        if others and OURS in rows and times.is_solved(rows[OURS]):
            found[case] = min(others) / max(times.of(rows[OURS]), 1e-9)
    return found


def ratio_lines(times: Times, record: Record) -> list[str]:
    """Return what the ratios say: their middle, their spread, and the worst cases."""
    found = ratios(times, record)
    if not found:
        return []
    ordered = sorted(found.values())
    slower = sum(ratio < 1 for ratio in ordered)
    lines = [
        "",
        f"fastest other / automaton over {len(ordered)} cases:"
        f" median {statistics.median(ordered):.1f},"
        f" geometric mean {statistics.geometric_mean(ordered):.1f},"
        f" p10 {_at(ordered, 0.1):.1f}, least {ordered[0]:.2f}; slower on {slower}",
        f"worst {WORST}:",
    ]
    for case in sorted(found, key=found.__getitem__)[:WORST]:
        shown = ", ".join(f"{m} {times.of(row) * 1e3:.2f} ms" for m, row in record[case].items())
        lines.append(f"  {found[case]:8.2f}  {case}: {shown}")
    return lines


def slow_lines(times: Times, slow_s: float) -> list[str]:
    """Return a line for each case that the automaton did not solve, or not in `slow_s`."""
    found = [
        row
        for row in times.rows
        if row.member == OURS and not (times.is_solved(row) and times.of(row) <= slow_s)
    ]
    found.sort(key=times.of, reverse=True)
    lines = [f"  {row.case}: {row.verdict} after {times.of(row):.3f} s" for row in found]
    return ["", f"{OURS}: {len(found)} not solved within {slow_s} s", *lines]


def _at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def limit_of(folder: Path) -> float:
    """Return the limit that a record was made with; infinite iff it has none."""
    path = folder / "run.json"
    return (
        float(json.loads(path.read_text()).get("limit_s", math.inf)) if path.exists() else math.inf
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--clock", type=click.Choice(["cpu", "wall"]), default="cpu", show_default=True)
@click.option("--slow", "slow_s", type=float, default=None, help="List what takes us longer.")
def main(folder: Path, clock: str, slow_s: float | None) -> None:
    """Print what the record in FOLDER says."""
    times = Times(read(folder), clock, limit_of(folder))
    record = times.by_case()
    lines = [*member_lines(times), *family_lines(times), *ratio_lines(times, record)]
    for line in [*lines, *(slow_lines(times, slow_s) if slow_s else [])]:
        click.echo(line)
    wrong = wrong_lines(times.rows)
    contradicted = contradictions(record)
    click.echo("\n".join([f"wrong answers: {len(wrong)}", *wrong]))
    click.echo("\n".join([f"contradictions: {len(contradicted)}", *contradicted]))
    raise SystemExit(1 if wrong or contradicted else 0)


if __name__ == "__main__":
    main()
