"""Terms of SMT-LIB scripts: sorted, closed under the script's definitions, interned.

A parser has expanded every `let`, definition and annotation, so that a term is a variable, a
constant, or a function of the theories Core, Ints, Reals and Unicode Strings applied to terms,
under its name in SMT-LIB 2.7. What occurs twice is one object: a term is a graph, walked without
recursion. What a term means is told by `evaluate`.
"""

from __future__ import annotations

import itertools
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from automaton.sorts import Sort

VARIABLE = "variable"
CONSTANT = "constant"


class TermSort(Enum):
    """The sort of a term; the value is its name in SMT-LIB."""

    # That of enumerations is slower, and stands in the key of every term.
    __hash__ = object.__hash__

    BOOL = "Bool"
    INT = "Int"
    REAL = "Real"
    STRING = "String"
    REGLAN = "RegLan"


SORTS = {
    TermSort.BOOL: Sort.BOOL,
    TermSort.INT: Sort.INT,
    TermSort.REAL: Sort.REAL,
    TermSort.STRING: Sort.STRING,
}
"""The sorts that variables of a problem may have, too."""


class Place(NamedTuple):
    """Where in its script something stands; lines and columns count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


Constant = bool | int | Fraction | str


class Term:
    """A variable (`name`), a constant (`value`), or `operator` applied to `parts`.

    `indices` are those of an indexed operator, such as 2 and 5 of `(_ re.loop 2 5)`. `place` is
    where the term first occurs. `serial` orders terms by age: parts are older than their users.
    """

    __slots__ = (
        "indices",
        "name",
        "operator",
        "parts",
        "place",
        "serial",
        "sort",
        "value",
    )
    operator: str
    parts: tuple[Term, ...]
    indices: tuple[int, ...]
    sort: TermSort
    name: str
    value: Constant | None
    place: Place
    serial: int

    def __repr__(self) -> str:
        """Return the operator and the place: the whole term may be as large as its script."""
        return f"<{self.name or self.value or self.operator} at {self.place}>"


NOWHERE = Place(0, 0)


def parts_of(term: Term) -> tuple[Term, ...]:
    """Return the parts of a term."""
    return term.parts


class Pool:
    """Makes the terms of one script, each once until it is told to forget them."""

    def __init__(self) -> None:
        self._variables: dict[tuple[str, TermSort], Term] = {}
        self._constants: dict[tuple[type, Constant], Term] = {}
        self._applications: dict[tuple[str, tuple[Term, ...], tuple[int, ...]], Term] = {}
        self._serials = itertools.count()

    def variable(self, name: str, sort: TermSort, place: Place = NOWHERE) -> Term:
        """Return the variable `name`; within a pool a name has one sort at a time."""
        known = self._variables.get((name, sort))
        if known is None:
            known = self._term(VARIABLE, (), (), sort, place)
            known.name = name
            self._variables[name, sort] = known
        return known

    def constant(self, value: Constant, sort: TermSort, place: Place = NOWHERE) -> Term:
        """Return a constant; a RegLan has none, and a Real one is a Fraction."""
        key = (type(value), value)
        known = self._constants.get(key)
        if known is None:
            known = self._term(CONSTANT, (), (), sort, place)
            known.value = value
            self._constants[key] = known
        return known

    def application(
        self,
        operator: str,
        parts: tuple[Term, ...],
        sort: TermSort,
        *,
        indices: tuple[int, ...] = (),
        place: Place = NOWHERE,
    ) -> Term:
        """Return `operator` applied to `parts`, whose number and sorts the caller has checked."""
        key = (operator, parts, indices)
        known = self._applications.get(key)
        if known is None:
            known = self._applications[key] = self._term(operator, parts, indices, sort, place)
        return known

    def known_string(self, value: str) -> Term | None:
        """Return the constant `value` iff it is made already."""
        return self._constants.get((str, value))

    def known(self, operator: str, parts: tuple[Term, ...]) -> Term | None:
        """Return `operator`, which has no indices, applied to `parts` iff that is made already."""
        return self._applications.get((operator, parts, ()))

    def forget(self) -> None:
        """Make all terms anew from now on: memory is freed, and those in use are not shared."""
        self._variables.clear()
        self._constants.clear()
        self._applications.clear()

    def _term(
        self,
        operator: str,
        parts: tuple[Term, ...],
        indices: tuple[int, ...],
        sort: TermSort,
        place: Place,
    ) -> Term:
        made = Term()
        made.operator, made.parts, made.indices, made.sort = operator, parts, indices, sort
        made.name, made.value, made.place, made.serial = "", None, place, next(self._serials)
        return made
