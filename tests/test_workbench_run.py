from __future__ import annotations

import fcntl
import json
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

from automaton.verdict import Sat, Verdict
from portfolio.answer import End
from portfolio.cli import commands
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, by_name, versions
from portfolio.workbench import installing
from portfolio.workbench.asking import Asking, Contestant, contestant_of, contestants
from portfolio.workbench.drawing.scripts import FRAGMENTS
from portfolio.workbench.executor import Lost
from portfolio.workbench.journal import Journal
from portfolio.workbench.queries import Query, QuerySet, open_queries, write_queries
from portfolio.workbench.record import PLAN, ROWS, RecordError, read_plan, read_record, read_run
from portfolio.workbench.row import WRONG_MODEL, Row, RowError
from portfolio.workbench.run import Extent, plan_of, run
from portfolio.workbench.truth import UNCHECKED
from tests.fakes import RIGHT, UNDECIDED, UNSAT, WRONG, Raising, Scripted, Stubborn, fake_library

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-c", "from portfolio.cli import main; main()", "bench", "run")
QUICK = Extent(limits=Limits(wall_s=20.0, cpu_s=2.0))

SATISFIABLE = """(declare-const x String)
(assert (str.in_re x (re.++ (str.to_re "a") re.all)))
(assert (not (= x "a")))
(check-sat)
"""
UNMODELLED = """(declare-const x String)
(declare-const y String)
(assert (= x (str.replace_re_all y ((_ re.loop 1 2) (str.to_re "a")) x)))
(assert (= (str.len x) 3))
(check-sat)
"""


def query(script: str = SATISFIABLE, name: str = "own-1") -> Query:
    return Query(name=name, family="own", size=len(script), origin="test", script=script)


def asked(member: Member, script: str = SATISFIABLE, wall_s: float = 1.0) -> Row:
    """Return the row of one query put to a member, in this process."""
    asking = Asking(name=member.name, limits=Limits(wall_s=wall_s))
    asking._contestant = Contestant(name=member.name, members=(member,))
    return asking(query(script))


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


# Rows


@pytest.mark.parametrize(
    ("verdict", "said", "end"),
    [
        (RIGHT, "sat", "answered"),
        (UNSAT, "unsat", "answered"),
        (UNDECIDED, "unknown", "unknown"),
        (WRONG, "sat", WRONG_MODEL),
        (Sat({}), "sat", "answered"),
    ],
)
def test_a_row_says_what_the_member_said_and_how_it_ended(
    verdict: Verdict, said: str, end: str
) -> None:
    row = asked(Scripted("own", verdict))
    assert (row.verdict, row.end) == (said, end)
    assert (row.query, row.family, row.member, row.version) == ("own-1", "own", "own", "1.0")


def test_a_model_that_the_referee_refutes_is_wrong_and_solves_nothing() -> None:
    row = asked(Scripted("own", WRONG))
    assert (row.is_wrong, row.is_solved) == (True, False)
    assert row.detail == "its model does not satisfy the problem"


def test_a_model_that_cannot_be_checked_is_told_and_counts_as_an_answer() -> None:
    row = asked(Scripted("own", Sat({})))
    assert (row.is_wrong, row.is_solved) == (False, True)
    assert row.detail.startswith(UNCHECKED)


def test_the_model_of_a_script_that_is_not_modelled_is_checked_by_its_definitions() -> None:
    right = asked(Scripted("own", Sat({"x": "bbb", "y": "bbb"})), UNMODELLED)
    wrong = asked(Scripted("own", Sat({"x": "abb", "y": "bbb"})), UNMODELLED)
    assert (right.end, wrong.end) == ("answered", WRONG_MODEL)


@pytest.mark.parametrize("method", ["start", "wait"])
def test_a_member_that_raises_has_crashed(method: str) -> None:
    row = asked(Raising(method))
    assert (row.verdict, row.end) == ("unknown", "crashed")
    assert row.detail == f"RuntimeError: {method} raised"


def test_a_member_that_does_not_stop_has_timed_out() -> None:
    row = asked(Stubborn(), wall_s=0.01)
    assert (row.end, row.detail) == ("timed out", "did not stop when told")


def test_a_worker_that_dies_is_started_again_for_the_next_query() -> None:
    member = fake_library("leave")
    ends = [asked(member, wall_s=10.0).end for _ in range(2)]
    assert ends == ["crashed", "crashed"]


def test_what_is_no_script_is_unsupported() -> None:
    row = asked(Scripted("own", UNSAT), "(assert")
    assert (row.verdict, row.end) == ("unknown", "unsupported")
    assert row.detail.startswith("no script: ")


