"""What the staggered schedule spends against the eager one, measured in races and estimated.

The estimate is from runs of single members, by the clock that counts: processor time is about what
passes where nobody is in the way. Under the eager schedule all start at once; under the staggered
one the first starts alone, the others once it declined or its head start is over. The first answer
stops everybody, and who is stopped is taken to have spent its processor time evenly.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from portfolio.limits import DEFAULT_LIMITS
from portfolio.workbench.best import common_queries
from portfolio.workbench.record import Run
from portfolio.workbench.row import Row
from portfolio.workbench.times import Times
from portfolio.workbench.truth import RACE, Truth, truth_of

EAGER, STAGGERED = f"{RACE}eager", f"{RACE}staggered"
FIRST = "automaton"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one race took, and whether it came to an answer."""

    solved: bool
    seconds: float
    cpu_s: float


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What races took on all queries together under one schedule."""

    queries: int
    solved: int
    cpu_s: float
    median_s: float


@dataclass(frozen=True, kw_only=True)
class Saving:
    """Both schedules on the same queries; `how` is `measured`, or `estimated` from whose runs."""

    how: str
    eager: Cost
    staggered: Cost

    @property
    def saved(self) -> float:
        """The part of the eager schedule's processor time that the staggered one does not spend."""
        return 1 - self.staggered.cpu_s / self.eager.cpu_s if self.eager.cpu_s else 0.0

    def to_json(self) -> dict[str, object]:
        """Return the saving as results print it."""
        return {**asdict(self), "saved": self.saved}


def savings(runs: Mapping[str, Run], members: Sequence[str], times: Times) -> Iterator[Saving]:
    """Yield what the schedule saves: as races show, as the runs of `members` let one estimate.

    Each is yielded iff there are runs for it: the races, the first member and another one.
    """
    truth = truth_of(row for run in runs.values() for row in run.rows)
    if EAGER in runs and STAGGERED in runs:
        yield _measured(runs[EAGER], runs[STAGGERED], times, truth)
    others = [name for name in members if name != FIRST and name in runs]
    if FIRST in runs and others:
        yield _estimated([runs[name] for name in (FIRST, *others)], times, truth)


def _rows(run: Run, truth: Truth) -> dict[str, Row]:
    """Return the rows of a run by query; what is known to be wrong answers nothing in them."""
    return {
        query: replace(row, verdict="unknown") if truth.is_wrong(row) else row
        for query, row in run.by_query.items()
    }


def _measured(eager: Run, staggered: Run, times: Times, truth: Truth) -> Saving:
    rows = [_rows(eager, truth), _rows(staggered, truth)]
    queries = common_queries(rows)
    spent = [[_as_measured(by_query[query], times) for query in queries] for by_query in rows]
    return Saving(how="measured", eager=_cost(spent[0]), staggered=_cost(spent[1]))


def _as_measured(row: Row, times: Times) -> Spent:
    return Spent(solved=times.is_solved(row), seconds=row.wall_s, cpu_s=row.cpu_s)


def _estimated(runs: Sequence[Run], times: Times, truth: Truth) -> Saving:
    rows = [_rows(run, truth) for run in runs]
    asked = [[by_query[query] for by_query in rows] for query in common_queries(rows)]
    return Saving(
        how=f"estimated from the runs of {', '.join(run.member for run in runs)}",
        eager=_cost([eager(row, times) for row in asked]),
        staggered=_cost([staggered(row, times) for row in asked]),
    )


def _cost(spent: Sequence[Spent]) -> Cost:
    return Cost(
        queries=len(spent),
        solved=sum(one.solved for one in spent),
        cpu_s=sum(one.cpu_s for one in spent),
        median_s=statistics.median(one.seconds for one in spent) if spent else 0.0,
    )


def eager(rows: Sequence[Row], times: Times) -> Spent:
    """Return what a race takes whose members all start at once, from the rows of its query."""
    return _raced([(row, 0.0) for row in rows], times)


def staggered(rows: Sequence[Row], times: Times, grace_s: float = DEFAULT_LIMITS.grace_s) -> Spent:
    """Return what a race takes in which the first of the rows has a head start."""
    first, *others = rows
    if times.is_solved(first) and times.of(first) <= grace_s:
        return _raced([(first, 0.0)], times)
    start = min(times.of(first), grace_s)
    return _raced([(first, 0.0), *((row, start) for row in others)], times)


def _raced(starts: Sequence[tuple[Row, float]], times: Times) -> Spent:
    """Return what a race takes whose members start so many seconds after its beginning."""
    answers = [start + times.of(row) for row, start in starts if times.is_solved(row)]
    end = min(answers) if answers else max(start + times.of(row) for row, start in starts)
    return Spent(
        solved=bool(answers),
        seconds=end,
        cpu_s=sum(row.cpu_s * _part(times.of(row), end - start) for row, start in starts),
    )


def _part(seconds: float, passed_s: float) -> float:
    """Return which part of its time a member has had after so many seconds."""
    return 1.0 if passed_s >= seconds else max(passed_s, 0.0) / seconds
