"""Search over sums of lengths and numbers beside one-variable atoms.

Atoms that share a variable with a sum are taken as true or false one after another, until all of
them are asserted. On the way the monadic search decides what is left without the sums, and the
integers the sums with the ranges of the lengths. In the end each string has one language and the
sums are solved over its exact lengths: a conjunction has a model iff there are integers of which
those that are lengths are lengths of strings of the languages.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

from automaton import regex as rx
from automaton.assignment import Truth, assign, leaves
from automaton.boolean import Search
from automaton.budget import SHARE_IS_SPENT, Budget, LimitReached, Share
from automaton.integers import Constraint as AnyConstraint
from automaton.integers import solve_integers
from automaton.intervals import holds
from automaton.lengths import Language, Lengths, Progression, counted
from automaton.quotient import is_match
from automaton.regex import Regex
from automaton.sorts import Sort, Variable
from automaton.terms import (
    FALSE,
    TRUE,
    AtMost,
    Atom,
    Formula,
    InRegex,
    Or,
    SumAtMost,
    conjunction,
    conjuncts,
    constant,
    length_within,
    negation,
    variables_of,
)
from automaton.terms import Truth as TruthAtom
from automaton.verdict import Model, Value

Constraint = AnyConstraint[Hashable]
Integers = Mapping[Hashable, int]

MAX_CALLS = 64
"""How often the monadic search may ask for more while much is still to be taken apart."""


class Sums:
    """Decides formulas without templates over `variables` within one budget."""

    def __init__(self, variables: Sequence[Variable], budget: Budget) -> None:
        self.search = Search(variables, budget)
        self.budget = budget
        self.languages: dict[Regex, Language] = {}

    def postpone(self, variables: Collection[Variable]) -> None:
        """Try these variables after all others, however often they occur."""
        self.search.late = set(variables)

    def decide(self, formula: Formula) -> dict[str, Value] | None:
        """Return values that satisfy `formula`, or None iff there are none.

        Variables that do not matter are left out. Raise LimitReached iff the budget ends first, or
        the lengths of a language are too many to tell.
        """
        measured = variables_of_sums(formula)
        if not measured:
            return self.search.decide(formula)
        pending = [_counted_as_sums(formula, measured)]
        while pending:
            self.budget.spend()
            left = propagated(pending.pop())
            if left is FALSE:
                continue
            atom = _undecided(left, measured)
            if atom is None:
                values = self._values(left, measured)
                if values is not None:
                    return values
            else:
                pending += self._halves(left, atom, measured)
        return None

    def _halves(
        self, formula: Formula, atom: Atom, measured: Collection[Variable]
    ) -> list[Formula]:
        """Return the formula where the atom is false and where it is true, likely ones last.

        Nothing is returned if the formula is seen to be refuted.
        """
        found = self._approximation(formula, measured)
        if found is None:
            return []
        sign = _is_true(atom, *found)
        return [_assuming(formula, atom, not sign), _assuming(formula, atom, sign)]

    def integers(self, formula: Formula, constraints: Iterable[Constraint]) -> Integers | None:
        """Return integers for what the formula asserts of sums, and for the constraints."""
        asserted = _constraints(formula, variables_of_sums(formula))
        return solve_integers([*asserted, *constraints], self.budget)

    def may_hold(self, formula: Formula) -> bool:
        """Return False only if no values satisfy `formula`, as is seen soon."""
        measured = variables_of_sums(formula)
        return self._approximation(_counted_as_sums(formula, measured), measured) is not None

    def _approximation(
        self, formula: Formula, measured: Collection[Variable]
    ) -> tuple[Model, Integers] | None:
        """Return values without the sums and integers for the sums alone, or None iff none are.

        Where the values are not found soon none are given.
        """
        numbers = solve_integers(_constraints(formula, measured), self.budget)
        if numbers is None:
            return None
        search = Search((), Share(self.budget, MAX_CALLS))
        search.rank, search.refuted = self.search.rank, self.search.refuted
        search.late = self.search.late
        try:
            model = search.decide(_without_sums(formula))
        except LimitReached as limit:
            if limit.detail != SHARE_IS_SPENT:
                raise
            return {}, numbers
        return None if model is None else (model, numbers)

    def _values(self, formula: Formula, measured: Collection[Variable]) -> dict[str, Value] | None:
        """Return values that satisfy the formula, which asserts all atoms of measured variables."""
        constraints = [*_constraints(formula, measured)]
        if solve_integers(constraints, self.budget) is None:
            return None
        model = self.search.decide(_without_sums(formula))
        if model is None:
            return None
        strings = {v: self._language(v, formula) for v in measured if v.sort is Sort.STRING}
        lengths = {variable: language.lengths for variable, language in strings.items()}
        numbers = self._numbers(constraints, lengths)
        if numbers is None:
            return None
        return model | {
            v.name: strings[v].string(numbers[v]) if v in strings else numbers.get(v, 0)
            for v in measured
        }

    def _language(self, variable: Variable, formula: Formula) -> Language:
        """Return the language of the memberships of the variable that the formula asserts."""
        parts = (
            atom.regex if atom.positive else rx.complement(atom.regex)
            for atom in conjuncts(formula)
            if isinstance(atom, InRegex) and atom.variable == variable
        )
        regex = rx.intersection(*parts)
        return self.languages.setdefault(regex, Language(regex, self.budget))

    def _numbers(
        self, constraints: list[Constraint], lengths: Mapping[Variable, Lengths]
    ) -> Integers | None:
        """Return integers that satisfy the constraints, those of strings among their lengths."""
        pending = [constraints]
        while pending:
            rows = pending.pop()
            numbers = solve_integers(rows, self.budget)
            if numbers is None:
                continue
            wrong = [v for v, found in lengths.items() if not _is_among(numbers[v], found)]
            if not wrong:
                return numbers
            chosen = min(wrong, key=lambda variable: len(lengths[variable]))
            pending += [[*rows, *_within(chosen, one)] for one in reversed(lengths[chosen])]
        return None


def variables_of_sums(formula: Formula) -> tuple[Variable, ...]:
    """Return the variables that occur in sums, each once."""
    sums = (leaf for leaf in leaves(formula) if isinstance(leaf, SumAtMost))
    return tuple(dict.fromkeys(variable for leaf in sums for variable in variables_of(leaf)))


def propagated(formula: Formula) -> Formula:
    """Return an equivalent formula in which what it asserts decides no atom elsewhere."""
    known: set[Formula] = set()
    while formula is not FALSE:
        asserted: set[Formula] = {p for p in conjuncts(formula) if isinstance(p, Atom)}
        if asserted <= known:
            break
        known = asserted
        truth: Truth = dict.fromkeys(asserted, TRUE)
        truth |= {negation(atom): FALSE for atom in asserted}
        others = (part for part in conjuncts(formula) if part not in asserted)
        formula = conjunction(*asserted, *(assign(part, truth) for part in others))
    return formula


def _counted_as_sums(formula: Formula, measured: Collection[Variable]) -> Formula:
    """Return the formula with what says nothing but the length of a measured string as sums."""
    truth: Truth = {}
    for leaf in leaves(formula):
        if isinstance(leaf, InRegex) and leaf.variable in measured:
            found = counted(leaf.regex)
            if found is not None:
                within = length_within(leaf.variable, *found)
                truth[leaf] = within if leaf.positive else negation(within)
    return assign(formula, truth)


def _without_sums(formula: Formula) -> Formula:
    return assign(formula, {leaf: TRUE for leaf in leaves(formula) if isinstance(leaf, SumAtMost)})


def _constraints(formula: Formula, measured: Collection[Variable]) -> Iterator[Constraint]:
    """Yield what the formula asserts of the measured variables; of strings the ranges of length."""
    for variable in measured:
        if variable.sort is Sort.STRING:
            yield {variable: -1}, 0
    for atom in conjuncts(formula):
        if isinstance(atom, SumAtMost):
            yield {variable: factor for factor, variable in atom.summands}, atom.bound
        elif isinstance(atom, AtMost) and atom.variable in measured:
            yield _comparison(atom)
        elif isinstance(atom, InRegex) and atom.positive and atom.variable in measured:
            low, high = rx.length_bounds(atom.regex)
            yield from _between(atom.variable, low, high)


def _comparison(atom: AtMost) -> Constraint:
    bound = int(atom.bound)
    return ({atom.variable: 1}, bound) if atom.positive else ({atom.variable: -1}, -bound - 1)


def _between(name: Hashable, low: int, high: int | None) -> Iterator[Constraint]:
    yield {name: -1}, -low
    if high is not None:
        yield {name: 1}, high


def _within(variable: Variable, numbers: Progression) -> Iterator[Constraint]:
    """Yield what says that the variable's length is one of the numbers."""
    yield from _between(variable, numbers.first, numbers.last)
    if numbers.step > 1:
        rounds = (variable, "rounds")
        yield {variable: 1, rounds: -numbers.step}, numbers.first
        yield {variable: -1, rounds: numbers.step}, -numbers.first


