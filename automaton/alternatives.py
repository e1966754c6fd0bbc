"""Alternatives that each demand a string: branches where the cells of a variable are very many.

"Some statement matches" is such: each alternative asserts a membership, and from it follows of
other patterns whether they match, as one covers the other.
"""

from __future__ import annotations

from collections.abc import Collection

from automaton.assignment import Truth, assign, leaves
from automaton.budget import Budget
from automaton.cells import cuts_off_few
from automaton.difference import is_within
from automaton.membership import with_joined_memberships
from automaton.regex import Regex
from automaton.sorts import Variable
from automaton.terms import FALSE, And, Formula, InRegex, Or, conjuncts, constant

MANY = 16
"""With more regexes that may double the cells, alternatives are tried first."""


def alternatives_of(variable: Variable, formula: Formula) -> tuple[Formula, Or] | None:
    """Return an equivalent formula and the conjunct whose alternatives all assert a membership.

    Return None iff there is none or the cells are few; the shortest one otherwise.
    """
    if not isinstance(formula, And) or _wild_regexes(variable, formula) <= MANY:
        return None
    joined = with_joined_memberships(variable, formula)
    offering = [
        part
        for part in conjuncts(joined)
        if isinstance(part, Or) and all(_asserts(variable, p) for p in part.parts)
    ]
    if not offering:
        return None
    return joined, min(offering, key=lambda part: (len(part.parts), part.serial))


def _wild_regexes(variable: Variable, formula: Formula) -> int:
    """Return how many regexes of the variable may double its cells."""
    found = (leaf for leaf in leaves(formula) if isinstance(leaf, InRegex))
    regexes = {leaf.regex for leaf in found if leaf.variable == variable}
    return sum(not cuts_off_few(regex) for regex in regexes)


def _asserts(variable: Variable, formula: Formula) -> bool:
    return any(
        isinstance(part, InRegex) and part.positive and part.variable == variable
        for part in conjuncts(formula)
    )


def with_consequences(variable: Variable, formula: Formula, budget: Budget) -> Formula:
    """Return an equivalent formula without memberships that others it asserts decide."""
    known: Formula | None = None
    while formula is not known and formula is not FALSE:
        known = formula
        asserted = [
            part
            for part in conjuncts(formula)
            if isinstance(part, InRegex) and part.variable == variable
        ]
        matching = {atom.regex for atom in asserted if atom.positive}
        missing = {atom.regex for atom in asserted if not atom.positive}
        truth: Truth = {}
        for leaf in leaves(formula):
            if isinstance(leaf, InRegex) and leaf.variable == variable and leaf not in asserted:
                found = _follows(leaf.regex, matching, missing, budget)
                if found is not None:
                    truth[leaf] = constant(found == leaf.positive)
        formula = assign(formula, truth)
    return formula


def _follows(
    regex: Regex, matching: Collection[Regex], missing: Collection[Regex], budget: Budget
) -> bool | None:
    """Return whether a regex matches the strings that fulfil the others, None if that is open."""
    if any(is_within(other, regex, budget) for other in matching):
        return True
    # PERF: that two patterns have no string in common is seen as well, but seldom pays.
    return False if any(is_within(regex, other, budget) for other in missing) else None
