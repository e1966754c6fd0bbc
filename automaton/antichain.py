"""The host side of the antichain search: owns its tables, the clock and the memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from automaton.alphabet import Alphabet
from automaton.budget import Budget
from automaton.kernels import antichain as kernels
from automaton.kernels import bits
from automaton.kernels.distance import ENDLESS, descend, relax
from automaton.nfa import Indices, Nfa, Owned, Words, alphabet_of, join_over
from automaton.pace import Pace
from automaton.pattern import Pattern
from automaton.witness import spell

FIRST_CAPACITY = 64
QUEUES = 1 << 12
FARTHEST = 256
"""From so many characters before acceptance on, distances are not compared."""


class Antichain:
    """One search for a string that all `required` and no `forbidden` patterns match.

    There is at least one required pattern. `is_over` iff the search has ended; then `text` is the
    string, or None if there is none.
    """

    def __init__(
        self, required: Sequence[Pattern], forbidden: Sequence[Pattern], budget: Budget
    ) -> None:
        self.budget = budget
        self.pace = Pace(budget)
        self.is_over = False
        self.text: str | None = None
        self.alphabet = alphabet_of([*required, *forbidden])
        self.pair = _pair(self.alphabet, required, forbidden, budget)
        self.scratch = _scratch(self.pair)
        self.table = self._new_table(max(FIRST_CAPACITY, 2 * len(self.alphabet)))
        self.table.cursor[kernels.CURRENT] = kernels.NOTHING
        self.table.cursor[kernels.SYMBOL] = len(self.alphabet) - 1
        self.table.queues[:] = kernels.NOTHING

    def run(self, steps: int) -> bool:
        """Search for at least `steps` steps, or to the end; return `is_over`.

        Raise LimitReached iff the budget ends first.
        """
        while steps > 0 and not self.is_over:
            steps -= self._run_once()
        return self.is_over

    def _run_once(self) -> int:
        table = self.table
        status, taken = self.pace.call(
            lambda steps: kernels.search(self.pair, table, self.scratch, steps),
            table.cursor,
            kernels.STEPS,
        )
        if status == kernels.FULL:
            self._grow()
        elif status == kernels.FOUND:
            self._win()
        elif status == kernels.DONE:
            self.is_over = True
        return taken

    def _win(self) -> None:
        self.is_over = True
        goal = int(self.table.cursor[kernels.GOAL])
        self.text = spell(self.alphabet, [*self._path(goal), *self._way_out(goal)])

    def _path(self, node: int) -> list[int]:
        """Return the classes on the path to `node`."""
        symbols: list[int] = []
        while self.table.parent[node] >= 0:
            symbols.append(int(self.table.symbol[node]))
            node = int(self.table.parent[node])
        return symbols[::-1]

    def _way_out(self, node: int) -> list[int]:
        """Return the classes of a shortest way from `node` to acceptance."""
        place = int(self.table.tuples[self.table.tuple_of[node], 0])
        symbols: Indices = np.empty(self.pair.distance[place], dtype=np.int64)
        descend(self.pair.required, self.pair.distance, place, symbols)
        return [int(symbol) for symbol in symbols]

    def _grow(self) -> None:
        old = self.table
        self.table = self._new_table(2 * len(old.rows))
        for name, array in old._asdict().items():
            if name != "slots":
                getattr(self.table, name)[: len(array)] = array
        bits.fill_slots(self.table.tuples, int(old.cursor[kernels.TUPLES]), self.table.slots)

    def _new_table(self, capacity: int) -> kernels.Table:
        width, words = len(self.pair.firsts), len(self.scratch.row)
        slots = 1 << (2 * capacity - 1).bit_length()
        # Searches in two directions share what memory there is.
        self.budget.require_memory(2 * 8 * (capacity * (width + words + 8) + slots))

        def column() -> Indices:
            return np.empty(capacity, dtype=np.int64)

        return kernels.Table(
            tuples=np.empty((capacity, width), dtype=np.uint64),
            slots=np.full(slots, -1, dtype=np.int64),
            first=column(),
            older=column(),
            tuple_of=column(),
            rows=np.empty((capacity, words), dtype=np.uint64),
            parent=column(),
            symbol=column(),
            depth=column(),
            waiting=column(),
            subsumed=np.empty(capacity, dtype=np.bool_),
            queues=np.empty(QUEUES, dtype=np.int64),
            cursor=np.zeros(kernels.CURSORS, dtype=np.int64),
        )


def _pair(
    alphabet: Alphabet, required: Sequence[Pattern], forbidden: Sequence[Pattern], budget: Budget
) -> kernels.Pair:
    wanted = join_over(alphabet, [Owned(pattern, 0) for pattern in required], 1, budget)
    banned = join_over(alphabet, [Owned(pattern, 0) for pattern in forbidden], 1, budget)
    distance = _distances(wanted, budget)
    return kernels.Pair(
        required=wanted,
        forbidden=banned,
        firsts=_positions(wanted.start),
        distance=distance,
        closer=_closer(_distances(banned, budget), distance),
    )


def _scratch(pair: kernels.Pair) -> kernels.Scratch:
    words, width = len(pair.required.start), len(pair.firsts)

    def row(length: int) -> Words:
        return np.zeros(length, dtype=np.uint64)

    return kernels.Scratch(
        here=row(words).reshape(1, words),
        moved=row(words),
        busy=np.zeros(words + 1, dtype=np.int64),
        met=row(len(pair.forbidden.start)),
        met_busy=np.zeros(len(pair.forbidden.start) + 1, dtype=np.int64),
        row=row(len(pair.forbidden.start)),
        found=np.zeros(len(pair.distance), dtype=np.int64),
        bounds=np.zeros(width + 1, dtype=np.int64),
        choice=np.zeros(width, dtype=np.int64),
        key=row(width),
    )


def _positions(row: Words) -> Indices:
    """Return the positions in a row of words, ascending."""
    return np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little"))


def _distances(nfa: Nfa, budget: Budget) -> Indices:
    """Return the fewest characters from each position to acceptance, or ENDLESS."""
    distance = np.full(len(nfa.row_of), ENDLESS, dtype=np.int64)
    distance[_positions(nfa.accept)] = 0
    of_row = np.empty(len(nfa.follow), dtype=np.int64)
    while relax(nfa, distance, of_row):
        budget.spend(len(distance))
    return distance


def _closer(distance: Indices, of_required: Indices) -> Words:
    """Return for each distance that matters the positions that are no farther, a bit each."""
    finite = of_required[of_required < ENDLESS]
    farthest = min(FARTHEST, int(finite.max(initial=0)))
    flags = distance <= np.arange(farthest + 1)[:, np.newaxis]
    return np.packbits(flags, axis=1, bitorder="little").view(np.uint64)
