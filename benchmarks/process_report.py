"""What a record says about whole processes: starts, and batches beside their floor."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.rows import Row


def start_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield a line for each command, for first and for warm runs: wall and processor time."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.member, row.family].append(row)
    yield f"{'command':<32}{'family':<8}{'runs':>5}  seconds, wall and CPU: median (least to most)"
    for (member, family), found in groups.items():
        wall, cpu = spread(found, lambda row: row.wall_s), spread(found, lambda row: row.cpu_s)
        yield f"{member:<32}{family:<8}{len(found):>5}  {wall}   {cpu}"


def batch_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield a line for each input and member: questions a second and microseconds a question."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[input_of(row), row.family, row.member].append(row)
    yield f"{'input':<16}{'member':<20}{'runs':>5}  questions a second; CPU us each; most MiB"
    for (name, family, member), found in groups.items():
        if family == "memory":
            figures = f"{max(row.peak_mib for row in found):.0f} MiB"
        else:
            figures = f"{spread(found, rate, '.0f')}; {spread(found, cpu_us, '.1f')}"
        yield f"{name:<16}{member:<20}{len(found):>5}  {figures}"
    yield from marginal_lines(groups)


def marginal_lines(groups: dict[tuple[str, str, str], list[Row]]) -> Iterator[str]:
    """Yield, for inputs in copies, what the questions beyond the fewest copies take: no start."""
    inputs: dict[str, list[list[Row]]] = defaultdict(list)
    for (name, family, _), found in groups.items():
        if family == "batch":
            inputs[name.partition(" ")[0]].append(found)
    for name, by_copies in inputs.items():
        small, big = by_copies[0], by_copies[-1]
        count = big[0].count - small[0].count
        if count <= 0:
            continue
        wall_s, cpu_s = (
            statistics.median(map(time, big)) - statistics.median(map(time, small))
            for time in (lambda row: row.wall_s, lambda row: row.cpu_s)
        )
        yield (
            f"{name}, without the start: {count / wall_s:.0f} questions a second,"
            f" {cpu_s / count * 1e6:.1f} CPU us each"
        )


def input_of(row: Row) -> str:
    """Return the name of the input of a row of a batch."""
    return row.case.partition(",")[0]


def rate(row: Row) -> float:
    """Return the questions a second."""
    return row.count / row.wall_s


def cpu_us(row: Row) -> float:
    """Return the processor time of a question in microseconds."""
    return row.cpu_s / row.count * 1e6


def spread(rows: Sequence[Row], figure: Callable[[Row], float], form: str = ".3f") -> str:
    """Return the median of a figure, and its least and most."""
    found = sorted(map(figure, rows))
    return f"{statistics.median(found):{form}} ({found[0]:{form}} to {found[-1]:{form}})"
