"""The scripts of the corpus: shrunk cases of fuzzing, each with its `:status` before each check."""

from __future__ import annotations

import re

import pytest

from encoders.smtlib.decide import decide_question
from encoders.smtlib.repl import on_time
from encoders.smtlib.session import Session, SessionLimits
from encoders.smtlib.sexpr import Source
from tests.corpus_reader import CORPUS

SCRIPTS = {path.stem: path for path in sorted((CORPUS / "scripts").glob("*.smt2"))}
LIMITS = SessionLimits(wall_s=60.0)

UNDECIDED: dict[str, str] = {}
"""script -> why the automaton says unknown to it."""


def expected(text: str) -> list[str]:
    """Return the statuses that a script promises."""
    return re.findall(r"^\(set-info :status (sat|unsat)\)$", text, re.MULTILINE)


def answers(text: str) -> list[str]:
    """Return what the automaton says to a script."""
    session = Session(on_time(decide_question), LIMITS)
    return list(session.respond(Source(text)))


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_a_script_has_its_known_answers(name: str) -> None:
    text = SCRIPTS[name].read_text(encoding="utf-8")

    statuses = ["unknown" for _ in expected(text)] if name in UNDECIDED else expected(text)
    assert answers(text) == statuses
