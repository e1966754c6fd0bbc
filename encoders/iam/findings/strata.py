"""Stratified abstraction on cells: the findings' intents, by set operations.

An intent is a label for each axis. The algorithm of the paper (see `refinement`) keeps an intent
iff an allowed request lies in it and in none of its children, that is iff on every axis the value
of the request lies in the label and in no smaller one. So the intents kept are those I such that
a request is allowed with each of its values in the *own* cells of I's label: the label's cells
less those of smaller labels. A finding is a kept intent that lies in no other one.

Axes that speak about one part of a request share its cells: the search takes one part after
another. What the values taken so far leave of the policy is a state: which boxes of Allow still may
match, and which boxes of Deny no longer can. A state is better than another iff it has more of
both; only best states are followed, and what follows from a set of states is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from automaton.budget import Budget
from encoders.iam.findings.domains import as_row, as_set

Intent = tuple[int, ...]
"""The number of a label for each axis."""

CellBox = Mapping[int, int]
"""A box on cells: the number of a part -> the set of its cells; a part not named is open."""

States = frozenset[int]
"""States of which none is better than another, each a set of good boxes, a bit each."""


class Scale:
    """A part of a request as `size` cells, and for each axis on it the cells of its labels.

    The first label of an axis has all cells; no two have the same, and none has none. Its *points*
    are the choices of a label for each axis that a cell is an own one of.
    """

    def __init__(self, size: int, axes: Sequence[Sequence[int]]) -> None:
        self.size = size
        self.axes = axes
        self._above = [[_above(labels, label) for label in labels] for labels in axes]
        chosen: dict[Intent, int] = {(): (1 << size) - 1}
        for labels in axes:
            owns = [own_cells(labels, label) for label in labels]
            chosen = {
                (*point, n): cells & own
                for point, cells in chosen.items()
                for n, own in enumerate(owns)
                if cells & own
            }
        self.points = sorted(chosen, key=lambda point: (-self._cell_count(point), point))
        """Each after those above it."""
        self.own = [chosen[point] for point in self.points]
        self.above = [self._points_above(point) for point in self.points]

    def within(self, point: Intent) -> int:
        """Return the cells that lie in every label of a point."""
        cells = (1 << self.size) - 1
        for labels, label in zip(self.axes, point, strict=True):
            cells &= labels[label]
        return cells

    def _cell_count(self, point: Intent) -> int:
        return sum(labels[n].bit_count() for labels, n in zip(self.axes, point, strict=True))

    def _points_above(self, point: Intent) -> list[int]:
        """Return the numbers of the other points whose labels contain those of `point`."""
        sides = [{n} | above[n] for above, n in zip(self._above, point, strict=True)]
        return [
            number
            for number, other in enumerate(self.points)
            if other != point and all(n in side for n, side in zip(other, sides, strict=True))
        ]


def own_cells(labels: Sequence[int], label: int) -> int:
    """Return the cells of a label that lie in no smaller one."""
    own = label
    for other in labels:
        if other != label and not other & ~label:
            own &= ~other
    return own


def _above(labels: Sequence[int], label: int) -> set[int]:
    return {n for n, other in enumerate(labels) if other != label and not label & ~other}


class Strata:
    """The requests of a union of `allowed` boxes less the `denied` ones."""

    def __init__(
        self,
        scales: Sequence[Scale],
        allowed: Sequence[CellBox],
        denied: Sequence[CellBox],
        budget: Budget,
    ) -> None:
        self.scales = scales
        self.budget = budget
        self._open = (1 << len(allowed)) - 1
        self._shut = ((1 << len(denied)) - 1) << len(allowed)
        self._due = [
            sum(1 << len(allowed) + n for n, box in enumerate(denied) if max(box, default=-1) < k)
            for k in range(len(scales) + 1)
        ]
        self._start = self._alive(0, [self._open])
        self._moves = [
            _goodness(place, scale.size, allowed, denied) for place, scale in enumerate(scales)
        ]
        self._own_moves = [
            [self._best_moves(place, own) for own in scale.own]
            for place, scale in enumerate(scales)
        ]
        self._maximal: dict[tuple[int, States], list[Intent]] = {}
        self._met: dict[tuple[int, States, int], States] = {}

    def findings(self) -> list[tuple[Intent, ...]]:
        """Return the intents of the findings: a point for each scale."""
        return [
            tuple(scale.points[n] for scale, n in zip(self.scales, numbers, strict=True))
            for numbers in self._suffixes(0, self._start)
        ]

    def meets(self, within: Sequence[int]) -> bool:
        """Return True iff a request is allowed with its value on each scale in a set of cells."""
        states = self._start
        for place, cells in enumerate(within):
            known = self._met.get((place, states, cells))
            if known is None:
                known = self._step(place, states, self._best_moves(place, cells))
                self._met[place, states, cells] = known
            states = known
        return bool(states)

    def _suffixes(self, place: int, states: States) -> list[Intent]:
        """Return the biggest kept intents over the scales from `place` on, after `states`.

        Here an intent is a tuple of the numbers of points.
        """
        if not states or place == len(self.scales):
            return [()] if states else []
        known = self._maximal.get((place, states))
        if known is None:
            known = self._maximal[place, states] = self._new_suffixes(place, states)
        return known

    def _new_suffixes(self, place: int, states: States) -> list[Intent]:
        after: dict[int, States] = {}
        found: list[Intent] = []
        for point, moves in enumerate(self._own_moves[place]):
            following = self._step(place, states, moves)
            above = [bigger for bigger in self.scales[place].above[point] if bigger in after]
            if not following or any(_covers(after[bigger], following) for bigger in above):
                continue
            after[point] = following
            suffixes = self._suffixes(place + 1, following)
            bigger_ones = [self._suffixes(place + 1, after[bigger]) for bigger in above]
            kept = self._beside(place + 1, suffixes, bigger_ones)
            found += [(point, *suffix) for suffix in kept]
        return found

    def _beside(
        self, place: int, intents: list[Intent], others: Iterable[list[Intent]]
    ) -> list[Intent]:
        """Return those of the intents, over scales from `place` on, that lie in no other one."""
        for bigger in others:
            same = set(bigger)
            intents = [i for i in intents if i not in same and not self._lies_in(place, i, bigger)]
        return intents

    def _lies_in(self, place: int, intent: Intent, others: list[Intent]) -> bool:
        self.budget.spend(len(others))
        sides = [
            {point, *scale.above[point]}
            for scale, point in zip(self.scales[place:], intent, strict=True)
        ]
        return any(
            all(point in side for point, side in zip(other, sides, strict=True)) for other in others
        )

    def _step(self, place: int, states: States, moves: Iterable[int]) -> States:
        """Return the best states that a move on one scale leads to."""
        shut = self._shut
        reached = {state & move | (state | move) & shut for state in states for move in moves}
        self.budget.spend(len(reached))
        return self._alive(place + 1, reached)

    def _alive(self, place: int, states: Iterable[int]) -> States:
        """Return the best of the states from which something may still be allowed."""
        due = self._due[place]
        return best(state for state in states if state & self._open and not due & ~state)

    def _best_moves(self, place: int, cells: int) -> States:
        moves = self._moves[place]
        return best({moves[cell] for cell in np.flatnonzero(as_row(cells, len(moves)))})


def _covers(better: States, worse: States) -> bool:
    return all(any(not state & ~other for other in better) for state in worse)


def best(sets: Iterable[int]) -> States:
    """Return those of the sets that lie in no other one."""
    kept: list[int] = []
    for candidate in sorted(sets, key=int.bit_count, reverse=True):
        if all(candidate & ~other for other in kept):
            kept.append(candidate)
    return frozenset(kept)


def _goodness(
    place: int, size: int, allowed: Sequence[CellBox], denied: Sequence[CellBox]
) -> list[int]:
    """Return for each cell of a part its good boxes: Allow that it may match, Deny that it cannot.

    A Deny that leaves the part open is not good there, an Allow that does is.
    """
    everything = (1 << size) - 1
    good = [box.get(place, everything) for box in allowed]
    good += [everything & ~box.get(place, everything) for box in denied]
    if not good:
        return [0] * size
    table = np.array([as_row(cells, size) for cells in good]).T
    return [as_set(row) for row in table]
