"""What other solvers hand over, as scripts, and what the race says of them."""

import pytest

from automaton.verdict import Sat, Unsat
from encoders.smtlib.session import question_of
from portfolio import script_of, solve_script
from portfolio.members import by_name

AUTOMATON = by_name(("automaton",))


def test_z3_hands_its_assertions_over() -> None:
    z3 = pytest.importorskip("z3")
    name, size = z3.String("a name"), z3.Int("n")
    solver = z3.Solver()
    solver.add(z3.InRe(name, z3.Plus(z3.Union(z3.Re('é"'), z3.Range("a", "c")))))
    solver.add(z3.Length(name) > size, size >= 2, z3.Not(z3.PrefixOf("a", name)))

    verdict = solve_script(script_of(solver), members=AUTOMATON).verdict

    assert isinstance(verdict, Sat)
    assert len(str(verdict.model["a name"])) > int(verdict.model["n"]) >= 2
    solver.add(z3.Length(name) < 3)
    assert solve_script(script_of(solver), members=AUTOMATON).verdict == Unsat()


def test_cvc5_hands_its_assertions_over() -> None:
    cvc5 = pytest.importorskip("cvc5")
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    name = terms.mkConst(terms.getStringSort(), "a name")
    word = terms.mkTerm(cvc5.Kind.STRING_TO_REGEXP, terms.mkString('é"'))
    solver.assertFormula(
        terms.mkTerm(cvc5.Kind.STRING_IN_REGEXP, name, terms.mkTerm(cvc5.Kind.REGEXP_PLUS, word))
    )

    verdict = solve_script(script_of(solver), members=AUTOMATON).verdict

    assert verdict == Sat({"a name": 'é"'})


def test_the_pythonic_cvc5_hands_its_assertions_over() -> None:
    pythonic = pytest.importorskip("cvc5.pythonic")
    name, other = pythonic.String("x"), pythonic.String("y")
    solver = pythonic.Solver()
    solver.add(pythonic.Concat(name, "b") == other, pythonic.Length(other) == 3)

    verdict = solve_script(script_of(solver), members=AUTOMATON).verdict

    assert isinstance(verdict, Sat)
    assert verdict.model["y"] == f"{verdict.model['x']}b"


def test_what_occurs_often_is_declared_once() -> None:
    cvc5 = pytest.importorskip("cvc5")
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    name = terms.mkConst(terms.getStringSort(), "x")
    whole = name
    for _ in range(200):
        whole = terms.mkTerm(cvc5.Kind.STRING_CONCAT, whole, name)
    solver.assertFormula(terms.mkTerm(cvc5.Kind.EQUAL, whole, terms.mkString("")))

    assert [term.name for term in question_of(script_of(solver)).declared] == ["x"]


def test_nothing_else_is_a_solver() -> None:
    with pytest.raises(TypeError, match="`dict` is no"):
        script_of({})
