"""Templates entangle only some variables: one that they leave alone is cut into its cells first.

Of a policy that holds with its action most statements are gone in each cell, and what is left of
the templates is small, if anything is.
"""

from __future__ import annotations

from collections.abc import Sequence

from automaton.boolean import occurrences
from automaton.budget import Budget, LimitReached
from automaton.equations import Equations
from automaton.sorts import Sort, Variable
from automaton.strings import string_branches
from automaton.sums import Sums
from automaton.terms import (
    Formula,
    InTemplate,
    SumAtMost,
    atoms,
    variables_of,
)
from automaton.verdict import Reason, Value

MAX_CELLS = 32
"""With more cells in which templates are left, all are decided as one."""


def decide(
    formula: Formula, variables: Sequence[Variable], budget: Budget
) -> dict[str, Value] | None:
    """Return values that satisfy `formula`, or None iff there are none.

    Variables that do not matter are left out. Raise LimitReached iff the budget ends first, or
    `equations` finds neither a proof nor a model.
    """
    plain = Sums(variables, budget)
    if not _has_templates(formula):
        return plain.decide(formula)
    variable = _untangled(formula)
    tangled: dict[Formula, str] = {formula: ""}
    if variable is not None:
        tangled = {}
        for text, rest in string_branches(variable, formula, budget):
            budget.spend()
            if _has_templates(rest):
                tangled.setdefault(rest, text)
                if len(tangled) > MAX_CELLS:
                    return Equations(variables, budget).decide(formula)
            else:
                found = plain.decide(rest)
                if found is not None:
                    return {**found, variable.name: text}
    return _first_model(tangled, variable, variables, budget)


def _first_model(
    formulas: dict[Formula, str],
    variable: Variable | None,
    variables: Sequence[Variable],
    budget: Budget,
) -> dict[str, Value] | None:
    """Return values of the first formula that has any, with the string of its cell."""
    undecided: LimitReached | None = None
    # The simplest first: most likely it has a model, and one that is easily believed.
    for formula, text in sorted(formulas.items(), key=lambda item: _template_count(item[0])):
        try:
            found = Equations(variables, budget).decide(formula)
        except LimitReached as limit:
            if limit.reason is not Reason.INCOMPLETE:
                raise
            undecided = limit
        else:
            if found is not None:
                return found if variable is None else {**found, variable.name: text}
    if undecided is not None:
        raise undecided
    return None


def _template_count(formula: Formula) -> int:
    return sum(isinstance(atom, InTemplate) for atom in atoms(formula))


def _has_templates(formula: Formula) -> bool:
    return any(isinstance(atom, InTemplate) for atom in atoms(formula))


def _untangled(formula: Formula) -> Variable | None:
    """Return the string that tells most of those that nothing entangles."""
    tangled = {
        variable
        for atom in atoms(formula)
        if isinstance(atom, InTemplate | SumAtMost)
        for variable in variables_of(atom)
    }
    told = occurrences(formula)
    free = [v for v in told if v.sort is Sort.STRING and v not in tangled]
    return max(free, key=lambda variable: (told[variable], variable.name), default=None)
