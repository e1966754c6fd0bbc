"""Inclusion by antichains: a string that some patterns match and others do not.

After De Wulf, Doyen, Henzinger, Raskin, "Antichains: a new algorithm for checking universality of
finite automata", CAV 2006. A node is a pair: one position of each required pattern (their product
is never determinised), and the set of positions that the forbidden patterns can be in, a bit row
(their union is never complemented). Of two nodes with the same positions the one with the smaller
set says more, so the other is dropped. Nodes are expanded in the order of the length of the
shortest string that they could end in (A*, Hart, Nilsson, Raphael, 1968).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from automaton.kernels.bits import ONE, ZERO, Words, bit_of, find_row, lowest_bit, word_of
from automaton.kernels.compile import PAUSED, inlined, kernel
from automaton.kernels.distance import ENDLESS
from automaton.kernels.product import advance
from automaton.nfa import Nfa

DONE = 0
FULL = 2
FOUND = 3

NODES = 0
TUPLES = 1
CURRENT = 2
SYMBOL = 3
LOWEST = 4
STEPS = 5
GOAL = 6
CURSORS = 7

NOTHING = -1


class Pair(NamedTuple):
    """The question: a string that `required` matches throughout and `forbidden` nowhere."""

    required: Nfa
    """Its predicates are not read: a pattern's place in `firsts` names it."""
    forbidden: Nfa
    """A row of its positions has v words."""
    firsts: NDArray[np.int64]
    """Shape (m,): the start position of each required pattern, ascending."""
    distance: NDArray[np.int64]
    """Shape (n,): the fewest characters from a required position to acceptance, or ENDLESS."""
    closer: Words
    """Shape (k, v): row d holds the forbidden positions at most d characters from acceptance."""


class Table(NamedTuple):
    """What was discovered; every array is scratch of the caller, modified in place."""

    tuples: Words
    """Shape (capacity, m): the positions of the required patterns."""
    slots: NDArray[np.int64]
    """Hash table over `tuples`; a power of two, at least twice the capacity."""
    first: NDArray[np.int64]
    """Shape (capacity,): the youngest node of each tuple, or NOTHING."""
    older: NDArray[np.int64]
    """Shape (capacity,): the next older node of the same tuple, or NOTHING."""
    tuple_of: NDArray[np.int64]
    """Shape (capacity,): each node's tuple."""
    rows: Words
    """Shape (capacity, v): each node's set of forbidden positions."""
    parent: NDArray[np.int64]
    """Shape (capacity,): the node from which each one was discovered; NOTHING for the first."""
    symbol: NDArray[np.int64]
    """Shape (capacity,): the class on which it was."""
    depth: NDArray[np.int64]
    """Shape (capacity,): the characters read so far."""
    waiting: NDArray[np.int64]
    """Shape (capacity,): the next node of the same queue, or NOTHING; SUBSUMED nodes are there."""
    subsumed: NDArray[np.bool_]
    """Shape (capacity,): whether a node discovered later says more."""
    queues: NDArray[np.int64]
    """The youngest waiting node for each length of string; longer ones share the last queue."""
    cursor: NDArray[np.int64]
    """NODES and TUPLES entered; the CURRENT node and the next SYMBOL for it; the LOWEST queue that
    may hold nodes; STEPS since the last reset; the GOAL node."""


class Scratch(NamedTuple):
    """Rows that kernels write into."""

    here: Words
    """Shape (1, w): the required positions of the current node, a bit each."""
    moved: Words
    """Shape (w,): their successors on any class."""
    busy: NDArray[np.int64]
    """Shape (w + 1,): how many words of `here` and `moved` are not zero, then which."""
    met: Words
    """Shape (v,): the successors of the forbidden positions on any class."""
    met_busy: NDArray[np.int64]
    """Shape (v + 1,): how many words of the forbidden positions and of `met` are not zero, which.
    """
    row: Words
    """Shape (v,): the forbidden positions after one class."""
    found: NDArray[np.int64]
    """Shape (n,): the successors of the required positions on one class, ascending."""
    bounds: NDArray[np.int64]
    """Shape (m + 1,): where those of each required pattern begin."""
    choice: NDArray[np.int64]
    """Shape (m,): the one that is taken of each."""
    key: Words
    """Shape (m,): the positions so taken."""


@inlined
def subsumes(rows: Words, index: int, row: Words) -> bool:
    """Return whether the set `rows[index]` is part of the set `row`."""
    outside = ZERO
    for word in range(len(row)):
        outside |= rows[index, word] & ~row[word]
        if outside != ZERO:
            break
    return bool(outside == ZERO)


