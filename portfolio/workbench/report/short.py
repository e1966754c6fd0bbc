"""The section that says in a few sentences what the others show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from portfolio.workbench.best import LineUp
from portfolio.workbench.compare import Comparison
from portfolio.workbench.record import Run
from portfolio.workbench.report.page import Section
from portfolio.workbench.schedules import Saving
from portfolio.workbench.truth import Disagreement, Truth


def in_short(
    steps: Sequence[Comparison],
    found: Sequence[Disagreement],
    wrong: Mapping[str, int],
    line_up: LineUp,
    saved: Sequence[Saving],
) -> Section:
    """Return what each upgrade loses, who contradicts whom, who wins, what the schedule saves."""
    sentences = (
        *map(_step, steps),
        _contradicted(found, wrong),
        _won(line_up),
        *map(_saved, saved),
    )
    return Section(title="In short", sentences=sentences)


def wrong_of(runs: Mapping[str, Run], truth: Truth) -> dict[str, int]:
    """Return how often each member is known to be wrong, of those that are."""
    counts = Counter(row.member for run in runs.values() for row in run.rows if truth.is_wrong(row))
    return dict(sorted(counts.items()))


def _step(step: Comparison) -> str:
    lost = len(step.newly_unsolved)
    borderline = sum(map(step.is_borderline, step.newly_unsolved))
    bands = {change: _named(step, change) for change in ("slower", "faster")}
    told = [
        f"of {len(step.held.pairs)} queries {lost} newly unsolved ({borderline} borderline)",
        f"{len(step.newly_solved)} newly solved",
        f"{len(step.changed)} changed verdicts",
        *(f"{change} {names}" for change, names in bands.items() if names),
    ]
    return f"{step.name}: {', '.join(told)}."


def _named(step: Comparison, change: str) -> str:
    return " and ".join(
        f"{band.name} by {band.factor:.2f}" for band in step.bands if band.change == change
    )


def _contradicted(found: Sequence[Disagreement], wrong: Mapping[str, int]) -> str:
    told = ", ".join(f"{member} {count} times" for member, count in wrong.items())
    return f"Members disagree on {len(found)} queries; wrong for certain: {told or 'nobody'}."


def _won(line_up: LineUp) -> str:
    standings = line_up.standings()
    total = len(line_up.solved)
    wins = ", ".join(f"{one.member} {one.wins} ({one.alone} alone)" for one in standings)
    return f"Of {total} queries the virtual best solver solves {len(line_up.best())}; wins: {wins}."


def _saved(saving: Saving) -> str:
    eager, staggered = saving.eager, saving.staggered
    return (
        f"The staggered schedule takes {staggered.cpu_s:.1f} s of processor time for"
        f" {staggered.queries} queries, the eager one {eager.cpu_s:.1f} s: it saves"
        f" {saving.saved:.1%} ({saving.how})."
    )
