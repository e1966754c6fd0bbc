"""Regular expressions read backwards."""

from __future__ import annotations

from functools import lru_cache

from automaton import regex as rx
from automaton.regex import Regex
from automaton.traversal import fold


@lru_cache(maxsize=1 << 16)
def mirror(regex: Regex) -> Regex:
    """Return the expression for the strings of `regex`, each read backwards."""
    mirrored: dict[Regex, Regex] = {}
    return fold(regex, mirrored, rx.parts_of, lambda node: _of_parts(node, mirrored))


def _of_parts(regex: Regex, mirrored: dict[Regex, Regex]) -> Regex:
    parts = [mirrored[part] for part in rx.parts_of(regex)]
    match regex:
        case rx.Literal():
            return rx.literal(regex.text[::-1])
        case rx.Concat():
            return rx.concat(*reversed(parts))
        case rx.Union():
            return rx.union(*parts)
        case rx.Intersection():
            return rx.intersection(*parts)
        case rx.Complement():
            return rx.complement(parts[0])
        case rx.Loop():
            return rx.loop(parts[0], regex.low, regex.high)
    return regex
