"""What the rows of a record mean: which clock counts, what is solved, who is faster how much.

PAR2 is the mean time of a case, where one that was not solved counts twice the limit. Cases of the
family `start` hold nothing to solve: what they take is shown apart, and beside each PAR2 the one
without it. The ratio of a case is the time of the fastest other member that solved it over the
automaton's.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import Row, about

OURS = "automaton"
START = "start"
LEAST_S = 1e-6
"""What counts as the time of a case that took less than the clock tells."""

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
        """Return the seconds that a question of a row took."""
        return (row.cpu_s if self._clock == "cpu" else row.wall_s) / row.count

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


def is_ours(member: str) -> bool:
    """Return whether a member is the automaton, warm or cold, or whatever is timed of it."""
    return member.startswith((OURS, "keyaki"))


def fastest_other(times: Times, rows: Mapping[str, Row]) -> float | None:
    """Return the time of the fastest other member on a case, or None iff none solved it."""
    others = [row for row in rows.values() if not is_ours(row.member)]
    return min((times.of(row) for row in others if times.is_solved(row)), default=None)


def ratios(times: Times, record: Record, *, with_open: bool = False) -> dict[str, float]:
    """Return for each case that the automaton solved the fastest other one's time over its own.

    A case that no other solved has none, or `with_open` the limit's.
    """
    found: dict[str, float] = {}
    for case, rows in record.items():
        if OURS not in rows or not times.is_solved(rows[OURS]):
            continue
        other = fastest_other(times, rows)
        if other is None and with_open and any(not is_ours(member) for member in rows):
            other = times.limit_s
        if other is not None:
            found[case] = other / max(times.of(rows[OURS]), LEAST_S)
    return found


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The automaton against the fastest other one on each case of a record.

    `open_to_others` counts the cases that only the automaton solved; they are in `with_open`, the
    geometric mean in which the others have the limit there, and in no other ratio.
    """

    cases: int
    undecided: int
    compared: int
    open_to_others: int
    geometric_mean: float
    with_open: float
    median: float
    p10: float
    least: float
    slower: int
    slower_share: float
    our_median_us: float


def figures(times: Times, record: Record) -> Figures | None:
    """Return the figures of a record, or None iff nothing can be compared."""
    found = ratios(times, record)
    if not found:
        return None
    ordered = sorted(found.values())
    every = ratios(times, record, with_open=True)
    ours = [rows[OURS] for rows in record.values() if OURS in rows]
    slower = sum(ratio < 1 for ratio in ordered)
    return Figures(
        cases=len(ours),
        undecided=sum(not times.is_solved(row) for row in ours),
        compared=len(ordered),
        open_to_others=len(every) - len(ordered),
        geometric_mean=statistics.geometric_mean(ordered),
        with_open=statistics.geometric_mean(every.values()),
        median=statistics.median(ordered),
        p10=at(ordered, 0.1),
        least=ordered[0],
        slower=slower,
        slower_share=slower / len(ordered),
        our_median_us=statistics.median(map(times.of, ours)) * 1e6,
    )


def at(ordered: Sequence[float], part: float) -> float:
    """Return the value below which so large a part of the ordered ones lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the exponent by which the second grows with the first, fitted; None iff there is none.

    That is the slope of the straight line through the logarithms.
    """
    if len({size for size, _ in points}) < 2:
        return None
    logs = [(math.log(size), math.log(max(time, LEAST_S))) for size, time in points]
    return statistics.linear_regression(*zip(*logs, strict=True)).slope


def limit_of(folder: Path) -> float:
    """Return the limit that a record was made with; infinite iff it has none."""
    limit = about(folder).get("limit_s", math.inf)
    return float(str(limit))
