"""All patterns of one variable as one bit-parallel automaton in arrays.

A state set is a row of `uint64` words, a bit for each position of each pattern. One step on a
class of characters is: shift along the chains, add the rows of positions with other edges, keep
what may be entered on the class, and add what stays on it. Every pattern belongs to the
predicates whose truth it settles; `owner` says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from automaton.alphabet import Alphabet
from automaton.budget import Budget
from automaton.charset import ANY_CHAR, CharSet
from automaton.pattern import START, Pattern, positions_of

Words = NDArray[np.uint64]
Indices = NDArray[np.int64]
WORD_BITS = 64
BLOCK_BITS = 4096

CHAIN, STARTING, ACCEPTING, UNIVERSAL = range(4)
MASKS = 4
"""The rows of a block after those of the classes."""


class Nfa(NamedTuple):
    """The arrays of an automaton with n positions, c classes, w words and p predicate words.

    INVARIANT: no start position may be entered, so a shift never leaks into the next pattern.
    """

    enter: Words
    """Shape (c, w): the positions that may be entered on a class."""
    stay: Words
    """Shape (c, w): the positions that stay on a class."""
    chain: Words
    """Shape (w,): the positions whose successor is the next position."""
    branching: Words
    """Shape (w,): the positions that have a row in `follow`."""
    row_of: NDArray[np.int64]
    """Shape (n,): a position's row in `follow`."""
    follow: Words
    """Shape (r, w): the successors of branching positions besides the chain; equal rows are one."""
    start: Words
    """Shape (w,): the positions before the first character."""
    accept: Words
    """Shape (w,): the positions in which a pattern matches."""
    universal: Words
    """Shape (w,): the accepting positions that stay on every character."""
    owner: Words
    """Shape (n, p): the predicates that a position's pattern belongs to."""


@dataclass(frozen=True)
class Owned:
    """A pattern and the predicates, a bit each, that hold for what it matches."""

    pattern: Pattern
    predicates: int


