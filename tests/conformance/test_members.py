"""The conformance suite: every member, installed or skipped with the reason, shows all of this."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from automaton import regex as rx
from automaton.evaluate import evaluate
from automaton.terms import Problem, Sort, Variable, equals, in_regex, negation
from automaton.verdict import Sat, Unsat, Unsupported
from portfolio.answer import End
from portfolio.limits import Limits, Schedule
from portfolio.members import BinaryMember, LibraryMember, Member, Outcome, available, by_name
from portfolio.race import race
from tests.conformance.cases import CASES, NAMES, TEXTS, WIDE_TEXTS, Case, S, like
from tests.fakes import marked_processes, processes

EXPECTED = ("automaton", "z3", "cvc5", "cvc4", "z3:smt.seq.regex_monadic=false")
REGISTERED = tuple(member.name for member in available() if member.name not in EXPECTED)
AMPLE = Limits(wall_s=20)

KNOWN_GAPS = {
    ("cvc5", "a colon too many"): "cvc5 unfolds the class under the loop without end",
    ("cvc4", "a colon too many"): "CVC4 unfolds the class under the loop without end",
}
"""Cases that a member may leave undecided, with the reason; a wrong answer is still a failure."""

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23)
HARD = Problem(
    (
        *(in_regex(S, rx.star(rx.literal("a" * prime))) for prime in PRIMES),
        negation(equals(S, "")),
    )
)
"""Its shortest model has 223 million characters."""


@pytest.fixture(params=(*EXPECTED, *REGISTERED))
def member(request: pytest.FixtureRequest) -> Member:
    try:
        (found,) = by_name([request.param])
    except ValueError as error:
        pytest.skip(str(error))
    return found


def run(member: Member, problem: Problem, limits: Limits = AMPLE) -> Outcome:
    outcome = member.start(problem, limits).wait(None)
    assert outcome is not None
    return outcome


def assert_model_holds(outcome: Outcome, problem: Problem) -> None:
    assert isinstance(outcome.verdict, Sat), outcome
    assert evaluate(problem.formula, outcome.verdict.model)
    assert set(outcome.verdict.model) == {variable.name for variable in problem.variables}


def test_a_member_has_a_version(member: Member) -> None:
    assert member.version()[0].isdigit()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdicts_are_right_and_models_hold(member: Member, case: Case) -> None:
    gap = KNOWN_GAPS.get((member.name, case.name))
    outcome = run(member, case.problem, Limits(wall_s=0.5) if gap else AMPLE)
    if gap and outcome.end is not End.ANSWERED:
        pytest.xfail(gap)
    assert outcome.end is End.ANSWERED, outcome
    if case.is_sat:
        assert_model_holds(outcome, case.problem)
    else:
        assert outcome.verdict == Unsat()


@pytest.mark.parametrize("text", [*TEXTS, *WIDE_TEXTS])
def test_a_string_comes_back_as_it_went(member: Member, text: str) -> None:
    problem = Problem((equals(S, text),))
    outcome = run(member, problem)
    if text in WIDE_TEXTS and outcome.end is End.UNSUPPORTED:
        return
    assert outcome.verdict == Sat({"s": text})


@pytest.mark.parametrize("text", [*TEXTS, *WIDE_TEXTS])
def test_characters_keep_their_identity(member: Member, text: str) -> None:
    last = rx.char_range(text[-1], text[-1])
    regex = rx.concat(rx.literal(text[:-1]), last)
    problem = Problem((in_regex(S, regex), negation(equals(S, text))))
    outcome = run(member, problem)
    if text in WIDE_TEXTS and outcome.end is End.UNSUPPORTED:
        return
    assert outcome.verdict == Unsat()


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_variable_is_kept(member: Member, name: str) -> None:
    variable = Variable(name, Sort.STRING)
    problem = Problem((in_regex(variable, rx.glob("a?")), negation(like("b*"))))
    assert_model_holds(run(member, problem), problem)


def test_questions_leave_nothing_behind_for_the_next(member: Member) -> None:
    as_number = Variable("s", Sort.INT)
    for _ in range(3):
        assert run(member, Problem((like("a"), like("b")))).verdict == Unsat()
        assert run(member, Problem((equals(as_number, 7),))).verdict == Sat({"s": 7})
        assert run(member, Problem((equals(S, "x"),))).verdict == Sat({"s": "x"})


def test_time_is_kept(member: Member) -> None:
    started = time.monotonic()
    assert run(member, HARD, Limits(wall_s=0.3)).end is End.TIMED_OUT
    assert time.monotonic() - started < 1


def test_memory_is_kept(member: Member) -> None:
    assert run(member, HARD, Limits(wall_s=20, memory_mib=24)).end is End.OUT_OF_MEMORY
    assert run(member, Problem((like("a"),))).end is End.ANSWERED


def test_a_run_can_be_cancelled(member: Member) -> None:
    running = member.start(HARD, AMPLE)
    assert running.wait(0.1) is None
    started = time.monotonic()
    running.cancel()
    outcome = running.wait(None)
    assert outcome is not None
    assert outcome.end is End.CANCELLED
    assert time.monotonic() - started < 0.5
    running.cancel()
    assert running.wait(0) == outcome


def test_a_run_can_be_cancelled_while_another_thread_waits(member: Member) -> None:
    running = member.start(HARD, AMPLE)
    threading.Timer(0.1, running.cancel).start()
    outcome = running.wait(None)
    assert outcome is not None
    assert outcome.end is End.CANCELLED


def test_a_finished_run_can_be_cancelled_and_keeps_its_outcome(member: Member) -> None:
    running = member.start(Problem((like("a"),)), AMPLE)
    outcome = running.wait(None)
    running.cancel()
    assert running.wait(None) == outcome
    assert run(member, Problem((like("a"),))).end is End.ANSWERED


def test_two_runs_at_once_do_not_mix(member: Member) -> None:
    problems = [Problem((equals(S, text),)) for text in ("one", "two", "three")]
    runs = [member.start(problem, AMPLE) for problem in problems]
    outcomes = [running.wait(None) for running in reversed(runs)]
    verdicts = [outcome.verdict for outcome in outcomes if outcome]
    assert verdicts == [Sat({"s": text}) for text in ("three", "two", "one")]


def test_giving_up_is_unknown(member: Member) -> None:
    if isinstance(member, LibraryMember):
        member = replace(member, options=(*member.options, ("rlimit", "1")))
    elif isinstance(member, BinaryMember):
        *command, source = member.command
        member = replace(member, command=(*command, "--rlimit=1", source))
    else:
        pytest.skip(f"`{member.name}` gives up only for a limit")
    outcome = run(member, Problem((like("a*b?c*"), negation(like("*ab*")))))
    assert outcome.end is End.UNKNOWN
    assert outcome.detail


def test_what_cannot_be_written_is_unsupported(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(member, LibraryMember | BinaryMember):
        pytest.skip(f"`{member.name}` reads no script")

    def refuse(problem: Problem, dialect: object) -> str:
        raise Unsupported("a feature", "a place")

    monkeypatch.setattr("encoders.smtlib.printer.script", refuse)
    outcome = run(member, Problem((like("a"),)))
    assert outcome == Outcome(End.UNSUPPORTED, None, "a feature is not supported (at a place)")


@pytest.fixture
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def test_a_killed_solver_has_crashed_and_the_next_question_is_answered(
    member: Member, mark: str
) -> None:
    if not isinstance(member, LibraryMember | BinaryMember):
        pytest.skip(f"`{member.name}` has no process")
    running = member.start(HARD, AMPLE)
    assert running.wait(0.2) is None
    for number in solver_processes(mark):
        os.kill(number, signal.SIGSEGV)
    outcome = running.wait(None)
    assert outcome is not None
    assert outcome.end is End.CRASHED
    assert run(member, Problem((like("a"),))).end is End.ANSWERED


def solver_processes(mark: str) -> list[int]:
    """Return the numbers of the marked processes but for the guard."""
    return [number for number, line in processes(mark).items() if "guard.py" not in line]


@pytest.mark.parametrize("schedule", Schedule)
def test_a_member_alone_in_a_race_leaves_no_busy_process(
    member: Member, schedule: Schedule, mark: str
) -> None:
    answer = race(HARD, members=[member], limits=Limits(wall_s=0.3), schedule=schedule)
    assert [report.end for report in answer.members] == [End.TIMED_OUT]
    time.sleep(0.05)
    assert solver_processes(mark) == []
