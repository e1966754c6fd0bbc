"""Running a campaign: batches that are not done yet, until there are enough or time is over."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from portfolio.differential.campaign.batch import run_batch
from portfolio.differential.campaign.crew import run_batches
from portfolio.differential.campaign.journal import Done, Journal
from portfolio.differential.campaign.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How far a campaign goes: this many cases in all, or this long from now; None for no end."""

    cases: int | None = None
    wall_s: float | None = None


def run(plan: Plan, folder: Path, extent: Extent, *, workers: int) -> Generator[Done, None, None]:
    """Yield the batches of a campaign: first those that its journal in `folder` has, then new ones.

    Raise PlanError iff the folder has another campaign, ValueError iff a member is not there.
    """
    journal = Journal(folder, plan)
    yield from list(journal.done.values())
    work = partial(run_batch, plan, folder)
    for done in run_batches(_numbers(journal, plan, extent), work, workers):
        journal.add(done)
        yield done


def _numbers(journal: Journal, plan: Plan, extent: Extent) -> Iterator[int]:
    """Yield the numbers of batches that are to be made, for as long as more are wanted."""
    end = None if extent.wall_s is None else time.monotonic() + extent.wall_s
    a_batch = plan.drawn * (1 + plan.mutants)
    for number in count():
        if end is not None and time.monotonic() >= end:
            return
        cases = sum(done.cases for done in journal.done.values())
        begun = sum(1 for earlier in range(number) if earlier not in journal.done)
        if extent.cases is not None and cases + begun * a_batch >= extent.cases:
            return
        if number not in journal.done:
            yield number
