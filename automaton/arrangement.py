"""Word equations between strings of known lengths: where one part ends and the next begins.

With the lengths nothing is left to choose (Levi's lemma): of two parts that begin together the
longer one is split where the shorter one ends. What is found holds for all lengths that put the
ends in the same order.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from automaton import regex as rx
from automaton.alignment import Equation, Names
from automaton.budget import Budget
from automaton.composition import Composition
from automaton.pieces import Piece
from automaton.sorts import Variable

Bound = dict[Variable, Composition]


def arranged(
    equations: Iterable[Equation], lengths: Mapping[Hashable, int], names: Names, budget: Budget
) -> Bound | None:
    """Return what variables of these lengths stand for in word equations, None iff letters differ.

    A variable without a length is empty.
    """
    arrangement = _Arrangement(lengths, names, budget)
    for equation in equations:
        if not arrangement.holds(equation):
            return None
    return arrangement.bindings


class _Arrangement:
    def __init__(self, lengths: Mapping[Hashable, int], names: Names, budget: Budget) -> None:
        self.bindings: Bound = {}
        self.lengths = dict(lengths)
        self.names = names
        self.budget = budget

    def holds(self, equation: Equation) -> bool:
        """Bind variables so that the equation holds; return False iff that cannot be."""
        one, two = [*reversed(equation.whole)], [*reversed(equation.pieces)]
        while True:
            self.budget.spend()
            first, other = self._head(one), self._head(two)
            if first is None or other is None:
                return first is other
            if self._length(first) > self._length(other):
                one, two, first, other = two, one, other, first
            one.pop()
            two.pop()
            if first != other and not self._begins_with(other, first, two):
                return False

    def _head(self, word: list[Piece]) -> Piece | None:
        """Return the piece at the end of the reversed word that is neither bound nor empty."""
        while word:
            piece = word[-1]
            if isinstance(piece, Variable) and piece in self.bindings:
                word.pop()
                word += reversed(self.bindings[piece])
            elif self._length(piece):
                return piece
            else:
                word.pop()
                if isinstance(piece, Variable):
                    self.bindings[piece] = ()
        return None

    def _length(self, piece: Piece) -> int:
        if isinstance(piece, Variable):
            return self.lengths.get(piece, 0)
        assert isinstance(piece, rx.Literal)
        return len(piece.text)

    def _begins_with(self, longer: Piece, shorter: Piece, behind: list[Piece]) -> bool:
        """Bind one of two pieces, and put back what the longer one has more."""
        length = self._length(shorter)
        if isinstance(longer, Variable):
            self.bindings[longer] = (shorter, *self._rest(longer, length))
            behind += self.bindings[longer][1:]
            return True
        assert isinstance(longer, rx.Literal)
        head, rest = rx.literal(longer.text[:length]), longer.text[length:]
        if rest:
            behind.append(rx.literal(rest))
        if isinstance(shorter, Variable):
            self.bindings[shorter] = (head,)
        return isinstance(shorter, Variable) or shorter is head

    def _rest(self, variable: Variable, length: int) -> Composition:
        """Return a fresh variable for what of a variable lies behind so many characters, if any."""
        if self.lengths[variable] == length:
            return ()
        rest = self.names.fresh()
        self.lengths[rest] = self.lengths[variable] - length
        return (rest,)
