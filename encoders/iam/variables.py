"""Policy variables: a value of a policy cut into text, literal characters and references to keys.

`${key}` stands for the value of a condition key, `${key, 'default'}` for the default where the key
is absent, and `${*}`, `${?}` and `${$}` for that one character without a special meaning.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
A value that is put in place of a variable has no wildcards: its characters stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from encoders.iam.json_text import shown

VALUES_KEPT = 1 << 14
"""How many values stay cut between policies."""

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_REFERENCE = re.compile(r"\s*([^\s,'*?$]+:[^,'*?$]*?)\s*(?:,\s*'([^']*)'\s*)?", re.DOTALL)
_CHARACTERS = frozenset("*?$")


@dataclass(frozen=True)
class Text:
    """Characters as written; whether `*` and `?` are wildcards is up to the operator."""

    text: str


@dataclass(frozen=True)
class Exactly:
    """Characters that stand for themselves under every operator."""

    text: str


@dataclass(frozen=True)
class Reference:
    """The value of the condition key `key` as the policy spells it, or `default` in its absence."""

    key: str
    default: str | None


Piece = Text | Exactly | Reference


@lru_cache(VALUES_KEPT)
def pieces_of(value: str, has_variables: bool) -> tuple[Piece, ...]:
    """Return the pieces of a value, in which `${` starts a variable iff `has_variables`.

    Raise ValueError iff what stands between `${` and `}` is no variable, or no `}` follows.
    """
    if not has_variables or "${" not in value:
        return (Text(value),)
    # INVARIANT: texts stand at even places, what stands within braces at odd ones.
    parts = _VARIABLE.split(value)
    if any("${" in text for text in parts[::2]):
        raise ValueError(f"the policy variable in {shown(value)} does not end")
    pieces = (_variable(part) if place % 2 else Text(part) for place, part in enumerate(parts))
    return tuple(piece for piece in pieces if piece != Text(""))


def _variable(inner: str) -> Piece:
    if inner in _CHARACTERS:
        return Exactly(inner)
    found = _REFERENCE.fullmatch(inner)
    if found is None:
        raise ValueError(f"{shown(f'${{{inner}}}')} is not a policy variable")
    return Reference(found[1], found[2])


def references_of(values: Sequence[str], has_variables: bool) -> tuple[Reference, ...]:
    """Return the references in `values`; raise ValueError as `pieces_of` does."""
    # PERF: one look at all the values together; most policies hold no `$`.
    if not has_variables or "${" not in "".join(values):
        return ()
    pieces = (piece for value in values for piece in pieces_of(value, has_variables))
    return tuple(piece for piece in pieces if isinstance(piece, Reference))


Other = TypeVar("Other")


def segments_of(pieces: Sequence[Text | Other]) -> tuple[tuple[Text | Other, ...], ...]:
    """Return `pieces` cut at the first five colons that are written as text."""
    segments: list[list[Text | Other]] = [[]]
    for piece in pieces:
        if not isinstance(piece, Text):
            segments[-1].append(piece)
            continue
        first, *others = piece.text.split(":", 6 - len(segments))
        segments[-1] += [Text(first)] if first else []
        segments += [[Text(other)] if other else [] for other in others]
    return tuple(map(tuple, segments))
