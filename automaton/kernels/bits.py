"""Words of 64 bits. Every constant is a named uint64: a bare int would turn the word into a float.

Hashing uses xor and shift only (Marsaglia, "Xorshift RNGs", 2003), so that compiled and
interpreted code agree without overflow.
"""

import numpy as np
from numpy.typing import NDArray

from automaton.kernels.compile import inlined, kernel

Words = NDArray[np.uint64]

ZERO = np.uint64(0)
ONE = np.uint64(1)
TOP = np.uint64(63)
SEED = np.uint64(0x9E3779B97F4A7C15)
LEFT = np.uint64(13)
RIGHT = np.uint64(7)
PLACES = np.uint64(6)
AGAIN = np.uint64(17)
FOLD = np.uint64(32)
HALVES = (
    (np.uint64(0xFFFFFFFF), np.uint64(32), 32),
    (np.uint64(0xFFFF), np.uint64(16), 16),
    (np.uint64(0xFF), np.uint64(8), 8),
    (np.uint64(0xF), np.uint64(4), 4),
    (np.uint64(0x3), np.uint64(2), 2),
    (np.uint64(0x1), np.uint64(1), 1),
)


@inlined
def lowest_bit(word: np.uint64) -> int:
    """Return the number of the lowest set bit of a word that is not zero."""
    place = 0
    for mask, shift, count in HALVES:
        if word & mask == ZERO:
            word = word >> shift
            place += count
    return place


@inlined
def word_of(place: int) -> int:
    """Return the word of a row in which the bit `place` is."""
    return int(np.uint64(place) >> PLACES)


@inlined
def bit_of(place: int) -> np.uint64:
    """Return the word in which only the bit `place` of a row is set."""
    return ONE << (np.uint64(place) & TOP)


@inlined
def hash_row(row: Words) -> np.uint64:
    """Return a hash of a row of words."""
    mixed = SEED
    for index in range(len(row)):
        # PERF: most words of a state are zero.
        if row[index] == ZERO:
            continue
        mixed = mixed ^ row[index] ^ np.uint64(index)
        mixed = mixed ^ (mixed << LEFT)
        mixed = mixed ^ (mixed >> RIGHT)
        mixed = mixed ^ (mixed << AGAIN)
    return mixed ^ (mixed >> FOLD)


@inlined
def is_row(rows: Words, index: int, row: Words) -> bool:
    """Return whether `rows[index]` holds the words of `row`."""
    difference = ZERO
    for place in range(len(row)):
        difference |= rows[index, place] ^ row[place]
    return bool(difference == ZERO)


@inlined
def find_row(rows: Words, slots: NDArray[np.int64], row: Words) -> int:
    """Return the slot of an open-addressing table where `row` is, or the empty one for it.

    `slots` holds indices into `rows` or -1; its length is a power of two and it is never full.
    """
    mask = np.uint64(len(slots) - 1)
    slot = hash_row(row) & mask
    while slots[slot] >= 0 and not is_row(rows, slots[slot], row):
        slot = (slot + ONE) & mask
    return int(slot)


@kernel
def fill_slots(rows: Words, count: int, slots: NDArray[np.int64]) -> None:
    """Enter the first `count` rows, all different, into the empty table `slots`, in place."""
    for index in range(count):
        slots[find_row(rows, slots, rows[index])] = index
