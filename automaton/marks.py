"""Wildcard patterns as texts: what stands for many characters is one character beyond all others.

Only a concatenation of literals, of charsets and of any number of characters of a charset has such
a text. Two tokens fit where every string of the one is a string of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT, CharSet
from automaton.regex import Regex

FIRST_MARK = MAX_CODE_POINT + 1
MARKS = 1 << 16
"""So many different tokens have a mark; a pattern with others has no text."""
KEPT = 1 << 17
"""How many patterns keep their text."""

FEW = 6
"""A pattern of so many wild tokens is matched without an automaton."""

_marks: dict[Regex, str] = {}
_tokens: list[Regex] = []


def tokens_of(regex: Regex) -> tuple[Regex, ...] | None:
    """Return the tokens of a pattern one after another, or None iff it is no such pattern."""
    parts = regex.parts if isinstance(regex, rx.Concat) else (regex,)
    return parts if all(isinstance(p, rx.Literal) or _is_wild(p) for p in parts) else None


def few_wilds(regex: Regex) -> tuple[Regex, ...] | None:
    """Return the tokens of a pattern if so few are wild that a string is soon matched, or None."""
    tokens = tokens_of(regex)
    if tokens is None or (len(tokens) > FEW and sum(map(_is_wild, tokens)) > FEW):
        return None
    return tokens


def _is_wild(regex: Regex) -> bool:
    return isinstance(regex, rx.Chars) or is_star(regex)


def is_star(token: Regex) -> bool:
    """Return whether a token stands for any number of characters."""
    if not isinstance(token, rx.Loop):
        return False
    return isinstance(token.part, rx.Chars) and token.low == 0 and token.high is None


def charset_of(token: Regex) -> CharSet:
    """Return the characters that a wild token stands for one or any number of."""
    return rx.one_char(token.part if isinstance(token, rx.Loop) else token)


@lru_cache(KEPT)
def marked(regex: Regex) -> str | None:
    """Return the text of a pattern, or None iff it has none."""
    tokens = tokens_of(regex)
    if tokens is None:
        return None
    texts = [t.text if isinstance(t, rx.Literal) else _mark(t) for t in tokens]
    return None if None in texts else "".join(filter(None, texts))


def _mark(token: Regex) -> str | None:
    known = _marks.get(token)
    if known is None and len(_tokens) < MARKS:
        known = _marks[token] = chr(FIRST_MARK + len(_tokens))
        _tokens.append(token)
    return known


def token_of(char: str) -> Regex | None:
    """Return the token that a mark stands for, None iff it is a character of its own."""
    place = ord(char) - FIRST_MARK
    return None if place < 0 else _tokens[place]


class Fitting(dict[str, bool]):
    """For each character and mark, whether the wild `token` has all strings of it.

    A star takes whatever is made of its characters, a charset one character alone.
    """

    def __init__(self, token: Regex) -> None:
        super().__init__()
        self.charset = charset_of(token)
        self.is_star = is_star(token)

    def __missing__(self, char: str) -> bool:
        other = token_of(char)
        if other is None:
            fits = ord(char) in self.charset
        elif is_star(other) and not self.is_star:
            fits = False
        else:
            fits = not charset_of(other) - self.charset
        self[char] = fits
        return fits


_fitting: dict[Regex, Fitting] = {}


def fitting(token: Regex) -> Fitting:
    """Return what fits a wild token; the same for the same token."""
    known = _fitting.get(token)
    if known is None:
        if len(_fitting) >= MARKS:
            _fitting.clear()
        known = _fitting[token] = Fitting(token)
    return known


def examples(text: str, avoided: frozenset[str], readable: Sequence[str]) -> tuple[str, str]:
    """Return two strings that the pattern with this text matches.

    Stars are empty in the first, one character in the second; characters are none of `avoided`
    where there are others, and the first of `readable` that will do.
    """
    short: list[str] = []
    long: list[str] = []
    for char in text:
        token = token_of(char)
        if token is None:
            short.append(char)
            long.append(char)
        else:
            own = _example(charset_of(token), avoided, readable)
            long.append(own)
            if not is_star(token):
                short.append(own)
    return "".join(short), "".join(long)


def _example(charset: CharSet, avoided: frozenset[str], readable: Sequence[str]) -> str:
    fresh = (char for char in readable if char not in avoided and ord(char) in charset)
    found = next(fresh, None)
    if found is None:
        others = (chr(code) for code in charset if chr(code) not in avoided)
        found = next(others, chr(next(iter(charset))))
    return found
