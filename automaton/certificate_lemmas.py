"""Lemmas: small sets of literals about one variable that exclude one another.

The engine finds out whether literals do; literals are dropped while they still do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.certificate_heads import nodes_of
from automaton.regex import Regex
from automaton.solver import solve
from automaton.terms import AtMost, Atom, InRegex, Number, Problem, Sort, conjunction
from automaton.verdict import Sat, Unknown, Unsat

Literals = tuple[Atom, ...]

PATIENCE = 4
"""How many times as long as the first refutation a later one may take."""
LEAST_WAIT_S = 0.05


def excluded(literals: Sequence[Atom], budget: Budget) -> Literals | None:
    """Return some of `literals`, which are of one variable, that exclude one another.

    Return None iff none do. Raise LimitReached iff the budget ends first.
    """
    if isinstance(literals[0], AtMost):
        return _empty_interval([atom for atom in literals if isinstance(atom, AtMost)])
    if not isinstance(literals[0], InRegex):
        return None
    started = time.monotonic()
    verdict = solve(Problem((conjunction(*literals),)), budget)
    if isinstance(verdict, Unknown):
        raise LimitReached(verdict.reason, verdict.detail)
    if isinstance(verdict, Sat):
        return None
    wait_s = max(LEAST_WAIT_S, PATIENCE * (time.monotonic() - started))
    costliest_first = sorted(literals, key=_cost, reverse=True)
    return _shrunk(costliest_first, lambda some: _is_empty(some, wait_s, budget))


def _is_empty(literals: Sequence[Atom], wait_s: float, budget: Budget) -> bool:
    """Return whether the engine refutes `literals` soon."""
    budget.spend()
    left_s = wait_s if budget.deadline is None else budget.deadline - time.monotonic()
    limits = Budget(wall_s=min(wait_s, left_s), memory_mib=budget.memory_bytes >> 20)
    return solve(Problem((conjunction(*literals),)), limits) == Unsat()


def _shrunk(literals: Sequence[Atom], is_empty: Callable[[Sequence[Atom]], bool]) -> Literals:
    """Return some of `literals` that are still empty, none of which can be left out.

    Large pieces are tried first (Zeller, Hildebrandt, "Simplifying and isolating failure-inducing
    input", TSE 2002).
    """
    kept = [*literals]
    size = len(kept) // 2
    while size:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if fewer and is_empty(fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    return tuple(kept)


def _cost(atom: Atom) -> tuple[int, str]:
    """Return a key that sorts literals by how large their regexes are."""
    assert isinstance(atom, InRegex)
    return sum(map(_size, nodes_of([atom.regex]))), rx.describe(atom.regex)


def _size(node: Regex) -> int:
    match node:
        case rx.Literal():
            return len(node.text)
        case rx.Loop():
            return 1 + (node.low if node.high is None else node.high)
    return 1


End = tuple[Number, int, AtMost | None]
"""An end of an interval, whether it is itself left out, and who says so (None: the sort)."""


def _empty_interval(comparisons: Sequence[AtMost]) -> Literals | None:
    """Return the one or two comparisons that leave no number, or None iff there are none."""
    least, greatest = comparisons[0].variable.sort.bounds
    lows: list[End] = [] if least is None else [(least, 0, None)]
    highs: list[End] = [] if greatest is None else [(greatest, 0, None)]
    for atom in comparisons:
        if atom.positive:
            highs.append((atom.bound, -int(atom.strict), atom))
        elif atom.variable.sort is Sort.REAL:
            lows.append((atom.bound, int(not atom.strict), atom))
        else:
            lows.append((atom.bound + 1, 0, atom))
    if not lows or not highs:
        return None
    low, high = max(lows, key=_place), min(highs, key=_place)
    if _place(low) <= _place(high):
        return None
    return tuple(end[2] for end in (low, high) if end[2] is not None)


def _place(end: End) -> tuple[Number, int]:
    return end[:2]
