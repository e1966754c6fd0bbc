"""Runs of the workbench for tests: made by hand, drawn, and written to folders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from portfolio.answer import End
from portfolio.workbench.record import PLAN, ROWS, Plan, Run
from portfolio.workbench.row import WRONG_MODEL, Row

LIMIT_S = 10.0

PLAN_OF_ALL = Plan(
    queries="queries.jsonl.xz",
    digest="0123456789abcdef",
    count=0,
    sample=None,
    seed=1,
    member="z3@4.12.0.0",
    version="4.12.0.0",
    options="",
    wall_s=LIMIT_S,
    memory_mib=2048,
    machine={"cpu": "a cpu", "cores": "2", "system": "a system"},
)


def row(
    query: str = "q",
    verdict: str = "sat",
    seconds: float = 1.0,
    *,
    end: str | None = None,
    cpu_s: float | None = None,
    detail: str = "",
) -> Row:
    """Return a row, which is answered iff it has a verdict and no other end is given."""
    ended = End.UNKNOWN.value if verdict == "unknown" else End.ANSWERED.value
    return Row(
        query=query,
        family=query.partition("-")[0],
        member="",
        version="",
        options="",
        verdict=verdict,
        end=end or ended,
        wall_s=seconds,
        cpu_s=seconds if cpu_s is None else cpu_s,
        peak_mib=10.0,
        detail=detail,
    )


def lost(query: str, seconds: float = LIMIT_S) -> Row:
    """Return the row of a query that timed out."""
    return row(query, "unknown", seconds, end=End.TIMED_OUT.value)


def run_of(rows: Iterable[Row], member: str = "z3@4.12.0.0", **changes: object) -> Run:
    """Return a complete run of a member, named by its release, with these rows."""
    version = member.partition("@")[2] or "1.0"
    own = tuple(replace(each, member=member, version=version) for each in rows)
    plan = replace(PLAN_OF_ALL, member=member, version=version, count=len(own))
    return Run(folder=Path(member), plan=replace(plan, **changes), rows=own)  # type: ignore[arg-type]


def record_of(*runs: Run) -> Mapping[str, Run]:
    """Return runs as a record."""
    return {run.member: run for run in runs}


def write(folder: Path, run: Run) -> Path:
    """Write a run to a folder, and return that."""
    folder.mkdir(parents=True)
    (folder / PLAN).write_text(json.dumps(run.plan.to_json()))
    (folder / ROWS).write_text("".join(json.dumps(each.to_json()) + "\n" for each in run.rows))
    return folder


def write_record(folder: Path, *runs: Run) -> Path:
    """Write a record of runs to a folder, and return that."""
    for run in runs:
        write(folder / run.member, run)
    return folder


SECONDS = st.floats(0.0, LIMIT_S, allow_nan=False).map(lambda seconds: round(seconds, 6))
ENDS = st.sampled_from(
    [
        ("sat", End.ANSWERED.value),
        ("unsat", End.ANSWERED.value),
        ("sat", WRONG_MODEL),
        ("unknown", End.TIMED_OUT.value),
        ("unknown", End.UNKNOWN.value),
        ("unknown", End.CRASHED.value),
    ]
)


def drawn_rows(count: int) -> st.SearchStrategy[list[Row]]:
    """Return the strategy of rows for queries of these many names, all different."""
    one = st.tuples(ENDS, SECONDS, SECONDS)
    return st.lists(one, min_size=count, max_size=count).map(
        lambda drawn: [
            row(f"f{at % 3}-{at}", verdict, wall_s, end=end, cpu_s=cpu_s)
            for at, ((verdict, end), wall_s, cpu_s) in enumerate(drawn)
        ]
    )


def drawn_runs(most: int) -> st.SearchStrategy[list[Run]]:
    """Return the strategy of runs of different members on the same queries."""
    names = ("automaton", "z3@4.12.0.0", "z3@5.0.0.0", "cvc5@1.2.0", "cvc4")[:most]
    return st.integers(1, 8).flatmap(
        lambda count: st.tuples(*(drawn_rows(count) for _ in names)).map(
            lambda each: [run_of(rows, name) for rows, name in zip(each, names, strict=True)]
        )
    )
