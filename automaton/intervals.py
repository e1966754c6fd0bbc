"""Cells of a number, a date or an address: the intervals between the bounds it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from automaton.terms import AtMost, Number, Sort, Variable
from automaton.witness import number_between


def samples(variable: Variable, comparisons: Iterable[AtMost]) -> Iterator[Number]:
    """Yield a value from each interval that the comparisons with `variable` tell apart."""
    bounds = sorted({comparison.bound for comparison in comparisons})
    if variable.sort is Sort.REAL:
        yield from _reals([Fraction(bound) for bound in bounds])
    else:
        yield from bounds
        yield bounds[-1] + 1


def _reals(bounds: list[Fraction]) -> Iterator[Fraction]:
    yield bounds[0] - 1
    for low, high in pairwise(bounds):
        yield low
        yield number_between(low, high)
    yield bounds[-1]
    yield bounds[-1] + 1


def holds(comparison: AtMost, value: Number) -> bool:
    """Return whether `value` satisfies the comparison."""
    at_most = value < comparison.bound if comparison.strict else value <= comparison.bound
    return at_most == comparison.positive
