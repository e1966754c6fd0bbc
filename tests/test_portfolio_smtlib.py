"""What solvers print, and what is made of it."""

from __future__ import annotations

import signal

import pytest

from automaton.terms import Problem
from automaton.verdict import Reason, Sat, Unknown, Unsat
from portfolio.answer import End
from portfolio.members.base import NO_MORE_CPU, Outcome
from portfolio.members.smtlib import death, read_answer
from tests.fakes import SATISFIABLE


def undecided(why: str) -> Outcome:
    return Outcome(End.UNKNOWN, Unknown(Reason.INCOMPLETE, why), why)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unsat\n", Outcome(End.ANSWERED, Unsat())),
        ('unsat\n(error "no model")\n', Outcome(End.ANSWERED, Unsat())),
        ('sat\n((x "a"))\n', Outcome(End.ANSWERED, Sat({"x": "a"}))),
        ("sat\n", Outcome(End.CRASHED, detail="sat, without a model")),
        ("unknown\n", undecided("")),
        ("unknown (INCOMPLETE)\n", undecided("(INCOMPLETE)")),
        ('unknown\n(error "no model")\n', undecided("")),
        ("unknown\ntimeout\n", Outcome(End.TIMED_OUT, detail="timeout")),
        ("unknown\nout of memory\n", Outcome(End.OUT_OF_MEMORY, detail="out of memory")),
        ("timeout\n", Outcome(End.TIMED_OUT)),
        ('(error "parse")\nunsat\n', Outcome(End.CRASHED, detail='(error "parse") unsat')),
        ('(error "not supported")', Outcome(End.UNSUPPORTED, detail='(error "not supported")')),
        ("", None),
        ("sat and more\n", None),
        ("hello\nunsat\n", None),
    ],
)
def test_output_has_an_outcome(text: str, expected: Outcome | None) -> None:
    assert read_answer(text, SATISFIABLE) == expected


@pytest.mark.parametrize("model", ["((x 1))", "((x ", "what", '((x "a") (x "b"))'])
def test_a_model_that_cannot_be_read_is_a_crash(model: str) -> None:
    outcome = read_answer(f"sat\n{model}", SATISFIABLE)
    assert outcome is not None
    assert outcome.end is End.CRASHED


def test_no_variables_need_no_model() -> None:
    assert read_answer("sat\n", Problem(())) == Outcome(End.ANSWERED, Sat({}))


@pytest.mark.parametrize(
    ("status", "text", "errors", "expected"),
    [
        (0, "", "", Outcome(End.CRASHED, detail="exit status 0")),
        (3, "what", "", Outcome(End.CRASHED, detail="exit status 3, output `what`")),
        (1, "", "oh\nno", Outcome(End.CRASHED, detail="exit status 1, errors `oh no`")),
        (-signal.SIGSEGV, "", "", Outcome(End.CRASHED, detail="killed by SIGSEGV")),
        (-signal.SIGXCPU, "", "", NO_MORE_CPU),
        (-signal.SIGABRT, "", "std::bad_alloc", Outcome(End.OUT_OF_MEMORY, None, "std::bad_alloc")),
    ],
)
def test_a_death_has_an_outcome(status: int, text: str, errors: str, expected: Outcome) -> None:
    assert death(status, text, errors) == expected


def test_a_long_detail_is_cut() -> None:
    assert len(death(1, "x" * 10_000, "").detail) < 250