def _is_among(number: int, lengths: Lengths) -> bool:
    return any(number in progression for progression in lengths)


def _undecided(formula: Formula, measured: Collection[Variable]) -> Atom | None:
    """Return an atom of a shortest alternative that speaks of measured variables, if there is one.

    Atoms that stand for a whole alternative come first.
    """
    alternatives = [p for p in conjuncts(formula) if isinstance(p, Or) and _speaks(p, measured)]
    if not alternatives:
        return None
    shortest = min(alternatives, key=lambda part: len(part.parts))
    atoms: Iterable[Formula] = (*shortest.parts, *leaves(shortest))
    return next(atom for atom in atoms if isinstance(atom, Atom))


def _speaks(formula: Formula, measured: Collection[Variable]) -> bool:
    return any(isinstance(leaf, Atom) and leaf.variable in measured for leaf in leaves(formula))


def _is_true(atom: Atom, model: Model, numbers: Integers) -> bool:
    """Return whether the atom holds in the model, or of the numbers if it speaks of these."""
    value = model.get(atom.variable.name)
    match atom:
        case SumAtMost():
            return sum(factor * numbers.get(v, 0) for factor, v in atom.summands) <= atom.bound
        case AtMost():
            return holds(atom, numbers.get(atom.variable, 0))
        case InRegex():
            return is_match(atom.regex, str(value or "")) is atom.positive
        case TruthAtom():
            return bool(value) is atom.positive
    return True


def _assuming(formula: Formula, atom: Atom, sign: bool) -> Formula:
    assumed: Formula = atom if sign else negation(atom)
    truth: Truth = {atom: constant(sign), negation(atom): constant(not sign)}
    return conjunction(assumed, assign(formula, truth))
