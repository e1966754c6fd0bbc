"""What constants amount to, by our referee, by z3 and by cvc5: random terms of every function."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from automaton.verdict import Unsupported
from encoders.smtlib.evaluate import value
from encoders.smtlib.term import Term, TermSort
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.text import constant, text_of

LIMIT_MS = 200
UNREADABLE = (
    "unknown constant divisible",  # z3 reads it with no logic set
    "arguments expected",  # z3 takes but two arguments of str.< and str.<=
    "invalid kind 'STRING_L",  # and so does cvc5
)


def z3_holds(claim: str) -> bool | None:
    """Return whether a claim about constants holds, or None iff z3 does not tell."""
    z3 = pytest.importorskip("z3")
    solver = z3.Solver(ctx=z3.Context())
    solver.set("timeout", LIMIT_MS)
    try:
        solver.from_string(f"(assert (not {claim}))")
    except z3.Z3Exception as error:
        check_refusal(str(error))
        return None
    simple = z3.simplify(solver.assertions()[0])
    if z3.is_true(simple) or z3.is_false(simple):
        return bool(z3.is_false(simple))
    return {"unsat": True, "sat": False}.get(str(solver.check()))


def cvc5_holds(claim: str) -> bool | None:
    """Return whether a claim about constants holds, or None iff cvc5 does not tell."""
    cvc5 = pytest.importorskip("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("strings-exp", "true")
    solver.setOption("rlimit-per", "20000")
    parser = cvc5.InputParser(solver)
    text = f"(set-logic ALL)(assert {claim})"
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "script")
    try:
        while not (command := parser.nextCommand()).isNull():
            assert "error" not in command.invoke(solver, parser.getSymbolManager())
    except RuntimeError as error:
        check_refusal(str(error))
        return None
    simple = solver.simplify(solver.getAssertions()[0])
    if simple.isBooleanValue():
        return bool(simple.getBooleanValue())
    return {"sat": True, "unsat": False}.get(str(solver.checkSat()))


def check_refusal(message: str) -> None:
    assert any(known in message for known in UNREADABLE), message


SOLVERS: dict[str, Callable[[str], bool | None]] = {"z3": z3_holds, "cvc5": cvc5_holds}
SORTS = [TermSort.BOOL, TermSort.INT, TermSort.REAL, TermSort.STRING]


def check(name: str, term: Term) -> None:
    """Fail iff the solver says that a term of constants has another value than ours."""
    try:
        ours = value(term, {})
    except Unsupported:
        return
    claim = f"(= {text_of(term)} {constant(ours)})"

    assert SOLVERS[name](claim) in (True, None), claim


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("sort", SORTS)
def test_a_solver_gives_constants_the_same_value(name: str, sort: TermSort) -> None:
    @given(term=random_terms(sort, 2))
    def run(term: Term) -> None:
        check(name, term)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("sort", SORTS)
def test_a_solver_gives_many_constants_the_same_value(name: str, sort: TermSort) -> None:
    @settings(max_examples=3000)
    @given(term=random_terms(sort, 3))
    def run(term: Term) -> None:
        check(name, term)

    run()
