"""Lengths of compositions: what sums and equations say of the lengths of their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automaton import pieces as pc
from automaton import regex as rx
from automaton.budget import Budget
from automaton.composition import Bindings, Composition, Pieces, member, resolve
from automaton.lengths import counted
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.sorts import Sort, Variable
from automaton.terms import TRUE, Formula, SumAtMost, conjunction, sum_at_most

MAX_CUT = 8
"""Up to this length what counts the characters of a composition is cut like other memberships."""


def sum_of_parts(atom: SumAtMost, bindings: Bindings) -> Formula:
    """Return the sum with the lengths of what strings stand for."""
    factors: list[tuple[int, Variable]] = []
    bound = atom.bound
    for factor, variable in atom.summands:
        if variable.sort is Sort.STRING:
            whole = resolve((variable,), bindings)
            factors += [(factor, part) for part in pc.variables_among(whole)]
            bound -= factor * _length_of_literals(whole)
        else:
            factors.append((factor, variable))
    return sum_at_most(factors, bound)


def _length_of_literals(pieces: Iterable[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces if isinstance(piece, rx.Literal))


def member_or_length(whole: Composition, regex: Regex, budget: Budget) -> Formula:
    """Return the formula that says that `regex` matches the composition, as a sum if it can be."""
    found = counted(regex)
    is_long = found is not None and max(found[0], found[1] or 0) > MAX_CUT
    if found is None or not is_long or len(pc.variables_among(whole)) <= 1:
        return member(whole, regex, budget)
    low, high = found
    spelled = _length_of_literals(whole)
    factors = [(1, part) for part in pc.variables_among(whole)]
    return _between(factors, low - spelled, None if high is None else high - spelled)


def lengths_agree(whole: Composition, pieces: Pieces) -> Formula:
    """Return what follows for the lengths if the composition is a match of the template."""
    ranges = [rx.length_bounds(piece) for piece in pc.regexes_among(pieces)]
    highs = [high for _, high in ranges if high is not None]
    factors = [(1, part) for part in pc.variables_among(whole)]
    factors += [(-1, part) for part in pc.variables_among(pieces)]
    spelled = _length_of_literals(whole)
    is_bounded = len(highs) == len(ranges)
    low, high = sum(low for low, _ in ranges) - spelled, sum(highs) - spelled
    return _between(factors, low, high if is_bounded else None)


def _between(factors: Sequence[tuple[int, Variable]], low: int, high: int | None) -> Formula:
    at_least = sum_at_most([(-factor, part) for factor, part in factors], -low)
    return conjunction(at_least, TRUE if high is None else sum_at_most(factors, high))
