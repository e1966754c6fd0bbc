from __future__ import annotations

import math
import pickle
from collections.abc import Iterator

import pytest

from automaton.verdict import Sat, Verdict
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, close_all
from portfolio.workbench.asking import Asking, Contestant, contestant_of, contestants
from portfolio.workbench.queries import Query
from portfolio.workbench.row import WRONG_MODEL, Row, RowError
from portfolio.workbench.truth import UNCHECKED
from tests.fakes import RIGHT, UNDECIDED, UNSAT, WRONG, Raising, Scripted, Stubborn, fake_library

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


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    close_all()


def query(script: str = SATISFIABLE, name: str = "own-1") -> Query:
    return Query(name=name, family="own", size=len(script), origin="test", script=script)


def asked(member: Member, script: str = SATISFIABLE, wall_s: float = 1.0) -> Row:
    """Return the row of one query put to a member, in this process."""
    asking = Asking(name=member.name, limits=Limits(wall_s=wall_s))
    asking._contestant = Contestant(name=member.name, members=(member,))
    return asking(query(script))


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
    assert row.detail == "its model does not satisfy the script"


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


def test_whoever_has_another_version_cannot_have_the_work() -> None:
    limits = Limits(wall_s=1.0)
    version = contestant_of("automaton").version
    asking = Asking(name="automaton", limits=limits, version=version)

    assert pickle.loads(pickle.dumps(asking)).version == version
    for name, other in (("automaton", "0.0"), ("z3@0.0.1", version)):
        sent = pickle.dumps(Asking(name=name, limits=limits, version=other))
        with pytest.raises(ValueError, match=f"has `automaton` {version}, not 0.0|not installed"):
            pickle.loads(sent)


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
        {"cpu_s": -1.0},
        {"wall_s": math.nan},
        {"peak_mib": math.inf},
        {"extra": 1},
        {"query": None},
    ],
)
def test_what_is_no_row_is_refused(change: dict[str, object]) -> None:
    written = asked(Scripted("own", RIGHT)).to_json()
    assert Row.from_json(written) is not None
    with pytest.raises(RowError):
        Row.from_json({**written, **change})
