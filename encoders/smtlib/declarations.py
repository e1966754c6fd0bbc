"""What the names of a script stand for, in scopes that push opens and pop closes.

Definitions are expanded where they are used; their parameters have names that no script can write,
so that nothing is ever captured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automaton.verdict import Unsupported
from encoders.smtlib.sexpr import ParseError
from encoders.smtlib.term import VARIABLE, Place, Pool, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order

MAX_EXPANDED = 1_000_000
"""How many terms the uses of definitions may make: nested, they grow exponentially."""


@dataclass(frozen=True)
class Definition:
    """A function that a script defines; `open_terms` are those of its body with a parameter."""

    parameters: tuple[Term, ...]
    body: Term
    open_terms: tuple[Term, ...]


@dataclass(frozen=True)
class Refused:
    """A name that is known and may not be used: `feature` says what it is."""

    feature: str


Entry = Term | Definition | Refused


def define(parameters: tuple[Term, ...], body: Term) -> Definition:
    """Return the function of `parameters` whose value is `body`."""
    is_open = set(parameters)
    found = []
    for term in in_order(body, parts_of=parts_of):
        if not is_open.isdisjoint(term.parts):
            is_open.add(term)
            found.append(term)
    return Definition(parameters, body, tuple(found))


class Declarations:
    """The names in scope, with their meanings."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.is_global = False
        self._entries: dict[str, Entry] = {}
        self._labels: dict[str, Term] = {}
        self._levels: list[list[str]] = [[]]
        self._expanded = 0

    @property
    def depth(self) -> int:
        """The number of levels above the first one."""
        return len(self._levels) - 1

    def get(self, name: str) -> Entry | None:
        """Return what `name` stands for, if anything."""
        return self._entries.get(name)

    def add(self, name: str, entry: Entry, place: Place) -> None:
        """Give `name` its meaning until its level is popped; raise ParseError iff it has one."""
        if name in self._entries:
            raise ParseError(f"`{name}` is declared already", place)
        self._entries[name] = entry
        if not self.is_global:
            self._levels[-1].append(name)

    def label(self, name: str, term: Term, place: Place) -> None:
        """Make `name` stand for a term that an annotation names; raise as `add` does."""
        self.add(name, term, place)
        self._labels[name] = term

    def labels(self) -> dict[str, Term]:
        """Return the terms that annotations name, in order."""
        return dict(self._labels)

    def take_back(self, names: Sequence[str]) -> None:
        """Undo the last calls of `label`, which were for `names`."""
        self._forget(names)
        if not self.is_global:
            del self._levels[-1][len(self._levels[-1]) - len(names) :]

    def variables(self) -> tuple[Term, ...]:
        """Return the variables in scope, in the order of their declarations."""
        entries = self._entries.items()
        return tuple(e for n, e in entries if isinstance(e, Term) and _is_variable(e, n))

    def push(self, levels: int) -> None:
        """Open `levels` levels."""
        self._levels.extend([] for _ in range(levels))

    def pop(self, levels: int) -> None:
        """Close the last `levels` levels, of which there must be that many."""
        for _ in range(levels):
            self._forget(self._levels.pop())
        if levels:
            self.pool.forget()

    def clear(self) -> None:
        """Close every level, and forget what is not global."""
        self.pop(self.depth)
        self.pool.forget()
        self._forget(self._levels[0])
        self._levels[0] = []

    def _forget(self, names: Sequence[str]) -> None:
        for name in names:
            del self._entries[name]
            self._labels.pop(name, None)

    def expand(self, definition: Definition, parts: Sequence[Term], place: Place) -> Term:
        """Return a definition's body with `parts` for its parameters.

        Raise Unsupported iff the script's definitions grow too large.
        """
        if tuple(parts) == definition.parameters:
            return definition.body
        self._expanded += len(definition.open_terms)
        if self._expanded > MAX_EXPANDED:
            raise Unsupported("definitions that expand to a million terms", str(place))
        known = dict(zip(definition.parameters, parts, strict=True))
        for term in definition.open_terms:
            known[term] = self.pool.application(
                term.operator,
                tuple([known.get(part, part) for part in term.parts]),
                term.sort,
                indices=term.indices,
                place=term.place,
            )
        return known.get(definition.body, definition.body)


def parameter(pool: Pool, position: int, sort: TermSort, place: Place) -> Term:
    """Return the variable for a parameter: no script can write a backslash in a symbol.

    Definitions share them, so that one may hand its own on to another unchanged.
    """
    return pool.variable(f"\\{position}", sort, place)


def _is_variable(term: Term, name: str) -> bool:
    return term.operator == VARIABLE and term.name == name
