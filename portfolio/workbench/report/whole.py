"""The whole report of a record, and the folder that it is written to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from portfolio.workbench.best import LineUp, line_up
from portfolio.workbench.compare import Comparison, compared
from portfolio.workbench.fitting import common_times, require_one_set
from portfolio.workbench.record import Run
from portfolio.workbench.releases import newest, steps
from portfolio.workbench.report.html import html
from portfolio.workbench.report.markdown import markdown
from portfolio.workbench.report.measured import families, measured, members
from portfolio.workbench.report.page import Page
from portfolio.workbench.report.portfolio import contradictions, schedules, side_by_side
from portfolio.workbench.report.short import in_short, wrong_of
from portfolio.workbench.report.upgrades import overview, step_section
from portfolio.workbench.schedules import Saving, savings
from portfolio.workbench.telling import comparison_to_json
from portfolio.workbench.times import Clock, Times
from portfolio.workbench.truth import Disagreement, Truth, disagreements, truth_of

HTML, MARKDOWN, JSON = "report.html", "README.md", "report.json"


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is found out about a record, of which the report tells."""

    runs: Mapping[str, Run]
    clock: Clock
    truth: Truth
    steps: tuple[Comparison, ...]
    disagreements: tuple[Disagreement, ...]
    newest: tuple[Run, ...]
    times: Times
    line_up: LineUp
    savings: tuple[Saving, ...]


def findings(runs: Mapping[str, Run], clock: Clock) -> Findings:
    """Return what is found out about the runs of a record; raise UnfitError iff of two sets."""
    require_one_set(runs.values())
    truth = truth_of(row for run in runs.values() for row in run.rows)
    best = newest(runs) or list(runs.values())
    times = common_times(best, clock)
    every = list(runs.values())
    return Findings(
        runs=runs,
        clock=clock,
        truth=truth,
        steps=tuple(
            compared(old, new, clock=clock, common=True, others=_without(every, old, new))
            for old, new in steps(runs)
        ),
        disagreements=tuple(disagreements(every)),
        newest=tuple(best),
        times=times,
        line_up=line_up(best, times, truth),
        savings=tuple(savings(runs, [run.member for run in best], times)),
    )


def _without(runs: Sequence[Run], *left_out: Run) -> list[Run]:
    names = {run.member for run in left_out}
    return [run for run in runs if run.member not in names]


def page_of(found: Findings, title: str) -> Page:
    """Return the report of what was found out."""
    first, *others = found.newest
    held = [compared(other, first, clock=found.clock, common=True) for other in others]
    return Page(
        title=title,
        sections=(
            in_short(
                found.steps,
                found.disagreements,
                wrong_of(found.runs, found.truth),
                found.line_up,
                found.savings,
            ),
            measured(found.runs),
            members(found.runs, found.truth, found.clock),
            families(found.newest, found.truth, found.clock),
            overview(found.steps),
            *map(step_section, found.steps),
            contradictions(found.disagreements),
            side_by_side(found.line_up, found.times, held),
            schedules(found.savings),
        ),
    )


def to_json(found: Findings) -> dict[str, object]:
    """Return what was found out, with every query that the tables leave out."""
    return {
        "clock": found.clock.value,
        "steps": [comparison_to_json(step) for step in found.steps],
        "disagreements": [asdict(one) for one in found.disagreements],
        "standings": [one.to_json() for one in found.line_up.standings()],
        "duels": [one.to_json() for one in found.line_up.duels()],
        "savings": [one.to_json() for one in found.savings],
    }


def write(folder: Path, found: Findings, title: str) -> None:
    """Write the page, the summary, the pictures and the JSON to a folder."""
    page = page_of(found, title)
    folder.mkdir(parents=True, exist_ok=True)
    _text(folder / HTML, html(page))
    _text(folder / MARKDOWN, markdown(page))
    _text(folder / JSON, json.dumps(to_json(found), indent=1) + "\n")
    for section in page.sections:
        for picture in section.pictures:
            (folder / f"{picture.name}.png").write_bytes(picture.png)


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", errors="backslashreplace")
