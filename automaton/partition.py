"""The cells that some regexes cut the strings into, each named by the regexes that match it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automaton.budget import Budget
from automaton.cells import Goal, Patterns, StringCell, literals_of
from automaton.regex import Regex


def partition(regexes: Sequence[Regex], required: int, budget: Budget) -> Iterator[StringCell]:
    """Yield each cell once: the regexes that match its strings, a bit each, and such a string.

    Cells that not all the `required` regexes match, a bit each, are left out. The regexes have no
    complement or intersection at the top. Raise LimitReached iff the budget ends first.
    """
    seen: set[int] = set()
    for vector, text in _cells(regexes, required, budget):
        budget.spend()
        if vector not in seen and vector & required == required:
            seen.add(vector)
            yield vector, text


def _cells(regexes: Sequence[Regex], required: int, budget: Budget) -> Iterator[StringCell]:
    patterns, holders = Patterns(regexes, budget), _holders_of_literals(regexes)
    for text, vector in patterns.vectors_of(holders):
        yield vector | holders[text], text
    yield from patterns.cells_beside(holders, Goal(required=required))


def _holders_of_literals(regexes: Sequence[Regex]) -> dict[str, int]:
    """Return each literal among the regexes, with those that hold it, a bit each."""
    holders: dict[str, int] = {}
    for number, regex in enumerate(regexes):
        for text in literals_of(regex):
            holders[text] = holders.get(text, 0) | 1 << number
    return holders
