"""Scripts in a race: each member reads the script's own words, and the referee its terms."""

import time

import pytest

from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib.session import question_of
from portfolio.cancel import Cancel
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, Run, available
from portfolio.members.base import Task
from portfolio.race import race
from portfolio.solve import solve_script, task_of
from tests.fakes import UNDECIDED, Scripted

LIMITS = Limits(wall_s=20)
HELLO = """(declare-const |a name| String)
(assert (= (str.replace_all |a name| "l" "L") "heLLo"))
(assert (not (= |a name| "heLLo")))"""


@pytest.mark.parametrize("member", available(), ids=lambda member: member.name)
def test_a_member_answers_a_script_or_declines(member: Member) -> None:
    answer = race(question_of(HELLO), members=[member], limits=LIMITS)

    assert answer.disagreements == ()
    if isinstance(answer.verdict, Sat):
        assert answer.verdict.model["a name"] in ("hello", "heLlo", "helLo")
    else:
        assert isinstance(answer.verdict, Unknown)
        assert member.name in ("automaton", "cvc4")


@pytest.mark.parametrize("member", available(), ids=lambda member: member.name)
def test_what_holds_nowhere_is_unsat(member: Member) -> None:
    text = '(declare-const x String)(assert (= (str.++ x "a") "b"))'

    assert race(question_of(text), members=[member], limits=LIMITS).verdict == Unsat()


def test_a_model_that_does_not_satisfy_the_script_does_not_stand() -> None:
    liar = Scripted("liar", Sat({"a name": "hallo"}))

    answer = race(question_of(HELLO), members=[liar], limits=LIMITS)

    assert answer.winner is None
    assert [found.objection for found in answer.disagreements] == [
        "its model does not satisfy the problem"
    ]


UNREADABLE = '(declare-fun f (String) Int)(assert (= (f "a") 1))'
SAT = Sat({})


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((SAT, SAT), SAT),
        ((SAT, Unknown(Reason.TIME)), Unknown(Reason.NO_ANSWER)),
        ((SAT, Unsat()), Unknown(Reason.DISAGREEMENT)),
        ((Unsat(), Unknown(Reason.TIME)), Unsat()),
    ],
)
def test_what_cannot_be_read_is_sat_iff_two_members_say_so(
    verdicts: tuple[Verdict, ...], expected: Verdict
) -> None:
    members = [Scripted(f"m{place}", verdict) for place, verdict in enumerate(verdicts)]

    answer = race(
        question_of(UNREADABLE), members=members, limits=LIMITS, schedule=Schedule.RUN_ALL
    )

    found = answer.verdict
    assert type(found) is type(expected)
    assert getattr(found, "reason", None) == getattr(expected, "reason", None)


def test_real_solvers_agree_on_what_cannot_be_read() -> None:
    members = [member for member in available() if member.name in ("z3", "cvc5")]
    if len(members) < 2:
        pytest.skip("z3 and cvc5 are not both installed")

    answer = race(question_of(UNREADABLE), members=members, limits=LIMITS)

    assert answer.verdict == SAT


_STARS = " ".join(f'(re.* (str.to_re "{"a" * prime}"))' for prime in (7, 11, 13, 17, 19, 23))
SLOW = f"""(declare-const s String)
(assert (= (re.inter {_STARS}) (str.to_re "")))
(assert (= s "a"))"""
"""Whether its two languages are the same takes long to find out."""


class Limited(Scripted):
    """A member that takes note of its limits."""

    def start(self, task: Task, limits: Limits) -> Run:
        self.limits = limits
        return super().start(task, limits)


def test_what_it_takes_to_read_a_script_is_part_of_its_time() -> None:
    member = Limited("shy", UNDECIDED)
    solve_script(SLOW, members=(member,), limits=Limits(wall_s=1.0))
    assert 0 < member.limits.wall_s <= 0.5


def test_reading_a_script_is_called_off_with_its_race() -> None:
    cancel = Cancel()
    cancel.set()
    question, began = question_of(SLOW), time.monotonic()
    assert task_of(question, Limits(wall_s=60.0), cancel) is question
    assert time.monotonic() - began < 30
