"""What members are trusted for, and what an unsat waits for beyond that."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton.charset import CharSet
from automaton.sorts import Sort, Variable
from automaton.terms import Problem, at_most, in_regex, in_template, is_true
from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib.session import question_of
from portfolio.answer import End
from portfolio.differential.filing.known import KnownBug, known_bugs
from portfolio.differential.finding import Fault
from portfolio.fragment import Fragment, fragments_of
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, by_name
from portfolio.members.base import Ended, Run, Task, outcome_of
from portfolio.race import race
from portfolio.solve import solve_script
from portfolio.trust import (
    ALL,
    CERTIFICATE,
    DECLARED,
    LANGUAGES,
    PLAIN,
    PROOF,
    Confirm,
    Scrutiny,
    Standing,
    standing_of,
)
from portfolio.validate import Judge
from tests.corpora import corpora_file
from tests.fakes import RIGHT, SATISFIABLE, UNDECIDED, UNSAT, UNSATISFIABLE, WRONG, Scripted
from tests.test_public_scripts import cases

AMPLE = Limits(wall_s=30.0, grace_s=20.0)
NONE: frozenset[Fragment] = frozenset()

STRING = Variable("s", Sort.STRING)
OTHER_STRING = Variable("t", Sort.STRING)
NUMBER = Variable("n", Sort.INT)
TRUTH = Problem((is_true(Variable("b", Sort.BOOL)),))


@dataclass(frozen=True)
class Delayed:
    """A member that is slow to begin."""

    member: Member
    delay_s: float = 1.0

    @property
    def name(self) -> str:
        return self.member.name

    def version(self) -> str:
        return self.member.version()

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        time.sleep(self.delay_s)
        return self.member.start(task, limits)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem((in_regex(STRING, rx.glob("a*b")),)), "MEMBERSHIPS"),
        (Problem((in_regex(STRING, rx.loop(rx.literal("ab"), 2, 5)),)), "MEMBERSHIPS LOOPS"),
        (
            Problem((in_regex(STRING, rx.intersection(rx.glob("a*c"), rx.glob("*b*"))),)),
            "MEMBERSHIPS COMPLEMENTS",
        ),
        (
            Problem((in_regex(STRING, rx.star(rx.chars(CharSet.of((0, 57), (59, 0x2FFFF))))),)),
            "MEMBERSHIPS COMPLEMENTS",
        ),
        (
            # CVC4 cannot be told where these end, and is given what is not among them.
            Problem((in_regex(STRING, rx.star(rx.chars(CharSet.of((0, 57), (59, 0x2FFFE))))),)),
            "MEMBERSHIPS COMPLEMENTS",
        ),
        (Problem((at_most(NUMBER, 4),)), "NUMBERS"),
        (Problem((in_template(STRING, rx.literal("a"), OTHER_STRING),)), "EQUATIONS"),
    ],
)
def test_a_problem_lies_in_the_fragments_of_its_atoms(problem: Problem, expected: str) -> None:
    assert fragments_of(problem) == {Fragment[name] for name in expected.split()}


@pytest.mark.parametrize(
    ("assertion", "expected"),
    [
        ('(str.in_re s (re.* (str.to_re "ab")))', "MEMBERSHIPS"),
        ('(= s "ab")', "MEMBERSHIPS"),
        ("(= s t)", "EQUATIONS"),
        ('(= (str.++ s "a") "ba")', "EQUATIONS MEMBERSHIPS"),
        ("(> (str.len s) 3)", "LENGTHS NUMBERS"),
        ("(str.< s t)", "ORDER"),
        ('(= (str.replace s "a" "b") "b")', "FUNCTIONS MEMBERSHIPS"),
        ('(str.in_re s ((_ re.loop 1 3) (str.to_re "a")))', "LOOPS MEMBERSHIPS"),
        ('(str.in_re s (re.diff re.all (str.to_re "a")))', "DIFFERENCES MEMBERSHIPS"),
        ('(str.in_re s (re.comp (str.to_re "a")))', "COMPLEMENTS MEMBERSHIPS"),
        ("(= (str.to_int s) 3)", "CONVERSIONS NUMBERS"),
        ("(str.in_re s (re.* (str.to_re t)))", "MEMBERSHIPS OTHER"),
        ('(= (re.* (str.to_re "a")) re.all)', "MEMBERSHIPS OTHER"),
        ("(= (str.rev s) t)", "OTHER"),
        ("(> (* 2 (str.len s)) (* (- 3) (str.len t)))", "LENGTHS NUMBERS"),
        ("(> (* (str.len s) (str.len t)) 3)", "LENGTHS NUMBERS OTHER"),
        ("(= (div (str.len s) 2) (mod 7 (str.len t)))", "LENGTHS NUMBERS OTHER"),
    ],
)
def test_a_script_lies_in_the_fragments_of_its_operators(assertion: str, expected: str) -> None:
    question = question_of(f"(declare-const s String)(declare-const t String)(assert {assertion})")
    assert fragments_of(question) == {Fragment[name] for name in expected.split()}


def test_every_solver_of_ours_declares_what_it_is_trusted_for() -> None:
    members = by_name(("automaton", "z3", "cvc5"))
    assert [standing_of(member).solver for member in members] == ["automaton", "z3", "cvc5"]
    assert standing_of(members[0]).trusted == ALL
    assert all(Fragment.OTHER not in standing_of(member).trusted for member in members[1:])
    assert set(DECLARED) == {"automaton", "z3", "cvc5", "cvc4"}


@dataclass(frozen=True)
class Released:
    """Somebody under a name, in a release, who never has an answer."""

    name: str
    release: str

    def version(self) -> str:
        return self.release

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        return Ended(outcome_of(UNDECIDED))


def test_an_old_release_is_trusted_for_less() -> None:
    assert standing_of(Released("z3", "5.0.0.0")).trusted == LANGUAGES
    assert standing_of(Released("z3@5.0.0.0", "5.0.0.0")).trusted == LANGUAGES
    assert standing_of(Released("cvc4", "unknown")).trusted == NONE
    assert Fragment.FUNCTIONS in standing_of(Released("z3:seed=7", "5.4.1.0")).trusted


def test_a_stranger_is_trusted_for_nothing() -> None:
    assert standing_of(Released("ostrich", "2.0")) == Standing("ostrich", NONE)


@dataclass(frozen=True)
class Claiming(Released):
    """Somebody who says whose code it runs."""

    solver: str


def test_who_runs_the_code_of_another_is_not_trusted_in_its_place() -> None:
    assert standing_of(Claiming("fork", "5.4.1.0", "z3")) == Standing("z3", NONE)


class Prover(Scripted):
    """A liar who calls its unsat a certificate."""

    solver = CERTIFICATE


@pytest.mark.parametrize("name", ["liar", "certificate"])
def test_nobody_makes_an_unsat_a_certificate_by_saying_so(name: str) -> None:
    liar = Prover(name, UNSAT, trusted=NONE)
    assert isinstance(run(liar, confirm=Confirm.CERTIFICATE, problem=SATISFIABLE), Unknown)


WRONG_UNSATS = [
    bug for bug in known_bugs() if bug.solver == "cvc4" and Fault.WRONG_UNSAT in bug.faults
]


@pytest.mark.parametrize("bug", WRONG_UNSATS, ids=lambda bug: bug.id)
def test_cvc4_is_not_trusted_where_a_wrong_unsat_of_it_is_known(bug: KnownBug) -> None:
    assert not fragments_of(question_of(bug.shows)) <= PLAIN


# What the judge makes of unsats: the rules, and all of them against a naive twin.

TRUSTED = {"one": ("a", ALL), "two": ("a", ALL), "three": ("b", NONE), "four": ("c", NONE)}


def judge(confirm: Confirm) -> Judge:
    def standing(name: str) -> Standing:
        return PROOF if name == "proof" else Standing(*TRUSTED[name])

    return Judge(UNSATISFIABLE, None, standing, confirm)


def stands(said: list[str], confirm: Confirm, is_disputed: bool) -> bool:
    """Whether unsats of `said` are enough, told in the words of the rules."""
    solvers = {TRUSTED[name][0] for name in said if name != "proof"}
    is_confirmed = len(solvers) >= 2
    is_proved = "proof" in said
    if not solvers:
        return False
    match confirm:
        case Confirm.MEMBER:
            return is_confirmed
        case Confirm.CERTIFICATE:
            return is_proved
        case Confirm.EITHER:
            return is_confirmed or is_proved
    is_trusted = any(TRUSTED[name][1] for name in said if name != "proof")
    return is_confirmed or is_proved or (is_trusted and not is_disputed)


@given(
    st.lists(st.sampled_from([*TRUSTED]), unique=True, min_size=1),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Confirm),
)
def test_an_unsat_stands_as_the_rules_say(
    said: list[str], is_proved: bool, is_disputed: bool, confirm: Confirm
) -> None:
    judging = judge(confirm)
    if is_disputed:
        judging.hear("liar", WRONG)
    heard = [*said, *(["proof"] if is_proved else [])]
    for name in heard:
        judging.hear(name, UNSAT)
    expected = stands(heard, confirm, is_disputed)
    assert judging.is_decided == expected
    assert isinstance(judging.verdict(()), Unsat if expected else Unknown)
    assert judging.winner == (said[0] if expected else None)


@pytest.mark.parametrize("confirm", Confirm)
@pytest.mark.parametrize("order", [*itertools.permutations(["one", "three", "honest"])])
def test_a_confirmed_model_stands_whoever_says_unsat(
    order: tuple[str, ...], confirm: Confirm
) -> None:
    judging = Judge(SATISFIABLE, None, lambda name: Standing(name, ALL), confirm)
    for name in order:
        judging.hear(name, RIGHT if name == "honest" else UNSAT)
    assert (judging.winner, judging.verdict(())) == ("honest", RIGHT)
    assert {one.member for one in judging.disagreements} == {"one", "three"}


def test_what_an_unsat_waits_for_is_told() -> None:
    judging = judge(Confirm.NOTHING)
    judging.hear("three", UNSAT)
    assert "trusted for all but" in str(judging.verdict(()))
    judging = judge(Confirm.MEMBER)
    judging.hear("one", UNSAT)
    assert "the unsat of `one` is not confirmed by another solver" in str(judging.verdict(()))


# Races.


def run(*members: Member, confirm: Confirm, problem: Problem = UNSATISFIABLE) -> Verdict:
    answer = race(
        problem,
        members=members,
        limits=Limits(wall_s=2.0),
        schedule=Schedule.EAGER,
        scrutiny=Scrutiny(confirm=confirm),
    )
    return answer.verdict


def test_an_unsat_that_is_not_trusted_is_proved_by_a_certificate() -> None:
    answer = race(
        UNSATISFIABLE,
        members=(Scripted("stranger", UNSAT, trusted=NONE),),
        limits=Limits(wall_s=10.0),
    )
    assert (answer.verdict, answer.winner) == (UNSAT, "stranger")
    assert [(one.name, one.end) for one in answer.members] == [
        ("stranger", End.ANSWERED),
        ("certificate", End.ANSWERED),
    ]


@pytest.mark.parametrize("problem", [SATISFIABLE, TRUTH, Problem(())])
def test_a_wrong_unsat_that_is_not_trusted_is_unknown(problem: Problem) -> None:
    liar = Scripted("stranger", UNSAT, trusted=NONE)
    verdict = run(liar, confirm=Confirm.NOTHING, problem=problem)
    assert isinstance(verdict, Unknown)
    assert "the unsat of `stranger` stands alone" in verdict.detail


@pytest.mark.parametrize("schedule", Schedule)
def test_a_trusted_liar_is_found_out_by_a_certificate(schedule: Schedule) -> None:
    answer = race(
        SATISFIABLE,
        members=(Scripted("liar", UNSAT), Scripted("shy", UNDECIDED)),
        limits=Limits(wall_s=5.0),
        schedule=schedule,
        scrutiny=Scrutiny(confirm=Confirm.CERTIFICATE),
    )
    assert isinstance(answer.verdict, Unknown)
    assert "not confirmed by a certificate" in str(answer.verdict)


@pytest.mark.parametrize(
    ("confirm", "expected"),
    [
        (Confirm.NOTHING, Unsat),
        (Confirm.MEMBER, Unknown),
        (Confirm.CERTIFICATE, Unsat),
        (Confirm.EITHER, Unsat),
    ],
)
def test_one_member_is_confirmed_by_what_is_asked_for(
    confirm: Confirm, expected: type[Verdict]
) -> None:
    assert isinstance(run(Scripted("one", UNSAT), confirm=confirm), expected)


def test_a_second_solver_confirms() -> None:
    members = Scripted("one", UNSAT), Scripted("two", UNSAT, delay_s=0.05)
    assert run(*members, confirm=Confirm.MEMBER) == UNSAT


def test_the_automaton_is_confirmed_by_z3() -> None:
    answer = race(
        UNSATISFIABLE,
        members=by_name(("automaton", "z3")),
        limits=Limits(wall_s=30.0),
        scrutiny=Scrutiny(confirm=Confirm.MEMBER),
    )
    assert answer.verdict == UNSAT
    assert [one.end for one in answer.members] == [End.ANSWERED, End.ANSWERED]


@pytest.mark.parametrize("schedule", Schedule)
@pytest.mark.parametrize(("name", "right"), [("2079", Sat), ("2121", Unsat)])
def test_scripts_of_which_cvc4_is_wrong_end_right_though_it_is_first(
    name: str, right: type[Verdict], schedule: Schedule
) -> None:
    corpora_file("smtlib_strings")
    script = next(case.script for case in cases() if case.name == name)
    cvc4, *others = by_name(("cvc4", "automaton", "z3", "cvc5"))
    answer = solve_script(
        script,
        members=(cvc4, *map(Delayed, others)),
        limits=AMPLE,
        schedule=schedule,
    )
    assert isinstance(answer.verdict, right), answer
    assert answer.winner != "cvc4"
    assert [one.member for one in answer.disagreements] == ["cvc4"]


def test_an_unsat_of_cvc4_alone_is_no_answer_where_it_is_wrong() -> None:
    script = """(declare-fun s () String)
    (assert (str.in_re (str.++ s "ba") (re.* (re.++ (str.to_re "a")
        (re.union (re.* (str.to_re "a")) (str.to_re "b"))))))"""
    answer = solve_script(script, members=by_name(("cvc4",)), limits=AMPLE)
    assert isinstance(answer.verdict, Unknown)
    assert answer.verdict.reason is Reason.NO_ANSWER
    assert "concatenations and equations of strings" in answer.verdict.detail
