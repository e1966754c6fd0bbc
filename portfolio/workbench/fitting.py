"""Which runs may be held together, and what they have in common.

Two runs fit iff both are complete, of the same queries of one set, under the same limits. Members,
versions and options may differ: that is what runs are held together for. Runs that do not fit can
be held together on the queries that both have, within the shorter time limit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from portfolio.workbench.record import Plan, Run
from portfolio.workbench.releases import by_solver
from portfolio.workbench.row import Row
from portfolio.workbench.times import Clock, Times

MACHINE = ("cpu", "cores", "system")
"""What of a machine times hang on."""

LIMITS = {
    "wall_s": "time limit of {:g} s",
    "cpu_s": "processor time limit of {:g} s",
    "memory_mib": "memory limit of {:g} MiB",
}


ONLY_BASE = "only the base"
"""How a note begins about a run of the base that nothing is held against."""


class UnfitError(ValueError):
    """Runs cannot be held together; the message names the difference."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What two runs did with one query."""

    base: Row
    new: Row

    @property
    def query(self) -> str:
        """The name of the query."""
        return self.base.query

    @property
    def family(self) -> str:
        """The family of the query."""
        return self.base.family


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Two runs that are held together: their pairs of rows in the base's order.

    `notes` are sentences about what is not alike, of which a reader must know.
    """

    base: Plan
    new: Plan
    pairs: tuple[Pair, ...]
    times: Times
    notes: tuple[str, ...]


def fit(base: Run, new: Run, *, clock: Clock, common: bool) -> Fit:
    """Return two runs held together, iff `common` on the queries that both have.

    Raise UnfitError iff they do not fit, or have no query in common.
    """
    bases, news = base.by_query, new.by_query
    found = [*_other_queries(base, new, bases, news), *_other_limits(base.plan, new.plan)]
    if found and not common:
        raise UnfitError(f"{base.folder} and {new.folder} do not fit: {'; '.join(found)}")
    pairs = tuple(Pair(base=row, new=news[name]) for name, row in bases.items() if name in news)
    if not pairs:
        raise UnfitError(f"{base.folder} and {new.folder} have no query in common")
    return Fit(
        base=base.plan,
        new=new.plan,
        pairs=pairs,
        times=common_times((base, new), clock),
        notes=(*found, *_other_machine(base.plan, new.plan)),
    )


def require_one_set(runs: Iterable[Run]) -> None:
    """Raise UnfitError iff runs are of two query sets, where one name may be of two queries."""
    first, *others = {run.plan.digest: run for run in runs}.values()
    if others:
        members = f"the runs of {first.member} and {others[0].member}"
        raise UnfitError(f"{members} are of {_two_sets(first.plan, others[0].plan)}")


def common_times(runs: Iterable[Run], clock: Clock) -> Times:
    """Return how the times of runs are read, by the shortest of their limits."""
    plans = [run.plan for run in runs]
    walls = {plan.wall_s for plan in plans}
    cpus = {math.inf if plan.cpu_s is None else plan.cpu_s for plan in plans}
    return Times(
        clock=clock,
        wall_s=min(walls),
        cpu_s=min(cpus),
        is_cut=len(walls) > 1 or len(cpus) > 1,
    )


def matched(
    base: Mapping[str, Run], new: Mapping[str, Run]
) -> tuple[list[tuple[Run, Run]], list[str]]:
    """Return the runs of two records that belong together, and notes about those that are left.

    Runs of one name belong together; of what is left, two runs of one solver do iff neither record
    has another of it. Two records' only runs do, whatever they are of. Raise UnfitError iff none
    do.
    """
    if len(base) == len(new) == 1:
        return list(zip(base.values(), new.values(), strict=True)), []
    both = {name: new[name] for name in base if name in new}
    bases, news = (_by_solver(runs, both) for runs in (base, new))
    for solver, runs in bases.items():
        if len(runs) == len(news.get(solver, ())) == 1:
            both[runs[0].member] = news[solver][0]
    if not both:
        raise UnfitError(
            f"the records have no member in common: {', '.join(base)} and {', '.join(new)}"
        )
    taken = {run.member for run in both.values()}
    left = [f"{ONLY_BASE} has a run of {name}" for name in base if name not in both]
    left += [f"only the new record has a run of {name}" for name in new if name not in taken]
    return [(run, both[name]) for name, run in base.items() if name in both], left


def _by_solver(runs: Mapping[str, Run], without: Collection[str]) -> dict[str, list[Run]]:
    return by_solver({name: run for name, run in runs.items() if name not in without})


def _other_queries(
    base: Run, new: Run, bases: Mapping[str, Row], news: Mapping[str, Row]
) -> Iterator[str]:
    """Yield what is not alike about the queries that two runs ask."""
    if base.plan.digest != new.plan.digest:
        yield f"they are of {_two_sets(base.plan, new.plan)}: a name may be of two queries"
    elif _sample(base.plan) != _sample(new.plan):
        yield f"the base asks {_sample(base.plan)}, the new run {_sample(new.plan)}"
    for which, run in (("base", base), ("new run", new)):
        if not run.is_complete:
            yield f"the {which} has rows for {len(run.rows)} of its {run.plan.asked} queries"
    for which, has, lacks in (("base", bases, news), ("new run", news, bases)):
        alone = [name for name in has if name not in lacks]
        if alone:
            yield f"only the {which} has {len(alone)} of the queries, the first `{alone[0]}`"


def _two_sets(*plans: Plan) -> str:
    sets = ", ".join(f"`{plan.queries}` ({plan.digest[:12]})" for plan in plans)
    return f"two query sets, {sets}"


def _sample(plan: Plan) -> str:
    if plan.asked == plan.count:
        return f"all {plan.count} queries"
    return f"{plan.asked} of {plan.count} queries, drawn with seed {plan.seed}"


def _other_limits(base: Plan, new: Plan) -> Iterator[str]:
    for name, told in LIMITS.items():
        first, second = getattr(base, name), getattr(new, name)
        if first != second:
            yield f"the base has {_told(told, first)}, the new run {_told(told, second)}"


def _told(told: str, limit: float | None) -> str:
    return f"no {told.partition(' of ')[0]}" if limit is None else f"a {told.format(limit)}"


def _other_machine(base: Plan, new: Plan) -> Iterator[str]:
    """Yield what makes times doubtful, though the runs fit."""
    for name in MACHINE:
        first, second = (plan.machine.get(name, "not told") for plan in (base, new))
        if first != second:
            yield f"times may not compare: {name} `{first}`, then `{second}`"
    if base.workers != new.workers:
        yield f"times may not compare: {base.workers} workers, then {new.workers}"
