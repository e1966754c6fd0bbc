"""What is read of processes: who descends from whom, who has a mark, and what the guard sweeps."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portfolio.members import tree
from portfolio.members.guard import VARIABLE, sweep
from portfolio.members.process import Process
from portfolio.members.tree import MARK, cpu_s, descendants, everyone, is_marked, stat
from tests.fakes import FAKE_SOLVER, marked_processes, processes, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")

SLEEP = (sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)")
BURN = (sys.executable, "-S", "-E", "-c", "while True: pass")

OUTER = """
from portfolio.limits import Limits, Schedule
from portfolio.race import race
from tests.fakes import FAKES, SATISFIABLE
members = [FAKES[kind]("escape-and-hang", kind) for kind in FAKES]
race(SATISFIABLE, members=members, limits=Limits(wall_s=60), schedule=Schedule.EAGER)
"""


@contextmanager
def started(command: tuple[str, ...], mark: str = "") -> Iterator[int]:
    """Have a command run, with a mark, and yield its number."""
    environment = {**os.environ, **({MARK: mark} if mark else {})}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as child:
        try:
            yield child.pid
        finally:
            child.kill()


def test_a_process_is_told_by_its_number_and_start() -> None:
    with started(SLEEP) as pid:
        one = stat(pid)
        assert one is not None
        assert (one.pid, one.parent, one.group) == (pid, os.getpid(), os.getpgid(0))
        assert wait_until(lambda: (stat(pid) or one).resident_bytes > 1 << 20)
    assert stat(pid) is None


def test_the_processor_time_of_another_process_is_known() -> None:
    with started(BURN) as pid:
        assert wait_until(lambda: cpu_s(pid) > 0.1, timeout_s=10)
    assert cpu_s(pid) == 0


def test_children_of_children_are_found() -> None:
    with started((*FAKE_SOLVER, "fork-and-hang")) as pid:
        assert [*descendants(pid)] == []
    with subprocess.Popen((*FAKE_SOLVER, "fork-and-hang"), stdin=subprocess.DEVNULL) as child:
        assert wait_until(lambda: len([*descendants(child.pid)]) == 3, timeout_s=5)
        assert set(descendants(child.pid)) < set(descendants(os.getpid()))
        for pid in descendants(child.pid):
            os.kill(pid, 9)
        child.kill()


@pytest.mark.parametrize(
    ("mark", "is_so"), [("a/b", True), ("a", True), ("a/b/c", False), ("b", False), ("a/", False)]
)
def test_a_mark_holds_for_all_runs_within(mark: str, is_so: bool) -> None:
    with started(SLEEP, "a/b") as pid:
        assert wait_until(lambda: is_marked(pid, "a/b"))
        assert is_marked(pid, mark) is is_so


def test_processes_are_listed_anew_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_snapshot", tree._Snapshot())
    before = {one.pid for one in everyone()}
    with started(SLEEP) as pid:
        assert pid not in before
        assert {one.pid for one in everyone()} == before
        time.sleep(tree.SNAPSHOT_S)
        assert pid in {one.pid for one in everyone()}


def test_a_sweep_kills_what_has_the_mark_and_nothing_else() -> None:
    mark = os.urandom(8).hex()
    with started(SLEEP, f"{mark}/inner") as marked, started(SLEEP, f"{mark}x") as other:
        assert wait_until(lambda: is_marked(marked, mark) and is_marked(other, f"{mark}x"))
        sweep([mark.encode()])
        assert wait_until(lambda: not is_marked(marked, mark))
        assert is_marked(other, f"{mark}x")
    assert f"{MARK}=".encode() == VARIABLE


def test_what_a_portfolio_within_a_process_started_ends_with_that_process() -> None:
    with marked_processes() as mark:
        outer = Process((sys.executable, "-c", OUTER))
        # Two guards, the outer process, and two solvers with somebody who left each.
        assert wait_until(lambda: len(processes(mark)) == 7, timeout_s=20), processes(mark)
        outer.kill()
        assert wait_until(lambda: len(processes(mark)) == 1, timeout_s=5), processes(mark)
