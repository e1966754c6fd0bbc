"""Read a record: who decided what, contradictions, and the automaton against the fastest other.

`python -m benchmarks.report FOLDER`. The ratio of a case is the time of the fastest other member
that decided it over the automaton's; cases that no other decided have none and are counted.
"""

from __future__ import annotations

import csv
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import click

from benchmarks.members import Timing

DECIDED = ("sat", "unsat")
OURS = "automaton"
WORST = 10

Record = Mapping[str, Mapping[str, Timing]]
"""Case -> member -> timing."""


def read(folder: Path) -> Record:
    """Return the rows of a record."""
    record: dict[str, dict[str, Timing]] = defaultdict(dict)
    with (folder / "rows.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            record[row["case"]][row["member"]] = Timing(row["verdict"], float(row["seconds"]))
    return record


def contradictions(record: Record) -> list[str]:
    """Return the cases on which two members decided differently."""
    return [
        case
        for case, timings in record.items()
        if len({timing.verdict for timing in timings.values()} & set(DECIDED)) > 1
    ]


def ratios(record: Record) -> dict[str, float]:
    """Return for each case the fastest other member's time over the automaton's."""
    found: dict[str, float] = {}
    for case, timings in record.items():
        others = [
            timing.seconds
            for member, timing in timings.items()
            if member != OURS and timing.verdict in DECIDED
        ]
        if others and OURS in timings and timings[OURS].verdict in DECIDED:
            found[case] = min(others) / timings[OURS].seconds
    return found


def member_lines(record: Record) -> list[str]:
    """Return a line for each member: what it decided, and its times."""
    by_member: dict[str, list[Timing]] = defaultdict(list)
    for timings in record.values():
        for member, timing in timings.items():
            by_member[member].append(timing)
    lines = [f"{'member':<10} decided  median ms     p90 ms     p99 ms     max ms   ends"]
    for member, found in by_member.items():
        times = sorted(timing.seconds * 1e3 for timing in found)
        marks = [statistics.median(times), *(_at(times, part) for part in (0.9, 0.99)), times[-1]]
        ends = Counter(timing.verdict.partition(":")[0] for timing in found)
        shown = ", ".join(f"{end} {count}" for end, count in sorted(ends.items()))
        decided = sum(ends[verdict] for verdict in DECIDED)
        lines.append(
            f"{member:<10} {decided:>7}" + "".join(f"{m:>11.3f}" for m in marks) + f"   {shown}"
        )
    return lines


def ratio_lines(record: Record) -> list[str]:
    """Return what the ratios say: their middle, their spread, and the worst cases."""
    found = ratios(record)
    if not found:
        return []
    ordered = sorted(found.values())
    slower = sum(ratio < 1 for ratio in ordered)
    lines = [
        f"fastest other / automaton over {len(ordered)} cases:"
        f" median {statistics.median(ordered):.1f},"
        f" geometric mean {statistics.geometric_mean(ordered):.1f},"
        f" p10 {_at(ordered, 0.1):.1f}, least {ordered[0]:.2f}; slower on {slower}",
        f"worst {WORST}:",
    ]
    for case in sorted(found, key=found.__getitem__)[:WORST]:
        times = ", ".join(f"{m} {t.seconds * 1e3:.2f} ms" for m, t in record[case].items())
        lines.append(f"  {found[case]:8.2f}  {case}: {times}")
    return lines


def _at(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def main(folder: Path) -> None:
    """Print what the record in FOLDER says."""
    record = read(folder)
    for line in [*member_lines(record), *ratio_lines(record)]:
        click.echo(line)
    wrong = contradictions(record)
    click.echo(f"contradictions: {len(wrong)}{''.join(f'{chr(10)}  {case}' for case in wrong)}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
