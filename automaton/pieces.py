"""The pieces of a template: what a string is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from automaton import regex as rx
from automaton.regex import Regex
from automaton.sorts import Variable

Piece = Regex | Variable
"""A regex stands for any string that it matches, a String variable for its value."""


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with neighbouring regexes as one, and no epsilon."""
    found: list[Piece] = []
    for is_variable, run in groupby(pieces, lambda piece: isinstance(piece, Variable)):
        if is_variable:
            found += run
        else:
            whole = rx.concat(*regexes_among([*run]))
            found += [] if whole is rx.EPSILON else [whole]
    return tuple(found)


def variables_among(pieces: Sequence[Piece]) -> list[Variable]:
    """Return the variables as often as they occur."""
    return [piece for piece in pieces if isinstance(piece, Variable)]


def regexes_among(pieces: Sequence[Piece]) -> list[Regex]:
    """Return the regexes as often as they occur."""
    return [piece for piece in pieces if isinstance(piece, Regex)]


def describe(pieces: Sequence[Piece]) -> str:
    """Return the pieces in words, one after another."""
    return " ".join(p.name if isinstance(p, Variable) else rx.describe(p) for p in pieces)


def spread(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with the literals at the ends of each regex as pieces of their own."""
    return tuple(part for piece in pieces for part in _spread(piece))


def _spread(piece: Piece) -> Iterator[Piece]:
    if not isinstance(piece, rx.Concat):
        yield piece
        return
    parts = piece.parts
    first = int(isinstance(parts[0], rx.Literal))
    last = len(parts) - isinstance(parts[-1], rx.Literal)
    yield from parts[:first]
    yield rx.concat(*parts[first:last])
    yield from parts[last:]
