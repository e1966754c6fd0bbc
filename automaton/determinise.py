"""A regular expression with Boolean operators -> its deterministic automaton.

Needed where a complement or an intersection stands inside a concatenation. The subset
construction is the explorer's, over the patterns of all Boolean parts at once; the Boolean
combination only decides which states accept. Made minimal by Moore's partition refinement.
"""

from __future__ import annotations

import weakref

import numpy as np
from numpy.typing import NDArray

from automaton import regex as rx
from automaton.alphabet import Alphabet
from automaton.assignment import Truth, assign
from automaton.budget import Budget
from automaton.charset import CharSet
from automaton.explorer import Exploration, goal
from automaton.kernels.product import truths
from automaton.membership import membership
from automaton.nfa import Indices, Owned, join, to_bits
from automaton.pattern import Dfa, compile_pattern
from automaton.regex import Regex
from automaton.terms import TRUE, Formula, InRegex, Sort, Variable, atoms, constant
from automaton.traversal import fold

MAX_STATES = 1 << 15
ROUNDS = 256
_TEXT = Variable("text", Sort.STRING)

_known: weakref.WeakKeyDictionary[Regex, Dfa] = weakref.WeakKeyDictionary()


def determinise(regex: Regex, budget: Budget) -> Dfa:
    """Return the automaton of `regex`, minimal but for long chains; no move leads to a dead end.

    Raise LimitReached iff the budget ends or there are more than 32,768 states before minimising.
    """
    return fold(regex, _known, _embedded, lambda part: _determinise(part, budget))


def _embedded(regex: Regex) -> list[Regex]:
    """Return the complements and intersections that stand inside the patterns of `regex`."""
    found: dict[Regex, None] = {}
    seen: set[Regex] = set()
    patterns = [atom.regex for atom in atoms(membership(_TEXT, regex)) if isinstance(atom, InRegex)]
    while patterns:
        part = patterns.pop()
        if isinstance(part, rx.Complement | rx.Intersection):
            found[part] = None
        elif part not in seen:
            seen.add(part)
            patterns += rx.parts_of(part)
    return [*found]


def _determinise(regex: Regex, budget: Budget) -> Dfa:
    formula = membership(_TEXT, regex)
    regexes = {atom.regex: None for atom in atoms(formula) if isinstance(atom, InRegex)}
    owned = [
        Owned(compile_pattern(part, _known.__getitem__, budget), 1 << number)
        for number, part in enumerate(regexes)
    ]
    nfa, alphabet = join(owned, len(owned), budget)
    exploration = Exploration(
        nfa, goal(nfa, 0, 0), budget, keep_targets=True, max_states=MAX_STATES
    )
    for _ in exploration.vectors():
        budget.spend()
    count = exploration.state_count
    vectors = np.zeros((count, nfa.owner.shape[1]), dtype=np.uint64)
    truths(nfa, exploration.table.states, vectors)
    numbers = {part: number for number, part in enumerate(regexes)}
    accepts = {
        vector: _holds(formula, numbers, vector) for vector in {to_bits(row) for row in vectors}
    }
    accepting = np.array([accepts[to_bits(row)] for row in vectors], dtype=np.bool_)
    target, accepting = _minimise(exploration.table.target[:count], accepting, budget)
    return _export(target, accepting, _useful(target, accepting, budget), alphabet)


def _holds(formula: Formula, numbers: dict[Regex, int], vector: int) -> bool:
    """Return the truth of `formula` where predicate `numbers[r]` holds iff that bit is set."""
    truth: Truth = {
        atom: constant(bool(vector >> numbers[atom.regex] & 1) == atom.positive)
        for atom in atoms(formula)
        if isinstance(atom, InRegex)
    }
    return assign(formula, truth) is TRUE


def _minimise(
    target: Indices, accepting: NDArray[np.bool_], budget: Budget
) -> tuple[Indices, NDArray[np.bool_]]:
    """Return the moves and acceptance of the quotient by equivalence; state 0 stays first.

    Long chains need a round for each state: after ROUNDS the automaton is left as it is.
    """
    blocks = accepting.astype(np.int64)
    count = 0
    for _ in range(ROUNDS):
        budget.spend(len(target))
        rows = np.column_stack([blocks, blocks[target]])
        _, first, blocks = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        blocks = blocks.reshape(-1)
        if len(first) == count:
            return _quotient(target, accepting, blocks, first)
        count = len(first)
    return target, accepting


def _quotient(
    target: Indices, accepting: NDArray[np.bool_], blocks: Indices, first: Indices
) -> tuple[Indices, NDArray[np.bool_]]:
    """Return the automaton of the blocks, whose first states are `first`, in order of these."""
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(first))
    leaders = first[order]
    return number[blocks[target[leaders]]], accepting[leaders]


def _export(
    target: Indices, accepting: NDArray[np.bool_], useful: NDArray[np.bool_], alphabet: Alphabet
) -> Dfa:
    charsets = [alphabet.charset_of(number) for number in range(len(alphabet))]
    edges: list[dict[int, CharSet]] = []
    for state, moves in enumerate(target.tolist()):
        classes: dict[int, list[int]] = {}
        for number, other in enumerate(moves):
            if useful[state] and useful[other]:
                classes.setdefault(other, []).append(number)
        edges.append({other: _join(charsets, numbers) for other, numbers in classes.items()})
    return Dfa(tuple(edges), frozenset(np.flatnonzero(accepting).tolist()))


def _join(charsets: list[CharSet], numbers: list[int]) -> CharSet:
    return CharSet.of(*(interval for number in numbers for interval in charsets[number].intervals))


def _useful(target: Indices, accepting: NDArray[np.bool_], budget: Budget) -> NDArray[np.bool_]:
    """Return for each state whether an accepting one is reachable."""
    useful = accepting.copy()
    while True:
        budget.spend(len(target))
        larger = useful | useful[target].any(axis=1)
        if np.array_equal(larger, useful):
            return useful
        useful = larger
