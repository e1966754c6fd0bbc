"""The cases of a batch: drawn from strategies, and mutants of what was drawn or of seeds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import gettempdir

from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.strategies import SearchStrategy

from portfolio.differential.campaign.plan import SEEDS, Plan, PlanError
from portfolio.differential.case import Case
from portfolio.differential.mutation.mutants import mutants
from portfolio.differential.mutation.seeds import Seeds, read_seeds
from portfolio.differential.strategies.questions import questions
from portfolio.differential.strategies.sampling import samples
from portfolio.differential.strategies.scripts import FRAGMENTS

# What it keeps there is about tests that failed; a campaign has a journal of its own.
set_hypothesis_home_dir(Path(gettempdir()) / "keyaki-hypothesis")


def cases_of(plan: Plan, batch: int) -> Iterator[Case]:
    """Yield the cases of a batch, the same at every call."""
    chance = Random(plan.seed_of(batch))  # noqa: S311 - a sample, not a secret
    source = plan.source_of(batch)
    if source == SEEDS:
        seeds = seeds_in(plan.seeds).cases
        yield from islice(mutants(seeds, chance), plan.drawn * (1 + plan.mutants))
        return
    drawn = samples(_strategy(source), plan.seed_of(batch), plan.drawn)
    yield from drawn
    if plan.mutants and drawn:
        yield from islice(mutants(drawn, chance), plan.drawn * plan.mutants)


@cache
def seeds_in(folder: str) -> Seeds:
    """Return the seeds of a folder. Raise PlanError iff none can be read."""
    found = read_seeds(Path(folder))
    if not found.cases:
        raise PlanError(f"no script in `{folder}` can be read as a seed")
    return found


@cache
def _strategy(source: str) -> SearchStrategy[Case]:
    if source == "IAM":
        return questions()
    return next(
        fragment.scripts().map(lambda script: Case(script, source))
        for fragment in FRAGMENTS
        if fragment.name == source
    )
