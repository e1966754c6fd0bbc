"""The host side of the explorer: owns the tables, the clock and the memory of one exploration.

The kernel runs for a bounded number of steps and returns; between two calls the budget is
checked and the tables grow. Discoveries are read in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from automaton.alphabet import Alphabet
from automaton.budget import Budget, LimitReached
from automaton.kernels import bits
from automaton.kernels import product as kernels
from automaton.kernels.compile import PAUSED
from automaton.nfa import Indices, Nfa, Words, pack, to_bits, to_words
from automaton.pace import Pace
from automaton.verdict import Reason

FIRST_CAPACITY = 128
CHUNK = 1 << 10
"""How many strings are matched in one call."""


def goal(nfa: Nfa, required: int, forbidden: int) -> kernels.Goal:
    """Return the goal of strings for which all `required` and no `forbidden` predicates hold.

    Both are sets of predicates, a bit each.
    """
    parts = nfa.owner.shape[1]
    numbers = [number for number in range(required.bit_length()) if required >> number & 1]
    bit_rows = [to_words(1 << number, parts) for number in numbers]
    flags = np.zeros((len(numbers), len(nfa.row_of)), dtype=np.bool_)
    for row, flag in zip(bit_rows, flags, strict=True):
        flag[: len(nfa.owner)] = (nfa.owner & row).any(axis=1)
    return kernels.Goal(
        required=to_words(required, parts),
        forbidden=to_words(forbidden, parts),
        alive=pack(flags),
        alive_bit=np.array(bit_rows, dtype=np.uint64).reshape(len(numbers), parts),
    )


class Exploration:
    """One run of the explorer over `nfa` towards `goal`.

    `keep_targets` records every move; more than `max_states` states are a limit reached.
    """

    def __init__(
        self,
        nfa: Nfa,
        goal: kernels.Goal,
        budget: Budget,
        *,
        keep_targets: bool = False,
        max_states: int | None = None,
    ) -> None:
        self.nfa = nfa
        self.goal = goal
        self.budget = budget
        self.keep_targets = keep_targets
        self.max_states = max_states
        self.pace = Pace(budget)
        self.table = self._new_table(max(FIRST_CAPACITY, 2 * len(nfa.enter)))
        kernels.begin(nfa, goal, self.table)

    @property
    def state_count(self) -> int:
        """The number of states discovered so far."""
        return int(self.table.cursor[kernels.COUNT])

    def vectors(self) -> Iterator[tuple[int, int]]:
        """Yield each truth vector that fulfils the goal, with the first state that has it.

        Raise LimitReached iff the budget ends before the exploration does.
        """
        seen, status = 0, PAUSED
        while status != kernels.DONE:
            status = self._run()
            found = int(self.table.cursor[kernels.VECTORS])
            for index in range(seen, found):
                yield to_bits(self.table.vectors[index]), int(self.table.holder[index])
            seen = found

    def _run(self) -> int:
        table = self.table
        status, _ = self.pace.call(
            lambda steps: kernels.explore(self.nfa, self.goal, table, steps),
            table.cursor,
            kernels.STEPS,
        )
        if status == kernels.FULL:
            self._grow()
        return status

    def _grow(self) -> None:
        old, count = self.table, self.state_count
        if self.max_states is not None and count > self.max_states:
            raise LimitReached(Reason.MEMORY, f"over {self.max_states} states")
        self.table = self._new_table(2 * len(old.states))
        for name in ("states", "parent", "symbol", "vectors", "holder", "target"):
            before = getattr(old, name)
            getattr(self.table, name)[: len(before)] = before
        self.table.cursor[:] = old.cursor
        bits.fill_slots(self.table.states, count, self.table.slots)
        found = int(old.cursor[kernels.VECTORS])
        bits.fill_slots(self.table.vectors, found, self.table.vector_slots)

    def _new_table(self, capacity: int) -> kernels.Table:
        words, parts, classes = len(self.nfa.start), self.nfa.owner.shape[1], len(self.nfa.enter)
        slots = 1 << (2 * capacity - 1).bit_length()
        targets = capacity if self.keep_targets else 0
        size = 8 * (capacity * (words + 2 * parts + 3) + 2 * slots + targets * classes)
        # While a table grows the one before it, half as large, is there too.
        self.budget.require_memory(size + size // 2)
        return kernels.Table(
            states=np.empty((capacity, words + parts), dtype=np.uint64),
            parent=np.full(capacity, -1, dtype=np.int64),
            symbol=np.full(capacity, -1, dtype=np.int64),
            slots=np.full(slots, -1, dtype=np.int64),
            vectors=np.empty((capacity, parts), dtype=np.uint64),
            holder=np.empty(capacity, dtype=np.int64),
            vector_slots=np.full(slots, -1, dtype=np.int64),
            target=np.empty((targets, classes), dtype=np.int64),
            cursor=np.zeros(kernels.CURSORS, dtype=np.int64),
        )

    def word(self, state: int) -> list[int]:
        """Return the classes on the path to `state`: a shortest one."""
        symbols: list[int] = []
        while self.table.parent[state] >= 0:
            symbols.append(int(self.table.symbol[state]))
            state = int(self.table.parent[state])
        return symbols[::-1]


def truth_of(nfa: Nfa, alphabet: Alphabet, texts: Sequence[str], budget: Budget) -> list[int]:
    """Return for each string the set of predicates, a bit each, that hold for it.

    Sorted strings are fastest.
    """
    found: list[int] = []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        found += _truth_of_chunk(nfa, alphabet, chunk)
        budget.spend(sum(map(len, chunk)))
    return found


def _truth_of_chunk(nfa: Nfa, alphabet: Alphabet, texts: Sequence[str]) -> list[int]:
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    symbols = alphabet.classify(np.frombuffer(joined, dtype=np.uint32))
    lengths = [*map(len, texts)]
    bounds: Indices = np.cumsum([0, *lengths])
    parts = nfa.owner.shape[1]
    path: Words = np.empty((max(lengths) + 1, len(nfa.start) + parts), dtype=np.uint64)
    vectors: Words = np.empty((len(texts), parts), dtype=np.uint64)
    kernels.match(nfa, symbols, bounds, path, vectors)
    return [to_bits(vector) for vector in vectors]
