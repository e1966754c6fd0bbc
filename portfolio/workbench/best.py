"""Members of a record side by side: the virtual best solver, and what each adds to it.

The virtual best solver answers each query as the fastest of the members would that solve it. A
member wins a query iff nobody solves it faster. What a member adds to the portfolio is what the
virtual best solver would lose without it: the queries that it alone solves, and PAR2.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import permutations

from portfolio.workbench.record import Run
from portfolio.workbench.times import Times
from portfolio.workbench.truth import Truth

BEST = "virtual best"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a member stands among the others.

    `wins` counts the queries that nobody solves faster, `shared` those of them that another solves
    in the same time, `alone` those that nobody else solves. Without the member the PAR2 of the
    virtual best solver would be `par2_without_s`.
    """

    member: str
    solved: int
    wins: int
    shared: int
    alone: int
    par2_s: float
    par2_without_s: float

    def to_json(self) -> dict[str, object]:
        """Return the standing as results print it."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Duel:
    """One member against another: on how many queries it is faster, and which it alone solves.

    `faster` counts queries that both solve.
    """

    member: str
    other: str
    faster: int
    alone: int

    def to_json(self) -> dict[str, object]:
        """Return the duel as results print it."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class LineUp:
    """Members side by side on queries that all of them were asked.

    `solved` has for each query the seconds of each member that solves it; `penalty_s` is what a
    query scores that is not solved.
    """

    members: tuple[str, ...]
    solved: Mapping[str, Mapping[str, float]]
    penalty_s: float

    def best(self, without: str | None = None) -> dict[str, float]:
        """Return the seconds of the virtual best solver, of `without` or not, by query."""
        found = {}
        for query, seconds in self.solved.items():
            left = [value for member, value in seconds.items() if member != without]
            if left:
                found[query] = min(left)
        return found

    def par2(self, seconds: Mapping[str, float]) -> float:
        """Return the PAR2 of what has these seconds for the queries that it solves."""
        if not self.solved:
            return 0.0
        return statistics.fmean(seconds.get(query, self.penalty_s) for query in self.solved)

    def of(self, member: str) -> dict[str, float]:
        """Return the seconds of a member by query that it solves."""
        return {query: by[member] for query, by in self.solved.items() if member in by}

    def standings(self) -> list[Standing]:
        """Return how each member stands, those that win most first."""
        found = [self._standing(member) for member in self.members]
        return sorted(found, key=lambda standing: (-standing.wins, standing.member))

    def _standing(self, member: str) -> Standing:
        own = self.of(member)
        won = [query for query, seconds in own.items() if seconds == min(self._seconds(query))]
        return Standing(
            member=member,
            solved=len(own),
            wins=len(won),
            shared=sum(self._seconds(query).count(own[query]) > 1 for query in won),
            alone=sum(len(self.solved[query]) == 1 for query in own),
            par2_s=self.par2(own),
            par2_without_s=self.par2(self.best(without=member)),
        )

    def _seconds(self, query: str) -> list[float]:
        return list(self.solved[query].values())

    def duels(self) -> list[Duel]:
        """Return each member against each other one."""
        return [self._duel(*pair) for pair in permutations(self.members, 2)]

    def _duel(self, member: str, other: str) -> Duel:
        own, theirs = self.of(member), self.of(other)
        return Duel(
            member=member,
            other=other,
            faster=sum(seconds < theirs.get(query, 0.0) for query, seconds in own.items()),
            alone=len(own.keys() - theirs.keys()),
        )


def line_up(runs: Sequence[Run], times: Times, truth: Truth) -> LineUp:
    """Return the members of runs side by side; what is known to be wrong is not solved."""
    rows = [run.by_query for run in runs]
    return LineUp(
        members=tuple(run.member for run in runs),
        solved={
            query: {
                by_query[query].member: times.of(by_query[query])
                for by_query in rows
                if times.is_solved(by_query[query]) and not truth.is_wrong(by_query[query])
            }
            for query in common_queries(rows)
        },
        penalty_s=2 * times.limit_s,
    )


def common_queries(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the queries that all have, in the order of the first."""
    first, *others = rows
    return [query for query in first if all(query in other for other in others)]
