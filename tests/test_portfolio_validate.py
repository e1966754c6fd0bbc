"""Which answers of a race stand."""

from __future__ import annotations

from automaton.verdict import Model, Reason, Sat, Unknown, Unsat
from portfolio.answer import End, MemberReport
from portfolio.trust import ALL, Standing
from portfolio.validate import Judge, Validate, validator
from tests.fakes import RIGHT, SATISFIABLE, UNDECIDED, UNSAT, WRONG


def judge(validate: Validate | None = None) -> Judge:
    return Judge(SATISFIABLE, validate, lambda name: Standing(name, ALL))


def test_a_confirmed_model_stands() -> None:
    judging = judge()
    judging.hear("one", RIGHT)
    assert (judging.winner, judging.verdict(())) == ("one", RIGHT)


def test_the_first_of_several_right_answers_wins() -> None:
    judging = judge()
    judging.hear("one", RIGHT)
    judging.hear("two", Sat({"x": "abc"}))
    assert (judging.winner, judging.verdict(())) == ("one", RIGHT)
    assert judging.disagreements == ()


def test_undecided_members_decide_nothing() -> None:
    judging = judge()
    judging.hear("one", UNDECIDED)
    judging.hear("two", None)
    assert (judging.is_decided, judging.disagreements) == (False, ())


def test_a_model_without_a_value_does_not_stand() -> None:
    judging = judge()
    judging.hear("one", Sat({}))
    assert not judging.is_decided
    assert "gives no value to `x`" in judging.disagreements[0].objection


def test_a_model_with_a_value_of_another_sort_does_not_stand() -> None:
    judging = judge()
    judging.hear("one", Sat({"x": 1}))
    assert not judging.is_decided


def test_an_unsat_beside_a_refuted_model_waits_for_another_solver() -> None:
    judging = judge()
    judging.hear("liar", WRONG)
    judging.hear("other", UNSAT)
    assert not judging.is_decided
    assert judging.wants_certificate
    judging.hear("third", UNSAT)
    assert (judging.winner, judging.verdict(())) == ("other", Unsat())


def test_an_unsat_that_came_first_falls_to_a_confirmed_model() -> None:
    judging = judge()
    judging.hear("liar", UNSAT)
    assert judging.winner == "liar"
    judging.hear("honest", RIGHT)
    assert (judging.winner, judging.verdict(())) == ("honest", RIGHT)
    assert [one.member for one in judging.disagreements] == ["liar"]


def test_a_model_that_does_not_replay_still_refutes_an_unsat() -> None:
    judging = judge(validator(lambda model: False))
    judging.hear("one", RIGHT)
    judging.hear("two", UNSAT)
    assert not judging.is_decided
    assert [one.objection for one in judging.disagreements] == [
        "its witness does not replay",
        "the model of `one` satisfies the problem",
    ]


def test_an_error_in_the_replay_is_an_objection() -> None:
    def fail(model: Model) -> bool:
        raise RuntimeError("no such key")

    judging = judge(validator(fail))
    judging.hear("one", RIGHT)
    assert judging.disagreements[0].objection == (
        "its model cannot be checked: RuntimeError: no such key"
    )


def test_a_replay_that_agrees_has_no_objection() -> None:
    judging = judge(validator(lambda model: model["x"] == "ab"))
    judging.hear("one", RIGHT)
    assert judging.winner == "one"


def test_an_unknown_verdict_names_every_end() -> None:
    reports = [
        MemberReport(name="one", version="", end=End.TIMED_OUT, wall_s=1),
        MemberReport(name="two", version="", end=End.CRASHED, wall_s=1, detail="exit status 3"),
    ]
    expected = Unknown(Reason.NO_ANSWER, "one: timed out; two: crashed (exit status 3)")
    assert judge().verdict(reports) == expected