@inlined
def is_part(row: Words, rows: Words, index: int) -> bool:
    """Return whether the set `row` is part of the set `rows[index]`."""
    outside = ZERO
    for word in range(len(row)):
        outside |= row[word] & ~rows[index, word]
        if outside != ZERO:
            break
    return bool(outside == ZERO)


@inlined
def are_disjoint(row: Words, rows: Words, index: int) -> bool:
    """Return whether the sets `row` and `rows[index]` have nothing in common."""
    common = ZERO
    for word in range(len(row)):
        common |= row[word] & rows[index, word]
    return bool(common == ZERO)


@inlined
def tuple_number(table: Table, key: Words) -> int:
    """Return the number of the tuple `key`, entering it if it is new."""
    slot = find_row(table.tuples, table.slots, key)
    if table.slots[slot] < 0:
        number = table.cursor[TUPLES]
        for index in range(len(key)):
            table.tuples[number, index] = key[index]
        table.first[number] = NOTHING
        table.slots[slot] = number
        table.cursor[TUPLES] = number + 1
    return int(table.slots[slot])


@inlined
def is_new(table: Table, number: int, row: Words) -> bool:
    """Return whether no node of tuple `number` subsumes `row`; drop those that `row` subsumes."""
    before, node = NOTHING, table.first[number]
    while node >= 0:
        if subsumes(table.rows, node, row):
            return False
        after = table.older[node]
        if is_part(row, table.rows, node):
            table.subsumed[node] = True
            if before < 0:
                table.first[number] = after
            else:
                table.older[before] = after
        else:
            before = node
        node = after
    return True


@inlined
def enter_pair(pair: Pair, table: Table, scratch: Scratch) -> bool:
    """Enter the node (`scratch.key`, `scratch.row`) unless one subsumes it; return iff it wins.

    It wins iff a string that matches every required pattern and no forbidden one goes through it,
    as far as distances tell.
    """
    far, total = 0, 0
    for index in range(len(scratch.key)):
        distance = pair.distance[np.int64(scratch.key[index])]
        far = max(far, distance)
        total += distance
    number = tuple_number(table, scratch.key)
    if far >= ENDLESS or not is_new(table, number, scratch.row):
        return False
    node, parent = table.cursor[NODES], table.cursor[CURRENT]
    for word in range(len(scratch.row)):
        table.rows[node, word] = scratch.row[word]
    depth = 0 if parent < 0 else table.depth[parent] + 1
    queue = min(depth + total, len(table.queues) - 1)
    table.tuple_of[node], table.depth[node] = number, depth
    table.parent[node], table.symbol[node] = parent, table.cursor[SYMBOL]
    table.older[node], table.first[number] = table.first[number], node
    table.waiting[node], table.queues[queue] = table.queues[queue], node
    table.subsumed[node] = False
    table.cursor[LOWEST] = min(table.cursor[LOWEST], queue)
    table.cursor[NODES] = node + 1
    table.cursor[GOAL] = node
    near = far == 0 or len(scratch.key) == 1
    return near and far < len(pair.closer) and are_disjoint(scratch.row, pair.closer, far)


@inlined
def take(table: Table) -> bool:
    """Make the first waiting node the current one; return False iff none waits."""
    queue = table.cursor[LOWEST]
    while queue < len(table.queues):
        node = table.queues[queue]
        if node < 0:
            queue += 1
            continue
        table.queues[queue] = table.waiting[node]
        if not table.subsumed[node]:
            table.cursor[LOWEST], table.cursor[CURRENT] = queue, node
            table.cursor[SYMBOL] = 0
            return True
    table.cursor[LOWEST] = queue
    return False


@inlined
def list_busy(rows: Words, index: int, row: Words, busy: NDArray[np.int64]) -> None:
    """Write into `busy` how many words of `rows[index]` or `row` are not zero, then which."""
    # PERF: of many patterns few live at a time.
    count = 0
    for word in range(len(row)):
        if rows[index, word] | row[word] != ZERO:
            count += 1
            busy[count] = word
    busy[0] = count


@inlined
def prepare(pair: Pair, table: Table, scratch: Scratch) -> None:
    """Write the successors of the current node on any class into `moved` and `met`; clear `row`."""
    node = table.cursor[CURRENT]
    for word in range(len(scratch.moved)):
        scratch.here[0, word] = ZERO
    number = table.tuple_of[node]
    for index in range(len(scratch.key)):
        place = int(table.tuples[number, index])
        scratch.here[0, word_of(place)] |= bit_of(place)
    advance(pair.required, scratch.here, 0, scratch.moved)
    list_busy(scratch.here, 0, scratch.moved, scratch.busy)
    advance(pair.forbidden, table.rows, node, scratch.met)
    list_busy(table.rows, node, scratch.met, scratch.met_busy)
    for word in range(len(scratch.row)):
        scratch.row[word] = ZERO


