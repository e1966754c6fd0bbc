"""Draw a record: `python -m benchmarks.plots FOLDER` writes a PNG into it.

What is drawn depends on its rows: growth by size, batches beside their floor, or the automaton
against each other member (`--fastest`: against the fastest one on each case).
"""

from __future__ import annotations

from pathlib import Path

import click
from matplotlib.figure import Figure

from benchmarks import growth
from benchmarks.plot_batch import bars
from benchmarks.plot_scatter import scatter, scatter_fastest
from benchmarks.plot_sizes import sizes
from benchmarks.report import times_of
from benchmarks.times import OURS, Times

DOTS_PER_INCH = 110


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--title", default=None, help="Default: the name of FOLDER.")
@click.option(
    "--others",
    "beside",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="The record that has the rows of the other members.",
)
@click.option("--ours", "timed_as", default=OURS, help="Or automaton-compiled, automaton-solve.")
@click.option("--fastest", is_flag=True, help="Draw the fastest other member on each case.")
def main(
    folder: Path, title: str | None, beside: Path | None, timed_as: str, fastest: bool
) -> None:
    """Draw the record in FOLDER."""
    times = times_of(folder, "cpu", beside, timed_as)
    name, figure = drawn(times, title or folder.name, fastest=fastest)
    figure.savefig(folder / name, dpi=DOTS_PER_INCH)
    click.echo(folder / name)


def drawn(times: Times, title: str, *, fastest: bool = False) -> tuple[str, Figure]:
    """Return the name of the file for a plot of the rows, and the plot."""
    if any(row.count > 1 for row in times.rows):
        return "batch.png", bars(times.rows, title)
    if any(row.peak_mib for row in times.rows):
        counts = {family.name: family.counts for family in growth.FAMILIES}
        return "growth.png", sizes(times, counts, title)
    if fastest:
        return "fastest.png", scatter_fastest(times, title)
    return "scatter.png", scatter(times, title)


if __name__ == "__main__":
    main()
