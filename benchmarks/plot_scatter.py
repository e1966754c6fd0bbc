"""Scatter plots: the automaton's time of each case against another member's, or the fastest one's.

A point is a case, across the automaton's processor time, upwards the other's, both logarithmic.
What was not solved lies on the edge beyond the limit; points above the diagonal are cases on which
the automaton was faster. What starts cost is not taken off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.rows import Row
from benchmarks.times import OURS, Record, Times, fastest_other, is_ours

PANEL_INCHES = 4.2
FASTEST = "the fastest other"
EDGE = 1.6
"""Where the edge lies, in limits."""


def scatter(times: Times, title: str) -> Figure:
    """Return a figure with a panel for each member beside the automaton."""
    others = [member for member in times.by_member(times.rows) if not is_ours(member)]
    return _figure(times, times.by_case(), others, title)


def scatter_fastest(times: Times, title: str) -> Figure:
    """Return a figure of the automaton against the fastest other member on each case."""
    record = {
        case: {**rows, FASTEST: _fastest(times, list(rows.values()))}
        for case, rows in times.by_case().items()
    }
    return _figure(times, record, [FASTEST], title)


def _fastest(times: Times, rows: Sequence[Row]) -> Row:
    """Return the row of the fastest other member that solved the case, or of one that did not."""
    others = [row for row in rows if not is_ours(row.member)]
    best = fastest_other(times, {row.member: row for row in rows})
    found = next((row for row in others if times.is_solved(row) and times.of(row) == best), None)
    return replace(found or others[0], member=FASTEST)


def _figure(times: Times, record: Record, others: Sequence[str], title: str) -> Figure:
    figure = Figure(figsize=(PANEL_INCHES * len(others), PANEL_INCHES + 0.4), layout="constrained")
    for place, member in enumerate(others):
        panel(figure.add_subplot(1, len(others), place + 1), times, record, member)
    figure.suptitle(title)
    return figure


def panel(axes: Axes, times: Times, record: Record, other: str) -> None:
    """Draw the automaton against one member."""
    points = {verdict: points_of(times, record, other, verdict) for verdict in ("sat", "unsat", "")}
    for (verdict, found), colour in zip(
        points.items(), ("tab:blue", "tab:orange", "tab:gray"), strict=True
    ):
        axes.scatter(
            [across for across, _ in found],
            [upwards for _, upwards in found],
            s=9,
            alpha=0.6,
            linewidths=0,
            color=colour,
            label=verdict or "solved by neither",
        )
    every = [value for found in points.values() for point in found for value in point]
    _finish(axes, times.limit_s, every, other)


def _finish(axes: Axes, limit_s: float, every: Sequence[float], other: str) -> None:
    """Draw what helps to read a panel: axes from the decade of the least value on, the limits."""
    edge = EDGE * limit_s if math.isfinite(limit_s) else max(every)
    least = 10 ** math.floor(math.log10(min(every)))
    axes.plot([least, edge], [least, edge], color="black", linewidth=0.6)
    if math.isfinite(limit_s):
        for draw in (axes.axhline, axes.axvline):
            draw(limit_s, color="tab:red", linewidth=0.6, linestyle="--")
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(least, edge * 1.3),
        ylim=(least, edge * 1.3),
        xlabel=f"{OURS}, CPU s",
        ylabel=f"{other}, CPU s",
        aspect="equal",
    )
    axes.legend(loc="lower right", fontsize=7)


def points_of(
    times: Times, record: Record, other: str, verdict: str
) -> Sequence[tuple[float, float]]:
    """Return the points of the cases that ended in a verdict, or with "" in none."""
    return [
        (place(times, rows[OURS]), place(times, rows[other]))
        for rows in record.values()
        if OURS in rows and other in rows and verdict_of(times, rows[OURS], rows[other]) == verdict
    ]


def verdict_of(times: Times, *rows: Row) -> str:
    """Return the verdict of the first row that is solved, else nothing."""
    return next((row.verdict for row in rows if times.is_solved(row)), "")


def place(times: Times, row: Row) -> float:
    """Return where a row lies on its axis."""
    return max(times.of(row), 1e-6) if times.is_solved(row) else EDGE * times.limit_s
