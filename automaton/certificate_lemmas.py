"""Lemmas: small sets of literals that exclude one another.

They are about one variable, or about one and the pieces of its templates. The engine finds out
whether literals exclude one another; literals are dropped while they still do.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.regex import Regex
from automaton.solver import solve
from automaton.sorts import Number, Sort, Variable
from automaton.terms import (
    AtMost,
    Atom,
    InRegex,
    InTemplate,
    Problem,
    in_regex,
    negation,
    variables_of,
)
from automaton.verdict import Sat, Unknown, Unsat

Literals = tuple[Atom, ...]

PATIENCE = 4
"""How many times as long as the first refutation a later one may take."""
LEAST_WAIT_S = 0.05
JOINT_WAIT_S = 1.0
"""How long the engine may look for a string that templates leave: it need not find one."""


def lemmas_among(literals: Sequence[Atom], budget: Budget) -> list[Literals]:
    """Return lemmas about `literals`, at most one for each variable; those about one come first.

    There are none about several variables where there are some about one. Raise LimitReached iff
    the budget ends first.
    """
    groups: defaultdict[Variable, list[Atom]] = defaultdict(list)
    for atom in literals:
        if isinstance(atom, InRegex | AtMost):
            groups[atom.variable].append(atom)
    alone = (_excluded(group, budget) for group in groups.values())
    templates = [atom for atom in literals if isinstance(atom, InTemplate) and atom.positive]
    joint = (
        _narrowed_away(_about(variable, templates, groups), budget)
        for variable in dict.fromkeys(atom.variable for atom in templates)
    )
    found = [lemma for lemma in alone if lemma is not None]
    return found or [lemma for lemma in joint if lemma is not None]


def _excluded(literals: Sequence[Atom], budget: Budget) -> Literals | None:
    """Return some of `literals`, which are of one variable, that exclude one another, or None."""
    if isinstance(literals[0], AtMost):
        return _empty_interval([atom for atom in literals if isinstance(atom, AtMost)])
    started = time.monotonic()
    verdict = solve(_last_narrowed(literals), budget)
    if isinstance(verdict, Unknown):
        raise LimitReached(verdict.reason, verdict.detail)
    if isinstance(verdict, Sat):
        return None
    wait_s = max(LEAST_WAIT_S, PATIENCE * (time.monotonic() - started))
    costliest_first = sorted(literals, key=_cost, reverse=True)
    return _shrunk(costliest_first, lambda some: _is_empty(some, wait_s, budget))


def _about(
    variable: Variable, templates: Sequence[InTemplate], groups: Mapping[Variable, Sequence[Atom]]
) -> list[Atom]:
    """Return the literals that narrow `variable`, what narrows its pieces before its templates."""
    order: dict[Atom, None] = {}
    entered: set[Variable] = set()
    pending: list[tuple[Variable, bool]] = [(variable, False)]
    while pending:
        current, pieces_done = pending.pop()
        own = [atom for atom in templates if atom.variable == current]
        if pieces_done:
            order.update(dict.fromkeys([*own, *groups.get(current, ())]))
        elif current not in entered:
            entered.add(current)
            pending.append((current, True))
            pending += ((p, False) for atom in own for p in variables_of(atom) if p != current)
    return [*order]


def _narrowed_away(literals: Sequence[Atom], budget: Budget) -> Literals | None:
    """Return some of `literals` that leave no string for the variable of the last, or None."""
    if not _is_empty(literals, JOINT_WAIT_S, budget):
        return None
    target = literals[-1].variable
    return _shrunk(
        literals,
        lambda some: some[-1].variable == target and _is_empty(some, JOINT_WAIT_S, budget),
    )


def _is_empty(literals: Sequence[Atom], wait_s: float, budget: Budget) -> bool:
    """Return whether the engine finds soon that no string is left for the last variable."""
    budget.spend()
    left_s = budget.left_s
    limits = Budget(
        wall_s=wait_s if left_s is None else min(wait_s, left_s),
        memory_mib=budget.memory_bytes >> 20,
    )
    return solve(_last_narrowed(literals), limits) == Unsat()


def _last_narrowed(literals: Sequence[Atom]) -> Problem:
    """Return the problem of finding a string that is left for the variable of the last literal."""
    variable = literals[-1].variable
    matching, others = sides_of(literals)
    positive = [in_regex(variable, regex) for regex in matching]
    return Problem((*positive, *(negation(in_regex(variable, regex)) for regex in others)))


def sides_of(literals: Sequence[Atom]) -> tuple[list[Regex], list[Regex]]:
    """Return what the variable of the last literal must match and must not match.

    Each literal narrows its variable; in a template, what was said before about a piece stands for
    it. The literals are memberships and positive templates.
    """
    known: defaultdict[Variable, tuple[list[Regex], list[Regex]]] = defaultdict(lambda: ([], []))
    for atom in literals:
        if isinstance(atom, InRegex):
            known[atom.variable][not atom.positive].append(atom.regex)
        elif isinstance(atom, InTemplate):
            pieces = (p if isinstance(p, Regex) else _one(*known[p]) for p in atom.pieces)
            known[atom.variable][0].append(rx.concat(*pieces))
    return known[literals[-1].variable]


def _one(matching: Sequence[Regex], others: Sequence[Regex]) -> Regex:
    return rx.difference(rx.intersection(*matching), *others)


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
    return sum(map(_size, rx.nodes_of([atom.regex]))), rx.describe(atom.regex)


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
