"""What is printed means, once it is parsed, what it meant before."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automaton.budget import Budget
from automaton.evaluate import evaluate
from automaton.solver import solve
from automaton.terms import Problem
from automaton.verdict import Model, Unknown, Unsupported
from encoders.smtlib.decide import decide_question
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.evaluate import values
from encoders.smtlib.printer import script
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.session import question_of
from encoders.smtlib.symbols import symbols
from portfolio.differential.strategies.problems import models, problems
from tests.template_strategies import template_problems


def printed(problem: Problem, dialect: str) -> ScriptQuestion:
    """Return what the script of a problem asks, or give the example up if there is none."""
    try:
        return question_of(script(problem, DIALECTS[dialect]))
    except Unsupported:
        assume(False)
        raise


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data(), problem=problems())
def test_a_problem_holds_where_its_script_does(
    dialect: str, data: st.DataObject, problem: Problem
) -> None:
    model: Model = data.draw(models(problem.variables))
    question = printed(problem, dialect)
    names = symbols(problem)
    given_values = {names[name].strip("|"): value for name, value in model.items()}

    assert question.refusals == ()
    assert all(values(question.assertions, given_values)) is evaluate(problem.formula, model)


@given(template_problems())
def test_a_problem_with_templates_has_the_verdict_of_its_script(problem: Problem) -> None:
    question = printed(problem, "z3")

    ours = solve(problem, Budget(wall_s=5))
    again = decide_question(question, Budget(wall_s=5))

    assert {term.name for term in question.declared} >= {
        variable.name for variable in problem.variables
    }
    if not isinstance(ours, Unknown) and not isinstance(again, Unknown):
        assert type(again) is type(ours)
