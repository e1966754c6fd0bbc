"""Random scripts by fragment: our answers beside those of z3, cvc5, and some trying."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib.script import assertions_of
from encoders.smtlib.term import Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.strategies.scripts import FRAGMENTS, VARIABLES, Fragment, X
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.terms import call
from portfolio.differential.text import script_of
from tests.smtlib_answers import (
    Answer,
    Finding,
    Script,
    findings,
    findings_about_them,
    findings_about_us,
)

KNOWN: dict[str, str] = {}
"""Words in the reason of a finding about z3 or cvc5 -> the bug of theirs that it shows.

Empty: no random script has shown one in z3 5.4.1 and cvc5 1.4.2.
"""

each_fragment = pytest.mark.parametrize("fragment", FRAGMENTS, ids=str)


def is_known(found: Finding) -> bool:
    return found.who not in ("ours", "?") and any(words in found.why for words in KNOWN)


def unknown_findings(script: Script) -> list[Finding]:
    return [found for found in findings(script) if not is_known(found)]


@each_fragment
def test_answers_agree(fragment: Fragment) -> None:
    @settings(max_examples=20)
    @given(script=fragment.scripts())
    def run(script: Script) -> None:
        assert unknown_findings(script) == [], script_of(script)

    run()


@pytest.mark.slow
@each_fragment
def test_many_answers_agree(fragment: Fragment) -> None:
    @settings(max_examples=2000)
    @given(script=fragment.scripts())
    def run(script: Script) -> None:
        assert unknown_findings(script) == [], script_of(script)

    run()


def shapes(script: Script) -> list[int]:
    """Return a number for each assertion: the same for terms that are built alike."""
    known: dict[object, int] = {}
    shape_of: dict[Term, int] = {}
    for node in in_order(*script, parts_of=parts_of):
        parts = tuple(shape_of[part] for part in node.parts)
        kind = (node.operator, node.indices, node.sort, node.name, type(node.value), node.value)
        shape_of[node] = known.setdefault((*kind, parts), len(known))
    return [shape_of[term] for term in script]


def check_reading(script: Script) -> None:
    """Fail iff the terms that are read are not those that were printed, one by one."""
    read, declared = assertions_of(script_of(script))
    again = shapes((*script, *read))

    assert again[: len(script)] == again[len(script) :], script_of(script)
    assert {term.name for term in declared} >= {
        t.name for t in in_order(*script, parts_of=parts_of) if t.name
    }


@each_fragment
def test_what_is_printed_is_read_again(fragment: Fragment) -> None:
    given(script=fragment.scripts())(check_reading)()


@given(script=st.lists(random_terms(TermSort.BOOL, 3, VARIABLES), min_size=1, max_size=3))
def test_terms_of_every_function_are_read_again(script: list[Term]) -> None:
    check_reading(tuple(script))


SCRIPT = (call("=", X, "a"),)
FITS, FITS_NOT = {"x": "a"}, {"x": "b"}


@pytest.mark.parametrize(
    "verdict",
    [Unsat(), Sat(FITS_NOT), Sat({}), Sat({**FITS, "y": ""}), Unknown(Reason.DISAGREEMENT)],
)
def test_a_wrong_verdict_of_ours_is_found_without_a_solver(verdict: Verdict) -> None:
    assert {found.who for found in findings_about_us(SCRIPT, verdict)} == {"ours"}


@pytest.mark.parametrize(
    ("verdict", "answer", "who"),
    [
        (Sat(FITS), Answer("unsat"), ["z3"]),
        (Sat(FITS), Answer("sat", FITS_NOT), ["z3"]),
        (Unsat(), Answer("sat", FITS), ["ours"]),
        (Unsat(), Answer("sat", FITS_NOT), ["z3", "?"]),
        (Unsat(), Answer("sat"), ["?"]),
        (Sat(FITS), Answer("sat", FITS), []),
        (Sat(FITS), Answer("unknown"), []),
    ],
)
def test_whoever_contradicts_a_model_that_holds_is_wrong(
    verdict: Verdict, answer: Answer, who: list[str]
) -> None:
    found = findings_about_them(SCRIPT, verdict, {"z3": answer})

    assert [finding.who for finding in found] == who
