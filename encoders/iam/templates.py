"""Values of a policy in which policy variables stand, as templates for the solver.

What stands for a variable is a value of the request or a default: its characters, wildcards
included, stand for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from automaton import regex as rx
from automaton import terms
from automaton.pieces import Piece as Part
from automaton.regex import Regex
from automaton.terms import Formula, Variable
from encoders.iam.conditions import Comparison
from encoders.iam.variables import Exactly, Text, segments_of
from encoders.iam.wildcard import ANY_BUT_COLON, folded_regex

Resolved = Text | Exactly | Variable
"""A piece of a value, with the variable of the solver in place of a reference."""

Subject = Callable[[Sequence[Part]], Formula]
"""The formula that says that what is tested is a match of a template."""


def matches(subject: Subject, comparison: Comparison, pieces: Sequence[Resolved]) -> Formula:
    """Return the formula that says that the subject compares so with a value of the policy."""
    if comparison is Comparison.ARN_LIKE:
        return _arn_matches(subject, segments_of(pieces))
    if comparison is Comparison.EQUAL_FOLDED:
        return subject([_folded_part(piece) for piece in pieces])
    read = rx.literal if comparison is Comparison.EQUAL else rx.glob
    return subject([_part(piece, read) for piece in pieces])


def _part(piece: Resolved, read: Callable[[str], Regex]) -> Part:
    if isinstance(piece, Variable):
        return piece
    return read(piece.text) if isinstance(piece, Text) else rx.literal(piece.text)


def _folded_part(piece: Resolved) -> Part:
    """Return a piece that ignores case; beside a variable all values are in lower case."""
    return piece if isinstance(piece, Variable) else folded_regex(piece.text)


def _arn_matches(subject: Subject, segments: Sequence[Sequence[Resolved]]) -> Formula:
    """Return the formula for a pattern that is matched segment by segment; see `arn_regex`."""
    *early, last = segments
    if len(segments) == 6:
        rest = [_part(piece, rx.glob) for piece in last]
    else:
        early, rest = [*early, last], [rx.ALL] if _ends_in_star(last) else []
    inner = [piece for segment in early for piece in segment if isinstance(piece, Variable)]
    whole = (terms.in_regex(one, rx.star(ANY_BUT_COLON)) for one in inner)
    parts = [*_early_parts(early, has_rest=len(segments) == 6), *rest]
    return terms.conjunction(*whole, subject(parts))


def _ends_in_star(segment: Sequence[Resolved]) -> bool:
    return bool(segment) and isinstance(segment[-1], Text) and segment[-1].text.endswith("*")


def _early_parts(segments: Sequence[Sequence[Resolved]], *, has_rest: bool) -> Iterator[Part]:
    for number, segment in enumerate(segments):
        if number:
            yield rx.literal(":")
        for piece in segment:
            yield _part(piece, _without_colon)
    if has_rest:
        yield rx.literal(":")


def _without_colon(text: str) -> Regex:
    return rx.wildcard(text, ANY_BUT_COLON)
