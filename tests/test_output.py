"""Results as text: what a person reads, and in what room."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from automaton.verdict import Reason, Unknown, Unsat, Verdict
from encoders.iam.parse import policy_from_json
from encoders.iam.questions import no_new_access
from encoders.iam.wildcard import ArnWildcards
from portfolio import Comparison, Result, check, output
from portfolio.answer import Answer, Disagreement, End, MemberReport
from portfolio.layout import LABEL_WIDTH, duration
from portfolio.members import by_name

LONG = "arn:aws:s3:::a-bucket-with-a-long-name/and/a/long/path/in/it"


def result(verdict: Verdict, *reports: MemberReport, disputed: str | None = None) -> Result:
    doubts = () if disputed is None else (doubt(disputed),)
    winner = None if isinstance(verdict, Unknown) else "automaton"
    answer = Answer(
        verdict=verdict, winner=winner, wall_s=0.0004, members=reports, disagreements=doubts
    )
    return Result(question="no-new-access", answer=answer, reading=ArnWildcards.SEGMENTS)


def doubt(objection: str) -> Disagreement:
    return Disagreement(member="z3", verdict=Unsat(), objection=objection)


def report(end: End, detail: str = "") -> MemberReport:
    return MemberReport(name="z3", version="5", end=end, wall_s=2.0, detail=detail)


def failing() -> Result:
    """Return a result with a witness on `LONG`."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": LONG}
    nothing = policy_from_json({"Statement": []})
    something = policy_from_json({"Statement": statement})
    return check(no_new_access(nothing, something), members=by_name(["automaton"]))


def test_a_proof_takes_two_lines() -> None:
    assert output.text(result(Unsat()), width=None) == (
        "PASS         `new` allows nothing that `existing` does not\n"
        "answered     by automaton in 0.40 ms\n"
    )


def test_an_unknown_fails_and_says_why() -> None:
    shown = output.text(result(Unknown(Reason.NO_ANSWER, "z3: timed out")), width=None)

    assert shown == (
        "FAIL         not decided, and what is not proved is not safe\n"
        "because      no member gave a conclusive answer: z3: timed out\n"
    )


def test_a_member_in_trouble_is_named_and_one_that_was_not_needed_is_not() -> None:
    shown = output.text(
        result(Unsat(), report(End.CRASHED, "signal 11"), report(End.CANCELLED)), width=None
    )

    assert shown.splitlines()[2:] == ["trouble      z3 crashed after 2.0 s: signal 11"]


def test_who_else_says_so_is_named_beside_a_proof() -> None:
    said = (
        replace(report(End.ANSWERED), name=name, verdict=Unsat()) for name in ("automaton", "z3")
    )
    shown = output.text(result(Unsat(), *said, report(End.UNKNOWN)), width=None)

    assert shown.splitlines()[2:] == ["confirmed    by z3"]


def test_a_disagreement_is_shown() -> None:
    shown = output.text(result(Unsat(), disputed="its witness does not replay"), width=None)

    assert shown.splitlines()[2:] == ["disputed     z3: its witness does not replay"]


def test_a_pipe_gets_whole_lines_without_colour() -> None:
    shown = output.text(failing(), width=None)

    assert f"on           {LONG}\n" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    "found", [failing(), result(Unsat()), result(Unknown(Reason.NO_ANSWER, "a\n  b  "))]
)
def test_a_pipe_gets_what_a_wide_terminal_gets_without_colours(found: Result) -> None:
    wide = output.text(found, width=1 << 16)

    assert output.text(found, width=None) == re.sub(r"\x1b\[[0-9;]*m", "", wide)


@pytest.mark.parametrize("width", [32, 40, 60, 200])
def test_a_terminal_gets_lines_that_fit(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")

    lines = output.text(failing(), width=width).splitlines()

    assert max(map(len, lines)) <= width
    assert LONG in "".join(line[LABEL_WIDTH + 1 :] for line in lines)


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert output.text(result(Unsat()), width=80).startswith("\x1b[1;32mPASS\x1b[0m")


@pytest.mark.parametrize(
    ("added", "removed", "relation"),
    [
        (Unsat(), Unsat(), "equivalent"),
        (Unsat(), Unknown(Reason.TIME), "unknown"),
        (Unknown(Reason.TIME), Unknown(Reason.TIME), "unknown"),
    ],
)
def test_a_relation_is_claimed_iff_both_directions_are_decided(
    added: Verdict, removed: Verdict, relation: str
) -> None:
    comparison = Comparison(added=result(added), removed=result(removed))

    assert comparison.relation == relation
    assert comparison.passed == (relation == "equivalent")
    assert output.text(comparison, width=None).startswith(relation.upper())


def test_an_unknown_direction_of_a_comparison_says_why() -> None:
    undecided = result(Unknown(Reason.TIME))

    shown = output.text(Comparison(added=result(Unsat()), removed=undecided), width=None)

    assert "because      the time limit was reached\n" in shown


@pytest.mark.parametrize(
    ("wall_s", "shown"),
    [(0.000_123, "0.12 ms"), (0.0123, "12 ms"), (0.9, "900 ms"), (12.34, "12.3 s")],
)
def test_durations_have_a_unit(wall_s: float, shown: str) -> None:
    assert duration(wall_s) == shown
