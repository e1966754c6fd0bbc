"""Which runs of a record are of one solver, in the order of its releases."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from portfolio.workbench.record import Run
from portfolio.workbench.truth import RACE

_RELEASE = re.compile(r"@[^:]*")
_NUMBER = re.compile(r"[0-9]+")


def solver_of(run: Run) -> str:
    """Return the solver of a run: its member's name without the release, and its options."""
    name = _RELEASE.sub("", run.member)
    return f"{name} {run.plan.options}" if run.plan.options else name


def by_solver(runs: Mapping[str, Run]) -> dict[str, list[Run]]:
    """Return the runs of members, races left out, by solver and each in the order of releases."""
    found: dict[str, list[Run]] = defaultdict(list)
    for run in runs.values():
        if not run.member.startswith(RACE):
            found[solver_of(run)].append(run)
    return {solver: sorted(each, key=_place) for solver, each in sorted(found.items())}


def _place(run: Run) -> tuple[tuple[int, ...], bool, str]:
    """Return the place among runs of one solver; of equals the one installed comes last."""
    return release(run), "@" not in run.member, run.member


def release(run: Run) -> tuple[int, ...]:
    """Return the version of a run as numbers, without zeros at its end."""
    numbers = [int(number) for number in _NUMBER.findall(run.plan.version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def steps(runs: Mapping[str, Run]) -> Iterator[tuple[Run, Run]]:
    """Yield each run with that of the next release of its solver."""
    for each in by_solver(runs).values():
        yield from pairwise(each)


def newest(runs: Mapping[str, Run]) -> list[Run]:
    """Return the run of the newest release of each solver, the automaton's first."""
    found = [each[-1] for each in by_solver(runs).values() if ":" not in each[-1].member]
    return sorted(found, key=lambda run: (not run.member.startswith("automaton"), run.member))
