"""Cutting a variable that no template mentions first: the verdicts are those without the cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget, LimitReached
from automaton.equations import Equations
from automaton.evaluate import evaluate
from automaton.membership import with_plain_atoms
from automaton.terms import Formula, Sort, Variable
from automaton.untangled import MAX_CELLS, decide
from automaton.verdict import Value
from portfolio.differential.strategies.patterns import wildcards
from tests.template_strategies import STRINGS, template_formulas

ACTION = Variable("action", Sort.STRING)
VARIABLES = (ACTION, *STRINGS)
STEPS = 20_000

actions = st.builds(t.in_regex, st.just(ACTION), wildcards(max_size=4).map(rx.glob))
signed = actions | actions.map(t.negation)
statements = st.builds(t.conjunction, signed, template_formulas())
policies = st.lists(statements, min_size=1, max_size=4).map(lambda parts: t.disjunction(*parts))
questions = st.builds(
    lambda new, old: with_plain_atoms(t.conjunction(new, t.negation(old))), policies, policies
)


def outcome(formula: Formula, *, is_cut: bool) -> dict[str, Value] | str | None:
    budget = Budget(max_steps=STEPS)
    try:
        if is_cut:
            return decide(formula, VARIABLES, budget)
        return Equations(VARIABLES, budget).decide(formula)
    except LimitReached:
        return "unknown"


@given(questions)
def test_the_verdict_is_that_of_all_at_once(formula: Formula) -> None:
    cut, whole = outcome(formula, is_cut=True), outcome(formula, is_cut=False)

    assert "unknown" in (cut, whole) or (cut is None) == (whole is None)
    if isinstance(cut, dict):
        assert evaluate(formula, {**dict.fromkeys((v.name for v in VARIABLES), ""), **cut})


def test_cells_beyond_some_number_are_decided_as_one() -> None:
    x, y, _ = STRINGS
    parts = [
        t.conjunction(
            t.equals(ACTION, f"do{number}"),
            t.in_template(x, rx.literal("a"), y, rx.literal(f"{number}")),
        )
        for number in range(MAX_CELLS + 2)
    ]
    formula = t.conjunction(t.disjunction(*parts), t.equals(x, "a7"))

    found = outcome(formula, is_cut=True)

    assert isinstance(found, dict)
    assert (found["action"], found["x"]) == ("do7", "a7")


def test_an_unknown_of_one_cell_does_not_hide_a_model_of_another() -> None:
    x, y, _ = STRINGS
    odd = t.in_template(x, y, rx.literal("a"), y)
    alike = t.in_template(x, y, rx.literal("b"), y)
    hard = t.conjunction(t.equals(ACTION, "hard"), odd, alike)
    easy = t.conjunction(t.equals(ACTION, "soft"), t.in_template(x, rx.literal("a"), y))

    found = outcome(t.disjunction(hard, easy), is_cut=True)

    assert isinstance(found, dict)
    assert found["action"] == "soft"