def test_the_automaton_has_times_and_memory_of_its_own() -> None:
    row = Asking(name="automaton", limits=Limits(wall_s=5.0))(query())
    assert (row.verdict, row.end) == ("sat", "answered")
    assert 0 < row.cpu_s < 5
    assert row.wall_s > 0
    assert row.peak_mib > 10


@pytest.mark.parametrize("schedule", list(Schedule))
def test_a_race_is_a_member(schedule: Schedule) -> None:
    row = Asking(name=f"race:{schedule.value}", limits=Limits(wall_s=20.0))(query())
    assert (row.verdict, row.end) == ("sat", "answered")
    assert row.options == f"schedule={schedule.value}"
    assert row.version.startswith("automaton ")
    assert row.detail.startswith("won by ")
    assert row.cpu_s > 0


def test_a_race_that_nobody_can_win_ends_as_its_members_did() -> None:
    asking = Asking(name="race:eager", limits=Limits(wall_s=0.2))
    members = (Scripted("slow", UNSAT, delay_s=5.0), Scripted("other", UNDECIDED))
    asking._contestant = Contestant(name="race:eager", members=members, schedule=Schedule.EAGER)
    row = asking(query())
    assert (row.verdict, row.end) == ("unknown", "timed out")


def test_a_race_tells_whose_answer_did_not_stand() -> None:
    asking = Asking(name="race:run-all", limits=Limits(wall_s=2.0))
    members = (Scripted("liar", WRONG), Scripted("own", RIGHT))
    asking._contestant = Contestant(name="race:run-all", members=members, schedule=Schedule.RUN_ALL)
    row = asking(query())
    assert row.detail == "won by own; liar: its model does not satisfy the problem"


def test_whoever_is_not_there_is_refused() -> None:
    for name in ("race:random", "nobody", "z3@0.0.1"):
        with pytest.raises(ValueError, match=r"there is no|not installed"):
            contestant_of(name)


def test_all_that_is_installed_can_be_asked() -> None:
    names = [one.name for one in contestants()]
    assert names[0] == "automaton"
    assert names[-3:] == [f"race:{one.value}" for one in Schedule]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "maybe"},
        {"end": "tired"},
        {"wall_s": "1"},
        {"cpu_s": True},
        {"extra": 1},
        {"query": None},
    ],
)
def test_what_is_no_row_is_refused(change: dict[str, object]) -> None:
    written = asked(Scripted("own", RIGHT)).to_json()
    assert Row.from_json(written) is not None
    with pytest.raises(RowError):
        Row.from_json({**written, **change})


# Runs


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
    assert not Path(out).exists()


def test_versions_lists_whoever_can_be_measured() -> None:
    result = CliRunner().invoke(
        commands, ["bench", "versions", "--format", "json"], standalone_mode=False
    )
    listed = {row["name"]: row["version"] for row in json.loads(result.stdout)}
    for member in by_name(["automaton"]):
        assert listed[member.name] == member.version()
    assert listed["race:eager"].startswith("automaton ")


# Releases


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have releases looked for in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("z3-solver-4.13.0.0", "cvc5-1.2.0"):
        folder = versions.folder() / name
        folder.mkdir(parents=True)
        (folder / "installed-version").write_text(name.rpartition("-")[2])
    return tmp_path


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("z3-solver==4.13.0", "z3@4.13.0.0"),
        ("z3-solver==4.13", "z3@4.13.0.0"),
        ("z3-solver==4.13.0.0", "z3@4.13.0.0"),
        ("z3@4.13.0.0", "z3@4.13.0.0"),
        ("cvc5==1.2.0", "cvc5@1.2.0"),
    ],
)
def test_a_release_is_named_as_pypi_has_it(environments: Path, written: str, name: str) -> None:
    assert installing.install(written).name == name


def test_a_release_that_is_not_there_yet_is_the_one_that_pip_would_take(
    environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[str] = []

    def pretend(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        asked_for.append(command[-1])
        told = {"install": [{"metadata": {"version": "4.12.0.0"}}]}
        return subprocess.CompletedProcess(command, 0, json.dumps(told), "")

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(versions, "install", versions.of_name)
    assert installing.install("z3-solver==4.12.0").name == "z3@4.12.0.0"
    assert asked_for == ["z3-solver==4.12.0"]


def test_a_release_that_pypi_does_not_have_is_told(
    environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "ERROR: first\nERROR: none found\n")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(versions.InstallError, match="cannot be installed: ERROR: none found"):
        installing.install("z3-solver==0.1")


@pytest.mark.parametrize("written", ["numpy==2.0", "z3-solver", "z3-solver>=4.13", "nothing"])
def test_what_names_no_release_is_refused(environments: Path, written: str) -> None:
    with pytest.raises(ValueError, match=r"is no solver|names no release"):
        installing.install(written)
