from __future__ import annotations

import fcntl
import json
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from click import ClickException
from click.testing import CliRunner

from portfolio.answer import End
from portfolio.cli import commands
from portfolio.limits import Limits
from portfolio.members import by_name
from portfolio.workbench.asking import Asking
from portfolio.workbench.drawing.scripts import FRAGMENTS
from portfolio.workbench.executor import Lost
from portfolio.workbench.journal import Journal
from portfolio.workbench.queries import Query, QuerySet, open_queries, write_queries
from portfolio.workbench.record import PLAN, ROWS, RecordError, read_plan, read_record, read_run
from portfolio.workbench.run import Extent, plan_of, run

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-c", "from portfolio.cli import main; main()", "bench", "run")
QUICK = Extent(limits=Limits(wall_s=20.0, cpu_s=2.0))


def query(script: str, name: str) -> Query:
    return Query(name=name, family="own", size=len(script), origin="test", script=script)


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> QuerySet:
    """Return a set of small scripts, all of which the automaton ends in no time."""
    drawn = [FRAGMENTS[number % 4](Random(f"run {number}")).script for number in range(160)]
    small = [script for script in drawn if len(script) < 700][:40]
    path = tmp_path_factory.mktemp("queries") / "own.jsonl.xz"
    write_queries(path, [query(one, f"own-{n:03}") for n, one in enumerate(small)], {})
    return open_queries(path)


def table(folder: Path) -> list[tuple[str, str, str]]:
    """Return what a run found, by query."""
    return sorted((row.query, row.verdict, row.end) for row in read_run(folder).rows)


class Plain:
    """An executor that is a loop in this process, and loses what it is told to."""

    def __init__(self, lost: tuple[str, ...] = ()) -> None:
        self.lost = lost

    def run(self, items, work):  # type: ignore[no-untyped-def]
        for item in items:
            lost = Lost(why="its process ended with status 3", attempts=2)
            yield item, lost if item.name in self.lost else work(item)


def test_a_run_has_a_row_for_every_query(queries: QuerySet, tmp_path: Path) -> None:
    plan = plan_of(queries, "automaton", QUICK)
    rows = list(run(queries, plan, tmp_path / "own", Plain()))
    found = read_run(tmp_path / "own")
    assert {row.query for row in found.rows} == {one.name for one in queries.queries()}
    assert [row.to_json() for row in found.rows] == [row.to_json() for row in rows]
    assert found.is_complete
    assert found.plan == plan


def test_a_sample_of_a_run_is_of_the_seed(queries: QuerySet, tmp_path: Path) -> None:
    plan = plan_of(queries, "automaton", replace(QUICK, sample=5, seed=3))
    rows = list(run(queries, plan, tmp_path, Plain()))
    wanted = queries.queries(queries.sample(5, 3))
    assert [row.query for row in rows] == [one.name for one in wanted]
    assert read_run(tmp_path).is_complete


def test_whoever_works_is_to_have_the_version_of_the_plan(
    queries: QuerySet, tmp_path: Path
) -> None:
    class Empty:
        def run(self, items, work):  # type: ignore[no-untyped-def]
            given.append(work)
            yield from ()

    given: list[Asking] = []
    plan = replace(plan_of(queries, "automaton", QUICK), version="0.0")
    assert list(run(queries, plan, tmp_path, Empty())) == []
    assert [asking.version for asking in given] == ["0.0"]


def test_a_query_that_nobody_survives_has_crashed(queries: QuerySet, tmp_path: Path) -> None:
    name = next(queries.queries()).name
    plan = plan_of(queries, "automaton", replace(QUICK, sample=40))
    rows = {row.query: row for row in run(queries, plan, tmp_path, Plain((name,)))}
    assert (rows[name].end, rows[name].verdict) == (End.CRASHED.value, "unknown")
    assert rows[name].detail == "its process ended with status 3, 2 times"
    assert len(rows) == 40


@pytest.mark.parametrize(
    "change",
    [
        {"sample": 7},
        {"sample": 5, "seed": 2},
        {"limits": Limits(wall_s=3.0)},
        {"limits": Limits(wall_s=20.0, cpu_s=1.0)},
    ],
)
def test_a_folder_with_another_plan_is_refused(
    queries: QuerySet, tmp_path: Path, change: dict[str, object]
) -> None:
    plan = plan_of(queries, "automaton", replace(QUICK, sample=5))
    list(run(queries, plan, tmp_path, Plain()))
    before = (tmp_path / ROWS).read_bytes()
    other = plan_of(queries, "automaton", replace(replace(QUICK, sample=5), **change))  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="has a run of another plan: it differs in "):
        list(run(queries, other, tmp_path, Plain()))
    assert (tmp_path / ROWS).read_bytes() == before


def test_more_workers_make_no_other_plan(queries: QuerySet, tmp_path: Path) -> None:
    for workers in (1, 2):
        plan = plan_of(queries, "automaton", replace(QUICK, sample=3, workers=workers))
        rows = list(run(queries, plan, tmp_path, Plain()))
        assert len(rows) == 3


def test_a_line_that_was_cut_off_was_never_written(queries: QuerySet, tmp_path: Path) -> None:
    plan = plan_of(queries, "automaton", replace(QUICK, sample=6))
    list(run(queries, plan, tmp_path, Plain()))
    whole = table(tmp_path)
    path = tmp_path / ROWS
    path.write_bytes(path.read_bytes()[:-30])
    assert len(read_run(tmp_path).rows) == 5
    list(run(queries, plan, tmp_path, Plain()))
    assert table(tmp_path) == whole
    assert path.read_bytes().count(b"\n") == 6


