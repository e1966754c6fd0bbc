"""Boolean operators at the top of a regular expression become Boolean operators of the formula.

What is left in the atoms is a union of literals and patterns; a complement or an intersection
survives only inside a concatenation or a loop.
"""

from __future__ import annotations

import operator
from functools import lru_cache
from typing import TypeGuard

from automaton import regex as rx
from automaton.assignment import inner_nodes
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
from automaton.traversal import fold

_OPERATORS = frozenset({rx.Intersection, rx.Complement})


def membership(variable: Variable, regex: Regex) -> Formula:
    """Return a formula, with plain regexes only, that holds iff `regex` matches `variable`."""
    if _is_plain(regex):
        return in_regex(variable, regex)
    known: dict[Regex, Formula] = {}
    return fold(regex, known, _operands, lambda node: _from_operands(variable, node, known))


def _operands(regex: Regex) -> list[Regex]:
    """Return the parts that become formulas of their own; none of a plain regex."""
    match regex:
        case rx.Intersection():
            return [*regex.parts]
        case rx.Complement():
            return [regex.part]
        case rx.Union():
            return [part for part in regex.parts if type(part) in _OPERATORS]
    return []


def _from_operands(variable: Variable, regex: Regex, known: dict[Regex, Formula]) -> Formula:
    operands = [known[part] for part in _operands(regex)]
    match regex:
        case rx.Intersection():
            return conjunction(*operands)
        case rx.Complement():
            return negation(*operands)
        case rx.Union() if operands:
            plain = [part for part in regex.parts if type(part) not in _OPERATORS]
            return disjunction(in_regex(variable, rx.union(*plain)), *operands)
    return in_regex(variable, regex)


@lru_cache(maxsize=65536)
def _is_plain(regex: Regex) -> bool:
    """Return whether no complement or intersection stands at the top of `regex`."""
    parts = regex.parts if isinstance(regex, rx.Union) else (regex,)
    return _OPERATORS.isdisjoint(map(type, parts))


def with_plain_atoms(formula: Formula) -> Formula:
    """Return an equivalent formula whose memberships are in plain regexes."""
    regexes = (atom.regex for atom in atoms(formula) if isinstance(atom, InRegex))
    if all(map(_is_plain, regexes)):
        return formula
    known: dict[Formula, Formula] = {}
    return fold(formula, known, _parts, lambda node: _plain(node, known))


def with_joined_memberships(variable: Variable, formula: Formula) -> Formula:
    """Return an equivalent formula in which alternatives that are memberships of it are one.

    So are, within an Or, the negated memberships that stand side by side.
    """
    known: dict[Formula, Formula] = {}
    for node in inner_nodes(formula):
        parts = [known.get(part, part) for part in node.parts]
        sign = isinstance(node, Or)
        alike = [part for part in parts if _is_membership(part, variable, positive=sign)]
        if len(alike) > 1 and (sign or node is not formula):
            joined = in_regex(variable, rx.union(*(atom.regex for atom in alike)))
            parts = [*set(parts).difference(alike), joined if sign else negation(joined)]
        elif all(map(operator.is_, parts, node.parts)):
            continue
        known[node] = disjunction(*parts) if sign else conjunction(*parts)
    return known.get(formula, formula)


def _is_membership(formula: Formula, variable: Variable, *, positive: bool) -> TypeGuard[InRegex]:
    if not isinstance(formula, InRegex) or formula.positive is not positive:
        return False
    return formula.variable == variable


def _parts(formula: Formula) -> tuple[Formula, ...]:
    return formula.parts if isinstance(formula, And | Or) else ()


def _plain(formula: Formula, known: dict[Formula, Formula]) -> Formula:
    match formula:
        case InRegex():
            plain = membership(formula.variable, formula.regex)
            return plain if formula.positive else negation(plain)
        case And():
            return conjunction(*(known[part] for part in formula.parts))
        case Or():
            return disjunction(*(known[part] for part in formula.parts))
        case _:
            return formula
