"""The nodes of regular expressions: their classes, and what is known of each when it is made.

Two nodes made alike are the same object, so `is` compares them and a compiled form is found by
identity. Only the functions of `regex` make nodes.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterable, Iterator

from automaton.charset import CharSet
from automaton.traversal import spell

MAX_LENGTH = 1 << 40
"""A length from which on lengths are not told apart."""


class Regex:
    """A regular expression; subclasses add their parts.

    `serial` orders expressions by age; `nullable` iff the language holds the empty string. Every
    string of the language has at least `shortest` and at most `longest` characters (None: no
    bound is known).
    """

    __slots__ = ("__weakref__", "longest", "nullable", "serial", "shortest")
    serial: int
    nullable: bool
    shortest: int
    longest: int | None

    def __repr__(self) -> str:
        return describe(self)


class Literal(Regex):
    """Exactly the string `text`; the empty text is epsilon."""

    __slots__ = ("text",)
    text: str


class Chars(Regex):
    """One character of `charset`, which is neither empty nor a single character."""

    __slots__ = ("charset",)
    charset: CharSet


class Concat(Regex):
    """The `parts` one after another: two or more, none a Concat, no two Literals in a row."""

    __slots__ = ("parts",)
    parts: tuple[Regex, ...]


class Union(Regex):
    """Any of the `parts`: none (the empty language) or two and more, sorted by serial."""

    __slots__ = ("parts",)
    parts: tuple[Regex, ...]


class Intersection(Regex):
    """All of the `parts`: two or more, none an Intersection, sorted by serial."""

    __slots__ = ("parts",)
    parts: tuple[Regex, ...]


class Complement(Regex):
    """Every string that `part` does not match; `part` is no Complement."""

    __slots__ = ("part",)
    part: Regex


class Loop(Regex):
    """`part` repeated `low` to `high` times; `high` None means without bound."""

    __slots__ = ("high", "low", "part")
    part: Regex
    low: int
    high: int | None


_interned: weakref.WeakValueDictionary[tuple[object, ...], Regex] = weakref.WeakValueDictionary()
_serials = itertools.count()


def find(kind: type[Regex], *values: object) -> Regex | None:
    """Return the node of a kind with these values of its fields, if there is one already."""
    return _interned.get((kind, *values))


def intern(kind: type[Regex], *fields: tuple[str, object]) -> Regex:
    """Return the node of a kind with the values of its fields, in their order."""
    key = (kind, *(value for _, value in fields))
    known = _interned.get(key)
    if known is not None:
        return known
    node = kind()
    for name, value in fields:
        setattr(node, name, value)
    node.nullable = _is_nullable(node)
    shortest, longest = _lengths(node)
    node.shortest = min(shortest if node.nullable else max(shortest, 1), MAX_LENGTH)
    node.longest = None if longest is None or longest >= MAX_LENGTH else longest
    node.serial = next(_serials)
    return _interned.setdefault(key, node)


def _is_nullable(regex: Regex) -> bool:
    match regex:
        case Literal():
            return not regex.text
        case Concat() | Intersection():
            return all(part.nullable for part in regex.parts)
        case Union():
            return any(part.nullable for part in regex.parts)
        case Complement():
            return not regex.part.nullable
        case Loop():
            return regex.low == 0 or regex.part.nullable
    return False


def _lengths(regex: Regex) -> tuple[int, int | None]:
    match regex:
        case Literal():
            return len(regex.text), len(regex.text)
        case Chars():
            return 1, 1
        case Concat():
            return sum(part.shortest for part in regex.parts), _sum(regex.parts)
        case Union():
            longest = [part.longest for part in regex.parts]
            at_most = None if None in longest else max(filter(None, longest), default=0)
            return min((part.shortest for part in regex.parts), default=1), at_most
        case Intersection():
            bounds = [part.longest for part in regex.parts if part.longest is not None]
            return max(part.shortest for part in regex.parts), min(bounds, default=None)
        case Loop():
            return regex.low * regex.part.shortest, _product(regex.high, regex.part.longest)
    return 0, None


def _sum(parts: Iterable[Regex]) -> int | None:
    total = 0
    for part in parts:
        if part.longest is None:
            return None
        total += part.longest
    return total


def _product(rounds: int | None, longest: int | None) -> int | None:
    if longest == 0:
        return 0
    return None if rounds is None or longest is None else rounds * longest


def parts_of(regex: Regex) -> tuple[Regex, ...]:
    """Return the expressions that `regex` is put together from."""
    match regex:
        case Concat() | Union() | Intersection():
            return regex.parts
        case Complement() | Loop():
            return (regex.part,)
    return ()


def nodes_of(regexes: Iterable[Regex]) -> Iterator[Regex]:
    """Yield each expression that occurs in `regexes` once."""
    pending = [*dict.fromkeys(regexes)]
    seen = set(pending)
    while pending:
        regex = pending.pop()
        yield regex
        fresh = [part for part in dict.fromkeys(parts_of(regex)) if part not in seen]
        seen.update(fresh)
        pending += fresh


def describe(regex: Regex) -> str:
    """Return `regex` in SMT-LIB's words, for people; `encoders.smtlib` prints for solvers."""
    return spell(regex, _tokens)


def _tokens(regex: Regex) -> Iterable[Regex | str]:
    match regex:
        case Literal():
            return (repr(regex.text),)
        case Chars():
            ranges = "".join(f"{low:x}-{high:x} " for low, high in regex.charset.intervals)
            return (f"[{ranges.rstrip()}]",)
        case Concat():
            return _call("++", *regex.parts)
        case Union():
            return _call("union", *regex.parts) if regex.parts else ("none",)
        case Intersection():
            return _call("inter", *regex.parts)
        case Complement():
            return _call("comp", regex.part)
        case Loop():
            high = "" if regex.high is None else regex.high
            return (regex.part, f"{{{regex.low},{high}}}")
    raise TypeError(type(regex).__name__)


def _call(name: str, *parts: Regex) -> Iterator[Regex | str]:
    yield f"({name}"
    for part in parts:
        yield from (" ", part)
    yield ")"
