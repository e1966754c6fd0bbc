"""The sections about what was measured: on what, by whom, and how each member did."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portfolio.answer import End
from portfolio.workbench.fitting import common_times
from portfolio.workbench.record import Run
from portfolio.workbench.report.page import Cells, Section, Table
from portfolio.workbench.row import Row
from portfolio.workbench.times import Clock, Times
from portfolio.workbench.truth import Truth

RUN_HEAD = (
    "member",
    "version",
    "options",
    "queries",
    "time limit",
    "CPU limit",
    "memory limit",
    "workers",
)

MEMBER_HEAD = (
    "member",
    "version",
    "queries",
    "solved",
    "sat",
    "unsat",
    "timed out",
    "memory",
    "unknown",
    "unsupported",
    "crashed",
    "wrong",
    "PAR2 s",
    "CPU s",
    "median ms",
)


def measured(runs: Mapping[str, Run]) -> Section:
    """Return what the record is of: query sets, machines, and the plan of each run."""
    plans = [run.plan for run in runs.values()]
    sets = dict.fromkeys((plan.queries, plan.digest, plan.count) for plan in plans)
    machines = dict.fromkeys(tuple(sorted(plan.machine.items())) for plan in plans)
    return Section(
        title="What was measured",
        sentences=(
            *(
                f"Query set {name}: {count} queries, digest {digest}."
                for name, digest, count in sets
            ),
            *(
                "Machine: " + ", ".join(f"{name} {value}" for name, value in each) + "."
                for each in machines
                if each
            ),
            *_incomplete(runs.values()),
        ),
        tables=(
            Table(title="Runs", head=RUN_HEAD, rows=tuple(_run_cells(r) for r in runs.values())),
            *_commands(runs.values()),
        ),
    )


def _incomplete(runs: Iterable[Run]) -> Iterator[str]:
    for run in runs:
        if not run.is_complete:
            yield (
                f"The run of {run.member} is not complete:"
                f" {len(run.rows)} of {run.plan.asked} queries."
            )


def _run_cells(run: Run) -> Cells:
    plan = run.plan
    asked = f"{plan.asked}" if plan.asked == plan.count else f"{plan.asked}, seed {plan.seed}"
    cpu = "-" if plan.cpu_s is None else f"{plan.cpu_s:g} s"
    limits = (f"{plan.wall_s:g} s", cpu, f"{plan.memory_mib} MiB")
    workers = f"{plan.workers} {plan.executor}"
    return (plan.member, plan.version, plan.options or "-", asked, *limits, workers)


def _commands(runs: Iterable[Run]) -> Iterator[Table]:
    """Yield a table of the commands that runs were begun by, each with its members."""
    begun: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.plan.command:
            begun[run.plan.command].append(run)
    if begun:
        rows = tuple(
            (", ".join(r.member for r in each), min(r.plan.started for r in each), command)
            for command, each in begun.items()
        )
        yield Table(title="How they were begun", head=("members", "at", "command"), rows=rows)


def members(runs: Mapping[str, Run], truth: Truth, clock: Clock) -> Section:
    """Return how each member did, on all queries that it was asked."""
    rows = tuple(_member_cells(run, truth, clock) for run in runs.values())
    return Section(
        title="Members",
        sentences=(
            "Solved is what came to a verdict in time that nothing is known against. Wrong is a"
            " model that does not hold, or an unsat where the referee accepts another member's"
            " model.",
            f"PAR2 is the mean {clock.told} time of a query; what is not solved counts twice the"
            " limit.",
        ),
        tables=(Table(title="", head=MEMBER_HEAD, rows=rows),),
    )


def _member_cells(run: Run, truth: Truth, clock: Clock) -> Cells:
    times = common_times([run], clock)
    right = [row for row in run.rows if times.is_solved(row) and not truth.is_wrong(row)]
    verdicts = Counter(row.verdict for row in right)
    ends = Counter(row.end for row in run.rows)
    told = (End.TIMED_OUT, End.OUT_OF_MEMORY, End.UNKNOWN, End.UNSUPPORTED, End.CRASHED)
    counts = (
        len(run.rows),
        len(right),
        verdicts["sat"],
        verdicts["unsat"],
        *(ends[end.value] for end in told),
        sum(map(truth.is_wrong, run.rows)),
    )
    seconds = [times.of(row) for row in run.rows]
    return (
        run.member,
        run.plan.version,
        *map(str, counts),
        f"{par2(run.rows, times, truth):.4f}",
        f"{sum(row.cpu_s for row in run.rows):.1f}",
        f"{statistics.median(seconds) * 1000:.2f}" if seconds else "-",
    )


def par2(rows: Iterable[Row], times: Times, truth: Truth) -> float:
    """Return the PAR2 of rows in seconds, where what is wrong is not solved."""
    scores = [2 * times.limit_s if truth.is_wrong(row) else times.score(row) for row in rows]
    return statistics.fmean(scores) if scores else 0.0


def families(runs: Sequence[Run], truth: Truth, clock: Clock) -> Section:
    """Return what the runs solve of each family, and in which time."""
    found = {run.member: _by_family(run) for run in runs}
    names = sorted({family for each in found.values() for family in each})
    head = ("family", "queries", *found)
    rows = tuple(
        (
            name or "-",
            str(max(len(each[name]) for each in found.values())),
            *(_family_cell(run, found[run.member][name], truth, clock) for run in runs),
        )
        for name in names
    )
    return Section(
        title="Families",
        sentences=("A cell is how many queries of the family are solved, and PAR2.",),
        tables=(Table(title="", head=head, rows=rows),),
    )


def _by_family(run: Run) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in run.rows:
        found[row.family].append(row)
    return found


def _family_cell(run: Run, rows: Sequence[Row], truth: Truth, clock: Clock) -> str:
    if not rows:
        return "-"
    times = common_times([run], clock)
    solved = sum(times.is_solved(row) and not truth.is_wrong(row) for row in rows)
    told = f"{solved}" if solved == len(rows) else f"{solved} of {len(rows)}"
    return f"{told}, {par2(rows, times, truth) * 1000:.1f} ms"
