"""A run on a Ray cluster has the verdicts of a run on this machine."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from portfolio.limits import Limits
from portfolio.workbench.drawing.scripts import FRAGMENTS
from portfolio.workbench.queries import Query, QuerySet, open_queries, write_queries
from portfolio.workbench.record import read_run
from portfolio.workbench.run import Extent, plan_of, run

EXTENT = Extent(limits=Limits(wall_s=20.0, cpu_s=2.0))


@pytest.fixture
def queries(tmp_path: Path) -> QuerySet:
    drawn = [FRAGMENTS[number % 4](Random(f"ray {number}")) for number in range(60)]
    small = [one.script for one in drawn if len(one.script) < 500][:12]
    named = [
        Query(name=f"own-{number}", family="own", size=len(script), origin="test", script=script)
        for number, script in enumerate(small)
    ]
    path = tmp_path / "own.jsonl.xz"
    write_queries(path, named, {})
    return open_queries(path)


def test_ray_and_this_machine_give_the_same_verdicts(queries: QuerySet, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="ray is not installed")
    tables = []
    for executor in ("local", "ray"):
        folder = tmp_path / executor
        list(run(queries, plan_of(queries, "automaton", EXTENT, executor), folder))
        found = read_run(folder)
        assert found.plan.executor == executor
        tables.append(sorted((row.query, row.verdict, row.end) for row in found.rows))
    assert tables[0] == tables[1]
    assert len(tables[0]) == queries.count


def test_a_run_begun_here_goes_on_over_ray(queries: QuerySet, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="ray is not installed")
    rows = run(queries, plan_of(queries, "automaton", EXTENT), tmp_path / "own")
    before = [next(rows) for _ in range(3)]
    rows.close()
    plan = plan_of(queries, "automaton", EXTENT, "ray")
    after = list(run(queries, plan, tmp_path / "own"))
    assert [row.query for row in after[:3]] == [row.query for row in before]
    assert {row.query for row in after} == {one.name for one in queries.queries()}
