"""What a record says about growth: each family by size, and the exponent of its growth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.rows import Row
from benchmarks.times import OURS, Times, slope

MEMORY_MIB = 1024
"""What a process may take in a suite of growth."""

LATE = 1.1
"""The part of its limit after which a case that has not ended is late."""


def by_family(times: Times) -> Mapping[str, Sequence[Row]]:
    """Return the automaton's rows of each family that grows, by size."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in times.rows:
        if row.size and row.count == 1 and row.member == OURS:
            found[row.family].append(row)
    return {family: sorted(rows, key=lambda row: row.size) for family, rows in found.items()}


def points_of(times: Times, rows: Sequence[Row]) -> list[tuple[int, float]]:
    """Return the sizes and times of the rows that are solved."""
    return [(row.size, times.of(row)) for row in rows if times.is_solved(row)]


def size_lines(times: Times) -> Iterator[str]:
    """Yield a line for each family: its exponent, and the milliseconds or the end of each size."""
    families = by_family(times)
    if not families:
        return
    yield ""
    yield "exponent of the time by size: of all sizes, of the last two; then size: ms"
    for family, rows in families.items():
        points = points_of(times, rows)
        exponents = "".join(f"{_shown(slope(some)):>7}" for some in (points, points[-2:]))
        cells = "  ".join(f"{row.size}: {_end(times, row)}" for row in rows)
        yield f"{family:<38}{exponents}   {cells}"
    every = [row for rows in families.values() for row in rows]
    yield from _memory_lines(every)
    yield from _late_lines(times, every)


def _memory_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the most memory of all, and each row that took more than it may."""
    worst = max(rows, key=lambda row: row.peak_mib)
    if worst.peak_mib:
        yield f"most memory: {worst.peak_mib:.0f} MiB, {worst.case}"
    for row in rows:
        if row.peak_mib > MEMORY_MIB:
            yield f"  more than {MEMORY_MIB} MiB: {row.case}, {row.peak_mib:.0f} MiB"


def _late_lines(times: Times, rows: Sequence[Row]) -> Iterator[str]:
    """Yield each row that did not end within its limit, but for what it takes to notice."""
    for row in rows:
        if times.of(row) > LATE * times.limit_s:
            yield f"  later than {times.limit_s:g} s: {row.case}, {times.of(row):.1f} s"


def _shown(exponent: float | None) -> str:
    return "-" if exponent is None else f"{exponent:.2f}"


def _end(times: Times, row: Row) -> str:
    took = f"{times.of(row) * 1e3:.1f}"
    return took if times.is_solved(row) else f"{row.verdict.partition(':')[0]} ({took})"
