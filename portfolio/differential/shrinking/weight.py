"""How large a script is: what shrinking makes less of at every step, so that it ends.

A term weighs what it weighs written out: what is used twice counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple

from encoders.smtlib.term import CONSTANT, VARIABLE, Constant, Term, parts_of
from encoders.smtlib.walk import in_order

PLAIN = ascii_lowercase + digits + ascii_uppercase
"""The simplest characters, in order; all others come after them, by code point."""

A_CHARACTER = 1 << 24
A_VARIABLE = 8 * A_CHARACTER
"""More than any constant costs that a variable is replaced by."""

RANKS = {
    "not": 1,
    "and": 1,
    "=": 1,
    "re.none": 0,
    "re.all": 1,
    "re.allchar": 2,
    "<=": 1,
    "<": 2,
    ">=": 3,
    ">": 4,
    "+": 1,
    "str.<=": 1,
    "re.*": 1,
    "re.union": 1,
    "re.inter": 2,
    "=>": 4,
    "xor": 4,
    "distinct": 4,
    "re.diff": 4,
    "re.loop": 5,
    "str.replace_all": 4,
    "str.replace_re_all": 4,
}
"""What a function costs: of two that fit, the one that readers know better costs less."""

OTHER_RANK = 3


class Weight(NamedTuple):
    """The size of a script: less is simpler, the first difference decides."""

    nodes: int
    variables: int
    cost: int


def weight_of(assertions: Sequence[Term]) -> Weight:
    """Return the weight of assertions together."""
    weights = weights_of(assertions)
    variables = sum(term.operator == VARIABLE for term in weights)
    roots = [weights[root] for root in assertions]
    return Weight(sum(w.nodes for w in roots), variables, sum(w.cost for w in roots))


def weights_of(assertions: Sequence[Term]) -> dict[Term, Weight]:
    """Return the weight of each term of assertions, its variables not counted."""
    weights: dict[Term, Weight] = {}
    for term in in_order(*assertions, parts_of=parts_of):
        parts = [weights[part] for part in term.parts]
        nodes = 1 + sum(part.nodes for part in parts)
        weights[term] = Weight(nodes, 0, _cost(term) + sum(part.cost for part in parts))
    return weights


def _cost(term: Term) -> int:
    if term.operator == VARIABLE:
        return A_VARIABLE
    if term.operator == CONSTANT:
        assert term.value is not None
        return cost_of(term.value)
    return RANKS.get(term.operator, OTHER_RANK) + sum(term.indices)


def cost_of(value: Constant) -> int:
    """Return the cost of a constant: short, low, and of plain characters is cheap."""
    match value:
        case bool():
            return int(not value)
        case int():
            return 2 * abs(value) + (value < 0)
        case Fraction():
            return cost_of(value.numerator) + cost_of(value.denominator)
    return sum(A_CHARACTER + rank_of(char) for char in value)


def rank_of(char: str) -> int:
    """Return the place of a character in the order of simplicity."""
    place = PLAIN.find(char)
    return place if place >= 0 else len(PLAIN) + ord(char)


def char_of(rank: int) -> str:
    """Return the character at a place of that order, or one that is simpler still."""
    return PLAIN[rank] if rank < len(PLAIN) else chr(rank - len(PLAIN))
