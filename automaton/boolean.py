"""Search over the Boolean structure: one variable after another, one cell at a time.

To decide a formula, take the variable that occurs most, cut its values into cells, and decide
what is left of the formula in each cell; what is left is simplified, and refuted formulas are
remembered. Complete for Boolean combinations of one-variable atoms: the cells of a variable are
finitely many, and each step removes a variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from automaton.alternatives import alternatives_of, with_consequences
from automaton.assignment import assign, leaves
from automaton.budget import Budget
from automaton.cells import cuts_off_few
from automaton.intervals import holds, samples
from automaton.residue import Residues
from automaton.strings import string_branches
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
    conjuncts,
    constant,
)
from automaton.traversal import Steps, run
from automaton.verdict import Value

Branch = tuple[Value, Formula]
"""A value of a cell, and what is left of the formula there."""


FEW = 16
"""A formula with more variables is searched for parts that share none."""


class Search:
    """Decides formulas over `variables` within one budget, remembering what it refuted.

    Of two variables that occur equally often the one that comes first is tried first; variables
    beyond those given come last.
    """

    def __init__(self, variables: Sequence[Variable], budget: Budget) -> None:
        self.rank = {variable: -place for place, variable in enumerate(variables)}
        self.budget = budget
        self.refuted: set[Formula] = set()
        self.late: set[Variable] = set()
        """Variables that are tried after all others, however often they occur."""

    def decide(self, formula: Formula) -> dict[str, Value] | None:
        """Return values that satisfy `formula`, or None iff there are none.

        Variables that do not matter are left out. Raise LimitReached iff the budget ends first.
        """
        return run(self._decide(formula))

    def _decide(self, formula: Formula) -> Steps[dict[str, Value] | None]:
        if formula is TRUE:
            return {}
        if formula is FALSE or formula in self.refuted:
            return None
        told = occurrences(formula)
        if len(told) > FEW and isinstance(formula, And):
            groups = _independent(formula)
            if len(groups) > 1:
                return (yield from self._decide_each(formula, groups))
        variable = self._most_telling(told)
        found = alternatives_of(variable, formula)
        if found is not None:
            return (yield from self._decide_alternatives(variable, formula, *found))
        for value, rest in self._branches(variable, formula):
            self.budget.spend()
            model: dict[str, Value] | None = yield self._decide(rest)
            if model is not None:
                model[variable.name] = value
                return model
        self.refuted.add(formula)
        return None

    def _decide_alternatives(
        self, variable: Variable, formula: Formula, joined: Formula, offering: Or
    ) -> Steps[dict[str, Value] | None]:
        """Decide a formula by the alternatives of a conjunct of `joined`, which is equivalent."""
        rest = conjunction(*(part for part in conjuncts(joined) if part is not offering))
        for part in offering.parts:
            self.budget.spend()
            smaller = with_consequences(variable, conjunction(rest, part), self.budget)
            model: dict[str, Value] | None = yield self._decide(smaller)
            if model is not None:
                return model
        self.refuted.add(formula)
        return None

    def _decide_each(
        self, formula: Formula, groups: Iterable[Formula]
    ) -> Steps[dict[str, Value] | None]:
        """Decide a conjunction of formulas that share no variable."""
        values: dict[str, Value] = {}
        for group in groups:
            model: dict[str, Value] | None = yield self._decide(group)
            if model is None:
                self.refuted.add(formula)
                return None
            values |= model
        return values

    def _most_telling(self, occurrences: Counter[Variable]) -> Variable:
        """Return the variable with the most occurrences, weighted by what each tells."""
        last = -len(self.rank)
        return max(
            occurrences,
            key=lambda var: (var not in self.late, occurrences[var], self.rank.get(var, last)),
        )

    def _branches(self, variable: Variable, formula: Formula) -> Iterator[Branch]:
        match variable.sort:
            case Sort.STRING:
                return string_branches(variable, formula, self.budget)
            case Sort.BOOL:
                return _bool_branches(variable, formula)
            case _:
                return _number_branches(variable, formula)


def occurrences(formula: Formula) -> Counter[Variable]:
    """Return how much each variable tells: an atom that cuts off few cells counts double.

    A wildcard with an inner star may double the cells, others add one each.
    """
    found: Counter[Variable] = Counter()
    for leaf, times in Counter(leaves(formula)).items():
        if isinstance(leaf, Atom):
            is_wild = isinstance(leaf, InRegex) and not cuts_off_few(leaf.regex)
            found[leaf.variable] += times if is_wild else 2 * times
    return found


def _independent(formula: And) -> list[Formula]:
    """Return formulas that share no variable and whose conjunction is `formula`."""
    leader: dict[Variable, Variable] = {}

    def find(variable: Variable) -> Variable:
        while leader.setdefault(variable, variable) != variable:
            leader[variable] = variable = leader[leader[variable]]
        return variable

    firsts: list[Variable] = []
    for part in formula.parts:
        first, *others = occurrences(part)
        firsts.append(first)
        leader.update((find(other), find(first)) for other in others)
    groups: dict[Variable, list[Formula]] = {}
    for part, first in zip(formula.parts, firsts, strict=True):
        groups.setdefault(find(first), []).append(part)
    return [conjunction(*parts) for parts in groups.values()]


def _atoms_of(variable: Variable, formula: Formula) -> list[Atom]:
    found = (leaf for leaf in leaves(formula) if isinstance(leaf, Atom))
    return [leaf for leaf in found if leaf.variable == variable]


def _bool_branches(variable: Variable, formula: Formula) -> Iterator[Branch]:
    found = _atoms_of(variable, formula)
    for value in (False, True):
        yield value, assign(formula, {atom: constant(atom.positive == value) for atom in found})


def _number_branches(variable: Variable, formula: Formula) -> Iterator[Branch]:
    found = {atom for atom in _atoms_of(variable, formula) if isinstance(atom, AtMost)}
    ordered = sorted(found, key=lambda atom: (atom.bound, not atom.strict))
    residues = Residues(formula, {atom: constant(atom.positive) for atom in found})
    place = 0
    for value in samples(variable, found):
        first = place
        while place < len(ordered) and holds(ordered[place], value) != ordered[place].positive:
            place += 1
        passed = ordered[first:place]
        yield value, residues.after({atom: constant(not atom.positive) for atom in passed})
