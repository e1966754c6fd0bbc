"""The plot of a record of batches: CPU microseconds a question beside the floor, and the rate.

A bar is the median of the runs, its mark reaches from the least to the most. Of inputs in several
copies the one with most is shown.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from benchmarks.process_report import cpu_us, input_of, rate
from benchmarks.rows import Row

WANTED_RATE = 1_000_000_000 / 86_400
"""Questions a second that make a billion a day."""


def bars(rows: Iterable[Row], title: str) -> Figure:
    """Return the figure."""
    groups = shown(rows)
    figure = Figure(figsize=(9.5, 1.6 + 0.32 * len(groups)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, groups, cpu_us, "CPU microseconds a question")
    _bars(right, groups, rate, "questions a second, by the clock")
    right.axvline(WANTED_RATE, color="tab:red", linewidth=0.8, linestyle="--")
    left.invert_yaxis()
    figure.suptitle(title)
    return figure


def shown(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each bar: of each suite the input with most questions, by member."""
    groups: dict[str, dict[str, dict[int, list[Row]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in rows:
        if row.family != "memory":
            suite = input_of(row).partition(" ")[0]
            groups[suite][row.member][row.count].append(row)
    return {
        f"{suite}: {member}": by_count[max(by_count)]
        for suite, members in groups.items()
        for member, by_count in members.items()
    }


def _bars(
    axes: Axes, groups: dict[str, list[Row]], figure: Callable[[Row], float], label: str
) -> None:
    for place, (name, rows) in enumerate(groups.items()):
        found: Sequence[float] = sorted(map(figure, rows))
        colour = "tab:gray" if "parsing" in name else "tab:green"
        middle = statistics.median(found)
        reach = [[middle - found[0]], [found[-1] - middle]]
        axes.barh(place, middle, color=colour, xerr=reach, error_kw={"linewidth": 0.8})
        axes.text(found[-1] * 1.05, place, f"{middle:,.0f}", va="center", fontsize=7)
    axes.set_yticks(range(len(groups)), labels=list(groups), fontsize=8)
    axes.set(xscale="log", xlabel=label)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(x=0.15)
