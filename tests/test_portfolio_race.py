"""The race: whatever its members do, it ends in time, in the right way, and alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from automaton import regex as rx
from automaton.terms import Problem, in_regex
from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from portfolio.answer import Answer, Disagreement, End
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, Outcome
from portfolio.race import race
from tests.behaviours import AMPLE, ENDS, SHORT, limits_for
from tests.fakes import (
    FAKES,
    MARK,
    RIGHT,
    SATISFIABLE,
    UNDECIDED,
    UNSAT,
    UNSATISFIABLE,
    WRONG,
    Odd,
    Old,
    Raising,
    Scripted,
    Stubborn,
    X,
    busy,
    marked_processes,
    processes,
    wait_until,
)


@pytest.fixture
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def run(
    *members: Member,
    problem: Problem = SATISFIABLE,
    limits: Limits = AMPLE,
    schedule: Schedule = Schedule.STAGGERED,
) -> Answer:
    return race(problem, members=members, limits=limits, schedule=schedule)


def ends(answer: Answer) -> dict[str, End]:
    return {report.name: report.end for report in answer.members}


@pytest.mark.parametrize("kind", FAKES)
@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("behaviour", ENDS)
def test_each_behaviour_has_its_end(
    behaviour: str, schedule: Schedule, kind: str, mark: str
) -> None:
    limits = limits_for(behaviour)
    answer = run(FAKES[kind](behaviour), limits=limits, schedule=schedule)
    assert ends(answer) == {"fake": ENDS[behaviour]}, answer
    assert answer.wall_s < limits.wall_s + 0.5
    assert wait_until(lambda: busy(mark) == []), busy(mark)


@pytest.mark.parametrize("kind", FAKES)
@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize(
    "behaviour", ["unknown", "hang", "ignore-signals", "abort", "fork-and-hang", "eat-memory"]
)
def test_a_right_answer_wins_beside_each_behaviour(
    behaviour: str, schedule: Schedule, kind: str, mark: str
) -> None:
    right = Scripted("right", RIGHT, delay_s=0.15)
    limits = limits_for(behaviour)
    limits = replace(limits, wall_s=max(limits.wall_s, 0.75))
    answer = run(FAKES[kind](behaviour), right, limits=limits, schedule=schedule)
    assert (answer.verdict, answer.winner) == (RIGHT, "right")
    assert answer.disagreements == ()
    if schedule is Schedule.RUN_ALL:
        assert ends(answer)["fake"] == ENDS[behaviour]
    else:
        assert ends(answer)["fake"] in (ENDS[behaviour], End.CANCELLED)
    assert wait_until(lambda: busy(mark) == []), busy(mark)


@pytest.mark.parametrize("schedule", Schedule)
def test_a_wrong_model_is_reported_and_the_race_goes_on(schedule: Schedule) -> None:
    liar, honest = Scripted("liar", WRONG), Scripted("honest", UNSAT, delay_s=0.05)
    answer = run(liar, honest, problem=UNSATISFIABLE, schedule=schedule)
    assert (answer.verdict, answer.winner) == (UNSAT, "honest")
    assert answer.disagreements == (
        Disagreement(
            member="liar", verdict=WRONG, objection="its model does not satisfy the problem"
        ),
    )


@pytest.mark.parametrize("first", ["liar", "honest"])
def test_a_confirmed_model_refutes_an_unsat(first: str) -> None:
    delays = {"liar": 0.05, "honest": 0.05, first: 0.0}
    liar = Scripted("liar", UNSAT, delay_s=delays["liar"])
    honest = Scripted("honest", RIGHT, delay_s=delays["honest"])
    answer = run(liar, honest, schedule=Schedule.RUN_ALL)
    assert (answer.verdict, answer.winner) == (RIGHT, "honest")
    assert [(one.member, one.verdict) for one in answer.disagreements] == [("liar", UNSAT)]


@pytest.mark.parametrize("schedule", Schedule)
def test_refuted_answers_alone_are_a_disagreement(schedule: Schedule) -> None:
    answer = run(Scripted("liar", WRONG), Scripted("shy", UNDECIDED), schedule=schedule)
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.DISAGREEMENT
    assert "liar: answered" in answer.verdict.detail
    assert "shy: unknown" in answer.verdict.detail
    assert answer.winner is None


@pytest.mark.parametrize("verdict", [RIGHT, UNSAT])
def test_nothing_is_proved_where_a_model_does_not_replay(verdict: Verdict) -> None:
    members = (Scripted("first", RIGHT), Scripted("second", verdict))
    answer = race(
        SATISFIABLE,
        members=members,
        schedule=Schedule.RUN_ALL,
        validate=lambda model: f"no replay of {model['x']}",
    )
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.DISAGREEMENT
    assert len(answer.disagreements) == 2
    assert answer.disagreements[0].objection == "no replay of ab"


@pytest.mark.parametrize("schedule", Schedule)
def test_a_race_ends_when_all_members_are_undecided(schedule: Schedule) -> None:
    members = [Scripted(f"shy-{number}", UNDECIDED) for number in range(4)]
    answer = run(*members, schedule=schedule)
    assert answer.wall_s < 1
    assert set(ends(answer).values()) == {End.UNKNOWN}
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.NO_ANSWER
    assert all(f"shy-{number}: unknown" in answer.verdict.detail for number in range(4))


def test_a_race_without_members_has_no_answer() -> None:
    answer = run()
    assert answer.verdict == Unknown(Reason.NO_ANSWER, "there are no members")


def test_a_leader_that_answers_in_its_head_start_runs_alone() -> None:
    leader, other = Scripted("leader", RIGHT), Scripted("other", RIGHT)
    answer = run(leader, other, limits=Limits(grace_s=5))
    assert (answer.winner, other.starts) == ("leader", 0)
    assert ends(answer) == {"leader": End.ANSWERED, "other": End.CANCELLED}


def test_a_leader_that_declines_has_its_head_start_cut() -> None:
    leader, other = Scripted("leader", UNDECIDED), Scripted("other", RIGHT)
    answer = run(leader, other, limits=Limits(grace_s=5))
    assert answer.winner == "other"
    assert answer.wall_s < 1


def test_a_slow_leader_goes_on_beside_the_others_and_may_win() -> None:
    leader = Scripted("leader", RIGHT, delay_s=0.1)
    other = Scripted("other", RIGHT, delay_s=5)
    answer = run(leader, other)
    assert (answer.winner, leader.starts, other.starts) == ("leader", 1, 1)
    assert ends(answer)["other"] is End.CANCELLED
    assert answer.wall_s < 1


@pytest.mark.parametrize("schedule", Schedule)
def test_a_member_that_obeys_nothing_does_not_hold_the_race(schedule: Schedule) -> None:
    answer = run(Stubborn(), Scripted("shy", UNDECIDED), limits=SHORT, schedule=schedule)
    assert ends(answer) == {"stubborn": End.TIMED_OUT, "shy": End.UNKNOWN}
    assert answer.wall_s < SHORT.wall_s + 2


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("method", ["version", "warm", "start", "wait", "cancel"])
def test_an_error_in_a_member_is_its_end(method: str, schedule: Schedule) -> None:
    answer = run(Raising(method), Scripted("right", RIGHT, delay_s=0.1), schedule=schedule)
    assert answer.winner == "right"
    assert ends(answer)["raising"] is End.CRASHED


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Return what some wait for, who would otherwise never end."""
    event = threading.Event()
    yield event
    event.set()


