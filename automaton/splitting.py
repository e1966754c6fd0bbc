"""Branching on the memberships of a variable, where its cells are too many to be enumerated.

A branch assumes some regexes to match and some not, until the formula says nothing more of the
variable. A string that fulfils the assumptions is kept along: what it fulfils by chance needs no
search. Sets of assumptions that no string fulfils are remembered, as small as they are easily made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from automaton.assignment import Truth, assign, leaves
from automaton.budget import Budget, LimitReached, Share
from automaton.inclusion import find_string, fulfilling
from automaton.regex import Regex
from automaton.terms import FALSE, Formula, InRegex, Variable, conjuncts, constant

Assumptions = frozenset[tuple[Regex, bool]]
"""Regexes with whether they match."""

FEW = 8
"""So many assumptions that contradict one another are made fewer by leaving out each in turn."""
CALLS = 8
"""So many returns from kernels each such attempt may take."""


@dataclass(frozen=True)
class _Node:
    """What is left of the formula under assumptions, and a string that fulfils them."""

    rest: Formula
    assumed: Assumptions
    text: str


class Splitting:
    """The branches of `variable` in formulas, for strings that are none of `excluded`."""

    def __init__(self, variable: Variable, excluded: Collection[str], budget: Budget) -> None:
        self.variable = variable
        self.excluded = frozenset(excluded)
        self.budget = budget
        self.impossible: list[Assumptions] = []

    def branches(self, formula: Formula) -> Iterator[tuple[str, Formula]]:
        """Yield strings, each with what is left of `formula` for it and others like it.

        Each string for which something is left is like one of them. Raise LimitReached iff the
        budget ends first.
        """
        text = find_string((), (), self.budget, self.excluded)
        if text is None or formula is FALSE:
            return
        stack = [_Node(formula, frozenset(), text)]
        while stack:
            self.budget.spend()
            node = stack.pop()
            memberships = memberships_of(self.variable, node.rest)
            if not memberships:
                yield node.text, node.rest
                continue
            for choice in self._choices(node, memberships):
                child = self._child(node, memberships, choice)
                if child is not None:
                    stack.append(child)

    def _choices(self, node: _Node, memberships: Sequence[InRegex]) -> list[dict[Regex, bool]]:
        """Return assumptions that cover all cases, the likeliest last."""
        stated = frozenset(conjuncts(node.rest))
        forced = {atom.regex: atom.positive for atom in memberships if atom in stated}
        if forced:
            return [forced]
        regex = _most_frequent(self.variable, node.rest)
        sign = self._fulfils(node.text, regex)
        return [{regex: not sign}, {regex: sign}]

    def _child(
        self, node: _Node, memberships: Sequence[InRegex], choice: dict[Regex, bool]
    ) -> _Node | None:
        """Return the node under more assumptions, or None iff nothing is left there."""
        truth: Truth = {
            atom: constant(atom.positive == choice[atom.regex])
            for atom in memberships
            if atom.regex in choice
        }
        rest = assign(node.rest, truth)
        if rest is FALSE:
            return None
        assumed = node.assumed | choice.items()
        text = self._string(assumed, node.text)
        return None if text is None else _Node(rest, assumed, text)

    def _string(self, assumed: Assumptions, text: str) -> str | None:
        """Return a string that fulfils the assumptions, `text` if it does, or None."""
        if all(self._fulfils(text, regex) == sign for regex, sign in assumed):
            return text
        if any(core <= assumed for core in self.impossible):
            return None
        found = _find(assumed, self.excluded, self.budget)
        if found is None:
            self.impossible.append(self._core(assumed))
        return found

    def _core(self, assumed: Assumptions) -> Assumptions:
        """Return some of the assumptions that no string fulfils."""
        if len(assumed) > FEW:
            return assumed
        for assumption in sorted(assumed, key=lambda pair: pair[0].serial):
            share = Share(self.budget, CALLS)
            try:
                if _find(assumed - {assumption}, self.excluded, share) is None:
                    assumed -= {assumption}
            except LimitReached:
                self.budget.spend()
        return assumed

    def _fulfils(self, text: str, regex: Regex) -> bool:
        return bool(fulfilling(frozenset({text}), [regex], (), self.budget))


def memberships_of(variable: Variable, formula: Formula) -> list[InRegex]:
    """Return the memberships of `variable` in `formula`, each once."""
    found = {
        atom: None
        for atom in leaves(formula)
        if isinstance(atom, InRegex) and atom.variable == variable
    }
    return list(found)


def _most_frequent(variable: Variable, formula: Formula) -> Regex:
    """Return the regex that the most parts of the formula speak of."""
    found = Counter(
        atom.regex
        for atom in leaves(formula)
        if isinstance(atom, InRegex) and atom.variable == variable
    )
    return max(found, key=lambda regex: (found[regex], -regex.serial))


def _find(assumed: Assumptions, excluded: Collection[str], budget: Budget) -> str | None:
    required = [regex for regex, sign in assumed if sign]
    return find_string(required, [r for r, sign in assumed if not sign], budget, excluded)
