"""What terms are lowered to, and fresh variables with what defines them.

A definition holds for exactly one value of its variable, whatever the other variables are, so that
it may be asserted beside the formula in which the variable stands, at any depth and in any sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automaton import pieces as pc
from automaton import regex as rx
from automaton.pieces import Piece
from automaton.sorts import Sort, Variable
from automaton.terms import Formula, conjunction, disjunction, in_regex, in_template
from automaton.verdict import Unsupported

MAX_SIZE = 1 << 20
"""How many characters and parts one concatenation may have: nested lets double them."""


@dataclass(frozen=True)
class Text:
    """A string: literals and variables one after another, no two literals neighbours."""

    pieces: tuple[Piece, ...]

    @property
    def word(self) -> str | None:
        """The string itself, or None iff a variable is a part of it."""
        match self.pieces:
            case ():
                return ""
            case (rx.Literal() as only,):
                return only.text
        return None


@dataclass(frozen=True)
class Slice:
    """The `count` characters of a string from `start` on, as many as there are.

    INVARIANT: `start` is not negative, and `count` is positive.
    """

    whole: Variable
    start: int
    count: int


String = Text | Slice


def text(*pieces: Piece) -> Text:
    """Return the concatenation of words and variables. Raise Unsupported iff it is too large."""
    require_size(pieces)
    return Text(pc.joined(pieces))


def require_size(pieces: Sequence[Piece]) -> None:
    """Raise Unsupported iff the concatenation of the pieces is too large to be held."""
    if sum(map(_size, pieces)) > MAX_SIZE:
        raise Unsupported(f"a concatenation of over {MAX_SIZE} characters and parts")


def _size(piece: Piece) -> int:
    match piece:
        case rx.Literal():
            return len(piece.text)
        case rx.Concat():
            return sum(len(p.text) if isinstance(p, rx.Literal) else 1 for p in piece.parts)
    return 1


class Definitions:
    """The fresh variables of one script; `formulas` define them.

    A fresh name starts with `|`, which no symbol of SMT-LIB holds.
    """

    def __init__(self) -> None:
        self.formulas: list[Formula] = []
        self._count = 0
        self._named: dict[String, Variable] = {}

    def fresh(self, sort: Sort) -> Variable:
        """Return a variable that occurs nowhere yet."""
        self._count += 1
        return Variable(f"|{self._count}", sort)

    def require(self, *formulas: Formula) -> None:
        """Add what is defined to hold."""
        self.formulas += formulas

    def named(self, string: String) -> Variable:
        """Return a variable whose value is the string."""
        if isinstance(string, Text) and len(string.pieces) == 1:
            only = string.pieces[0]
            if isinstance(only, Variable):
                return only
        if string not in self._named:
            self._named[string] = self.fresh(Sort.STRING)
            self.require(_definition(self._named[string], string))
        return self._named[string]

    def as_text(self, string: String) -> Text:
        """Return the string in pieces."""
        return string if isinstance(string, Text) else Text((self.named(string),))


def _definition(variable: Variable, string: String) -> Formula:
    if isinstance(string, Text):
        return in_template(variable, *string.pieces)
    start, count = string.start, string.count
    before = rx.loop(rx.ANY, start, start)
    full = rx.loop(rx.ANY, count, count)
    is_beyond = in_regex(string.whole, rx.loop(rx.ANY, 0, start))
    short = rx.loop(rx.ANY, 1, count - 1)
    return disjunction(
        conjunction(is_beyond, in_regex(variable, rx.EPSILON)),
        conjunction(in_template(string.whole, before, variable), in_regex(variable, short)),
        conjunction(in_template(string.whole, before, variable, rx.ALL), in_regex(variable, full)),
    )