def word_count(bits: int) -> int:
    """Return how many words hold `bits` bits, at least one."""
    return max(1, -(-bits // WORD_BITS))


def to_words(bits: int, words: int) -> Words:
    """Return the bits of a Python int as words, lowest first."""
    return np.frombuffer(bits.to_bytes(words * 8, "little"), dtype=np.uint64)


def to_bits(row: Words) -> int:
    """Return the bits of a row of words as a Python int."""
    return int.from_bytes(row.tobytes(), "little")


def join(owned: Sequence[Owned], predicates: int, budget: Budget) -> tuple[Nfa, Alphabet]:
    """Return one automaton for all patterns, for `predicates` predicates, and its alphabet."""
    alphabet = alphabet_of([item.pattern for item in owned])
    return join_over(alphabet, owned, predicates, budget), alphabet


def join_over(alphabet: Alphabet, owned: Sequence[Owned], predicates: int, budget: Budget) -> Nfa:
    """Return one automaton for all patterns, over an alphabet that tells their charsets apart."""
    parts = word_count(predicates)
    size = sum(item.pattern.size for item in owned)
    budget.require_memory(size * (len(alphabet) // 2 + 8 * parts))
    blocks = [_Block(alphabet, start=0)]
    for item in owned:
        if blocks[-1].size >= BLOCK_BITS:
            blocks.append(_Block(alphabet, start=blocks[-1].end))
        blocks[-1].add(item)
    classes = len(alphabet)
    rows = np.concatenate([block.rows_of_words() for block in blocks], axis=1)
    branching, row_of, follow = _branches(blocks, rows.shape[1], budget)
    return Nfa(
        enter=rows[:classes],
        stay=rows[classes : 2 * classes],
        chain=rows[2 * classes + CHAIN],
        branching=branching,
        row_of=row_of,
        follow=follow,
        start=rows[2 * classes + STARTING],
        accept=rows[2 * classes + ACCEPTING],
        universal=rows[2 * classes + UNIVERSAL],
        owner=np.concatenate([block.owners(parts) for block in blocks]),
    )


def alphabet_of(patterns: Sequence[Pattern]) -> Alphabet:
    """Return the classes of characters that none of `patterns` tells apart."""
    singles: set[int] = set()
    charsets: dict[CharSet, None] = {ANY_CHAR: None}
    for pattern in patterns:
        singles.update(pattern.code_bits)
        charsets.update(dict.fromkeys(pattern.charset_bits))
        charsets.update(dict.fromkeys(pattern.stay_bits))
    return Alphabet(singles, charsets)


class _Block:
    """Some patterns side by side, as Python ints: for few bits these are faster than arrays.

    `rows` holds the positions entered on each class, then those that stay on each class, then the
    four masks. A block begins at the joint position `start` and fills whole words.
    """

    def __init__(self, alphabet: Alphabet, start: int) -> None:
        self.alphabet = alphabet
        self.start = start
        self.size = 0
        self.rows = [0] * (2 * len(alphabet) + MASKS)
        self.owned: list[Owned] = []
        self.follow: list[tuple[int, int]] = []
        """Sets of positions, and those that lead to them beside the chain."""

    @property
    def end(self) -> int:
        """The joint position after the block."""
        return self.start + word_count(self.size) * WORD_BITS

    def add(self, item: Owned) -> None:
        """Append a pattern."""
        pattern, shift = item.pattern, self.size
        classes, masks = len(self.alphabet), 2 * len(self.alphabet)
        for code, bits in pattern.code_bits.items():
            self.rows[self.alphabet.of_code(code)] |= bits << shift
        for first, by_charset in ((0, pattern.charset_bits), (classes, pattern.stay_bits)):
            for charset, bits in by_charset.items():
                for number in self.alphabet.of_charset(charset):
                    self.rows[first + number] |= bits << shift
        self.rows[masks + CHAIN] |= pattern.chain_bits << shift
        self.rows[masks + STARTING] |= 1 << START << shift
        self.rows[masks + ACCEPTING] |= pattern.accept_bits << shift
        self.rows[masks + UNIVERSAL] |= pattern.universal_bits << shift
        self.follow += [(targets << shift, s << shift) for targets, s in pattern.follow.items()]
        self.owned.append(item)
        self.size += pattern.size

    def rows_of_words(self) -> Words:
        """Return the rows as words."""
        width = word_count(self.size)
        joined = b"".join([row.to_bytes(width * 8, "little") for row in self.rows])
        return np.frombuffer(joined, dtype=np.uint64).reshape(len(self.rows), width)

    def owners(self, parts: int) -> Words:
        """Return for each position the predicates of its pattern; none for the filling."""
        masks = [item.predicates for item in self.owned]
        sizes = [item.pattern.size for item in self.owned]
        rows = b"".join([mask.to_bytes(parts * 8, "little") for mask in [*masks, 0]])
        words: Words = np.frombuffer(rows, dtype=np.uint64).reshape(-1, parts)
        filling = self.end - self.start - self.size
        return np.repeat(words, [*sizes, filling], axis=0)


def _branches(blocks: Sequence[_Block], words: int, budget: Budget) -> tuple[Words, Indices, Words]:
    """Return the branching positions, each position's row of successors, and these rows."""
    row_of = np.full(words * WORD_BITS, -1, dtype=np.int64)
    rows = [(block, *move) for block in blocks for move in block.follow]
    budget.require_memory(len(rows) * words * (WORD_BITS // 8))
    follow = np.zeros((len(rows), words), dtype=np.uint64)
    for number, (block, targets, sources) in enumerate(rows):
        first, width = block.start // WORD_BITS, word_count(block.size)
        follow[number, first : first + width] = to_words(targets, width)
        row_of[[block.start + place for place in positions_of(sources)]] = number
    is_branching = row_of >= 0
    return pack(is_branching.reshape(1, -1))[0], row_of, follow


def pack(flags: NDArray[np.bool_]) -> Words:
    """Return rows of flags as rows of words; their length is a multiple of 64."""
    packed = np.packbits(flags, axis=None, bitorder="little")
    return packed.view(np.uint64).reshape(len(flags), flags.shape[1] // WORD_BITS)
