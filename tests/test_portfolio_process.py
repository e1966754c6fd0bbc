"""Processes and their certain end, workers and their use, one exchange at a time."""

from __future__ import annotations

import math
import os
import selectors
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from automaton import regex as rx
from automaton.terms import Problem, in_regex
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members import BinaryMember, LibraryMember, Outcome, placed
from portfolio.members.automaton import AutomatonMember
from portfolio.members.exchange import Exchange, Stop
from portfolio.members.library import Z3
from portfolio.members.process import Process
from portfolio.members.workers import waiting
from tests.fakes import (
    SATISFIABLE,
    X,
    busy,
    fake_binary,
    fake_library,
    marked_processes,
    processes,
    wait_until,
    zombies,
)

AMPLE = Limits(wall_s=20, memory_mib=64)
SLEEP = (sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)")
ECHO = (sys.executable, "-S", "-E", "-c", "import sys; print(sys.stdin.read(), end='')")


@pytest.fixture(autouse=True)
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def run_of(member: BinaryMember) -> Outcome:
    outcome = member.start(SATISFIABLE, AMPLE).wait(None)
    assert outcome is not None
    return outcome


def run(member: LibraryMember, limits: Limits = AMPLE) -> Outcome:
    outcome = member.start(SATISFIABLE, limits).wait(None)
    assert outcome is not None
    return outcome


def exchange(process: Process, data: bytes = b"", *, wall_s: float = 20.0) -> Exchange:
    return Exchange(
        process,
        data,
        deadline=time.monotonic() + wall_s,
        memory_bytes=1 << 30,
        is_complete=lambda piece: False,
        ends_input=True,
    )


def workers(mark: str) -> set[int]:
    return {number for number, line in processes(mark).items() if "worker" in line}


def test_much_goes_in_and_much_comes_out() -> None:
    data = os.urandom(1 << 20).hex().encode()
    process = Process(ECHO)
    echo = exchange(process, data)
    assert echo.run(math.inf) is Stop.CLOSED
    assert (bytes(echo.output), process.let_end()) == (data, 0)


def test_an_exchange_can_be_looked_at_in_between() -> None:
    process = Process(SLEEP)
    asleep = exchange(process, wall_s=0.2)
    assert asleep.run(0) is None
    assert asleep.run(time.monotonic() + 0.05) is None
    assert asleep.run(math.inf) is Stop.TIME
    assert process.kill() == -signal.SIGKILL


def test_killing_twice_is_killing_once() -> None:
    process = Process(SLEEP)
    process.cancel()
    assert process.kill() == -signal.SIGKILL
    assert process.kill() == -signal.SIGKILL
    process.cancel()
    assert process.has_exited()


def test_a_command_that_is_not_there_has_crashed() -> None:
    member = replace(fake_binary("sat"), command=("no-such-solver",))
    outcome = member.start(SATISFIABLE, AMPLE).wait(None)
    assert outcome is not None
    assert outcome.end is End.CRASHED
    assert "cannot be started" in outcome.detail


def test_memory_is_watched_where_the_system_does_not_bound_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Process, "limit", lambda *args, **kwargs: None)
    outcome = fake_binary("eat-memory").start(SATISFIABLE, AMPLE).wait(None)
    assert outcome == Outcome(End.OUT_OF_MEMORY)


def test_a_program_that_ignores_the_end_of_its_children_has_answers_too(mark: str) -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        outcomes = [run_of(fake_binary(each)) for each in ("unsat", "fork-and-answer", "leave")]
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert [one.end for one in outcomes] == [End.ANSWERED, End.ANSWERED, End.CRASHED]
    assert placed.running.taken == 0
    assert wait_until(lambda: busy(mark) == [], timeout_s=5)


