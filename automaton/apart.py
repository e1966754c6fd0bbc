"""A look at two languages that often sees at once that they have no string in common."""

from __future__ import annotations

from functools import lru_cache

from automaton import regex as rx
from automaton.charset import ANY_CHAR, CharSet
from automaton.quotient import after_word, is_match
from automaton.regex import Regex
from automaton.traversal import Steps, fold, run


@lru_cache(maxsize=1 << 16)
def are_apart(regex: Regex, domain: Regex) -> bool:
    """Return True only if no string is matched by both."""
    return _lengths_are_apart(regex, domain) or run(_are_apart(regex, domain))


def _lengths_are_apart(one: Regex, two: Regex) -> bool:
    (shortest, longest), (least, most) = rx.length_bounds(one), rx.length_bounds(two)
    return (most is not None and shortest > most) or (longest is not None and least > longest)


def _are_apart(regex: Regex, domain: Regex) -> Steps[bool]:
    if not isinstance(regex, rx.Union | rx.Intersection):
        return _is_apart(regex, domain)
    settling = isinstance(regex, rx.Intersection)
    for part in regex.parts:
        is_apart: bool = yield _are_apart(part, domain)
        if is_apart is settling:
            return settling
    return not settling


@lru_cache(maxsize=1 << 16)
def _is_apart(regex: Regex, domain: Regex) -> bool:
    match regex:
        case rx.Literal():
            return not is_match(domain, regex.text)
        case rx.Concat():
            head = regex.parts[0]
            starts_apart = isinstance(head, rx.Literal) and _is_no_start(head.text, domain)
            return starts_apart or any(
                ord(char) not in characters(domain) for char in _needed(regex)
            )
    return False


def _is_no_start(word: str, domain: Regex) -> bool:
    return after_word(domain, word) is rx.NONE


def _needed(regex: rx.Concat) -> set[str]:
    """Return characters that every string of the language has."""
    return {char for part in regex.parts if isinstance(part, rx.Literal) for char in part.text}


@lru_cache(maxsize=1 << 12)
def characters(regex: Regex) -> CharSet:
    """Return characters among which are all that strings of the language have."""
    known: dict[Regex, CharSet] = {}
    return fold(regex, known, rx.parts_of, lambda node: _characters(node, known))


def _characters(regex: Regex, known: dict[Regex, CharSet]) -> CharSet:
    match regex:
        case rx.Literal():
            return CharSet.chars(regex.text)
        case rx.Chars():
            return regex.charset
        case rx.Concat() | rx.Union():
            intervals = (i for part in regex.parts for i in known[part].intervals)
            return CharSet.of(*intervals)
        case rx.Intersection():
            return min((known[part] for part in regex.parts), key=len)
        case rx.Loop():
            return known[regex.part]
    return ANY_CHAR
