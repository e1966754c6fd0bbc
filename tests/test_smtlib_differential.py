"""Random scripts by fragment: our answers beside those of z3, cvc5, and some trying."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.verdict import Unsat
from encoders.smtlib.script import assertions_of
from encoders.smtlib.term import Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.agreement import require_agreement
from portfolio.differential.case import Case, Script
from portfolio.differential.panel import Panel
from portfolio.differential.strategies.scripts import FRAGMENTS, VARIABLES, Fragment
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.text import script_of
from portfolio.limits import Limits
from portfolio.members import available
from tests.smtlib_answers import found_by_trying

LIMITS = Limits(wall_s=0.3)
each_fragment = pytest.mark.parametrize("fragment", FRAGMENTS, ids=str)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Return the members that stay warm; a command would take a process for each script."""
    members = [member for member in available() if member.name in ("automaton", "z3", "cvc5")]
    for member in members:
        member.warm()
    return Panel(members, LIMITS)


def check_answers(script: Script, panel: Panel) -> None:
    """Fail iff members disagree, or small values satisfy what the automaton says is unsat."""
    case = Case(script, "a test")
    require_agreement(case, panel, certify=False)
    (verdict,) = (outcome.verdict for outcome in panel.only("automaton").ask(case).values())
    if isinstance(verdict, Unsat):
        assert found_by_trying(script) is None, case.text


@each_fragment
def test_answers_agree(fragment: Fragment, panel: Panel) -> None:
    @settings(max_examples=20)
    @given(script=fragment.scripts())
    def run(script: Script) -> None:
        check_answers(script, panel)

    run()


@pytest.mark.slow
@each_fragment
def test_many_answers_agree(fragment: Fragment, panel: Panel) -> None:
    @settings(max_examples=2000)
    @given(script=fragment.scripts())
    def run(script: Script) -> None:
        check_answers(script, panel)

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