def test_what_goes_wrong_with_a_process_ends_it_and_gives_its_place_back(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("too many open files")

    for broken, name in ((Exchange, "run"), (selectors, "DefaultSelector")):
        monkeypatch.setattr(broken, name, fail)
        outcome = run_of(fake_binary("hang"))
        monkeypatch.undo()
        assert (outcome.end, "too many open files" in outcome.detail) == (End.CRASHED, True)
        assert placed.running.taken == 0
        assert wait_until(lambda: busy(mark) == [], timeout_s=5), busy(mark)


def test_processor_time_is_bounded_by_the_system() -> None:
    process = Process((sys.executable, "-S", "-E", "-c", "while True: pass"))
    process.limit(memory_bytes=1 << 30, cpu_s=1)
    assert exchange(process).run(math.inf) is Stop.CLOSED
    assert process.let_end() == -signal.SIGXCPU


def test_a_guard_that_was_killed_is_replaced(mark: str) -> None:
    first = Process(SLEEP)
    (guard,) = (number for number, line in processes(mark).items() if "guard.py" in line)
    os.kill(guard, signal.SIGKILL)
    # Its environment is gone a moment before it has ended.
    assert wait_until(lambda: guard in zombies())
    second = Process(SLEEP)
    assert sum("guard.py" in line for line in processes(mark).values()) == 1
    first.kill()
    second.kill()


@pytest.mark.parametrize(
    ("behaviour", "end"), [("unknown", End.UNKNOWN), ("unsupported", End.UNSUPPORTED)]
)
def test_a_worker_is_used_again(behaviour: str, end: End, mark: str) -> None:
    member = fake_library(behaviour)
    found = []
    for _ in range(3):
        assert run(member).end is end
        found.append(workers(mark))
    assert len(found[0]) == 1
    assert found == [found[0]] * 3


def test_calling_off_a_run_that_is_over_leaves_its_worker_to_the_next(mark: str) -> None:
    member = fake_library("unknown")
    first = member.start(SATISFIABLE, AMPLE)
    assert first.wait(None) is not None
    before = workers(mark)
    second = member.start(SATISFIABLE, AMPLE)
    first.cancel()
    outcome = second.wait(None)
    assert outcome is not None
    assert (outcome.end, workers(mark)) == (End.UNKNOWN, before)


def test_a_waiting_worker_that_died_is_replaced(mark: str) -> None:
    member = fake_library("unknown")
    run(member)
    before = workers(mark)
    for number in before:
        os.kill(number, signal.SIGKILL)
    wait_until(lambda: workers(mark) == set())
    assert run(member).end is End.UNKNOWN
    assert not workers(mark) & before


@pytest.mark.parametrize("behaviour", ["error", "memory-error", "garbage", "fork-and-go-on"])
def test_a_worker_that_did_not_answer_in_good_order_is_not_used_again(
    behaviour: str, mark: str
) -> None:
    run(fake_library(behaviour))
    assert wait_until(lambda: workers(mark) == set())
    assert wait_until(lambda: busy(mark) == [])


def test_a_worker_that_grew_is_not_used_again(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio.members.workers.KEPT_BYTES", 1 << 20)
    run(fake_library("unknown"))
    assert wait_until(lambda: workers(mark) == set())


def test_warming_starts_one_worker_once(mark: str) -> None:
    member = fake_library("unknown")
    member.warm()
    member.warm()
    assert len(workers(mark)) == 1
    run(member)
    assert len(workers(mark)) == 1


def test_an_answer_counts_though_children_hold_the_pipes(mark: str) -> None:
    started = time.monotonic()
    outcome = fake_binary("fork-and-answer").start(SATISFIABLE, AMPLE).wait(None)
    assert outcome is not None
    assert outcome.end is End.ANSWERED
    assert time.monotonic() - started < 2
    assert wait_until(lambda: busy(mark) == [])


def test_a_wrong_option_is_a_crash_with_its_reason() -> None:
    pytest.importorskip("z3", reason="z3-solver is not installed")
    outcome = run(replace(Z3, options=(("no_such_option", "1"),)), Limits())
    assert outcome.end is End.CRASHED
    assert "no_such_option" in outcome.detail


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_leaves_the_workers_to_its_parent(mark: str) -> None:
    member = fake_library("unknown")
    run(member)
    before = workers(mark)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            is_right = run(member).end is End.UNKNOWN and before < workers(mark)
            waiting.close()
            code = 0 if is_right and before <= workers(mark) else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert workers(mark) >= before
    assert run(member).end is End.UNKNOWN


def test_an_error_in_the_search_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise IndexError("a bug")

    monkeypatch.setattr("automaton.solver.solve", fail)
    outcome = AutomatonMember().start(SATISFIABLE, AMPLE).wait(None)
    assert outcome == Outcome(End.CRASHED, detail="IndexError: a bug")


def test_a_search_deep_in_one_step_does_not_hold_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automaton.solver.solve", lambda problem, budget: time.sleep(1.5))
    started = time.monotonic()
    outcome = AutomatonMember().start(SATISFIABLE, Limits(wall_s=0.1)).wait(None)
    assert outcome is not None
    assert outcome.end is End.TIMED_OUT
    assert time.monotonic() - started < 1


def test_a_search_shows_its_outcome_at_once_when_it_is_cancelled() -> None:
    loops = (in_regex(X, rx.star(rx.literal("a" * prime))) for prime in (7, 11, 13, 17, 19, 23))
    running = AutomatonMember().start(Problem((*loops, in_regex(X, rx.glob("a*")))), AMPLE)
    running.cancel()
    assert running.wait(0.5) is not None
