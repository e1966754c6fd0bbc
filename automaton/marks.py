"""Wildcard patterns as texts: what stands for many characters is one character beyond all others.

A row of tokens has such a text: literals, charsets, and stars of charsets. A pattern is a row or,
where few alternatives stand in it, several. Two tokens fit where every string of the one is a
string of the other.
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
"""A row of so many wild tokens is matched without an automaton."""
ROWS, DEPTH, ONES = 16, 4, 12
"""How many rows a pattern may have, how deep they stand in it, how long a loop is spelled."""

Row = tuple[Regex, ...]

_marks: dict[Regex, str] = {}
_tokens: list[Regex] = []


@lru_cache(KEPT)
def rows_of(regex: Regex) -> tuple[Row, ...] | None:
    """Return rows of tokens that together are a pattern, or None iff it is no such pattern."""
    return _rows(regex, 0)


def _rows(regex: Regex, depth: int) -> tuple[Row, ...] | None:
    match regex:
        case rx.Literal():
            return ((regex,),) if regex.text else ((),)
        case rx.Chars():
            return ((regex,),)
        case rx.Loop():
            return _rows_of_loop(regex)
        case rx.Concat() if depth < DEPTH:
            return _joined([_rows(part, depth + 1) for part in regex.parts])
        case rx.Union() if depth < DEPTH and len(regex.parts) <= ROWS:
            return _either([_rows(part, depth + 1) for part in regex.parts])
    return None


def _rows_of_loop(loop: rx.Loop) -> tuple[Row, ...] | None:
    """Return the row of so many characters of a charset, then any number if it has no bound."""
    if not isinstance(loop.part, rx.Chars) or loop.low > ONES:
        return None
    if loop.high is None:
        return ((*[loop.part] * loop.low, rx.star(loop.part)),)
    return ((loop.part,) * loop.low,) if loop.low == loop.high else None


def _joined(choices: Sequence[tuple[Row, ...] | None]) -> tuple[Row, ...] | None:
    """Return the rows of one choice after another."""
    rows: tuple[Row, ...] = ((),)
    for choice in choices:
        if choice is None or len(rows) * len(choice) > ROWS:
            return None
        rows = tuple([(*row, *more) for row in rows for more in choice])
    return rows


def _either(choices: Sequence[tuple[Row, ...] | None]) -> tuple[Row, ...] | None:
    found: list[Row] = []
    for choice in choices:
        if choice is None:
            return None
        found += choice
    return tuple(found) if len(found) <= ROWS else None


def few_wilds(regex: Regex) -> tuple[Row, ...] | None:
    """Return the rows of a pattern if so few tokens are wild that a string is soon matched."""
    rows = rows_of(regex)
    if rows is None or any(len(row) > FEW and sum(map(_is_wild, row)) > FEW for row in rows):
        return None
    return rows


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
def marked(regex: Regex) -> tuple[str, ...] | None:
    """Return the texts of the rows of a pattern, or None iff it has none."""
    rows = rows_of(regex)
    if rows is None:
        return None
    texts = [*map(_text, rows)]
    return None if None in texts else tuple([text for text in texts if text is not None])


def _text(row: Row) -> str | None:
    marks = [t.text if isinstance(t, rx.Literal) else _mark(t) for t in row]
    return None if None in marks else "".join([mark for mark in marks if mark is not None])


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
