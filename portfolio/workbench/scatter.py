"""Plots of runs: scatter plots of two, and how many queries each of several solves in which time.

In a scatter plot a point is a query, across the base's time, upwards the new one's, both
logarithmic. What was not solved lies on the edge beyond the limit. Below the diagonal are the
queries on which the new run is faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from portfolio.workbench.best import BEST, LineUp
from portfolio.workbench.compare import Comparison
from portfolio.workbench.fitting import Pair
from portfolio.workbench.row import Row
from portfolio.workbench.times import LEAST_S, Times

INCHES = 5.2
DOTS_PER_INCH = 110

EDGE = 1.8
"""Where what was not solved lies, in limits."""

KINDS = {
    "sat": ("tab:blue", "o"),
    "unsat": ("tab:orange", "o"),
    "verdict changed": ("tab:red", "X"),
    "solved by neither": ("tab:gray", "s"),
}
"""The colour and the mark of each kind of point."""

FACTORS = {2: ":", 10: "--"}
"""Beside the diagonal there is a line for each of these factors, on either side."""

Points = list[tuple[float, float]]


def png(figure: Figure) -> bytes:
    """Return a figure as a file, the same bytes for the same figure."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return file.getvalue()


def scatter(found: Comparison) -> Figure:
    """Return the scatter plot of a comparison."""
    figure = Figure(figsize=(INCHES, INCHES + 0.5), layout="constrained")
    axes = figure.add_subplot()
    points = {kind: places for kind, places in points_of(found).items() if places}
    for kind, places in points.items():
        colour, mark = KINDS[kind]
        across, upwards = [place[0] for place in places], [place[1] for place in places]
        label = f"{kind} ({len(places)})"
        axes.scatter(
            across, upwards, s=10, alpha=0.5, linewidths=0, color=colour, marker=mark, label=label
        )
    _finish(axes, found, [value for places in points.values() for one in places for value in one])
    # Inside it would hide the edges, on which the losses lie.
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    return figure


def points_of(found: Comparison) -> dict[str, Points]:
    """Return where the queries lie, by kind of point."""
    points: dict[str, Points] = {kind: [] for kind in KINDS}
    for pair in found.held.pairs:
        place = (_place(found.times, pair.base), _place(found.times, pair.new))
        points[kind_of(found.times, pair)].append(place)
    return points


def kind_of(times: Times, pair: Pair) -> str:
    """Return the kind of a query's point: the verdict, iff one of the runs solves it."""
    verdicts = {row.verdict for row in (pair.base, pair.new) if times.is_solved(row)}
    if not verdicts:
        return "solved by neither"
    return verdicts.pop() if len(verdicts) == 1 else "verdict changed"


def _place(times: Times, row: Row) -> float:
    """Return where a row lies on its axis."""
    edge = EDGE * times.limit_s
    return min(max(times.of(row), LEAST_S), edge) if times.is_solved(row) else edge


def _finish(axes: Axes, found: Comparison, values: Sequence[float]) -> None:
    """Draw what helps to read: the diagonal, lines of constant factors, the limits, the legend."""
    edge, limit = EDGE * found.times.limit_s, found.times.limit_s
    least, most = min([*values, limit]) / 1.5, edge * 1.25
    axes.plot([least, most], [least, most], color="black", linewidth=0.7)
    for factor, style in FACTORS.items():
        for by in (factor, 1 / factor):
            axes.plot(
                [least, most],
                [least * by, most * by],
                color="gray",
                linewidth=0.6,
                linestyle=style,
                label=f"factor {factor}" if by > 1 else None,
            )
    for draw in (axes.axhline, axes.axvline):
        draw(limit, color="tab:red", linewidth=0.7)
    clock = found.times.clock.told
    first, second = found.held.base, found.held.new
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(least, most),
        ylim=(least, most),
        xlabel=f"{_literal(first.member)} ({_literal(first.version)}), {clock} s",
        ylabel=f"{_literal(second.member)} ({_literal(second.version)}), {clock} s",
        aspect="equal",
    )
    axes.set_title(f"{len(found.held.pairs)} queries, limit {limit:g} s", fontsize=10)


def _literal(text: str) -> str:
    """Return a text as it is drawn: a dollar begins no formula in it."""
    return text.replace("$", r"\$")


def cactus(found: LineUp, times: Times) -> Figure:
    """Return how many queries each member, and the virtual best solver, solves in which time."""
    figure = Figure(figsize=(INCHES * 1.4, INCHES), layout="constrained")
    axes = figure.add_subplot()
    curves = {member: found.of(member) for member in found.members}
    for name, seconds in {**curves, BEST: found.best()}.items():
        ordered = sorted(max(value, LEAST_S) for value in seconds.values())
        axes.step(
            range(1, len(ordered) + 1),
            ordered,
            label=_literal(name),
            linewidth=1.2,
            color="black" if name == BEST else None,
            linestyle="--" if name == BEST else "-",
        )
    axes.axhline(times.limit_s, color="tab:red", linewidth=0.7)
    axes.set(
        yscale="log", xlabel="queries solved", ylabel=f"{times.clock.told} s for each, at most"
    )
    axes.set_title(f"{len(found.solved)} queries, limit {times.limit_s:g} s", fontsize=10)
    axes.legend(loc="upper left", fontsize=7)
    return figure
