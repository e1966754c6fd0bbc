"""Equations between compositions as words of numbers, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from automaton import pieces as pc
from automaton import regex as rx
from automaton.alignment import Equation, Names, is_language
from automaton.budget import Budget
from automaton.composition import Composition
from automaton.nielsen import System, Word, WordEquations
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


class Solutions:
    """Solutions of those of some equations that are word equations."""

    def __init__(self, equations: Sequence[Equation], names: Names, budget: Budget) -> None:
        self.others = tuple(some for some in equations if not is_of_words(some))
        self._names = names
        self._numbering = Numbering()
        self._search = WordEquations(self._numbering.system(equations), budget)
        self._found = 0

    @property
    def are_all(self) -> bool:
        """Whether every solution is an instance of those that were found."""
        search = self._search
        return search.is_exhausted and (search.is_complete or not self._found)

    def bindings(self, max_seen: int, most: int) -> Iterator[dict[Variable, Composition]]:
        """Yield what the variables stand for in up to `most` more solutions."""
        for solution in islice(self._search.solutions(max_seen), most):
            self._found += 1
            yield self._numbering.bindings(solution, self._names)
