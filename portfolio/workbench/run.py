"""Runs: every query of a set put to one member, a row each, on many processes.

A run can be stopped at any moment, and goes on where it was. Each process at work asks one query
at a time, so that no query waits for another; what it learned goes with it after some queries.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.workbench import machine
from portfolio.workbench.asking import Asking, Found, contestant_of
from portfolio.workbench.executor import Executor, LocalExecutor, Lost
from portfolio.workbench.journal import Journal
from portfolio.workbench.queries import Query, QuerySet
from portfolio.workbench.record import Plan
from portfolio.workbench.row import Row

ITEMS_A_WORKER = 500
"""How many queries a process asks before another one takes its place."""

GRACE_S = 60.0
"""How much longer than its members a process may take for a query before it is ended."""

LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How many queries are asked, and what a member may spend on one."""

    sample: int | None = None
    seed: int = 1
    limits: Limits
    workers: int = 1


def plan_of(queries: QuerySet, member: str, extent: Extent, executor: str = LOCAL) -> Plan:
    """Return the plan of a run of a member. Raise ValueError iff there is none of this name."""
    contestant = contestant_of(member)
    return Plan(
        queries=queries.path.name,
        digest=queries.digest,
        count=queries.count,
        sample=extent.sample,
        seed=extent.seed,
        member=member,
        version=contestant.version,
        options=contestant.options,
        wall_s=extent.limits.wall_s,
        memory_mib=extent.limits.memory_mib,
        cpu_s=extent.limits.cpu_s,
        workers=extent.workers,
        executor=executor,
        command=" ".join(["keyaki", *sys.argv[1:]]),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine.description(),
    )


def executor_of(plan: Plan) -> Executor:
    """Return who carries out a plan. Raise ExecutorError iff what that needs is not installed."""
    limit_s = 3 * plan.wall_s + GRACE_S
    if plan.executor == LOCAL:
        return LocalExecutor(workers=plan.workers, items_a_worker=ITEMS_A_WORKER, limit_s=limit_s)
    from portfolio.executors.on_ray import RayExecutor  # noqa: PLC0415 - few runs need Ray

    return RayExecutor(workers=plan.workers, items_a_worker=ITEMS_A_WORKER, limit_s=limit_s)


def run(
    queries: QuerySet, plan: Plan, folder: Path, executor: Executor | None = None
) -> Generator[Row, None, None]:
    """Yield the rows of a run: first those that are there already, then others as queries end.

    Raise RecordError iff the folder has a run of another plan. Closing the generator ends whatever
    is at work; what is not written by then is asked again by the next run.
    """
    journal = Journal(folder, plan)
    with closing(journal):
        yield from [*journal.rows]
        limits = Limits(wall_s=plan.wall_s, memory_mib=plan.memory_mib, cpu_s=plan.cpu_s)
        asking = Asking(name=plan.member, limits=limits, version=plan.version)
        done = {row.query for row in journal.rows}
        left = (query for query in _wanted(queries, plan) if query.name not in done)
        with closing((executor or executor_of(plan)).run(left, asking)) as ends:
            for query, end in ends:
                row = _lost(asking, query, end) if isinstance(end, Lost) else end
                journal.add(row)
                yield row


def _wanted(queries: QuerySet, plan: Plan) -> Iterator[Query]:
    return queries.queries(queries.sample(plan.sample, plan.seed))


def _lost(asking: Asking, query: Query, end: Lost) -> Row:
    return asking.row(query, Found(End.CRASHED.value, detail=f"{end.why}, {end.attempts} times"))