METHODS = ["version", "warm", "start", "wait", "cancel"]


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_never_returns_does_not_hold_the_race(
    method: str, schedule: Schedule, release: threading.Event
) -> None:
    odd = Odd(method, lambda: release.wait(30))
    limits = Limits(wall_s=1.0, grace_s=0.01)
    began = time.monotonic()
    answer = run(odd, Scripted("right", RIGHT, delay_s=0.1), limits=limits, schedule=schedule)
    assert (answer.winner, time.monotonic() - began < 15) == ("right", True)


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("method", METHODS)
def test_a_member_that_leaves_ends_alone(method: str, schedule: Schedule) -> None:
    right = Scripted("right", RIGHT, delay_s=0.1)
    answer = run(Odd(method, sys.exit), right, schedule=schedule)
    assert answer.winner == "right"
    is_answer_lost = method not in ("version", "warm")
    assert ends(answer)["odd"] is (End.CRASHED if is_answer_lost else End.ANSWERED)


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("garbage", [UNSAT, Outcome(End.ANSWERED, "unsat")])  # type: ignore[arg-type]
def test_what_is_no_outcome_is_a_crash(garbage: object, schedule: Schedule) -> None:
    answer = run(Odd("wait", lambda: garbage), schedule=schedule)
    assert ends(answer) == {"odd": End.CRASHED}
    assert isinstance(answer.verdict, Unknown)


