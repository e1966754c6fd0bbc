"""Languages of strings that share nothing by chance with one another.

A string with a mark, a character that occurs once in it and in no pattern of the problem, can
stand in another string only where something puts it: where it is aligned.
"""

from __future__ import annotations

from collections.abc import Iterable

from automaton import regex as rx
from automaton.alphabet import READABLE
from automaton.charset import CharSet
from automaton.regex import Regex

PLENTY, SHARE = 0x4E00, 0x20
"""From this code point on, so many characters for each of the marked strings."""


def marked(count: int, patterns: Iterable[Regex]) -> list[Regex]:
    """Return `count` languages, each with marks of its own that no literal of `patterns` holds."""
    used = _characters(patterns)
    free = [ord(char) for char in READABLE if char.isalnum() and char not in used]
    return [_once(_marks(free[number::count], number)) for number in range(count)]


def _marks(readable: Iterable[int], number: int) -> CharSet:
    first = PLENTY + SHARE * number
    return CharSet.of((first, first + SHARE - 1), *((code, code) for code in readable))


def _once(marks: CharSet) -> Regex:
    others = rx.star(rx.chars(~marks))
    return rx.concat(others, rx.chars(marks), others)


def _characters(patterns: Iterable[Regex]) -> set[str]:
    """Return the characters of the literals."""
    literals = (node for node in rx.nodes_of(patterns) if isinstance(node, rx.Literal))
    return {char for node in literals for char in node.text}
