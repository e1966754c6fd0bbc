"""The sections about members beside each other: contradictions, who is best at what, schedules."""

from __future__ import annotations

from collections.abc import Sequence

from portfolio.workbench.best import LineUp
from portfolio.workbench.compare import Comparison
from portfolio.workbench.report.page import Picture, Section, Table, listing
from portfolio.workbench.report.upgrades import plotted
from portfolio.workbench.scatter import cactus, png
from portfolio.workbench.schedules import Saving
from portfolio.workbench.telling import (
    SAVING_HEAD,
    STANDING_HEAD,
    duel_rows,
    saving_rows,
    standing_rows,
)
from portfolio.workbench.times import Times
from portfolio.workbench.truth import Disagreement


def contradictions(found: Sequence[Disagreement]) -> Section:
    """Return on which queries members of the record contradict each other."""
    rows = [
        (
            one.query,
            one.family,
            "; ".join(f"{what}: {', '.join(members)}" for what, members in one.said.items()),
            "; ".join(one.support) or "nothing is proved",
        )
        for one in found
    ]
    return Section(
        title="Disagreements",
        sentences=() if found else ("No two members contradict each other on any query.",),
        tables=listing("Queries", ("query", "family", "who says what", "what is proved"), rows),
    )


def side_by_side(found: LineUp, times: Times, held: Sequence[Comparison]) -> Section:
    """Return who wins how often, what each member adds, and each against each."""
    head, *rows = duel_rows(found)
    clock = times.clock.told
    return Section(
        title="The newest release of each solver side by side",
        sentences=(
            f"Over the {len(found.solved)} queries that all were asked, by {clock} time. A member"
            " wins a query iff nobody solves it faster, and has it alone iff nobody else solves"
            " it. The last column is PAR2 of the virtual best solver without the member.",
        ),
        tables=(
            Table(title="Wins", head=STANDING_HEAD, rows=tuple(standing_rows(found))),
            Table(
                title="On how many queries the member of the row is faster than that of the column,"
                " and how many it solves that the other does not",
                head=head,
                rows=tuple(rows),
            ),
        ),
        pictures=(
            Picture(
                name="solved",
                caption="How many queries are solved in which time each.",
                png=png(cactus(found, times)),
            ),
            *map(plotted, held),
        ),
    )


def schedules(found: Sequence[Saving]) -> Section:
    """Return what the staggered schedule saves."""
    if not found:
        return Section(
            title="Schedules",
            sentences=("The record has neither races nor the runs to estimate them from.",),
        )
    return Section(
        title="Schedules",
        sentences=(
            "Processor time of whole races: eager starts all members at once, staggered the"
            " automaton alone and the others once it declined or its head start is over.",
        ),
        tables=tuple(
            Table(title=one.how, head=SAVING_HEAD, rows=tuple(saving_rows(one))) for one in found
        ),
    )
