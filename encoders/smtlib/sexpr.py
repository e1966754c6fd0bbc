"""S-expressions of SMT-LIB 2.7: text -> trees of atoms and lists, each with its place.

The reader does not recurse, so that no depth of nesting can overflow the stack. A text may come
in chunks: a `Splitter` cuts it after each expression.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from encoders.smtlib.literals import text_of
from encoders.smtlib.term import Place

START = Place(1, 1)


class ParseError(ValueError):
    """A script is wrong at a place; the text of the error starts with it."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(f"{place}: {message}")
        self.message = message
        self.place = place


class Source:
    """A piece of a script, and where it starts."""

    def __init__(self, text: str, start: Place = START) -> None:
        self.text = text
        self.start = start
        self._line_ends: list[int] | None = None

    def place(self, offset: int) -> Place:
        """Return where in the script a character of the piece stands."""
        if self._line_ends is None:
            self._line_ends = [found.start() for found in re.finditer("\n", self.text)]
        line = bisect_left(self._line_ends, offset)
        if line == 0:
            return Place(self.start.line, self.start.column + offset)
        return Place(self.start.line + line, offset - self._line_ends[line - 1])

    def written(self, sexpr: Sexpr) -> str:
        """Return an expression of the piece as it is written."""
        return self.text[sexpr.offset : sexpr.end]


class Kind(Enum):
    """What an atom is; a number is a numeral (`5`) or a decimal (`5.0`)."""

    SYMBOL = "symbol"
    STRING = "string"
    NUMBER = "number"
    BITS = "bits"
    KEYWORD = "keyword"


class Atom(NamedTuple):
    """An atom: `text` is the name of a symbol, the value of a string, else as written."""

    kind: Kind
    text: str
    offset: int
    end: int


class List(NamedTuple):
    """The expressions between two parentheses; `offset` is that of the opening one."""

    items: tuple[Sexpr, ...]
    offset: int
    end: int


Sexpr = Atom | List

_BLANK = r"(?:[ \t\r\n]+|;[^\r\n]*)*+"
_ATOMS = {
    "symbol": r"[A-Za-z~!@$%^&*_\-+=<>.?/][A-Za-z0-9~!@$%^&*_\-+=<>.?/]*",
    "plain": r'"[ !#-\[\]-~]*"(?!")',
    "number": r'(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?=[\s();"|]|\Z)',
    "string": r'"[^"]*+(?:""[^"]*+)*+"',
    "quoted": r"\|[^|\\]*\|",
    "keyword": r":[A-Za-z0-9~!@$%^&*_\-+=<>.?/]+",
    "bits": r'\#(?:b[01]+|x[0-9A-Fa-f]+)(?=[\s();"|]|\Z)',
}
"""A plain string has no escapes, and no quotes within."""

_GROUPS = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _ATOMS.items())
_TOKEN = re.compile(rf"{_BLANK}(?:(\()|(\))|{_GROUPS}|\Z)")
_OPEN, _CLOSE = 1, 2
_KINDS = {
    _TOKEN.groupindex[name]: kind
    for name, kind in [
        ("symbol", Kind.SYMBOL),
        ("plain", Kind.STRING),
        ("number", Kind.NUMBER),
        ("string", Kind.STRING),
        ("quoted", Kind.SYMBOL),
        ("keyword", Kind.KEYWORD),
        ("bits", Kind.BITS),
    ]
}
_STRING = _TOKEN.groupindex["string"]
_SYMBOL = _TOKEN.groupindex["symbol"]
_INNER = frozenset({_TOKEN.groupindex["plain"], _TOKEN.groupindex["quoted"]})

Unquote = Callable[[str], str]


def read_all(text: str) -> tuple[Sexpr, ...]:
    """Return the s-expressions of `text`; raise ParseError iff it is no sequence of them."""
    return read(Source(text))


def read(source: Source, unquote: Unquote = text_of) -> tuple[Sexpr, ...]:
    """Return the s-expressions of `source`; raise ParseError iff it is no sequence of them.

    `unquote` gives the string that a literal stands for, or raises ValueError.
    """
    done: list[Sexpr] = []
    outer: list[tuple[list[Sexpr], int]] = []
    end = 0
    symbol = Kind.SYMBOL
    for found in _TOKEN.finditer(source.text):
        group = found.lastindex
        if group is None or found.start() != end:
            break
        start, end = found.span(group)
        if group == _OPEN:
            outer.append((done, start))
            done = []
        elif group == _SYMBOL:
            done.append(Atom(symbol, found[group], start, end))
        elif group != _CLOSE:
            done.append(_atom(found, group, source, unquote))
        elif outer:
            items = tuple(done)
            done, start = outer.pop()
            done.append(List(items, start, end))
        else:
            raise ParseError("a `)` without its `(`", source.place(start))
    _check_end(source, end)
    if outer:
        raise ParseError("a `(` without its `)`", source.place(outer[-1][1]))
    return tuple(done)


def _atom(found: re.Match[str], group: int, source: Source, unquote: Unquote) -> Atom:
    start, end = found.span(group)
    text = source.text[start:end]
    if group in _INNER:
        text = text[1:-1]
    elif group == _STRING:
        try:
            text = unquote(text)
        except ValueError as error:
            message = "a string with unprintable characters"
            raise ParseError(message, source.place(start)) from error
    return Atom(_KINDS[group], text, start, end)


def _check_end(source: Source, end: int) -> None:
    """Raise ParseError iff anything but blanks and comments comes after the last token."""
    blank = re.compile(_BLANK).match(source.text, end)
    assert blank
    if blank.end() < len(source.text):
        raise ParseError(_complaint(source.text[blank.end()]), source.place(blank.end()))


def _complaint(char: str) -> str:
    match char:
        case '"':
            return "a string without its end"
        case "|":
            return "a quoted symbol without its end"
    return f"no expression starts with `{char}`"


_TOP = re.compile(r'[()"|;\n]')
_INSIDE = re.compile(r'[()"|;]')
_ENDS = {'"': re.compile('"'), "|": re.compile(r"\|"), ";": re.compile("[\r\n]")}


class Splitter:
    """Cuts a script that comes in chunks into pieces, each as soon as it is whole.

    A piece ends where a parenthesis closes the outermost list, or a line ends outside of any. The
    two halves of a doubled quote are read as the end of one string and the start of another.
    """

    def __init__(self) -> None:
        self._chunks: list[str] = []
        self._start = START
        self._depth = 0
        self._inside: str | None = None

    def feed(self, chunk: str) -> Iterator[Source]:
        """Take the next chunk, and yield the pieces that it completes."""
        start = offset = 0
        while found := self._next_mark().search(chunk, offset):
            offset = found.end()
            if self._ends_piece(found[0]):
                yield self._cut(chunk[start:offset])
                start = offset
        self._chunks.append(chunk[start:])

    def finish(self) -> Source:
        """Return what is left when no more comes."""
        return self._cut("")

    def _next_mark(self) -> re.Pattern[str]:
        if self._inside:
            return _ENDS[self._inside]
        return _INSIDE if self._depth else _TOP

    def _ends_piece(self, mark: str) -> bool:
        if self._inside:
            is_comment, self._inside = self._inside == ";", None
            return is_comment and self._depth == 0
        if mark in _ENDS:
            self._inside = mark
            return False
        if mark == "(":
            self._depth += 1
            return False
        if mark == ")" and self._depth:
            self._depth -= 1
        return self._depth == 0

    def _cut(self, last: str) -> Source:
        self._chunks.append(last)
        source = Source("".join(self._chunks), self._start)
        self._chunks.clear()
        self._start = source.place(len(source.text))
        return source
