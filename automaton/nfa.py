"""All patterns of one variable as one bit-parallel automaton in arrays.

A state set is a row of `uint64` words, a bit for each position of each pattern. One step on a
class of characters is: shift along the chains, add the rows of positions with other edges, keep
what may be entered on the class, and add what stays on it. Every pattern belongs to the
predicates whose truth it settles; `owner` says which.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from automaton.alphabet import Alphabet
from automaton.budget import Budget
from automaton.charset import ANY_CHAR, CharSet
from automaton.pattern import START, Pattern

Words = NDArray[np.uint64]
Indices = NDArray[np.int64]
WORD_BITS = 64


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
    """Shape (r, w): the successors of a branching position besides the chain."""
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
    patterns = [item.pattern for item in owned]
    offsets = np.cumsum([0, *(pattern.size for pattern in patterns)])
    layout = _Layout(patterns, offsets.tolist(), _alphabet_of(patterns))
    budget.require_memory(4 * len(layout.alphabet) * layout.bits + layout.bits * predicates // 8)
    edges = layout.edges()
    sources = np.unique(edges[:, 0])
    row_of = np.full(layout.bits, -1, dtype=np.int64)
    row_of[sources] = np.arange(len(sources))
    budget.require_memory(2 * max(1, len(sources)) * layout.bits)
    sizes = [pattern.size for pattern in patterns]
    parts = word_count(predicates)
    owners = [to_words(item.predicates, parts) for item in owned]
    nfa = Nfa(
        enter=layout.entries(),
        stay=layout.stays(),
        chain=layout.mask(layout.places([pattern.chained for pattern in patterns])),
        branching=layout.mask(sources),
        row_of=row_of,
        follow=layout.matrix(len(sources), row_of[edges[:, 0]], edges[:, 1]),
        start=layout.mask(offsets[:-1] + START),
        accept=layout.mask(layout.places([pattern.accepting for pattern in patterns])),
        universal=layout.mask(layout.places([pattern.universal for pattern in patterns])),
        owner=np.repeat(np.array(owners, dtype=np.uint64).reshape(-1, parts), sizes, axis=0),
    )
    return nfa, layout.alphabet


def _alphabet_of(patterns: Sequence[Pattern]) -> Alphabet:
    singles: set[int] = set()
    charsets: dict[CharSet, None] = {ANY_CHAR: None}
    for pattern in patterns:
        singles.update(pattern.codes)
        charsets.update(dict.fromkeys(pattern.charsets.values()))
        charsets.update(dict.fromkeys(pattern.stays.values()))
    singles.discard(-1)
    return Alphabet(singles, charsets)


class _Layout:
    """Where the positions of each pattern lie in the joint automaton."""

    def __init__(
        self, patterns: Sequence[Pattern], offsets: Sequence[int], alphabet: Alphabet
    ) -> None:
        self.patterns = patterns
        self.offsets = offsets
        self.alphabet = alphabet
        self.bits = word_count(offsets[-1]) * WORD_BITS

    def matrix(self, rows: int, row: Indices, column: Indices) -> Words:
        """Return `rows` rows of words in which the bits (row[i], column[i]) are set."""
        flags = np.zeros((rows, self.bits), dtype=np.bool_)
        flags[row, column] = True
        return pack(flags)

    def mask(self, positions: Indices) -> Words:
        """Return one row with the bits of `positions` set."""
        first = np.zeros(len(positions), dtype=np.int64)
        return self.matrix(1, first, positions).reshape(-1)

    def places(self, positions: Sequence[Iterable[int]]) -> Indices:
        """Return the joint positions of the local `positions` of each pattern."""
        shifted = [
            offset + position
            for offset, local in zip(self.offsets, positions, strict=False)
            for position in local
        ]
        return np.array(shifted, dtype=np.int64)

    def edges(self) -> NDArray[np.int64]:
        """Return the joint (source, target) pairs beside the chains, shape (e, 2)."""
        pairs = [
            (offset + source, offset + target)
            for offset, pattern in zip(self.offsets, self.patterns, strict=False)
            for source, target in pattern.edges
        ]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def entries(self) -> Words:
        """Return for each class the positions that may be entered on it."""
        flags = self._flags([pattern.charsets for pattern in self.patterns])
        singles = sorted(self.alphabet.singles)
        classes = np.array([self.alphabet.of_code(code) for code in singles], dtype=np.int64)
        codes = np.fromiter(itertools.chain(*(p.codes for p in self.patterns)), dtype=np.int64)
        positions = np.flatnonzero(codes >= 0)
        flags[classes[np.searchsorted(singles, codes[positions])], positions] = True
        return pack(flags)

    def stays(self) -> Words:
        """Return for each class the positions that stay on it."""
        return pack(self._flags([pattern.stays for pattern in self.patterns]))

    def _flags(self, charsets: Sequence[dict[int, CharSet]]) -> NDArray[np.bool_]:
        by_charset: dict[CharSet, list[int]] = {}
        for offset, local in zip(self.offsets, charsets, strict=False):
            for position, charset in local.items():
                by_charset.setdefault(charset, []).append(offset + position)
        flags = np.zeros((len(self.alphabet), self.bits), dtype=np.bool_)
        for charset, positions in by_charset.items():
            flags[np.ix_(self.alphabet.of_charset(charset), positions)] = True
        return flags


def pack(flags: NDArray[np.bool_]) -> Words:
    """Return rows of flags as rows of words; their length is a multiple of 64."""
    packed = np.packbits(flags, axis=None, bitorder="little")
    return packed.view(np.uint64).reshape(len(flags), flags.shape[1] // WORD_BITS)
