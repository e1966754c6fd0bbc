"""The plot of a record of growth: time by size, both logarithmic, a panel for what the sizes count.

A line is a family, with its exponent in the legend, solid where the answer is unsat and dashed
where it is sat; a cross is a size that was not solved. The grey line is growth in proportion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.rows import Row
from benchmarks.size_report import by_family, points_of
from benchmarks.times import Times, slope

PANEL_INCHES = 4.6
WIDER = "-wider"


def sizes(times: Times, counts: Mapping[str, str], title: str) -> Figure:
    """Return a figure of all families; `counts` says what the sizes of a family count."""
    panels: dict[str, dict[str, Sequence[Row]]] = defaultdict(dict)
    for family, rows in by_family(times).items():
        panels[counts.get(family.removesuffix(WIDER), "size")][family] = rows
    across = min(3, len(panels))
    down = -(-len(panels) // across)
    figure = Figure(figsize=(PANEL_INCHES * across, PANEL_INCHES * down), layout="constrained")
    for place, (name, families) in enumerate(panels.items()):
        _panel(figure.add_subplot(down, across, place + 1), times, families, name)
    figure.suptitle(title)
    return figure


def _panel(axes: Axes, times: Times, families: Mapping[str, Sequence[Row]], name: str) -> None:
    colours = {shape: f"C{n}" for n, shape in enumerate(dict.fromkeys(map(_shape, families)))}
    for family, rows in families.items():
        points, colour = points_of(times, rows), colours[_shape(family)]
        exponent = slope(points)
        label = family if exponent is None else f"{family} ({exponent:.2f})"
        line = "--" if family.endswith(WIDER) else "-"
        axes.plot(*_axes_of(points), line, marker=".", color=colour, linewidth=1, label=label)
        open_ = [(row.size, times.of(row)) for row in rows if not times.is_solved(row)]
        axes.plot(*_axes_of(open_), "x", color=colour)
    _proportion(axes, [point for rows in families.values() for point in points_of(times, rows)])
    axes.set(xscale="log", yscale="log", xlabel=name, ylabel="CPU s")
    axes.legend(fontsize=6)


def _proportion(axes: Axes, points: Sequence[tuple[int, float]]) -> None:
    """Draw growth in proportion from the least point on."""
    if points:
        sizes_, times = _axes_of(points)
        start, least, most = min(sizes_), min(times), max(sizes_)
        axes.plot([start, most], [least, least * most / start], color="lightgray", zorder=0)


def _shape(family: str) -> str:
    return family.removesuffix(WIDER)


def _axes_of(points: Sequence[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [size for size, _ in points], [time for _, time in points]
