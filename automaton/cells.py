"""Cells: the strings that no predicate tells apart, each cell with a witness.

A predicate is membership in a regex: a union of literals and of patterns. Literals are points and
never reach an automaton; `Patterns` tells strings apart by the patterns of some regexes alone,
given strings by matching them and all others by exploring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from automaton import regex as rx
from automaton.alphabet import Alphabet
from automaton.budget import Budget
from automaton.determinise import determinise
from automaton.discrimination import Tree
from automaton.explorer import Exploration, goal, truth_of
from automaton.marks import few_wilds
from automaton.nfa import Nfa, Owned, join
from automaton.pattern import Dfa, compile_pattern
from automaton.regex import Regex
from automaton.witness import spell

StringCell = tuple[int, str]
"""The regexes whose patterns match, a bit each, and a string for which exactly these do."""

KEPT = 512
KEPT_WORDS = 32
"""How many joined automata are kept for later problems, and how large they may be."""

STATES_PER_POSITION = 16
WORDS_OF_STATES = 1 << 16
"""So many states, of so many words in all, are explored where there are other ways to decide."""

KEPT_PATTERNS = 1 << 12
"""How many patterns a tree that is kept may have."""

_joined: dict[tuple[Regex, ...], tuple[Nfa, Alphabet]] = {}
_trees: dict[tuple[Regex, ...], Tree | None] = {}


@dataclass(frozen=True)
class Goal:
    """Which regexes must match the strings of interest, and which must not, a bit for each."""

    required: int = 0
    forbidden: int = 0


@lru_cache(maxsize=1 << 16)
def literals_of(regex: Regex) -> frozenset[str]:
    """Return the literals among the alternatives of `regex`."""
    return frozenset([part.text for part in _alternatives(regex) if isinstance(part, rx.Literal)])


@lru_cache(maxsize=1 << 16)
def patterns_of(regex: Regex) -> tuple[Regex, ...]:
    """Return the other alternatives of `regex`."""
    return tuple([part for part in _alternatives(regex) if not isinstance(part, rx.Literal)])


@lru_cache(maxsize=1 << 16)
def cuts_off_few(regex: Regex) -> bool:
    """Return whether it holds literals and beginnings alone, each of which cuts off one cell."""
    return all(map(_is_beginning, patterns_of(regex)))


def _is_beginning(pattern: Regex) -> bool:
    """Return whether a pattern is a literal with anything after it."""
    if not isinstance(pattern, rx.Concat):
        return pattern is rx.ALL
    return (
        len(pattern.parts) == 2
        and isinstance(pattern.parts[0], rx.Literal)
        and (pattern.parts[1] is rx.ALL)
    )


def _alternatives(regex: Regex) -> tuple[Regex, ...]:
    return regex.parts if isinstance(regex, rx.Union) else (regex,)


class Patterns:
    """The patterns of `regexes` as one automaton with a predicate for each regex."""

    def __init__(self, regexes: Sequence[Regex], budget: Budget) -> None:
        self.regexes = tuple(regexes)
        self.budget = budget
        self._joint: tuple[Nfa, Alphabet] | None = None

    def cells_of(self, texts: Iterable[str]) -> Iterator[StringCell]:
        """Yield the cells of the given strings; the witness of each is a shortest of them."""
        found: dict[int, str] = {}
        for text, vector in self.vectors_of(texts):
            if vector not in found or len(text) < len(found[vector]):
                found[vector] = text
        yield from found.items()

    def vectors_of(self, texts: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield each of the given strings with the regexes whose patterns match it, a bit each."""
        ordered = sorted(texts)
        tree = self._tree()
        if tree is None:
            nfa, alphabet = self._join()
            yield from zip(ordered, truth_of(nfa, alphabet, ordered, self.budget), strict=True)
            return
        owners = [*self._owners().values()]
        for text in ordered:
            vector = 0
            for number in tree.covering(text, self.budget):
                vector |= owners[number]
            yield text, vector

    def cells_beside(
        self, texts: Collection[str], aim: Goal, *, is_limited: bool = False
    ) -> Iterator[StringCell]:
        """Yield the cells, of strings that fulfil `aim`, that hold a string beside `texts`.

        The witness is shortest but for `texts`. If `is_limited`, many states for each
        position are a limit reached. Where the explorer comes upon one of `texts`, it is excluded
        with its like and the exploration repeated.
        """
        seen: set[int] = set()
        excluded: set[str] = set()
        while True:
            in_the_way: set[str] = set()
            for vector, witness in self._explore(sorted(excluded), aim, is_limited=is_limited):
                if vector in seen:
                    self.budget.spend()
                elif witness not in texts:
                    seen.add(vector)
                    yield vector, witness
                else:
                    in_the_way.update(text for text in texts if len(text) <= len(witness))
            if not in_the_way:
                return
            excluded |= in_the_way

    def _explore(
        self, excluded: Sequence[str], aim: Goal, *, is_limited: bool
    ) -> Iterator[StringCell]:
        nfa, alphabet = self._join_without(excluded) if excluded else self._join()
        forbidden = aim.forbidden | 1 << len(self.regexes)
        few = min(STATES_PER_POSITION * len(nfa.row_of), WORDS_OF_STATES // len(nfa.start))
        max_states = few if is_limited else None
        exploration = Exploration(
            nfa, goal(nfa, aim.required, forbidden), self.budget, max_states=max_states
        )
        for vector, state in exploration.vectors():
            yield vector, spell(alphabet, exploration.word(state))

    def _join(self) -> tuple[Nfa, Alphabet]:
        """Return the joined automaton, kept for later problems if it is small."""
        if self._joint is None:
            self._joint = _joined.get(self.regexes) or self._join_without(())
            if len(self._joint[0].start) <= KEPT_WORDS:
                if len(_joined) >= KEPT:
                    _joined.clear()
                _joined[self.regexes] = self._joint
        return self._joint

    def _owners(self) -> dict[Regex, int]:
        """Return each pattern with the regexes that it belongs to, a bit each."""
        owners: dict[Regex, int] = {}
        for number, regex in enumerate(self.regexes):
            for pattern in patterns_of(regex):
                owners[pattern] = owners.get(pattern, 0) | 1 << number
        return owners

    def _tree(self) -> Tree | None:
        """Return the patterns as a tree, kept for later problems, or None iff one is too wild."""
        if self.regexes not in _trees:
            rows = [*map(few_wilds, self._owners())]
            tree = None if None in rows else Tree([row for row in rows if row is not None])
            if len(rows) > KEPT_PATTERNS:
                return tree
            if len(_trees) >= KEPT:
                _trees.clear()
            _trees[self.regexes] = tree
        return _trees[self.regexes]

    def _join_without(self, excluded: Sequence[str]) -> tuple[Nfa, Alphabet]:
        """Return the joined automaton; its last predicate holds for the strings `excluded`."""
        owners = self._owners()
        last = len(self.regexes)
        for text in excluded:
            owners[rx.literal(text)] = 1 << last
        owned = [
            Owned(compile_pattern(pattern, self._embed, self.budget), predicates)
            for pattern, predicates in owners.items()
        ]
        return join(owned, last + 1, self.budget)

    def _embed(self, regex: Regex) -> Dfa:
        return determinise(regex, self.budget)
