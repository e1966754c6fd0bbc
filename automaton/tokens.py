"""Equations between compositions as words of numbers, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from automaton import pieces as pc
from automaton import regex as rx
from automaton.alignment import Equation, Names, is_language
from automaton.composition import Composition
from automaton.nielsen import System, Word
from automaton.pieces import Piece
from automaton.sorts import Variable


def is_of_words(equation: Equation) -> bool:
    """Return whether the equation mentions no language, so that it is a word equation."""
    return not any(map(is_language, equation.pieces))


class Numbering:
    """Numbers for variables, from -1 downwards, in the order in which they are met."""

    def __init__(self) -> None:
        self._numbers: dict[Variable, int] = {}

    def system(self, equations: Iterable[Equation]) -> System:
        """Return those of the equations that are word equations."""
        words = filter(is_of_words, equations)
        return tuple((self._word(some.whole), self._word(some.pieces)) for some in words)

    def _word(self, pieces: Sequence[Piece]) -> Word:
        return tuple(token for piece in pieces for token in self._tokens(piece))

    def _tokens(self, piece: Piece) -> Word:
        if isinstance(piece, Variable):
            return (self._numbers.setdefault(piece, -1 - len(self._numbers)),)
        assert isinstance(piece, rx.Literal)
        return tuple(map(ord, piece.text))

    def bindings(self, solution: Mapping[int, Word], names: Names) -> dict[Variable, Composition]:
        """Return what the variables stand for; what is left free in it gets fresh names."""
        free = {token for word in solution.values() for token in word if token < 0}
        fresh: dict[int, Piece] = {token: names.fresh() for token in sorted(free)}
        return {
            variable: pc.joined(
                fresh[token] if token < 0 else rx.literal(chr(token))
                for token in solution.get(number, (number,))
            )
            for variable, number in self._numbers.items()
            if number in solution or number in fresh
        }
