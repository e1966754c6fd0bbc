"""Boolean operators at the top of a regular expression become Boolean operators of the formula.

What is left in the atoms is a union of literals and patterns; a complement or an intersection
survives only inside a concatenation or a loop.
"""

from __future__ import annotations

from functools import lru_cache

from automaton import regex as rx
from automaton.regex import Regex
from automaton.terms import (
    And,
    Formula,
    InRegex,
    Or,
    Variable,
    atoms,
    conjunction,
    disjunction,
    in_regex,
    negation,
)

_OPERATORS = frozenset({rx.Intersection, rx.Complement})


def membership(variable: Variable, regex: Regex) -> Formula:
    """Return a formula, with plain regexes only, that holds iff `regex` matches `variable`."""
    if _is_plain(regex):
        return in_regex(variable, regex)
    match regex:
        case rx.Intersection():
            return conjunction(*(membership(variable, part) for part in regex.parts))
        case rx.Complement():
            return negation(membership(variable, regex.part))
        case rx.Union():
            plain = [part for part in regex.parts if type(part) not in _OPERATORS]
            others = [part for part in regex.parts if type(part) in _OPERATORS]
            return disjunction(
                in_regex(variable, rx.union(*plain)),
                *(membership(variable, part) for part in others),
            )
    raise TypeError(type(regex).__name__)


@lru_cache(maxsize=65536)
def _is_plain(regex: Regex) -> bool:
    """Return whether no complement or intersection stands at the top of `regex`."""
    parts = regex.parts if isinstance(regex, rx.Union) else (regex,)
    return _OPERATORS.isdisjoint(map(type, parts))


def with_plain_atoms(formula: Formula) -> Formula:
    """Return an equivalent formula whose memberships are in plain regexes."""
    regexes = (atom.regex for atom in atoms(formula) if isinstance(atom, InRegex))
    return formula if all(map(_is_plain, regexes)) else _rewrite(formula, {})


def _rewrite(formula: Formula, done: dict[Formula, Formula]) -> Formula:
    if formula not in done:
        done[formula] = _rewrite_new(formula, done)
    return done[formula]


def _rewrite_new(formula: Formula, done: dict[Formula, Formula]) -> Formula:
    match formula:
        case InRegex():
            plain = membership(formula.variable, formula.regex)
            return plain if formula.positive else negation(plain)
        case And():
            return conjunction(*(_rewrite(part, done) for part in formula.parts))
        case Or():
            return disjunction(*(_rewrite(part, done) for part in formula.parts))
        case _:
            return formula
