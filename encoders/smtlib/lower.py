"""Terms -> a problem of the language in the middle.

A term becomes a formula, a string in pieces, a linear sum or a language. What we do not model
becomes a fresh variable of its sort, and a gap: that allows more, so that an unsat stands, and a
model counts only where the terms themselves hold under it (`decide`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automaton import regex as rx
from automaton.budget import Budget
from automaton.sorts import Sort, Variable
from automaton.terms import Formula, Problem, constant, is_true
from automaton.verdict import Unsupported, Value
from encoders.smtlib.definitions import Definitions, Text
from encoders.smtlib.numbers import Measure, Sum, measure
from encoders.smtlib.operators import LOWERINGS, Context, Lowered
from encoders.smtlib.regexes import language
from encoders.smtlib.term import CONSTANT, SORTS, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order

CHAINS = frozenset({"and", "or", "str.++", "re.++", "re.union", "re.inter", "+"})
"""Operators whose nested uses are taken as one, so that long chains cost no more than lists."""


@dataclass(frozen=True)
class Gap:
    """A term that is not modelled, and which feature of it is the cause."""

    feature: str
    term: Term

    def __str__(self) -> str:
        return f"{self.feature} ({self.term.place})"


@dataclass(frozen=True)
class Script:
    """A problem that holds wherever the terms do; there are no gaps iff it holds nowhere else.

    The problem has more variables than the terms: `definitions` tells which.
    """

    problem: Problem
    gaps: tuple[Gap, ...]


def lower(
    assertions: Sequence[Term],
    declared: Sequence[Term],
    budget: Budget,
    known: Mapping[str, Value] | None = None,
) -> Script:
    """Return the problem that the assertions pose over the declared variables and their own.

    Those of sort RegLan are left out; variables that are `known` stand for their values. Raise
    LimitReached iff the budget ends while two constant languages are compared.
    """
    lowering = _Lowering(budget, known or {})
    formulas = lowering.formulas(assertions)
    variables = tuple(_variable(term) for term in declared if term.sort in SORTS)
    return Script(
        Problem((*formulas, *lowering.context.names.formulas), variables), tuple(lowering.gaps)
    )


def _variable(term: Term) -> Variable:
    sort = SORTS.get(term.sort)
    if sort is None:
        raise Unsupported(f"a variable of sort {term.sort.value}", str(term.place))
    return Variable(term.name, sort)


class _Lowering:
    """The terms of one script, each lowered once."""

    def __init__(self, budget: Budget, known: Mapping[str, Value]) -> None:
        self.budget = budget
        self.known = known
        self.context = Context(Definitions(), budget)
        self.gaps: list[Gap] = []

    def formulas(self, assertions: Sequence[Term]) -> list[Formula]:
        """Return the formula of each assertion."""
        known = in_order(*assertions, parts_of=parts_of)
        self.uses = Counter(part for term in known for part in term.parts)
        for term in in_order(*assertions, parts_of=self._parts):
            self.budget.spend()
            self.context.lowered[term] = self._lower(term)
        found = [self.context.lowered[term] for term in assertions]
        return [formula for formula in found if isinstance(formula, Formula)]

    def _parts(self, term: Term) -> tuple[Term, ...]:
        """Return the parts of a term, where those of a part with its operator replace that part."""
        if term.operator not in CHAINS:
            return term.parts
        flat: list[Term] = []
        stack = list(reversed(term.parts))
        while stack:
            part = stack.pop()
            if part.operator == term.operator and self.uses[part] == 1:
                stack.extend(reversed(part.parts))
            else:
                flat.append(part)
        return tuple(flat)

    def _lower(self, term: Term) -> Lowered:
        try:
            if term.name in self.known:
                return _of_constant(self.known[term.name])
            if term.operator == VARIABLE:
                return _of_variable(_variable(term))
            if term.operator == CONSTANT:
                assert term.value is not None
                return _of_constant(term.value)
            operands = self._parts(term)
            parts = [self.context.lowered[operand] for operand in operands]
            if term.sort is TermSort.REGLAN:
                return language(term, operands, parts)
            return LOWERINGS[term.operator](self.context, term, parts)
        except Unsupported as error:
            self.gaps.append(Gap(error.feature, term))
            return self._unknown(term)

    def _unknown(self, term: Term) -> Lowered:
        """Return what any value may stand for; of a language nothing is known."""
        if term.sort is TermSort.REGLAN:
            return None
        return _of_variable(self.context.names.fresh(SORTS[term.sort]))


def _of_variable(variable: Variable) -> Lowered:
    match variable.sort:
        case Sort.BOOL:
            return is_true(variable)
        case Sort.STRING:
            return Text((variable,))
    return measure(Measure.VALUE, variable)


def _of_constant(value: Value) -> Lowered:
    match value:
        case bool():
            return constant(value)
        case str():
            return Text((rx.literal(value),)) if value else Text(())
    return Sum(value)
