"""Cutting a string variable: what is left of a formula in each cell of the variable's values.

Two steps. First by literals, a dictionary look-up each, with the patterns left open: most of what
can be refuted is refuted there, without an automaton. Then, where something is left, by the
patterns that still matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

from automaton.alphabet import READABLE
from automaton.assignment import Truth, assign
from automaton.budget import Budget, LimitReached
from automaton.cells import Goal, Patterns, literals_of, patterns_of
from automaton.inclusion import fulfilling, is_heavy, text_beside
from automaton.regex import Regex
from automaton.splitting import Splitting, memberships_of
from automaton.terms import FALSE, TRUE, Formula, InRegex, Variable, conjuncts, constant

Branch = tuple[str, Formula]
"""A string of a cell, and what is left of the formula there."""


def string_branches(variable: Variable, formula: Formula, budget: Budget) -> Iterator[Branch]:
    """Yield a branch for each cell of `variable` in which `formula` is not refuted at once."""
    memberships = memberships_of(variable, formula)
    regexes = _regexes(memberships)
    for texts, holders in _alike(regexes, budget):
        budget.spend()
        rest = assign(formula, _truth_by_literals(memberships, holders))
        if rest is not FALSE:
            yield from _among(texts, variable, rest, budget)
    rest = assign(formula, _truth_by_literals(memberships, frozenset()))
    if rest is not FALSE:
        texts = frozenset[str]().union(*map(literals_of, regexes))
        yield from _beside(texts, variable, rest, budget)


def _alike(
    regexes: Sequence[Regex], budget: Budget
) -> list[tuple[frozenset[str], frozenset[Regex]]]:
    """Return the literals of the regexes, grouped by the regexes that hold them."""
    groups: list[tuple[frozenset[str], frozenset[Regex]]] = []
    for regex in regexes:
        budget.spend(len(groups))
        fresh = literals_of(regex)
        split: list[tuple[frozenset[str], frozenset[Regex]]] = []
        for texts, holders in groups:
            common = texts & fresh
            split.append((common, holders | {regex}))
            split.append((texts - common, holders))
            fresh -= common
        split.append((fresh, frozenset({regex})))
        groups = [group for group in split if group[0]]
    return groups


def _among(
    texts: frozenset[str], variable: Variable, rest: Formula, budget: Budget
) -> Iterator[Branch]:
    """Yield the branches of strings that the literals do not tell apart."""
    memberships = memberships_of(variable, rest)
    if not memberships:
        yield min(texts, key=_length), rest
        return
    if _are_conjuncts(memberships, rest) and any(is_heavy(atom.regex) for atom in memberships):
        found = fulfilling(texts, *_by_sign(memberships), budget)
        if found:
            yield min(found, key=_length), assign(rest, dict.fromkeys(memberships, TRUE))
        return
    regexes = _regexes(memberships)
    for vector, text in Patterns(regexes, budget).cells_of(texts):
        yield text, assign(rest, _truth_by_patterns(memberships, regexes, vector))


def _beside(
    texts: frozenset[str], variable: Variable, rest: Formula, budget: Budget
) -> Iterator[Branch]:
    """Yield the branches of all strings but `texts`."""
    memberships = memberships_of(variable, rest)
    if not memberships:
        yield next(text for text in _all_texts() if text not in texts), rest
        return
    regexes = _regexes(memberships)
    aim = _goal(variable, regexes, rest)
    if _are_conjuncts(memberships, rest):
        text = text_beside(texts, regexes, aim, budget)
        if text is not None:
            yield text, assign(rest, dict.fromkeys(memberships, TRUE))
        return
    try:
        cells = Patterns(regexes, budget).cells_beside(texts, aim, is_limited=True)
        for vector, text in cells:
            yield text, assign(rest, _truth_by_patterns(memberships, regexes, vector))
    except LimitReached:
        budget.spend()
        yield from Splitting(variable, texts, budget).branches(rest)


def _are_conjuncts(memberships: Sequence[InRegex], formula: Formula) -> bool:
    return frozenset(memberships).issubset(conjuncts(formula))


def _by_sign(memberships: Sequence[InRegex]) -> tuple[list[Regex], list[Regex]]:
    """Return the regexes that are to match, and those that are not."""
    positive = [atom.regex for atom in memberships if atom.positive]
    return positive, [atom.regex for atom in memberships if not atom.positive]


def _regexes(memberships: Sequence[InRegex]) -> list[Regex]:
    """Return the regexes of the atoms in an order that does not depend on the formula."""
    return sorted({atom.regex for atom in memberships}, key=lambda regex: regex.serial)


def _truth_by_literals(memberships: Sequence[InRegex], holders: frozenset[Regex]) -> Truth:
    """Return the truth of the atoms for a string that is a literal of exactly `holders`.

    An atom whose regex may match by a pattern is left open.
    """
    truth: Truth = {}
    for atom in memberships:
        if atom.regex in holders:
            truth[atom] = constant(atom.positive)
        elif not patterns_of(atom.regex):
            truth[atom] = constant(not atom.positive)
    return truth


def _truth_by_patterns(
    memberships: Sequence[InRegex], regexes: Sequence[Regex], vector: int
) -> Truth:
    """Return the truth of the atoms where exactly the regexes in `vector`, a bit each, match."""
    matching = {regex for number, regex in enumerate(regexes) if vector >> number & 1}
    return {atom: constant((atom.regex in matching) == atom.positive) for atom in memberships}


def _goal(variable: Variable, regexes: Sequence[Regex], formula: Formula) -> Goal:
    """Return what the conjuncts of `formula` demand of `variable`."""
    demands = {True: 0, False: 0}
    for part in conjuncts(formula):
        if isinstance(part, InRegex) and part.variable == variable:
            demands[part.positive] |= 1 << regexes.index(part.regex)
    return Goal(required=demands[True], forbidden=demands[False])


def _length(text: str) -> tuple[int, str]:
    return len(text), text


def _all_texts() -> Iterator[str]:
    """Yield readable strings without end, the shortest first."""
    for length in count():
        yield from map("".join, product(READABLE, repeat=length))
