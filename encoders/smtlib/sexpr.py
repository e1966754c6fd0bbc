"""S-expressions of SMT-LIB 2.6: text -> trees of atoms and lists, each with its place.

The reader does not recurse, so that no depth of nesting can overflow the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from encoders.smtlib.literals import text_of


class SexprError(ValueError):
    """The text is no sequence of s-expressions; the message ends in the place."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        super().__init__(f"{message} at {place(text, offset)}")
        self.message = message
        self.offset = offset


def place(text: str, offset: int) -> str:
    """Return the line and column of an offset, in words."""
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


class Kind(Enum):
    """What an atom is; a number is a numeral (`5`) or a decimal (`5.0`)."""

    SYMBOL = "symbol"
    STRING = "string"
    NUMBER = "number"
    BITS = "bits"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Atom:
    """An atom: `text` is the name of a symbol, the value of a string, else as written."""

    kind: Kind
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class List:
    """The expressions between two parentheses; `offset` is that of the opening one."""

    items: tuple[Sexpr, ...]
    offset: int


Sexpr = Atom | List

_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\r\n]+|;[^\r\n]*)
    | (?P<bracket>[()])
    | (?P<quoted>\|[^|\\]*\|)
    | (?P<string>"[^"]*(?:""[^"]*)*")
    | (?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?=[\s();"|]|\Z))
    | (?P<bits>\#(?:b[01]+|x[0-9A-Fa-f]+)(?=[\s();"|]|\Z))
    | (?P<keyword>:[A-Za-z0-9~!@$%^&*_\-+=<>.?/]+)
    | (?P<symbol>[A-Za-z~!@$%^&*_\-+=<>.?/][A-Za-z0-9~!@$%^&*_\-+=<>.?/]*)
    """,
    re.VERBOSE,
)
_KINDS = {"number": Kind.NUMBER, "bits": Kind.BITS, "keyword": Kind.KEYWORD, "symbol": Kind.SYMBOL}


def read_all(text: str) -> tuple[Sexpr, ...]:
    """Return the s-expressions of `text`; raise SexprError iff it is no sequence of them."""
    done: list[Sexpr] = []
    outer: list[tuple[list[Sexpr], int]] = []
    for token in _tokens(text):
        if isinstance(token, Atom):
            done.append(token)
        elif text[token] == "(":
            outer.append((done, token))
            done = []
        elif outer:
            items = tuple(done)
            done, start = outer.pop()
            done.append(List(items, start))
        else:
            raise SexprError("a `)` without its `(`", text, token)
    if outer:
        raise SexprError("a `(` without its `)`", text, outer[-1][1])
    return tuple(done)


def _tokens(text: str) -> Iterator[Atom | int]:
    """Yield the atoms of `text`, and the offset of each parenthesis."""
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            raise SexprError(_complaint(text, offset), text, offset)
        if found.lastgroup == "bracket":
            yield offset
        elif found.lastgroup != "blank":
            yield _atom(found, text)
        offset = found.end()


def _atom(found: re.Match[str], text: str) -> Atom:
    if found.lastgroup == "quoted":
        return Atom(Kind.SYMBOL, found[0][1:-1], found.start())
    if found.lastgroup == "string":
        return Atom(Kind.STRING, _string(found, text), found.start())
    assert found.lastgroup
    return Atom(_KINDS[found.lastgroup], found[0], found.start())


def _string(found: re.Match[str], text: str) -> str:
    try:
        return text_of(found[0])
    except ValueError as error:
        raise SexprError("a string with unprintable characters", text, found.start()) from error


def _complaint(text: str, offset: int) -> str:
    match text[offset]:
        case '"':
            return "a string without its end"
        case "|":
            return "a quoted symbol without its end"
    return f"no expression starts with `{text[offset]}`"
