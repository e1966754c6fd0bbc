"""Stratified abstraction by queries, as the paper has it: whatever decides formulas can do it.

Start with the intent that is `*` on every axis. One that no allowed request lies in is dropped; one
with an allowed request in none of its children is kept; any other is replaced by its children, each
with one label lowered to the next smaller ones. At the end an intent within another one is dropped.
Source: Backes et al., "Stratified Abstraction of Access Control Policies", CAV 2020, section 4.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from automaton import terms
from automaton.terms import Formula

Intent = tuple[int, ...]
Holds = Callable[[Formula], bool]
"""Tells whether a formula holds for some request."""


class Refinement:
    """The intents of the findings of `access`, over axes given by the formulas of their labels.

    The first label of an axis is everything.
    """

    def __init__(
        self, access: Formula, axes: Sequence[Sequence[Formula]], is_satisfiable: Holds
    ) -> None:
        self.access = access
        self.axes = axes
        self.is_satisfiable = is_satisfiable
        self._below = [self._order(labels) for labels in axes]

    def findings(self) -> list[Intent]:
        """Return the intents of the findings, in order."""
        top = tuple(0 for _ in self.axes)
        pending, seen, kept = deque([top]), {top}, list[Intent]()
        while pending:
            intent = pending.popleft()
            if any(self._lies_in(intent, other) for other in kept):
                continue
            children = self._children(intent)
            if self._keeps(intent, children):
                kept.append(intent)
            elif children and self.meets(intent):
                fresh = [child for child in children if child not in seen]
                seen.update(fresh)
                pending.extend(fresh)
        return sorted(i for i in kept if not any(i != j and self._lies_in(i, j) for j in kept))

    def meets(self, intent: Intent, *, also: Formula = terms.TRUE) -> bool:
        """Return True iff an allowed request for which `also` holds lies in the intent."""
        return self.is_satisfiable(terms.conjunction(self.access, self.formula(intent), also))

    def formula(self, intent: Intent) -> Formula:
        """Return the formula of the requests in an intent."""
        chosen = (labels[label] for labels, label in zip(self.axes, intent, strict=True))
        return terms.conjunction(*chosen)

    def _keeps(self, intent: Intent, children: Sequence[Intent]) -> bool:
        inner = terms.disjunction(*map(self.formula, children))
        return self.meets(intent, also=terms.negation(inner))

    def _children(self, intent: Intent) -> list[Intent]:
        return [
            (*intent[:place], smaller, *intent[place + 1 :])
            for place, label in enumerate(intent)
            for smaller in self._next_below(place, label)
        ]

    def _next_below(self, place: int, label: int) -> list[int]:
        """Return the biggest of the labels smaller than this one."""
        below = self._below[place]
        return [n for n in below[label] if not any(n in below[m] for m in below[label])]

    def _order(self, labels: Sequence[Formula]) -> list[list[int]]:
        """Return for each label the smaller ones. Of labels alike the first counts."""
        satisfiable = [n for n, label in enumerate(labels) if self.is_satisfiable(label)]
        within = {
            (n, m): n == m or self._implies(labels[n], labels[m])
            for n in satisfiable
            for m in satisfiable
        }
        first = [n for n in satisfiable if not any(within[n, m] and within[m, n] for m in range(n))]
        return [
            [n for n in first if n != m and m in first and within[n, m]] for m in range(len(labels))
        ]

    def _implies(self, smaller: Formula, bigger: Formula) -> bool:
        difference = terms.conjunction(smaller, terms.negation(bigger))
        return difference is terms.FALSE or not self.is_satisfiable(difference)

    def _lies_in(self, smaller: Intent, bigger: Intent) -> bool:
        pairs = zip(self._below, smaller, bigger, strict=True)
        return all(mine == theirs or mine in below[theirs] for below, mine, theirs in pairs)
