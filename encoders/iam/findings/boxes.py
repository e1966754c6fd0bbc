"""Formulas as unions of boxes: products of one condition for each part of a request.

A statement is nearly always one box, for each of its elements speaks about one part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from automaton import terms
from automaton.terms import And, Formula, InTemplate, Or, Variable

Box = Mapping[str, Formula]
"""The condition on each part; a part that is not named is open."""

MAX_BOXES = 256
"""How many boxes one formula may become."""


class Inseparable(Exception):  # noqa: N818 - a property of the formula, not a fault
    """Raised for a formula that is no small union of boxes."""


class Boxes:
    """Cuts formulas into boxes; `part_of` tells to which part of a request a variable belongs."""

    def __init__(self, part_of: Callable[[Variable], str]) -> None:
        self._part_of = part_of
        self._parts: dict[Formula, frozenset[str]] = {}

    def of(self, formula: Formula) -> list[Box]:
        """Return boxes whose union is `formula`; raise Inseparable iff they are no small number."""
        if len(self.parts(formula)) <= 1:
            return self._single(formula)
        if not isinstance(formula, And | Or):
            raise Inseparable
        apart = [part for part in formula.parts if len(self.parts(part)) > 1]
        boxes = self._alone(formula, [part for part in formula.parts if part not in apart])
        for part in apart:
            found = self.of(part)
            boxes = _product(boxes, found) if isinstance(formula, And) else [*boxes, *found]
            if len(boxes) > MAX_BOXES:
                raise Inseparable
        return boxes

    def parts(self, formula: Formula) -> frozenset[str]:
        """Return the parts of a request that `formula` speaks about."""
        if formula not in self._parts:
            found = set()
            for atom in terms.atoms(formula):
                if isinstance(atom, InTemplate):
                    raise Inseparable
                found.add(self._part_of(atom.variable))
            self._parts[formula] = frozenset(found)
        return self._parts[formula]

    def _single(self, formula: Formula) -> list[Box]:
        if formula is terms.FALSE:
            return []
        return [dict.fromkeys(self.parts(formula), formula)]

    def _alone(self, formula: And | Or, singles: Iterable[Formula]) -> list[Box]:
        """Return the boxes of those parts of `formula` that each speak about one part."""
        grouped: dict[str, list[Formula]] = {}
        for single in singles:
            (name,) = self.parts(single)
            grouped.setdefault(name, []).append(single)
        if isinstance(formula, And):
            return [{name: terms.conjunction(*found) for name, found in grouped.items()}]
        return [{name: terms.disjunction(*found)} for name, found in grouped.items()]


def _product(first: list[Box], second: list[Box]) -> list[Box]:
    return [_both(mine, theirs) for mine in first for theirs in second]


def _both(first: Box, second: Box) -> Box:
    return reduce(_narrowed, second.items(), first)


def _narrowed(box: Box, condition: tuple[str, Formula]) -> Box:
    name, formula = condition
    return {**box, name: terms.conjunction(box.get(name, terms.TRUE), formula)}
