"""How large an expression is, before it is compiled."""

from __future__ import annotations

from functools import lru_cache

from automaton import regex as rx
from automaton.regex import Regex
from automaton.traversal import fold

DETERMINISED = 16
"""What a complement or an intersection inside costs: it is made deterministic."""


@lru_cache(maxsize=1 << 16)
def weight(regex: Regex) -> int:
    """Return about how many positions `regex` takes."""
    # PERF: wildcard text is flat, and there is much of it.
    if isinstance(regex, rx.Concat):
        flat = [_of_leaf(part) for part in regex.parts]
        if all(flat):
            return sum(flat)
    weights: dict[Regex, int] = {}
    return fold(regex, weights, rx.parts_of, lambda node: _of_parts(node, weights))


def _of_leaf(regex: Regex) -> int:
    """Return the weight of a literal, of one character or of any number of one; 0 of others."""
    match regex:
        case rx.Literal():
            return len(regex.text)
        case rx.Chars() | rx.Loop(part=rx.Chars(), low=0, high=None):
            return 1
    return 0


def _of_parts(regex: Regex, weights: dict[Regex, int]) -> int:
    inside = sum(weights[part] for part in rx.parts_of(regex))
    match regex:
        case rx.Literal():
            return len(regex.text)
        case rx.Loop():
            return inside * (regex.low if regex.high is None else regex.high) or inside
        case rx.Intersection() | rx.Complement():
            return DETERMINISED * inside
    return inside or 1
