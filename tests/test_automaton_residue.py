"""What is left of a formula under changing truths is what assigning them afresh leaves."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from automaton import terms as t
from automaton.assignment import assign
from automaton.residue import Residues
from automaton.terms import Formula, Sort, Variable
from portfolio.differential.strategies.problems import _larger_formulas

FLAGS = [t.is_true(Variable(f"p{number}", Sort.BOOL)) for number in range(5)]
ATOMS = [*FLAGS, *map(t.negation, FLAGS)]

formulas = st.recursive(st.sampled_from(ATOMS), _larger_formulas, max_leaves=25)
truths = st.dictionaries(st.sampled_from(ATOMS), st.sampled_from([t.TRUE, t.FALSE]))


@given(formulas, truths, st.lists(truths, max_size=4))
def test_a_truth_that_differs_from_the_first_leaves_what_both_together_leave(
    formula: Formula, first: dict[Formula, Formula], others: list[dict[Formula, Formula]]
) -> None:
    residues = Residues(formula, first)

    for other in [*others, {}]:
        assert residues.under(other) is assign(formula, {**first, **other})


@given(formulas, truths, st.lists(truths, max_size=4))
def test_changes_add_up(
    formula: Formula, first: dict[Formula, Formula], changes: list[dict[Formula, Formula]]
) -> None:
    residues, truth = Residues(formula, first), dict(first)

    for change in [{}, *changes]:
        truth |= change
        assert residues.after(change) is assign(formula, dict(truth))


def test_only_what_hangs_above_a_changed_atom_is_built_again() -> None:
    parts = [t.disjunction(*pair) for pair in pairwise(FLAGS)]
    residues = Residues(t.conjunction(*parts), {})

    assert residues.after({FLAGS[0]: t.FALSE}) is t.conjunction(FLAGS[1], *parts[2:])