@inlined
def list_successors(pair: Pair, scratch: Scratch, symbol: int) -> bool:
    """List the successors of each required position on a class; return iff each has one."""
    count, last = 0, len(pair.firsts) - 1
    which = 0
    scratch.bounds[0] = 0
    for index in range(1, scratch.busy[0] + 1):
        word = scratch.busy[index]
        rest = scratch.moved[word] & pair.required.enter[symbol, word]
        rest |= scratch.here[0, word] & pair.required.stay[symbol, word]
        while rest != ZERO:
            place = word * 64 + lowest_bit(rest)
            rest &= rest - ONE
            while which < last and place >= pair.firsts[which + 1]:
                which += 1
                scratch.bounds[which] = count
                if scratch.bounds[which] == scratch.bounds[which - 1]:
                    return False
            scratch.found[count] = place
            count += 1
    scratch.bounds[last + 1] = count
    return which == last and count > scratch.bounds[last]


@inlined
def meet(pair: Pair, table: Table, scratch: Scratch, symbol: int) -> bool:
    """Write the forbidden positions after a class into `row`; return False iff one is universal."""
    node, hits = table.cursor[CURRENT], ZERO
    for index in range(1, scratch.met_busy[0] + 1):
        word = scratch.met_busy[index]
        row = scratch.met[word] & pair.forbidden.enter[symbol, word]
        row |= table.rows[node, word] & pair.forbidden.stay[symbol, word]
        scratch.row[word] = row
        hits |= row & pair.forbidden.universal[word]
    return bool(hits == ZERO)


@inlined
def list_starts(pair: Pair, scratch: Scratch) -> bool:
    """List the start positions; return False iff a forbidden one is universal."""
    hits = ZERO
    for index in range(len(pair.firsts)):
        scratch.found[index] = pair.firsts[index]
        scratch.bounds[index + 1] = index + 1
    for word in range(len(scratch.row)):
        scratch.row[word] = pair.forbidden.start[word]
        hits |= scratch.row[word] & pair.forbidden.universal[word]
    return bool(hits == ZERO)


@inlined
def list_nodes(pair: Pair, table: Table, scratch: Scratch) -> bool:
    """List what follows the current node on the current class; return whether anything does."""
    if table.cursor[CURRENT] < 0:
        return list_starts(pair, scratch)
    symbol = table.cursor[SYMBOL]
    return list_successors(pair, scratch, symbol) and meet(pair, table, scratch, symbol)


@inlined
def choose_next(scratch: Scratch) -> bool:
    """Turn `choice` into the next one of one successor for each pattern; False iff all were."""
    for index in range(len(scratch.choice)):
        scratch.choice[index] += 1
        if scratch.choice[index] < scratch.bounds[index + 1]:
            return True
        scratch.choice[index] = scratch.bounds[index]
    return False


@inlined
def enter_all(pair: Pair, table: Table, scratch: Scratch) -> int:
    """Enter a node for each choice of listed successors: FOUND, FULL, or DONE with the class."""
    for index in range(len(scratch.choice)):
        scratch.choice[index] = scratch.bounds[index]
    goes_on = True
    while goes_on:
        table.cursor[STEPS] += 1
        if table.cursor[NODES] == len(table.rows) or table.cursor[TUPLES] == len(table.tuples):
            return FULL
        for index in range(len(scratch.choice)):
            scratch.key[index] = scratch.found[scratch.choice[index]]
        if enter_pair(pair, table, scratch):
            return FOUND
        goes_on = choose_next(scratch)
    return DONE


@kernel
def search(pair: Pair, table: Table, scratch: Scratch, max_steps: int) -> int:
    """Expand nodes until all are (DONE), one wins (FOUND), steps are spent (PAUSED), or FULL.

    An empty table has no current node, and the last class is its next: it is left by the starts.
    Call it again to go on; a step is one node under one class of characters. After FULL the
    current class is done over, in larger tables: what was entered then subsumes itself.
    """
    classes = pair.forbidden.enter.shape[0]
    while table.cursor[SYMBOL] < classes or take(table):
        if table.cursor[CURRENT] >= 0:
            prepare(pair, table, scratch)
        while table.cursor[SYMBOL] < classes:
            if table.cursor[STEPS] >= max_steps:
                return PAUSED
            table.cursor[STEPS] += 1
            if list_nodes(pair, table, scratch):
                status = enter_all(pair, table, scratch)
                if status != DONE:
                    return status
            table.cursor[SYMBOL] += 1
    return DONE
