"""What a term may be replaced by while a script is shrunk: simpler terms of its sort.

Big steps come first: a constant, a part, a variable; then fewer arguments, another function,
shorter and lower constants. None need mean what the term means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from encoders.smtlib.term import CONSTANT, Constant, Pool, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.shrinking.weight import char_of, rank_of, weights_of
from portfolio.differential.terms import HERE, SIGNATURE

MOST_PARTS = 16
"""How many of the terms within a term are tried in its place."""

LONG = frozenset(row.operator for row in SIGNATURE if row.more)
"""Functions that take more arguments than two."""

SIMPLER = {
    "or": ("and",),
    "=>": ("and", "or"),
    "xor": ("=", "and", "or"),
    "distinct": ("=",),
    "<": ("<=",),
    ">=": ("<=",),
    ">": ("<=", "<"),
    "-": ("+",),
    "*": ("+",),
    "str.<": ("str.<=",),
    "str.replace_all": ("str.replace",),
    "str.replace_re_all": ("str.replace_re",),
    "re.inter": ("re.union",),
    "re.diff": ("re.inter", "re.union"),
    "re.+": ("re.*",),
    "re.opt": ("re.*",),
    "re.^": ("re.*",),
    "re.loop": ("re.*",),
}
"""Functions of the same arguments and result that are simpler than a function."""

CONSTANTS: dict[TermSort, tuple[Constant, ...]] = {
    TermSort.BOOL: (True, False),
    TermSort.INT: (0, 1),
    TermSort.REAL: (Fraction(0), Fraction(1)),
    TermSort.STRING: ("", "a"),
}
NAMED_LANGUAGES = ("re.none", "re.all", "re.allchar")

Part = TypeVar("Part")


@dataclass(frozen=True)
class Forms:
    """Makes simpler terms in a pool."""

    pool: Pool

    def of(self, term: Term, variables: Sequence[Term]) -> Iterator[Term]:
        """Yield what may stand for a term, some of the variables of its script included."""
        yield from self.small(term, variables)
        yield from _within(term)
        if term.parts:
            yield from self._fewer_arguments(term)
            yield from self._other_functions(term)
            yield from self._lower_indices(term)
        if term.operator == CONSTANT:
            yield from self._lower_constants(term)

    def small(self, term: Term, variables: Sequence[Term]) -> Iterator[Term]:
        """Yield the simplest constants of the sort of a term, then variables."""
        yield from self._simplest(term.sort)
        if term.parts and term.sort is not TermSort.REGLAN:
            yield from (each for each in variables if each.sort is term.sort)

    def with_parts(self, term: Term, parts: tuple[Term, ...]) -> Term:
        """Return the function of a term, applied to other parts of the same sorts."""
        if parts == term.parts:
            return term
        return self._application(term.operator, parts, term)

    def _application(
        self,
        operator: str,
        parts: tuple[Term, ...],
        like: Term,
        indices: tuple[int, ...] | None = None,
    ) -> Term:
        numbers = like.indices if indices is None else indices
        return self.pool.application(operator, parts, like.sort, indices=numbers, place=HERE)

    def _simplest(self, sort: TermSort) -> Iterator[Term]:
        for value in CONSTANTS.get(sort, ()):
            yield self.pool.constant(value, sort, HERE)
        if sort is TermSort.REGLAN:
            for name in NAMED_LANGUAGES:
                yield self.pool.application(name, (), sort, place=HERE)
            for text in ("", "a"):
                inner = self.pool.constant(text, TermSort.STRING, HERE)
                yield self.pool.application("str.to_re", (inner,), sort, place=HERE)

    def _fewer_arguments(self, term: Term) -> Iterator[Term]:
        if term.operator not in LONG or len(term.parts) <= 2:
            return
        for parts in without_chunks(term.parts):
            if len(parts) >= 2:
                yield self.with_parts(term, parts)

    def _other_functions(self, term: Term) -> Iterator[Term]:
        if len(term.parts) == 1 and term.operator == "-":
            return
        for operator in SIMPLER.get(term.operator, ()):
            yield self._application(operator, term.parts, term, ())

    def _lower_indices(self, term: Term) -> Iterator[Term]:
        least = int(term.operator == "divisible")
        for place, index in enumerate(term.indices):
            for lower in lower_numbers(index):
                if lower >= least:
                    indices = (*term.indices[:place], lower, *term.indices[place + 1 :])
                    yield self._application(term.operator, term.parts, term, indices)

    def _lower_constants(self, term: Term) -> Iterator[Term]:
        assert term.value is not None
        for value in lower_values(term.value):
            yield self.pool.constant(value, term.sort, HERE)


def _within(term: Term) -> Iterator[Term]:
    """Yield terms of the sort of a term within it: its own parts first, then the largest."""
    parts = [part for part in term.parts if part.sort is term.sort]
    below = [t for t in in_order(*term.parts, parts_of=parts_of) if t.sort is term.sort]
    weights = weights_of(below)
    deep = sorted(set(below) - set(parts), key=lambda t: (weights[t], t.serial), reverse=True)
    yield from dict.fromkeys(parts + deep[:MOST_PARTS])


def without_chunks(parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    """Yield a sequence without one of its halves, of its quarters, and so on to single ones."""
    chunk = len(parts) // 2
    while chunk:
        for start in range(0, len(parts), chunk):
            yield parts[:start] + parts[start + chunk :]
        chunk //= 2


def lower_values(value: Constant) -> Iterator[Constant]:
    """Yield constants that are simpler than a constant, the simplest first."""
    match value:
        case bool():
            return
        case int():
            yield from ([-value] if value < 0 else ())
            yield from lower_numbers(value)
        case Fraction():
            yield from (Fraction(lower) for lower in lower_numbers(int(value)))
            yield Fraction(int(value))
        case str():
            yield from _shorter(value)
            yield from _plainer(value)


def lower_numbers(number: int) -> Iterator[int]:
    """Yield numbers between zero and a number, in ever smaller steps up to its neighbour."""
    step = abs(number)
    sign = -1 if number < 0 else 1
    while step:
        yield number - sign * step
        step //= 2


def _shorter(text: str) -> Iterator[str]:
    chunk = (len(text) + 1) // 2
    while chunk:
        for start in range(0, len(text), chunk):
            yield text[:start] + text[start + chunk :]
        chunk //= 2


def _plainer(text: str) -> Iterator[str]:
    """Yield a text with one of its characters made plainer, wherever that stands."""
    yield "a" * len(text)
    for char in dict.fromkeys(text):
        for rank in lower_numbers(rank_of(char)):
            yield text.replace(char, char_of(rank))
    for place, char in enumerate(text):
        if text.count(char) > 1:
            yield f"{text[:place]}a{text[place + 1 :]}"
