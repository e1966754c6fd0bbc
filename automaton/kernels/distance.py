"""How far a position is from acceptance, and a shortest way there."""

import numpy as np
from numpy.typing import NDArray

from automaton.kernels.bits import ONE, ZERO, bit_of, lowest_bit, word_of
from automaton.kernels.compile import inlined, kernel
from automaton.kernels.product import advance
from automaton.nfa import Nfa

ENDLESS = 1 << 40
"""The distance where there is no way."""


@inlined
def nearest(nfa: Nfa, distance: NDArray[np.int64], row_index: int) -> int:
    """Return the least distance of the successors in a row of `follow`."""
    best = ENDLESS
    for word in range(nfa.follow.shape[1]):
        rest = nfa.follow[row_index, word]
        while rest != ZERO:
            best = min(best, distance[word * 64 + lowest_bit(rest)])
            rest &= rest - ONE
    return best


@kernel
def relax(nfa: Nfa, distance: NDArray[np.int64], of_row: NDArray[np.int64]) -> bool:
    """Shorten `distance` (n,) by one sweep over the moves; return whether anything changed.

    Repeated until it returns False, it is the fewest characters from each position to acceptance
    if it starts as 0 for the accepting positions and ENDLESS for the others. `of_row` (r,) is
    scratch.
    """
    # PERF: many positions share a row, whose successors are read once a sweep. What is shortened
    # after that is a change, so that there is another sweep.
    of_row[:] = -1
    changed = False
    for place in range(len(distance) - 1, -1, -1):
        word, bit = word_of(place), bit_of(place)
        best = distance[place]
        if nfa.chain[word] & bit != ZERO:
            best = min(best, distance[place + 1] + 1)
        if nfa.branching[word] & bit != ZERO:
            row_index = nfa.row_of[place]
            if of_row[row_index] < 0:
                of_row[row_index] = nearest(nfa, distance, row_index)
            best = min(best, of_row[row_index] + 1)
        changed |= best < distance[place]
        distance[place] = best
    return changed


@kernel
def descend(nfa: Nfa, distance: NDArray[np.int64], place: int, symbols: NDArray[np.int64]) -> None:
    """Write into `symbols` (distance[place],) the classes of a shortest way to acceptance."""
    here = np.zeros((1, nfa.enter.shape[1]), dtype=np.uint64)
    moved = np.zeros(nfa.enter.shape[1], dtype=np.uint64)
    for index in range(len(symbols)):
        here[:] = ZERO
        here[0, word_of(place)] = bit_of(place)
        advance(nfa, here, 0, moved)
        nearer, place = distance[place] - 1, -1
        for symbol in range(nfa.enter.shape[0]):
            for word in range(len(moved)):
                rest = moved[word] & nfa.enter[symbol, word]
                while rest != ZERO and place < 0:
                    if distance[word * 64 + lowest_bit(rest)] == nearer:
                        place, symbols[index] = word * 64 + lowest_bit(rest), symbol
                    rest &= rest - ONE
