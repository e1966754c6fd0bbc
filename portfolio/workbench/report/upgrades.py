"""The sections about upgrades: what each release loses and gains against the one before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from portfolio.workbench.compare import Comparison
from portfolio.workbench.fitting import Pair
from portfolio.workbench.report.page import Cells, Picture, Section, Table, listing
from portfolio.workbench.scatter import png, scatter
from portfolio.workbench.telling import BAND_HEAD, band_cells, end_of

STEP_HEAD = (
    "step",
    "queries",
    "solved",
    "newly solved",
    "newly unsolved",
    "borderline",
    "changed verdicts",
    "PAR2 s",
    "slower bands",
    "slower queries",
    "faster queries",
)
QUERY_HEAD = ("query", "family", "before", "after", "remark")


def overview(steps: Sequence[Comparison]) -> Section:
    """Return a table of all steps."""
    return Section(
        title="Upgrades",
        sentences=(
            "Each release against the one before. A borderline loss had taken more than half of the"
            " limit. A query whose verdict changed counts as solved in both. A band is slower iff"
            " the whole 99 % interval of the geometric mean of new time over base's lies above what"
            " one run differs from another anyway.",
            *(() if steps else ("The record has no two releases of one solver.",)),
        ),
        tables=(Table(title="", head=STEP_HEAD, rows=tuple(map(_step_cells, steps))),)
        if steps
        else (),
    )


def _step_cells(step: Comparison) -> Cells:
    slower = ", ".join(band.name for band in step.bands if band.change == "slower")
    counts = (
        len(step.newly_solved),
        len(step.newly_unsolved),
        sum(map(step.is_borderline, step.newly_unsolved)),
        len(step.changed),
    )
    return (
        step.name,
        str(len(step.held.pairs)),
        "{} -> {}".format(*step.solved),
        *map(str, counts),
        "{:.4f} -> {:.4f}".format(*step.par2),
        slower or "-",
        str(len(step.slower)),
        str(len(step.faster)),
    )


def step_section(step: Comparison) -> Section:
    """Return what one step loses and gains, query by query."""
    return Section(
        title=step.name,
        sentences=(
            *_by_family("Newly unsolved", step.newly_unsolved),
            *_by_family("Newly solved", step.newly_solved),
            *(f"Note: {note}." for note in step.held.notes),
        ),
        tables=(
            Table(title="Time by band", head=BAND_HEAD, rows=tuple(map(band_cells, step.bands))),
            *listing(
                "Changed verdicts",
                QUERY_HEAD,
                [_pair_cells(one.pair, "; ".join(one.support)) for one in step.changed],
            ),
            *listing(
                "Newly unsolved",
                QUERY_HEAD,
                [
                    _pair_cells(pair, "borderline" if step.is_borderline(pair) else pair.new.detail)
                    for pair in step.newly_unsolved
                ],
            ),
            *listing(
                "Newly solved", QUERY_HEAD, [_pair_cells(pair, "") for pair in step.newly_solved]
            ),
            *listing(
                "Slower",
                (*QUERY_HEAD[:-1], "factor"),
                [_pair_cells(one.pair, f"{one.factor:.1f}") for one in step.slower],
            ),
        ),
        pictures=(plotted(step),),
    )


def _by_family(what: str, pairs: Sequence[Pair]) -> Iterable[str]:
    if pairs:
        counts = Counter(pair.family or "no family" for pair in pairs).most_common()
        yield f"{what}: " + ", ".join(f"{count} of {family}" for family, count in counts) + "."


def _pair_cells(pair: Pair, remark: str) -> Cells:
    return (pair.query, pair.family, end_of(pair.base), end_of(pair.new), remark)


def plotted(found: Comparison) -> Picture:
    """Return the scatter plot of a comparison."""
    first, second = found.held.base, found.held.new
    return Picture(
        name=f"scatter-{plain(first.member)}-{plain(second.member)}",
        caption=f"{found.name}: a point is a query; on the edges is what was not solved.",
        png=png(scatter(found)),
    )


def plain(name: str) -> str:
    """Return a name as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.") or "run"
