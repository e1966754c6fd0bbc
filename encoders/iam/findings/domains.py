"""The values of one part of a request, cut into cells: values that no formula tells apart.

A domain is a table: each formula is the set of cells where it holds, a bit for each cell. So a
question about formulas over this part alone becomes one about sets of bits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from automaton.assignment import assign
from automaton.budget import Budget
from automaton.intervals import holds, samples
from automaton.membership import with_plain_atoms
from automaton.regex import Regex
from automaton.terms import (
    FALSE,
    TRUE,
    And,
    AtMost,
    Atom,
    Constant,
    Formula,
    InRegex,
    Or,
    Sort,
    Truth,
    Variable,
    atoms,
    conjunction,
    conjuncts,
    constant,
    negation,
)

Bits = npt.NDArray[np.bool_]
"""Of a formula, whether it holds for each value; of a table, a row for each formula."""


@dataclass(frozen=True)
class Domain:
    """`size` cells, and for each formula the set of those where it holds, a bit each."""

    size: int
    cells: Mapping[Formula, int]

    @property
    def everything(self) -> int:
        """The set of all cells."""
        return (1 << self.size) - 1


def domain(formulas: Sequence[Formula], shape: Formula, budget: Budget) -> Domain:
    """Return the domain of `formulas` over the values for which `shape` holds.

    Their atoms are about one variable each. Raise LimitReached iff the budget ends first.
    """
    plain = tuple(with_plain_atoms(formula) for formula in (shape, *formulas))
    tables = [table[1:, table[0]] for table in _Cutter(budget).tables(plain)]
    if not tables:
        return Domain(0, dict.fromkeys(formulas, 0))
    packed = np.packbits(np.hstack(tables), axis=0)
    distinct = np.unique(packed, axis=1)
    rows = np.unpackbits(distinct, axis=0, count=len(formulas)).astype(np.bool_)
    sets = [as_set(row) for row in rows]
    return Domain(distinct.shape[1], dict(zip(formulas, sets, strict=True)))


def as_set(row: Bits) -> int:
    """Return the set of the places where `row` is true, a bit each."""
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def as_row(cells: int, size: int) -> Bits:
    """Return whether each of the places below `size` is in a set."""
    packed = np.frombuffer(cells.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, count=size, bitorder="little").astype(np.bool_)


Formulas = tuple[Formula, ...]
Bounds = tuple[Bits, Bits]
"""Where a formula surely holds, and where it may, as long as some of its atoms are open."""


@dataclass(frozen=True)
class _Cut:
    """The cells of one variable: `rows` tells where its atoms hold.

    `settled` is the table of the cells that decide every formula, `open_cells` are the others.
    """

    rows: Mapping[Atom, Bits]
    settled: Bits
    open_cells: npt.NDArray[np.int64]


class _Cutter:
    """Cuts the values of several variables, one variable after another."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._partitions: dict[tuple[tuple[Regex, ...], int], list[int]] = {}
        self._possible: dict[Formula, bool] = {}
        self._seen: set[Formulas] = set()

    def tables(self, formulas: Formulas) -> Iterator[Bits]:
        """Yield tables, a row for each formula, that together hold a value of every cell.

        Values for which the first formula cannot hold are left out.
        """
        self.budget.spend()
        if formulas in self._seen or formulas[0] is FALSE:
            return
        self._seen.add(formulas)
        facts = dict.fromkeys(_facts(formulas[0]), TRUE)
        if facts:
            truth: dict[Formula, Formula] = {negation(fact): FALSE for fact in facts}
            truth |= facts
            yield from self.tables(tuple(assign(formula, truth) for formula in formulas))
            return
        atoms_of: dict[Variable, dict[Atom, None]] = {}
        for atom in (atom for formula in formulas for atom in atoms(formula)):
            atoms_of.setdefault(atom.variable, {})[atom] = None
        if not atoms_of:
            yield np.array([[formula is TRUE] for formula in formulas])
            return
        yield from self._by_one(self._best_cut(atoms_of, formulas), formulas)

    def _best_cut(self, atoms_of: Mapping[Variable, Collection[Atom]], formulas: Formulas) -> _Cut:
        """Return the cut by the variable to take first.

        That is a Boolean one, for most formulas need not look at the value of a key that is absent;
        unless the first formula defines it by others, which then decide it. Then it is the one
        that leaves the fewest of its cells open.
        """
        defined = {atom.variable for atom in atoms(formulas[0])}
        for variable, found in atoms_of.items():
            if variable.sort is Sort.BOOL and variable not in defined:
                return self._cut(variable, found, formulas)
        cuts = (self._cut(variable, found, formulas) for variable, found in atoms_of.items())
        return min(cuts, key=lambda cut: cut.open_cells.size)

    def _cut(self, variable: Variable, found: Collection[Atom], formulas: Formulas) -> _Cut:
        rows = self._rows(variable, found, formulas[0])
        size = min(map(len, rows.values()))
        self.budget.require_memory(2 * size * len(formulas))
        known: dict[Formula, Bounds] = {atom: (row, row) for atom, row in rows.items()}
        # What the shape says of other variables alone is the same for every cell of this one.
        mine, others = _divided(formulas[0], variable)
        bounds = [_bounds(formula, known, size) for formula in (mine, *formulas[1:])]
        least, most = (np.stack(side) for side in zip(*bounds, strict=True))
        is_settled = (least == most).all(axis=0)
        settled = least[:, is_settled & self._is_possible(others)]
        return _Cut(rows, settled, np.flatnonzero(~is_settled & most[0]))

    def _is_possible(self, shape: Formula) -> bool:
        """Return True iff some values fulfil `shape`."""
        if shape not in self._possible:
            tables = _Cutter(self.budget).tables((shape,))
            self._possible[shape] = any(bool(table.any()) for table in tables)
        return self._possible[shape]

    def _by_one(self, cut: _Cut, formulas: Formulas) -> Iterator[Bits]:
        """Yield the tables: what the variable of `cut` settles, and what is left cell by cell."""
        yield cut.settled
        for cell in cut.open_cells:
            truth: dict[Formula, Formula] = {
                atom: constant(bool(row[cell])) for atom, row in cut.rows.items()
            }
            yield from self.tables(tuple(assign(formula, truth) for formula in formulas))

    def _rows(
        self, variable: Variable, found: Collection[Atom], shape: Formula
    ) -> dict[Atom, Bits]:
        """Return where each atom holds, over a value of each cell of the variable."""
        match variable.sort:
            case Sort.STRING:
                memberships = [atom for atom in found if isinstance(atom, InRegex)]
                return self._string_rows(memberships, shape)
            case Sort.BOOL:
                return {atom: np.array([not atom.positive, atom.positive]) for atom in found}
        comparisons = [atom for atom in found if isinstance(atom, AtMost)]
        values = list(samples(variable, comparisons))
        return {atom: np.array([holds(atom, value) for value in values]) for atom in comparisons}

    def _string_rows(self, memberships: Sequence[InRegex], shape: Formula) -> dict[Atom, Bits]:
        """Return the rows of a String variable; what `shape` excludes at once is left out."""
        regexes = sorted({atom.regex for atom in memberships}, key=lambda regex: regex.serial)
        stated = {*conjuncts(shape)}
        demanded = {atom.regex for atom in memberships if atom.positive and atom in stated}
        required = sum(1 << n for n, regex in enumerate(regexes) if regex in demanded)
        vectors = self._partition(tuple(regexes), required)
        table = np.array([as_row(vector, len(regexes)) for vector in vectors], dtype=np.bool_)
        rows = dict(zip(regexes, table.reshape(-1, len(regexes)).T, strict=True))
        return {atom: rows[atom.regex] == atom.positive for atom in memberships}

    def _partition(self, regexes: tuple[Regex, ...], required: int) -> list[int]:
        from automaton.partition import partition  # noqa: PLC0415 - loads numba

        known = self._partitions.get((regexes, required))
        if known is None:
            known = [vector for vector, _ in partition(regexes, required, self.budget)]
            self._partitions[regexes, required] = known
        return known


def _divided(shape: Formula, variable: Variable) -> tuple[Formula, Formula]:
    """Return the conjuncts of `shape` that speak about `variable`, and the others."""
    sides: dict[bool, list[Formula]] = {True: [], False: []}
    for part in conjuncts(shape):
        sides[any(atom.variable == variable for atom in atoms(part))].append(part)
    return conjunction(*sides[True]), conjunction(*sides[False])


def _facts(shape: Formula) -> list[Formula]:
    """Return the Boolean variables, or their negations, that `shape` says hold."""
    return [part for part in conjuncts(shape) if isinstance(part, Truth)]


def _bounds(formula: Formula, known: dict[Formula, Bounds], size: int) -> Bounds:
    """Return the bounds of `formula`, given those of some atoms; what was computed is kept."""
    if formula not in known:
        match formula:
            case Constant():
                row = np.full(size, formula.value)
                known[formula] = row, row
            case And() | Or():
                fold = np.logical_and if isinstance(formula, And) else np.logical_or
                parts = [_bounds(part, known, size) for part in formula.parts]
                least, most = zip(*parts, strict=True)
                known[formula] = fold.reduce(least), fold.reduce(most)
            case _:
                known[formula] = np.full(size, False), np.full(size, True)
    return known[formula]
