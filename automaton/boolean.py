"""Search over the Boolean structure: one variable after another, one cell at a time.

To decide a formula, take the variable that occurs most, cut its values into cells, and decide
what is left of the formula in each cell; what is left is simplified, and refuted formulas are
remembered. Complete for Boolean combinations of one-variable atoms: the cells of a variable are
finitely many, and each step removes a variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from automaton.budget import Budget
from automaton.intervals import holds, samples
from automaton.regex import Regex
from automaton.terms import (
    FALSE,
    TRUE,
    And,
    AtMost,
    Atom,
    Formula,
    InRegex,
    Or,
    Sort,
    Variable,
    conjunction,
    constant,
    disjunction,
)
from automaton.verdict import Value

Cell = tuple[Value, dict[Formula, Formula]]
"""A value, and the truth of each atom of the variable under it."""


class Search:
    """Decides formulas over `variables` within one budget, remembering what it refuted.

    Of two variables that occur equally often the one that comes first is tried first.
    """

    def __init__(self, variables: Sequence[Variable], budget: Budget) -> None:
        self.rank = {variable: -place for place, variable in enumerate(variables)}
        self.budget = budget
        self.refuted: set[Formula] = set()

    def decide(self, formula: Formula) -> dict[str, Value] | None:
        """Return values that satisfy `formula`, or None iff there are none.

        Variables that do not matter are left out. Raise LimitReached iff the budget ends first.
        """
        if formula is TRUE:
            return {}
        if formula is FALSE or formula in self.refuted:
            return None
        variable, found = self._most_telling(formula)
        for value, truth in self._cells(variable, found, formula):
            self.budget.spend()
            model = self.decide(assign(formula, truth))
            if model is not None:
                return {**model, variable.name: value}
        self.refuted.add(formula)
        return None

    def _most_telling(self, formula: Formula) -> tuple[Variable, list[Atom]]:
        """Return the variable with the most occurrences in `formula`, and its atoms."""
        occurrences: Counter[Variable] = Counter()
        by_variable: dict[Variable, dict[Atom, None]] = {}
        seen: set[Formula] = set()
        stack = [formula]
        while stack:
            node = stack.pop()
            if isinstance(node, Atom):
                occurrences[node.variable] += 1
                by_variable.setdefault(node.variable, {})[node] = None
            elif isinstance(node, And | Or) and node not in seen:
                seen.add(node)
                stack.extend(node.parts)
        variable = max(occurrences, key=lambda key: (occurrences[key], self.rank[key]))
        return variable, list(by_variable[variable])

    def _cells(self, variable: Variable, found: list[Atom], formula: Formula) -> Iterator[Cell]:
        if variable.sort is Sort.STRING:
            return self._string_cells(found, formula)
        if variable.sort is Sort.BOOL:
            return iter(
                (value, {atom: constant(atom.positive == value) for atom in found})
                for value in (False, True)
            )
        return _number_cells(variable, [atom for atom in found if isinstance(atom, AtMost)])

    def _string_cells(self, found: list[Atom], formula: Formula) -> Iterator[Cell]:
        from automaton.cells import StringCells  # noqa: PLC0415 - loads numba

        memberships = [atom for atom in found if isinstance(atom, InRegex)]
        numbers: dict[Regex, int] = {}
        for membership in memberships:
            numbers.setdefault(membership.regex, len(numbers))
        goal = {True: 0, False: 0}
        for part in formula.parts if isinstance(formula, And) else (formula,):
            if isinstance(part, InRegex) and part.regex in numbers:
                goal[part.positive] |= (part in memberships) << numbers[part.regex]
        for vector, text in StringCells(list(numbers), goal[True], goal[False], self.budget):
            yield text, {atom: constant(_in_vector(atom, numbers, vector)) for atom in memberships}


def _in_vector(atom: InRegex, numbers: dict[Regex, int], vector: int) -> bool:
    return bool(vector >> numbers[atom.regex] & 1) == atom.positive


def _number_cells(variable: Variable, found: list[AtMost]) -> Iterator[Cell]:
    for value in samples(variable, found):
        yield value, {atom: constant(holds(atom, value)) for atom in found}


def assign(formula: Formula, truth: dict[Formula, Formula]) -> Formula:
    """Return `formula` with atoms replaced as `truth` says, which also serves as scratch."""
    known = truth.get(formula)
    if known is not None:
        return known
    if not isinstance(formula, And | Or):
        return formula
    parts = [assign(part, truth) for part in formula.parts]
    result = (conjunction if isinstance(formula, And) else disjunction)(*parts)
    truth[formula] = result
    return result
