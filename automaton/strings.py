"""Cutting a string variable: what is left of a formula in each cell of the variable's values.

Two steps. First by literals, a dictionary look-up each, with the patterns left open: most of what
can be refuted is refuted there, without an automaton. Then, where something is left, by the
patterns that still matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, product

from automaton.alphabet import READABLE
from automaton.assignment import Truth, assign
from automaton.budget import Budget, LimitReached
from automaton.cells import Goal, Patterns, StringCell, literals_of, patterns_of
from automaton.inclusion import fulfilling, is_heavy, text_beside
from automaton.membership import with_joined_memberships
from automaton.pattern import positions_of
from automaton.regex import Regex
from automaton.residue import Residues
from automaton.splitting import Splitting, memberships_of
from automaton.terms import FALSE, TRUE, Formula, InRegex, Variable, conjuncts, constant

Branch = tuple[str, Formula]
"""A string of a cell, and what is left of the formula there."""

Atoms = dict[Regex, list[InRegex]]
"""The memberships of a variable, by regex."""


def string_branches(variable: Variable, formula: Formula, budget: Budget) -> Iterator[Branch]:
    """Yield a branch for each cell of `variable` in which `formula` is not refuted at once."""
    atoms = _by_regex(memberships_of(variable, formula))
    if not any(map(literals_of, atoms)):
        yield from _beside(frozenset(), variable, formula, budget)
        return
    residues = Residues(formula, _truth_beside_literals(atoms))
    for texts, holders in _alike(atoms, budget):
        budget.spend()
        rest = residues.under(_truth_of(atoms, holders))
        if rest is not FALSE:
            yield from _among(texts, variable, rest, budget)
    rest = residues.under({})
    if rest is not FALSE:
        texts = frozenset[str]().union(*map(literals_of, atoms))
        yield from _beside(texts, variable, rest, budget)


def _by_regex(memberships: Iterable[InRegex]) -> Atoms:
    """Return the atoms of each regex, in an order that does not depend on the formula."""
    found: Atoms = {}
    for atom in sorted(memberships, key=lambda atom: (atom.regex.serial, atom.positive)):
        found.setdefault(atom.regex, []).append(atom)
    return found


def _truth_beside_literals(atoms: Atoms) -> Truth:
    """Return the truth of the atoms for a string that is none of their literals.

    An atom whose regex may match by a pattern is left open.
    """
    closed = (regex for regex in atoms if not patterns_of(regex))
    return {atom: constant(not atom.positive) for regex in closed for atom in atoms[regex]}


def _truth_of(atoms: Atoms, matching: Iterable[Regex]) -> Truth:
    """Return the truth of the atoms of some regexes that match."""
    return {atom: constant(atom.positive) for regex in matching for atom in atoms[regex]}


def _alike(
    regexes: Iterable[Regex], budget: Budget
) -> Iterator[tuple[frozenset[str], tuple[Regex, ...]]]:
    """Yield the literals of the regexes, grouped by the regexes that hold them."""
    holders: dict[str, tuple[Regex, ...]] = {}
    groups: dict[tuple[Regex, ...], list[str]] = {}
    for regex in regexes:
        fresh = literals_of(regex)
        budget.spend(len(fresh))
        own = (regex,)
        common = fresh & holders.keys() if holders else ()
        holders.update(dict.fromkeys(fresh.difference(common), own))
        for text in common:
            holders[text] += own
    for text, found in holders.items():
        groups.setdefault(found, []).append(text)
    for found, texts in groups.items():
        yield frozenset(texts), found


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
    atoms = _by_regex(memberships)
    yield from _by_cells(atoms, rest, Patterns([*atoms], budget).cells_of(texts))


def _beside(
    texts: frozenset[str], variable: Variable, rest: Formula, budget: Budget
) -> Iterator[Branch]:
    """Yield the branches of all strings but `texts`."""
    rest = with_joined_memberships(variable, rest)
    memberships = memberships_of(variable, rest)
    if not memberships:
        yield next(text for text in _all_texts() if text not in texts), rest
        return
    atoms = _by_regex(memberships)
    aim = _goal(variable, atoms, rest)
    if _are_conjuncts(memberships, rest):
        text = text_beside(texts, [*atoms], aim, budget)
        if text is not None:
            yield text, assign(rest, dict.fromkeys(memberships, TRUE))
        return
    try:
        cells = Patterns([*atoms], budget).cells_beside(texts, aim, is_limited=True)
        yield from _by_cells(atoms, rest, cells)
    except LimitReached:
        budget.spend()
        yield from Splitting(variable, texts, budget).branches(rest)


def _are_conjuncts(memberships: Sequence[InRegex], formula: Formula) -> bool:
    return frozenset(memberships).issubset(conjuncts(formula))


def _by_sign(memberships: Sequence[InRegex]) -> tuple[list[Regex], list[Regex]]:
    """Return the regexes that are to match, and those that are not."""
    positive = [atom.regex for atom in memberships if atom.positive]
    return positive, [atom.regex for atom in memberships if not atom.positive]


def _by_cells(atoms: Atoms, rest: Formula, cells: Iterable[StringCell]) -> Iterator[Branch]:
    """Yield a branch for each cell, which names the matching ones among the regexes of `atoms`."""
    regexes = [*atoms]
    nothing: Truth = {a: constant(not a.positive) for regex in atoms for a in atoms[regex]}
    residues = Residues(rest, nothing)
    for vector, text in cells:
        matching = (regexes[number] for number in positions_of(vector))
        yield text, residues.under(_truth_of(atoms, matching))


def _goal(variable: Variable, regexes: Iterable[Regex], formula: Formula) -> Goal:
    """Return what the conjuncts of `formula` demand of `variable`."""
    places = {regex: 1 << number for number, regex in enumerate(regexes)}
    demands = {True: 0, False: 0}
    for part in conjuncts(formula):
        if isinstance(part, InRegex) and part.variable == variable:
            demands[part.positive] |= places[part.regex]
    return Goal(required=demands[True], forbidden=demands[False])


def _length(text: str) -> tuple[int, str]:
    return len(text), text


def _all_texts() -> Iterator[str]:
    """Yield readable strings without end, the shortest first."""
    for length in count():
        yield from map("".join, product(READABLE, repeat=length))
