"""Cells: the values of one variable, up to what its predicates can tell apart, each with a witness.

A string predicate is a union of literals and patterns. Literals are points, told apart by a
dictionary; all other strings are told apart by the explorer over the patterns alone. Where a
witness of the second kind happens to be a literal, the exploration is repeated with the literals
in its way excluded. Cells come lazily, shortest witness first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automaton import regex as rx
from automaton.alphabet import Alphabet
from automaton.budget import Budget
from automaton.determinise import determinise
from automaton.explorer import Exploration, goal, truth_of
from automaton.nfa import Nfa, Owned, join
from automaton.pattern import Dfa, compile_pattern
from automaton.regex import Regex
from automaton.witness import spell

StringCell = tuple[int, str]
"""The predicates that hold, a bit each, and a string for which exactly these hold."""


class StringCells:
    """The cells of a string that `regexes` cut, for strings that fulfil a goal.

    All predicates in `required` must hold and none in `forbidden` may, a bit for each regex.
    """

    def __init__(
        self, regexes: Sequence[Regex], required: int, forbidden: int, budget: Budget
    ) -> None:
        self.count = len(regexes)
        self.required = required
        self.forbidden = forbidden
        self.budget = budget
        self.points: dict[str, int] = {}
        self.patterns: dict[Regex, int] = {}
        for number, regex in enumerate(regexes):
            for part in regex.parts if isinstance(regex, rx.Union) else (regex,):
                if isinstance(part, rx.Literal):
                    self.points[part.text] = self.points.get(part.text, 0) | 1 << number
                else:
                    self.patterns[part] = self.patterns.get(part, 0) | 1 << number

    def __iter__(self) -> Iterator[StringCell]:
        nfa, alphabet = self._join(())
        pattern_truth = self._points_by_patterns(nfa, alphabet)
        seen: set[int] = set()
        for text in sorted(self.points, key=len):
            vector = self.points[text] | pattern_truth[text]
            if vector not in seen and self._is_wanted(vector):
                seen.add(vector)
                yield vector, text
        yield from self._others(nfa, alphabet, pattern_truth, seen)

    def _is_wanted(self, vector: int) -> bool:
        return not (self.required & ~vector or self.forbidden & vector)

    def _join(self, excluded: Sequence[str]) -> tuple[Nfa, Alphabet]:
        """Return the automaton of the patterns; predicate `count` is: one of `excluded`."""
        owned = [
            Owned(compile_pattern(part, self._embed), predicates)
            for part, predicates in self.patterns.items()
        ]
        owned += [
            Owned(compile_pattern(rx.literal(text), self._embed), 1 << self.count)
            for text in excluded
        ]
        return join(owned, self.count + 1, self.budget)

    def _embed(self, regex: Regex) -> Dfa:
        return determinise(regex, self.budget)

    def _points_by_patterns(self, nfa: Nfa, alphabet: Alphabet) -> dict[str, int]:
        """Return for each literal the predicates that hold because a pattern matches it."""
        texts = sorted(self.points)
        if not self.patterns:
            return dict.fromkeys(texts, 0)
        return dict(zip(texts, truth_of(nfa, alphabet, texts, self.budget), strict=True))

    def _others(
        self, nfa: Nfa, alphabet: Alphabet, pattern_truth: dict[str, int], seen: set[int]
    ) -> Iterator[StringCell]:
        """Yield the cells of strings that are no literals and whose vectors are not in `seen`."""
        excluded: set[str] = set()
        while True:
            in_the_way: set[str] = set()
            aim = goal(nfa, self.required, self.forbidden | 1 << self.count)
            exploration = Exploration(nfa, aim, self.budget)
            for vector, state in exploration.vectors():
                witness = spell(alphabet, exploration.word(state))
                if vector in seen:
                    self.budget.spend()
                elif witness not in self.points:
                    seen.add(vector)
                    yield vector, witness
                else:
                    in_the_way |= self._peers(vector, len(witness), pattern_truth)
            if not in_the_way:
                return
            excluded |= in_the_way
            nfa, alphabet = self._join(sorted(excluded))

    def _peers(self, vector: int, length: int, pattern_truth: dict[str, int]) -> set[str]:
        """Return the literals of at most `length` characters that the patterns see as `vector`."""
        return {
            text for text, truth in pattern_truth.items() if truth == vector and len(text) <= length
        }
