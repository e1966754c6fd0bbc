"""Word equations alone: their solutions by Nielsen transformations, remembering what was seen.

An equation is taken from one of its ends. Of two variables there one is a prefix of the other, a
variable before a letter is empty or begins with it (Levi, 1944). Every step keeps or shortens an
equation in which each variable occurs at most twice, so that there are finitely many and the search
ends (Matiyasevich, 1968); others may grow for ever. A solution that leads to an equation twice has
a shorter one that does not, so what was seen is not looked at again: if no solution is found and
nothing is left, there is none. Of the solutions only some are found.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

from automaton.budget import Budget

Word = tuple[int, ...]
"""Letters are code points, variables are negative numbers."""

Sides = tuple[Word, Word]
System = tuple[Sides, ...]
Step = tuple[int, Word]
"""A variable and what it stands for, which may begin or end with what is left of itself."""

WEIGHT_BITS = 24
"""Room for the occurrences of a variable, and for the letters, in the weight of a word."""


@dataclass(frozen=True)
class _Node:
    """A system that is left of another one after some steps."""

    system: System
    parent: _Node | None
    steps: tuple[Step, ...]


class WordEquations:
    """The search for solutions of a system of word equations.

    `is_exhausted` once nothing is left to try: then the system has solutions iff some were found.
    These are all if `is_complete`.
    """

    def __init__(self, system: System, budget: Budget) -> None:
        self.budget = budget
        self.is_exhausted = False
        self.is_complete = True
        self._seen: set[System] = set()
        self._numbers = count()
        self._waiting: list[tuple[int, int, _Node]] = []
        self._push(system, None, ())

    def solutions(self, max_seen: int) -> Iterator[dict[int, Word]]:
        """Yield what the variables stand for, in terms of variables that may be anything.

        It ends when `max_seen` systems were seen, and another call goes on from there.
        """
        while self._waiting:
            self.budget.spend()
            if len(self._seen) > max_seen:
                return
            node = heapq.heappop(self._waiting)[2]
            if not node.system:
                yield _composed(node)
                continue
            for step in _steps_of(node.system):
                self._push(tuple(_replaced(node.system, step)), node, (step,))
        self.is_exhausted = True

    def _push(self, system: System, parent: _Node | None, steps: tuple[Step, ...]) -> None:
        simple = simplified(system)
        if simple is None:
            return
        left, forced = simple
        if left and left in self._seen:
            self.is_complete = False
            return
        self._seen.add(left)
        size = sum(len(one) + len(two) for one, two in left)
        node = _Node(left, parent, (*steps, *forced))
        heapq.heappush(self._waiting, (size, next(self._numbers), node))


def _composed(node: _Node) -> dict[int, Word]:
    """Return what each variable stands for after the steps on the way to a node."""
    steps: list[Step] = []
    at: _Node | None = node
    while at is not None:
        steps += reversed(at.steps)
        at = at.parent
    found: dict[int, Word] = {}
    for variable, word in steps:
        found[variable] = tuple(token for piece in word for token in found.get(piece, (piece,)))
    return found


def _replaced(system: Iterable[Sides], step: Step) -> list[Sides]:
    return [(_put(one, step), _put(two, step)) for one, two in system]


def _put(word: Word, step: Step) -> Word:
    variable, value = step
    if variable not in word:
        return word
    return tuple(t for token in word for t in (value if token == variable else (token,)))


def simplified(system: System) -> tuple[System, tuple[Step, ...]] | None:
    """Return what is left of the system, and steps without alternative; None iff it is refuted.

    INVARIANT: no equation that is left has equal ends, an empty side, or a variable as a side.
    """
    steps: list[Step] = []
    pending, done = list(system), dict[Sides, None]()
    while pending:
        sides = _without_equal_ends(*pending.pop())
        if sides is None:
            return None
        forced = _forced(*sides)
        if forced is None:
            return None
        if forced:
            steps += forced
            pending = [*pending, *done, sides]
            done = {}
            for step in forced:
                pending = _replaced(pending, step)
            continue
        parts = _parts_of_equal_length(*sides)
        if len(parts) > 1:
            pending += parts
        elif sides[0] or sides[1]:
            if not _letters_agree(*sides):
                return None
            done[min(sides, sides[::-1])] = None
    return tuple(sorted(done)), tuple(steps)


def _without_equal_ends(one: Word, two: Word) -> Sides | None:
    """Return the sides without what they have in common at their ends; None iff letters differ."""
    first, last = 0, 0
    shorter = min(len(one), len(two))
    while first < shorter and one[first] == two[first]:
        first += 1
    while last < shorter - first and one[-1 - last] == two[-1 - last]:
        last += 1
    one, two = one[first : len(one) - last], two[first : len(two) - last]
    if one and two and (min(one[0], two[0]) >= 0 or min(one[-1], two[-1]) >= 0):
        return None
    return one, two


def _forced(one: Word, two: Word) -> list[Step] | None:
    """Return steps that an equation leaves no alternative to; None iff it is refuted."""
    for side, other in ((one, two), (two, one)):
        if not side and other:
            return _all_empty(other)
        if len(side) == 1 and side[0] < 0:
            if side[0] not in other:
                return [(side[0], other)]
            rest = list(other)
            rest.remove(side[0])
            return _all_empty(rest)
    return []


def _all_empty(word: Sequence[int]) -> list[Step] | None:
    if any(token >= 0 for token in word):
        return None
    return [(token, ()) for token in dict.fromkeys(word)]


def _parts_of_equal_length(one: Word, two: Word) -> list[Sides]:
    """Return equations that together say the same, cut where as much lies before or behind."""
    parts = _cut(one, two)
    first, last = parts[-1]
    behind = _cut(first[::-1], last[::-1])
    return [*parts[:-1], *((one[::-1], two[::-1]) for one, two in reversed(behind))]


def _cut(one: Word, two: Word) -> list[Sides]:
    weights = {weight: place for place, weight in enumerate(_weights(one), start=1)}
    parts: list[Sides] = []
    before, start = 0, 0
    for place, weight in enumerate(_weights(two), start=1):
        end = weights.get(weight)
        if end is not None:
            parts.append((one[before:end], two[start:place]))
            before, start = end, place
    rest = (one[before:], two[start:])
    return [*parts, rest] if rest != ((), ()) or not parts else parts


def _weights(word: Word) -> Iterator[int]:
    """Yield for each beginning of the word how long it is, whatever the lengths of variables."""
    return accumulate(1 if token >= 0 else 1 << -token * WEIGHT_BITS for token in word)


def _letters_agree(one: Word, two: Word) -> bool:
    """Return False only if no letters for the variables make both sides have as many of each."""
    counts = Counter(one)
    counts.subtract(two)
    variables = [number for token, number in counts.items() if token < 0]
    letters = [number for token, number in counts.items() if token >= 0]
    if all(number >= 0 for number in variables) and any(number > 0 for number in letters):
        return False
    return not (all(number <= 0 for number in variables) and any(number < 0 for number in letters))


def _steps_of(system: System) -> list[Step]:
    """Return steps, one of which begins each solution: those at an end with fewest of them."""
    ends = (_steps_at(one, two, end) for one, two in system for end in (0, -1))
    return min(ends, key=len)


def _steps_at(one: Word, two: Word, end: int) -> list[Step]:
    first, other = one[end], two[end]
    if first >= 0:
        first, other = other, first
    steps = [(first, ()), (first, _grown(first, other, end))]
    if other < 0:
        steps += [(other, ()), (other, _grown(other, first, end))]
    return steps


def _grown(variable: int, token: int, end: int) -> Word:
    return (token, variable) if end == 0 else (variable, token)
