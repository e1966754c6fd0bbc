"""Findings by set operations on cells, where what outsiders may do is a union of boxes."""

from __future__ import annotations

from collections import defaultdict

from automaton import terms
from automaton.budget import Budget
from automaton.terms import Formula
from encoders.iam.findings.boxes import Box, Boxes
from encoders.iam.findings.domains import Domain, domain
from encoders.iam.findings.labels import Axis
from encoders.iam.findings.outside_access import Access, parts_of
from encoders.iam.findings.strata import CellBox, Intent, Scale, Strata

Decided = tuple[Intent, bool]
"""The intent of a finding, and whether it is public."""


def by_cells(access: Access, budget: Budget) -> list[Decided]:
    """Return the findings' intents in order; raise Inseparable iff the access is no few boxes."""
    return _Cells(access, budget).findings()


class _Cells:
    """An access on the cells of its parts, in the order that the search takes."""

    def __init__(self, access: Access, budget: Budget) -> None:
        self.axes = access.axes
        part_of = parts_of(access)
        boxes = Boxes(part_of.__getitem__)
        shapes, impossible = _split(boxes, access.believable)
        allowed = [box for formula in access.allowed for box in boxes.of(formula)]
        denied = [box for f in (*access.denied, *impossible) for box in boxes.of(f)]
        strange = boxes.of(access.stranger)
        self.part_of = [_part(boxes, axis) for axis in access.axes]
        pieces: dict[str, dict[Formula, None]] = defaultdict(dict)
        for name in shapes:
            pieces[name][terms.TRUE] = None
        for axis, name in zip(access.axes, self.part_of, strict=True):
            pieces[name] |= dict.fromkeys(label.formula for label in axis.labels)
        for box in (*allowed, *denied, *strange):
            for name, formula in box.items():
                pieces[name][formula] = None
        self.domains = {
            name: domain(list(found), shapes.get(name, terms.TRUE), budget)
            for name, found in pieces.items()
        }
        self.chosen = [
            _distinct(axis, self.domains[name])
            for axis, name in zip(access.axes, self.part_of, strict=True)
        ]
        self.order = sorted(self.domains, key=self._difficulty)
        self.strange = [self._on_cells(box) for box in strange]
        self.strata = Strata(
            [Scale(self.domains[name].size, self._labels(name)) for name in self.order],
            [self._on_cells(box) for box in allowed],
            [self._on_cells(box) for box in denied],
            budget,
        )

    def findings(self) -> list[Decided]:
        """Return the findings, in the order of the axes and their labels."""
        found = ((self._intent(points), self._is_public(points)) for points in self._points())
        return sorted(found)

    def _points(self) -> list[tuple[Intent, ...]]:
        is_possible = all(known.size for known in self.domains.values())
        return self.strata.findings() if is_possible else []

    def _intent(self, points: tuple[Intent, ...]) -> Intent:
        left = {name: [*point] for name, point in zip(self.order, points, strict=True)}
        return tuple(
            chosen[left[name].pop(0)]
            for name, chosen in zip(self.part_of, self.chosen, strict=True)
        )

    def _labels(self, name: str) -> list[list[int]]:
        """Return the cells of the labels of each axis on a part."""
        cells = self.domains[name].cells
        return [
            [cells[axis.labels[n].formula] for n in chosen]
            for axis, part, chosen in zip(self.axes, self.part_of, self.chosen, strict=True)
            if part == name
        ]

    def _difficulty(self, name: str) -> tuple[int, int]:
        """Return how much is gained by taking a part late: labels in one another, then size."""
        inner = [cells for labels in self._labels(name) for cells in labels[1:]]
        nested = sum(1 for small in inner for big in inner if small != big and not small & ~big)
        return nested, self.domains[name].size

    def _on_cells(self, box: Box) -> CellBox:
        return {self.order.index(name): self.domains[name].cells[box[name]] for name in box}

    def _is_public(self, points: tuple[Intent, ...]) -> bool:
        scales = self.strata.scales
        within = [scale.within(point) for scale, point in zip(scales, points, strict=True)]
        return any(
            self.strata.meets([cells & box.get(k, cells) for k, cells in enumerate(within)])
            for box in self.strange
        )


def _split(boxes: Boxes, believable: Formula) -> tuple[dict[str, Formula], list[Formula]]:
    """Return what is believable of each part by itself, and what is not of several together."""
    shapes: dict[str, Formula] = {}
    impossible: list[Formula] = []
    for conjunct in terms.conjuncts(believable):
        names = boxes.parts(conjunct)
        if len(names) == 1:
            (name,) = names
            shapes[name] = terms.conjunction(shapes.get(name, terms.TRUE), conjunct)
        else:
            impossible.append(terms.negation(conjunct))
    return shapes, impossible


def _part(boxes: Boxes, axis: Axis) -> str:
    """Return the part that the labels of an axis are about; one of its own if they are all `*`."""
    names = {name for label in axis.labels for name in boxes.parts(label.formula)}
    return min(names, default=axis.name)


def _distinct(axis: Axis, known: Domain) -> list[int]:
    """Return the numbers of the labels that have cells, each set of cells once."""
    first: dict[int, int] = {}
    for number, label in enumerate(axis.labels):
        first.setdefault(known.cells[label.formula], number)
    return [number for cells, number in first.items() if cells]
