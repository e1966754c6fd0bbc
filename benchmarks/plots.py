"""Scatter plots of a record: `python -m benchmarks.plots FOLDER` writes `scatter.png` into it.

One panel for each other member: a point is a case, across the automaton's processor time, upwards
the other's, both logarithmic. What was not solved lies on the edge beyond the limit; points above
the diagonal are cases on which the automaton was faster. What starts cost is not taken off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.report import OURS, Record, Times, limit_of
from benchmarks.rows import Row, read

PANEL_INCHES = 4.2
LEAST_S = 1e-4
EDGE = 1.6
"""Where the edge lies, in limits."""


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--title", default=None, help="Default: the name of FOLDER.")
def main(folder: Path, title: str | None) -> None:
    """Draw the automaton against each other member of the record in FOLDER."""
    times = Times(read(folder), "cpu", limit_of(folder))
    figure = scatter(times, title or folder.name)
    figure.savefig(folder / "scatter.png", dpi=110)
    click.echo(folder / "scatter.png")


def scatter(times: Times, title: str) -> Figure:
    """Return a figure with a panel for each member beside the automaton."""
    record = times.by_case()
    others = [member for member in times.by_member(times.rows) if not is_ours(member)]
    figure = Figure(figsize=(PANEL_INCHES * len(others), PANEL_INCHES + 0.4), layout="constrained")
    for place, member in enumerate(others):
        axes = figure.add_subplot(1, len(others), place + 1)
        panel(axes, times, record, member)
    figure.suptitle(title)
    return figure


def is_ours(member: str) -> bool:
    """Return whether a member is the automaton, warm or cold."""
    return member.startswith(OURS)


def panel(axes: Axes, times: Times, record: Record, other: str) -> None:
    """Draw the automaton against one member."""
    edge = EDGE * times.limit_s
    for verdict, colour in (("sat", "tab:blue"), ("unsat", "tab:orange"), ("", "tab:gray")):
        points = points_of(times, record, other, verdict)
        axes.scatter(
            [across for across, _ in points],
            [upwards for _, upwards in points],
            s=9,
            alpha=0.6,
            linewidths=0,
            color=colour,
            label=verdict or "solved by neither",
        )
    axes.plot([LEAST_S, edge], [LEAST_S, edge], color="black", linewidth=0.6)
    for draw in (axes.axhline, axes.axvline):
        draw(times.limit_s, color="tab:red", linewidth=0.6, linestyle="--")
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(LEAST_S, edge * 1.3),
        ylim=(LEAST_S, edge * 1.3),
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
        if OURS in rows and other in rows and verdict_of(times, rows, other) == verdict
    ]


def verdict_of(times: Times, rows: Mapping[str, Row], other: str) -> str:
    """Return the verdict of the automaton, else of the other one, else nothing."""
    solved = [row for row in (rows[OURS], rows[other]) if times.is_solved(row)]
    return solved[0].verdict if solved else ""


def place(times: Times, row: Row) -> float:
    """Return where a row lies on its axis."""
    return max(times.of(row), LEAST_S) if times.is_solved(row) else EDGE * times.limit_s


if __name__ == "__main__":
    main()
