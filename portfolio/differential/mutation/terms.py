"""Terms for mutants: small random ones, other constants, and operators that fit in others' place.

Texts in a RegLan stay constants, as many solvers want them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from random import Random

from automaton.charset import MAX_CODE_POINT
from encoders.smtlib.term import Constant, Term, TermSort
from portfolio.differential.terms import (
    HERE,
    ODD_CODES,
    POOL,
    SIGNATURE,
    L,
    Row,
    call,
    constant,
)

TEXTS = ("", "a", "b", "ab", "ba", "aa", "aba", "0", "10", "007", "-1", "A", *map(chr, ODD_CODES))
NUMBERS = (0, 1, 2, 3, 4, 5, 10, 97, MAX_CODE_POINT, MAX_CODE_POINT + 1, -1, -2)
MAX_TEXT = 60
"""The greatest length of a text that a mutation makes longer."""

MAX_INDEX = 40
"""The greatest index that a mutation makes larger."""

_NAMED = ("re.none", "re.all", "re.allchar")
_OF_TWO = frozenset({"str.<", "str.<="})
"""Functions that SMT-LIB gives more than two arguments, and z3 and cvc5 do not."""


@cache
def _rows_of(sort: TermSort) -> tuple[Row, ...]:
    return tuple(row for row in SIGNATURE if row.result is sort and row.arguments)


def small_term(sort: TermSort, variables: Sequence[Term], chance: Random, depth: int = 2) -> Term:
    """Return a random term of a sort over some variables, at most so deep."""
    if depth == 0 or chance.random() < 0.3:
        return _leaf(sort, variables, chance)
    row = chance.choice(_rows_of(sort))
    if row.operator in ("str.to_re", "re.range"):
        return _leaf(L, (), chance)
    sorts = [*row.arguments, *[row.arguments[-1]] * chance.choice((0, 0, _more(row)))]
    parts = [small_term(part, variables, chance, depth - 1) for part in sorts]
    return applied(row, parts, indices_for(row, chance))


def _more(row: Row) -> int:
    return 0 if row.operator in _OF_TWO else row.more


def _leaf(sort: TermSort, variables: Sequence[Term], chance: Random) -> Term:
    named = [each for each in variables if each.sort is sort]
    if named and chance.random() < 0.6:
        return chance.choice(named)
    match sort:
        case TermSort.BOOL:
            return constant(chance.random() < 0.5)
        case TermSort.INT:
            return written(chance.choice(NUMBERS))
        case TermSort.REAL:
            return written(Fraction(chance.randrange(-4, 9), 4))
        case TermSort.STRING:
            return constant(chance.choice(TEXTS))
    match chance.randrange(4):
        case 0:
            return call(chance.choice(_NAMED))
        case 1:
            return call("re.range", chance.choice("aab0"), chance.choice("bz9\U0002ffff"))
    return call("str.to_re", chance.choice(TEXTS))


def applied(row: Row, parts: Sequence[Term], indices: tuple[int, ...]) -> Term:
    """Return the function of a row applied to parts."""
    return POOL.application(row.operator, tuple(parts), row.result, indices=indices, place=HERE)


def indices_for(row: Row, chance: Random) -> tuple[int, ...]:
    """Return random indices for the function of a row; a number that divides is none of 0."""
    least = 0 if row.result is L else 1
    return tuple(chance.randint(least, most) for most in row.indices)


@cache
def _fitting(sorts: tuple[TermSort, ...], result: TermSort) -> tuple[Row, ...]:
    return tuple(row for row in SIGNATURE if row.result is result and _takes(row, sorts))


def _takes(row: Row, sorts: tuple[TermSort, ...]) -> bool:
    least = len(row.arguments)
    if not sorts or len(sorts) < least or (len(sorts) > least and not _more(row)):
        return False
    return sorts[:least] == row.arguments and set(sorts[least:]) <= {row.arguments[-1]}


def other_operator(node: Term, chance: Random) -> Term | None:
    """Return a term with the same parts under another function, None iff no other takes them."""
    sorts = tuple(part.sort for part in node.parts)
    rows = [row for row in _fitting(sorts, node.sort) if row.operator != node.operator]
    if not rows:
        return None
    row = chance.choice(rows)
    return applied(row, node.parts, indices_for(row, chance))


def may_have_more(node: Term) -> bool:
    """Return whether a function may be given another argument like its last."""
    sorts = tuple(part.sort for part in node.parts)
    return any(_more(row) and row.operator == node.operator for row in _fitting(sorts, node.sort))


def may_have_less(node: Term) -> bool:
    """Return whether a function may lose an argument."""
    return len(node.parts) > 1 and any(
        row.operator == node.operator
        for row in _fitting(tuple(part.sort for part in node.parts[1:]), node.sort)
    )


def other_indices(node: Term, chance: Random) -> Term:
    """Return a term with one of its indices changed, or with two of them exchanged."""
    indices = list(node.indices)
    if len(indices) == 2 and chance.random() < 0.3:
        indices.reverse()
    else:
        place = chance.randrange(len(indices))
        least = 0 if node.sort is L else 1
        index = indices[place]
        near = (index + 1, index - 1, least, 2 * index, chance.choice(indices))
        largest = max(MAX_INDEX, *node.indices)
        indices[place] = min(max(chance.choice(near), least), largest)
    return POOL.application(
        node.operator, node.parts, node.sort, indices=tuple(indices), place=HERE
    )


def written(number: int | Fraction) -> Term:
    """Return a number as a script writes it: a negative one is the negation of another."""
    return constant(number) if number >= 0 else call("-", constant(-number))


def other_constant(value: Constant, known: Sequence[str], chance: Random) -> Term:
    """Return another value of the same sort; `known` are the texts of its script."""
    match value:
        case bool():
            return constant(not value)
        case int():
            return written(chance.choice((*NUMBERS, value + 1, value - 1, -value, 2 * value + 1)))
        case Fraction():
            return written(value + Fraction(chance.choice((-2, -1, 1, 2, 4)), 4))
    return constant(_other_text(value, known, chance))


def _other_text(text: str, known: Sequence[str], chance: Random) -> str:
    match chance.randrange(7):
        case 0:
            return chance.choice(TEXTS)
        case 1:
            return chance.choice(known) if known else ""
        case 2:
            return text[::-1]
        case 3 if len(text) < MAX_TEXT:
            return text + chance.choice(known) if known else text + "a"
    place = chance.randrange(len(text) + 1)
    kept = text[place + chance.randrange(2) :]
    added = chance.choice(("", "a", "b", text[:1], chance.choice(TEXTS)))
    return text[:place] + added + kept
