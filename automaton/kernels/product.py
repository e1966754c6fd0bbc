"""The explorer: the product of all patterns of a variable, built on the fly, breadth first.

A state is a row of w + p words: the live positions, then the predicates that hold for every
continuation. Inclusion, intersection, equivalence and emptiness are all this exploration; they
differ in the truth vectors (which predicates hold for the strings that end in a state) that the
caller looks for. States are numbered in the order of discovery, so the path to a state spells a
shortest string.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from automaton.kernels.bits import ONE, TOP, ZERO, Words, find_row, lowest_bit
from automaton.kernels.compile import PAUSED, inlined, kernel
from automaton.nfa import Nfa

DONE = 0
FULL = 2

HEAD = 0
COUNT = 1
VECTORS = 2
STEPS = 3
CURSORS = 4

SINK = -1


class Goal(NamedTuple):
    """What every string of interest fulfils; states that cannot lead to one are dropped."""

    required: Words
    """Shape (p,): predicates that must hold."""
    forbidden: Words
    """Shape (p,): predicates that must not."""
    alive: Words
    """Shape (q, w): the positions of each required predicate that can still make it hold."""
    alive_bit: Words
    """Shape (q, p): that predicate, as one bit."""


class Table(NamedTuple):
    """What was discovered; every array is scratch of the caller, modified in place."""

    states: Words
    """Shape (capacity, w + p)."""
    parent: NDArray[np.int64]
    """Shape (capacity,): the state from which each one was discovered; -1 for the first."""
    symbol: NDArray[np.int64]
    """Shape (capacity,): the class on which it was."""
    slots: NDArray[np.int64]
    """Hash table over `states`; a power of two, at least twice the capacity."""
    vectors: Words
    """Shape (capacity, p): the truth vectors in the order of discovery."""
    holder: NDArray[np.int64]
    """Shape (capacity,): the first state with each vector."""
    vector_slots: NDArray[np.int64]
    """Hash table over `vectors`, as long as `slots`."""
    target: NDArray[np.int64]
    """Shape (capacity or 0, c): the successor on each class, SINK if dropped; kept iff capacity."""
    cursor: NDArray[np.int64]
    """HEAD: the next state to expand; COUNT of states, of VECTORS; STEPS since the last reset."""


class Scratch(NamedTuple):
    """Rows that kernels write into."""

    row: Words
    """Shape (w + p,): the state in the making."""
    moved: Words
    """Shape (w,)."""
    vector: Words
    """Shape (p,)."""


@inlined
def advance(nfa: Nfa, states: Words, index: int, moved: Words) -> None:
    """Write into `moved` (w,) the successors of the positions of `states[index]`, on any class."""
    words = nfa.enter.shape[1]
    carry = ZERO
    for word in range(words):
        moving = states[index, word] & nfa.chain[word]
        moved[word] = (moving << ONE) | carry
        carry = moving >> TOP
    for word in range(words):
        rest = states[index, word] & nfa.branching[word]
        while rest != ZERO:
            row_index = nfa.row_of[word * 64 + lowest_bit(rest)]
            rest &= rest - ONE
            for other in range(words):
                moved[other] |= nfa.follow[row_index, other]


@inlined
def enter(nfa: Nfa, states: Words, index: int, moved: Words, symbol: int, row: Words) -> None:
    """Write into `row` (w + p,) the state after `states[index]` on the class `symbol`.

    `moved` is what `advance` made of that state.
    """
    words = nfa.enter.shape[1]
    hits = ZERO
    for word in range(words):
        entered = moved[word] & nfa.enter[symbol, word]
        row[word] = entered | (states[index, word] & nfa.stay[symbol, word])
        hits |= row[word] & nfa.universal[word]
    for word in range(words, len(row)):
        row[word] = states[index, word]
    if hits != ZERO:
        settle(nfa, row)


@inlined
def is_live(nfa: Nfa, states: Words, index: int) -> bool:
    """Return whether a position of `states[index]` lives, so that its truth may still change."""
    live = ZERO
    for word in range(nfa.enter.shape[1]):
        live |= states[index, word]
    return bool(live != ZERO)


@inlined
def settle(nfa: Nfa, row: Words) -> None:
    """Move the predicates that hold from now on out of the positions of `row` (w + p,), in place.

    Universal positions are replaced by the predicates they settle, and positions that only serve
    settled predicates are dropped.
    """
    words = nfa.enter.shape[1]
    for word in range(words):
        rest = row[word] & nfa.universal[word]
        while rest != ZERO:
            position = word * 64 + lowest_bit(rest)
            rest &= rest - ONE
            for part in range(nfa.owner.shape[1]):
                row[words + part] |= nfa.owner[position, part]
    drop_settled(nfa, row)


@inlined
def drop_settled(nfa: Nfa, row: Words) -> None:
    """Clear the positions of `row` (w + p,), in place, all of whose predicates are settled."""
    words = nfa.enter.shape[1]
    for word in range(words):
        rest = row[word]
        while rest != ZERO:
            bit = rest & (~rest + ONE)
            position = word * 64 + lowest_bit(rest)
            rest &= rest - ONE
            open_ones = ZERO
            for part in range(nfa.owner.shape[1]):
                open_ones |= nfa.owner[position, part] & ~row[words + part]
            if open_ones == ZERO:
                row[word] &= ~bit


@inlined
def truth(nfa: Nfa, row: Words, vector: Words) -> None:
    """Write into `vector` (p,) the predicates that hold for the strings that end in `row`."""
    words = nfa.enter.shape[1]
    for part in range(len(vector)):
        vector[part] = row[words + part]
    for word in range(words):
        rest = row[word] & nfa.accept[word]
        while rest != ZERO:
            position = word * 64 + lowest_bit(rest)
            rest &= rest - ONE
            for part in range(len(vector)):
                vector[part] |= nfa.owner[position, part]


@kernel
def truths(nfa: Nfa, states: Words, vectors: Words) -> None:
    """Write into `vectors` (n, p) the truth vectors of the first n of `states`."""
    for index in range(len(vectors)):
        truth(nfa, states[index], vectors[index])


@inlined
def is_hopeless(nfa: Nfa, goal: Goal, row: Words) -> bool:
    """Return whether no string through `row` (w + p,) fulfils the goal."""
    words = nfa.enter.shape[1]
    for part in range(len(goal.forbidden)):
        if row[words + part] & goal.forbidden[part] != ZERO:
            return True
    for index in range(goal.alive.shape[0]):
        hope = ZERO
        for part in range(goal.alive_bit.shape[1]):
            hope |= row[words + part] & goal.alive_bit[index, part]
        for word in range(words):
            hope |= row[word] & goal.alive[index, word]
        if hope == ZERO:
            return True
    return False


@inlined
def discover(nfa: Nfa, goal: Goal, table: Table, row: Words, vector: Words) -> int:
    """Return the number of the state `row`, entering it into the table if it is new.

    `vector` (p,) is scratch. A new state's truth vector is entered too if it fulfils the goal.
    """
    slot = find_row(table.states, table.slots, row)
    if table.slots[slot] >= 0:
        return int(table.slots[slot])
    number = int(table.cursor[COUNT])
    for word in range(len(row)):
        table.states[number, word] = row[word]
    table.slots[slot] = number
    table.cursor[COUNT] = number + 1
    truth(nfa, row, vector)
    for part in range(len(vector)):
        missing = goal.required[part] & ~vector[part]
        if missing != ZERO or vector[part] & goal.forbidden[part] != ZERO:
            return number
    vector_slot = find_row(table.vectors, table.vector_slots, vector)
    if table.vector_slots[vector_slot] < 0:
        index = table.cursor[VECTORS]
        for part in range(len(vector)):
            table.vectors[index, part] = vector[part]
        table.holder[index] = number
        table.vector_slots[vector_slot] = index
        table.cursor[VECTORS] = index + 1
    return number


@kernel
def begin(nfa: Nfa, goal: Goal, table: Table) -> None:
    """Enter the state before the first character into an empty table, in place."""
    words = nfa.enter.shape[1]
    row = np.zeros(table.states.shape[1], dtype=np.uint64)
    row[:words] = nfa.start
    settle(nfa, row)
    if not is_hopeless(nfa, goal, row):
        discover(nfa, goal, table, row, np.zeros(table.vectors.shape[1], dtype=np.uint64))
        table.parent[0] = -1


@inlined
def expand(nfa: Nfa, goal: Goal, table: Table, scratch: Scratch) -> None:
    """Discover the successors of the state at HEAD."""
    head = table.cursor[HEAD]
    advance(nfa, table.states, head, scratch.moved)
    for symbol in range(nfa.enter.shape[0]):
        enter(nfa, table.states, head, scratch.moved, symbol, scratch.row)
        number = SINK
        if not is_hopeless(nfa, goal, scratch.row):
            before = table.cursor[COUNT]
            number = discover(nfa, goal, table, scratch.row, scratch.vector)
            if number == before:
                table.parent[number] = head
                table.symbol[number] = symbol
        if table.target.shape[0] > 0:
            table.target[head, symbol] = number


@kernel
def explore(nfa: Nfa, goal: Goal, table: Table, max_steps: int) -> int:
    """Expand states until all are (DONE), `max_steps` steps are spent (PAUSED) or room ends (FULL).

    Call it again to go on; a step is one state under one class of characters.
    """
    classes = nfa.enter.shape[0]
    scratch = Scratch(
        np.zeros(table.states.shape[1], dtype=np.uint64),
        np.zeros(nfa.enter.shape[1], dtype=np.uint64),
        np.zeros(table.vectors.shape[1], dtype=np.uint64),
    )
    while table.cursor[HEAD] < table.cursor[COUNT]:
        if table.cursor[COUNT] + classes > len(table.states):
            return FULL
        if table.cursor[STEPS] >= max_steps:
            return PAUSED
        keeps_targets = table.target.shape[0] > 0
        if keeps_targets or is_live(nfa, table.states, table.cursor[HEAD]):
            expand(nfa, goal, table, scratch)
            table.cursor[STEPS] += classes
        table.cursor[HEAD] += 1
    return DONE


@inlined
def common_prefix(symbols: NDArray[np.int64], bounds: NDArray[np.int64], index: int) -> int:
    """Return how many classes string `index` shares with the one before it."""
    if index == 0:
        return 0
    first, second = bounds[index - 1], bounds[index]
    longest = min(second - first, bounds[index + 1] - second)
    shared = 0
    while shared < longest and symbols[first + shared] == symbols[second + shared]:
        shared += 1
    return shared


@kernel
def match(
    nfa: Nfa, symbols: NDArray[np.int64], bounds: NDArray[np.int64], path: Words, vectors: Words
) -> None:
    """Write into `vectors` (strings, p) the predicates that hold for each of many strings.

    String i is the classes `symbols[bounds[i]:bounds[i + 1]]`; `path` (longest + 1, w + p) is
    scratch. Sorted strings are fastest: each goes on from the prefix it shares with the last.
    """
    # INVARIANT: path[d] is the state after the first d classes of the current string, for every
    # d up to `known`; beyond it no position lives and the settled predicates are path[known]'s.
    row = np.zeros(path.shape[1], dtype=np.uint64)
    row[: nfa.start.shape[0]] = nfa.start
    settle(nfa, row)
    path[0] = row
    moved = np.zeros(nfa.start.shape[0], dtype=np.uint64)
    known = 0
    for index in range(len(vectors)):
        known = min(known, common_prefix(symbols, bounds, index))
        length = bounds[index + 1] - bounds[index]
        while known < length and is_live(nfa, path, known):
            advance(nfa, path, known, moved)
            enter(nfa, path, known, moved, symbols[bounds[index] + known], row)
            known += 1
            for word in range(len(row)):
                path[known, word] = row[word]
        truth(nfa, path[known], vectors[index])
