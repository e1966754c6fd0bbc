"""How many strings a language holds, exactly.

Its automaton is deterministic, so that a string is one path: paths are counted state by state, each
move as often as its charset has characters. A conjunction of memberships is an intersection.
"""

from __future__ import annotations

from collections import Counter
from graphlib import CycleError, TopologicalSorter

from automaton import regex as rx
from automaton.budget import Budget
from automaton.determinise import determinise
from automaton.pattern import Dfa
from automaton.regex import Regex


def count_strings(regex: Regex, budget: Budget, max_length: int | None = None) -> int | None:
    """Return how many strings of at most `max_length` characters, or of any length, match `regex`.

    The answer is None iff there are infinitely many. Raise LimitReached iff the budget ends first.
    """
    if regex is rx.NONE:
        return 0
    dfa = determinise(regex, budget)
    if max_length is None:
        return _all_paths(dfa)
    return _short_paths(dfa, max_length, budget)


def _all_paths(dfa: Dfa) -> int | None:
    """Return the number of accepted strings, None iff a state lies on a cycle.

    No move of the automaton leads to a dead end, so a cycle is on the way to acceptance.
    """
    successors = {state: set(moves) for state, moves in enumerate(dfa.edges)}
    counts: dict[int, int] = {}
    try:
        for state in TopologicalSorter(successors).static_order():
            moves = dfa.edges[state].items()
            onwards = sum(len(charset) * counts[target] for target, charset in moves)
            counts[state] = onwards + (state in dfa.accepting)
    except CycleError:
        return None
    return counts[0]


def _short_paths(dfa: Dfa, max_length: int, budget: Budget) -> int:
    weights = [[(target, len(c)) for target, c in moves.items()] for moves in dfa.edges]
    ways = Counter({0: 1})
    total = _accepted(dfa, ways)
    for _ in range(max_length):
        budget.spend(len(ways))
        longer: Counter[int] = Counter()
        for state, number in ways.items():
            for target, weight in weights[state]:
                longer[target] += number * weight
        ways = longer
        total += _accepted(dfa, ways)
    return total


def _accepted(dfa: Dfa, ways: Counter[int]) -> int:
    return sum(ways[state] for state in dfa.accepting)