def test_rows_without_a_plan_are_refused(queries: QuerySet, tmp_path: Path) -> None:
    (tmp_path / ROWS).write_text("{}\n")
    with pytest.raises(RecordError, match="has rows without a plan"):
        Journal(tmp_path, plan_of(queries, "automaton", QUICK))


def test_a_line_that_is_no_row_is_refused_with_its_place(queries: QuerySet, tmp_path: Path) -> None:
    plan = plan_of(queries, "automaton", replace(QUICK, sample=2))
    list(run(queries, plan, tmp_path, Plain()))
    with (tmp_path / ROWS).open("a") as rows:
        rows.write('{"query": 1}\n')
    with pytest.raises(RecordError, match="line 3: "):
        read_run(tmp_path)


def test_a_run_that_another_process_writes_is_refused(queries: QuerySet, tmp_path: Path) -> None:
    plan = plan_of(queries, "automaton", QUICK)
    with (tmp_path / ROWS).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RecordError, match="is being written by another process"):
            Journal(tmp_path, plan)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"queries": "own"}', "no plan"])
def test_a_plan_that_cannot_be_read_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / PLAN).write_text(content)
    with pytest.raises(RecordError, match=PLAN):
        read_plan(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"member": None},
        {"version": 3},
        {"count": "40"},
        {"count": True},
        {"sample": 0.5},
        {"wall_s": "20"},
        {"wall_s": 0},
        {"wall_s": math.nan},
        {"cpu_s": -1.0},
        {"memory_mib": math.inf},
        {"machine": None},
    ],
)
def test_a_plan_whose_fields_are_none_is_refused(
    queries: QuerySet, tmp_path: Path, change: dict[str, object]
) -> None:
    written = plan_of(queries, "automaton", QUICK).to_json()
    (tmp_path / PLAN).write_text(json.dumps({**written, "wall_s": 20}))
    assert read_plan(tmp_path).wall_s == 20
    (tmp_path / PLAN).write_text(json.dumps({**written, **change}))
    with pytest.raises(RecordError, match=f"cannot be `{next(iter(change))}`"):
        read_plan(tmp_path)


def test_a_folder_without_runs_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="holds no run"):
        read_record(tmp_path)


# The command


def started(queries: QuerySet, out: Path, *options: str) -> subprocess.Popen[bytes]:
    options = ("--member", "automaton", "--cpu", "2", "--timeout", "20", *options)
    return subprocess.Popen(
        [*COMMAND, str(queries.path), "--out", str(out), *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def rows_within(path: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a run has so many rows, or has ended."""
    while process.poll() is None:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.002)


@pytest.fixture(scope="module")
def uninterrupted(queries: QuerySet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the record of a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("record")
    assert started(queries, out, "--workers", "2").wait(300) == 0
    return out


def test_a_run_that_is_killed_goes_on_to_the_same_table(
    queries: QuerySet, uninterrupted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "automaton"
    for kill, workers in ((9, "2"), (23, "1")):
        process = started(queries, tmp_path, "--workers", workers)
        rows_within(folder / ROWS, kill, process)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() in (0, -signal.SIGKILL)
    assert started(queries, tmp_path, "--workers", "2").wait(300) == 0
    assert table(folder) == table(uninterrupted / "automaton")
    assert len(table(folder)) == queries.count


@pytest.mark.parametrize(
    ("order", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_run_that_is_told_to_stop_keeps_what_is_done(
    queries: QuerySet, tmp_path: Path, order: signal.Signals, status: int
) -> None:
    process = started(queries, tmp_path, "--workers", "1")
    rows_within(tmp_path / "automaton" / ROWS, 3, process)
    process.send_signal(order)
    assert process.wait(60) in (status, 0)
    found = read_run(tmp_path / "automaton")
    assert len(found.rows) >= 3
    assert (tmp_path / "automaton" / ROWS).read_bytes().endswith(b"\n")


def invoked(*arguments: str) -> str:
    """Return the message of a command that refuses what it is given."""
    result = CliRunner().invoke(commands, ["bench", *arguments], standalone_mode=False)
    assert isinstance(result.exception, ClickException)
    return result.exception.message


def test_what_a_command_cannot_read_is_said_in_one_line(
    queries: QuerySet, uninterrupted: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    path = tmp_path / "own.jsonl.xz"
    path.write_text("no xz")
    assert "is no whole file of xz" in invoked("run", str(path), "--member", "z3", "--out", out)
    given = str(queries.path)
    assert "there is no member `x`" in invoked("run", given, "--member", "x", "--out", out)
    other = ("run", given, "--member", "automaton", "--out", str(uninterrupted))
    assert "another plan: it differs in `wall_s`" in invoked(*other, "--cpu", "2")
    assert "does not end in" in invoked("collect", "--out", str(tmp_path / "own.txt"))
    below = ("--out", str(path / "below.jsonl.xz"))
    assert "own.jsonl.xz" in invoked("run", given, "--member", "automaton", *below)
    assert "own.jsonl.xz" in invoked("collect", *below)
    assert not Path(out).exists()


@pytest.mark.parametrize("option", ["--cpu", "--timeout"])
@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1"])
def test_a_time_that_no_run_can_have_is_refused_before_anything_is_written(
    option: str, value: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    given = ("--member", "automaton", "--out", str(out), option, value)

    refused = CliRunner().invoke(commands, ("bench", "run", str(tmp_path), *given))

    assert (refused.exit_code, out.exists()) == (2, False)
    assert "is not a time to spend" in refused.output


def test_versions_lists_whoever_can_be_measured() -> None:
    result = CliRunner().invoke(
        commands, ["bench", "versions", "--format", "json"], standalone_mode=False
    )
    listed = {row["name"]: row["version"] for row in json.loads(result.stdout)}
    for member in by_name(["automaton"]):
        assert listed[member.name] == member.version()
    assert listed["race:eager"].startswith("automaton ")