def test_who_fails_to_say_what_it_is_trusted_for_is_trusted_for_nothing() -> None:
    answer = run(Odd("trusted", lambda: 1 / 0))
    assert isinstance(answer.verdict, Unknown)
    assert "the unsat of `odd` stands alone" in answer.verdict.detail


@pytest.mark.parametrize("schedule", Schedule)
def test_where_there_are_no_more_threads_members_have_crashed(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(call: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("portfolio.race.run_in_thread", refuse)
    answer = run(Scripted("one", RIGHT), Scripted("two", RIGHT), schedule=schedule)
    assert set(ends(answer).values()) == {End.CRASHED}


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize("beside", [UNDECIDED, UNSAT])
def test_a_model_that_takes_too_long_to_check_holds_nobody_and_lets_no_unsat_stand(
    beside: Verdict,
    schedule: Schedule,
    release: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portfolio.validate._satisfies", lambda *_: release.wait(30))
    members = Scripted("slow", RIGHT), Scripted("other", beside, delay_s=0.1)
    began = time.monotonic()
    answer = run(*members, limits=SHORT, schedule=schedule)
    assert time.monotonic() - began < 15
    assert isinstance(answer.verdict, Unknown)
    assert answer.members[0].verdict == RIGHT
    assert answer.members[0].detail == "its model could not be checked in time"
    assert [one.member for one in answer.disagreements] == (["slow"] if beside is UNSAT else [])


def test_members_are_reported_in_their_order_with_their_own_times() -> None:
    slow, fast = Scripted("slow", UNDECIDED, delay_s=0.2), Scripted("fast", UNDECIDED)
    answer = run(slow, fast, schedule=Schedule.RUN_ALL)
    assert [report.name for report in answer.members] == ["slow", "fast"]
    assert answer.members[0].wall_s >= 0.2 > answer.members[1].wall_s


def test_run_all_tells_every_end_time_version_and_disagreement() -> None:
    liars = (Scripted("a", WRONG), Old("b", UNSAT, delay_s=0.1), Scripted("c", WRONG, delay_s=0.2))
    others = (Scripted("d", RIGHT), Scripted("e", UNSAT, delay_s=0.3), Scripted("f", UNDECIDED))
    answer = run(*liars, *others, schedule=Schedule.RUN_ALL)
    assert (answer.verdict, answer.winner) == (RIGHT, "d")
    assert sorted(one.member for one in answer.disagreements) == ["a", "b", "c", "e"]
    assert ends(answer) == {**dict.fromkeys("abcde", End.ANSWERED), "f": End.UNKNOWN}
    assert [report.version for report in answer.members] == ["1.0", "1.8", *["1.0"] * 4]
    delays = [member.delay_s for member in (*liars, *others)]
    for report, delay_s in zip(answer.members, delays, strict=True):
        assert delay_s <= report.wall_s < delay_s + 1
    assert answer.wall_s >= 0.3


def test_races_in_many_threads_do_not_disturb_each_other(mark: str) -> None:
    kinds = ["sat", "unknown", "sat", "abort"] * 4
    answers: dict[int, Answer] = {}

    def one(number: int) -> None:
        answers[number] = run(FAKES["library"](kinds[number]), schedule=Schedule.EAGER)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(kinds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, kind in enumerate(kinds):
        assert ends(answers[number]) == {"fake": ENDS[kind]}
    assert wait_until(lambda: busy(mark) == []), busy(mark)


PARENT = """
import os, signal, sys, time
from portfolio.limits import Limits, Schedule
from portfolio.race import race
from tests.behaviours import AMPLE, ENDS, SHORT, limits_for
from tests.fakes import FAKES, SATISFIABLE
members = [FAKES["binary"]("fork-and-hang", "one"), FAKES["library"]("fork-and-hang", "two")]
if sys.argv[1] == "escaped":
    members = [FAKES[kind]("escape-and-hang", kind) for kind in FAKES]
if sys.argv[1] == "idle":
    race(SATISFIABLE, members=[FAKES["library"]("unknown")])
    sys.exit()
if sys.argv[1] == "thread":
    import threading
    kwargs = {"members": members, "schedule": Schedule.EAGER}
    threading.Thread(target=race, args=(SATISFIABLE,), kwargs=kwargs, daemon=True).start()
    time.sleep(0.3)
    sys.exit()
race(SATISFIABLE, members=members, schedule=Schedule.EAGER)
"""


def start_parent(mode: str, mark: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (sys.executable, "-c", PARENT, mode),
        env={**os.environ, MARK: mark},
        cwd=Path(__file__).parent.parent,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_killed_parent(number: int) -> None:
    mark = f"killed-{os.getpid()}-{number}"
    with start_parent("busy", mark) as parent:
        # The parent, its guard, and two solvers with three children each.
        assert wait_until(lambda: len(processes(mark)) == 10, timeout_s=20)
        parent.send_signal(number)
        parent.wait()
    assert wait_until(lambda: processes(mark) == {}, timeout_s=5), processes(mark)


def test_who_left_the_group_does_not_outlive_a_killed_parent() -> None:
    mark = f"escaped-{os.getpid()}"
    with start_parent("escaped", mark) as parent:
        # The parent, its guard, and two solvers with somebody who left each.
        assert wait_until(lambda: len(processes(mark)) == 6, timeout_s=20)
        parent.kill()
        parent.wait()
    assert wait_until(lambda: processes(mark) == {}, timeout_s=5), processes(mark)


@pytest.mark.parametrize("mode", ["idle", "thread"])
def test_no_process_outlives_a_parent_that_exits(mode: str) -> None:
    mark = f"exited-{os.getpid()}-{mode}"
    with start_parent(mode, mark) as parent:
        assert parent.wait() == 0
    assert wait_until(lambda: processes(mark) == {}, timeout_s=5), processes(mark)


@pytest.mark.parametrize("kind", FAKES)
@pytest.mark.parametrize("behaviour", ["deaf", "stop-reading"])
def test_who_stops_reading_a_script_larger_than_a_pipe_does_not_hold_the_race(
    behaviour: str, kind: str, mark: str
) -> None:
    large = Problem((in_regex(X, rx.literal("ab" * 200_000)),))
    answer = run(FAKES[kind](behaviour), problem=large, limits=SHORT)
    assert ends(answer) == {"fake": End.TIMED_OUT}
    assert answer.wall_s < SHORT.wall_s + 0.5
    assert wait_until(lambda: busy(mark) == []), busy(mark)


def test_an_unsat_that_stands_is_a_proof() -> None:
    answer = run(Scripted("honest", UNSAT), problem=UNSATISFIABLE)
    assert isinstance(answer.verdict, Unsat)
    assert not isinstance(answer.verdict, Sat)
