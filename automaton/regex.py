"""Regular expressions over strings of code points: the whole Boolean algebra, interned.

Expressions are built only by the functions here, which simplify as they build. Two expressions
built alike are the same object, so `is` compares them and a compiled form is found by identity.
The simplifications are those of derivative-based matchers (Owens, Reppy, Turon, "Regular-expression
derivatives re-examined", JFP 2009, section 4.1), plus units and zeros of loops.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterable, Iterator
from functools import lru_cache

from automaton.charset import ANY_CHAR, MAX_CODE_POINT, NO_CHAR, CharSet
from automaton.traversal import spell


class Regex:
    """A regular expression; subclasses add their parts.

    `serial` orders expressions by age; `nullable` iff the language holds the empty string.
    """

    __slots__ = ("__weakref__", "nullable", "serial")
    serial: int
    nullable: bool

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


def _intern(kind: type[Regex], *fields: tuple[str, object]) -> Regex:
    key = (kind, *(value for _, value in fields))
    known = _interned.get(key)
    if known is not None:
        return known
    node = kind()
    for name, value in fields:
        setattr(node, name, value)
    node.nullable = _is_nullable(node)
    node.serial = next(_serials)
    return _interned.setdefault(key, node)


def literal(text: str) -> Regex:
    """Return the language {text}. Raise ValueError iff a character lies above 0x2FFFF."""
    if text and ord(max(text)) > MAX_CODE_POINT:
        raise ValueError(f"a character lies above {MAX_CODE_POINT:#x} in `{text!r}`")
    return _intern(Literal, ("text", text))


def chars(charset: CharSet) -> Regex:
    """Return the one-character strings of `charset`."""
    if not charset:
        return NONE
    low, high = charset.intervals[0][0], charset.intervals[-1][1]
    return literal(chr(low)) if low == high else _intern(Chars, ("charset", charset))


def char_range(low: str, high: str) -> Regex:
    """Return the characters from `low` to `high`; empty unless both are one character, in order."""
    if len(low) != 1 or len(high) != 1:
        return NONE
    return chars(CharSet.of((ord(low), ord(high))))


def concat(*parts: Regex) -> Regex:
    """Return the concatenation of `parts`; of nothing, epsilon."""
    flat: list[Regex] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Concat) else (part,):
            if piece is NONE:
                return NONE
            if isinstance(piece, Literal) and flat and isinstance(flat[-1], Literal):
                flat[-1] = literal(flat[-1].text + piece.text)
            elif piece is not EPSILON:
                flat.append(piece)
    if not flat:
        return EPSILON
    return flat[0] if len(flat) == 1 else _intern(Concat, ("parts", tuple(flat)))


def union(*parts: Regex) -> Regex:
    """Return the union of `parts`; of nothing, the empty language."""
    flat = _flatten(Union, parts)
    short = [part for part in flat if one_char(part)]
    if len(short) > 1:
        flat.difference_update(short)
        merged = CharSet.of(*(i for part in short for i in one_char(part).intervals))
        flat.add(chars(merged))
    if ALL in flat or _has_complements(flat):
        return ALL
    return _sorted_node(Union, flat)


def intersection(*parts: Regex) -> Regex:
    """Return the intersection of `parts`; of nothing, every string."""
    flat = _flatten(Intersection, parts)
    flat.discard(ALL)
    if NONE in flat or _has_complements(flat):
        return NONE
    if len({part.text for part in flat if isinstance(part, Literal)}) > 1:
        return NONE
    return _sorted_node(Intersection, flat) if flat else ALL


def complement(part: Regex) -> Regex:
    """Return every string that `part` does not match."""
    if isinstance(part, Complement):
        return part.part
    if part is NONE:
        return ALL
    return NONE if part is ALL else _intern(Complement, ("part", part))


def difference(first: Regex, *others: Regex) -> Regex:
    """Return what `first` matches and none of `others` does."""
    return intersection(first, *(complement(other) for other in others))


def loop(part: Regex, low: int, high: int | None) -> Regex:
    """Return `part` repeated `low` to `high` times (None: without bound); empty iff low > high.

    Raise ValueError iff `low` is negative. The reading of low > high is SMT-LIB's (re.loop).
    """
    if low < 0:
        raise ValueError(f"a loop cannot run `{low}` times")
    if high is not None and low > high:
        return NONE
    if high == 0 or part is EPSILON:
        return EPSILON
    if part is NONE:
        return NONE if low else EPSILON
    if (low, high) == (1, 1):
        return part
    if isinstance(part, Loop) and (part.low, part.high) == (0, None):
        return part
    return _intern(Loop, ("part", part), ("low", low), ("high", high))


def star(part: Regex) -> Regex:
    """Return `part` any number of times."""
    return loop(part, 0, None)


def plus(part: Regex) -> Regex:
    """Return `part` once or more."""
    return loop(part, 1, None)


def optional(part: Regex) -> Regex:
    """Return `part` or the empty string."""
    return union(EPSILON, part)


@lru_cache(maxsize=65536)
def glob(text: str) -> Regex:
    """Return the language of a wildcard pattern: `*` any string, `?` any one character."""
    return wildcard(text, ANY)


def wildcard(text: str, one: Regex) -> Regex:
    """Return the language of `text` where `?` stands for `one` and `*` for any number of it."""
    parts: list[Regex] = []
    for is_wild, run in itertools.groupby(text, lambda char: char in "*?"):
        piece = "".join(run)
        if is_wild:
            parts.extend([one] * piece.count("?"))
            parts.extend([star(one)] if "*" in piece else [])
        else:
            parts.append(literal(piece))
    return concat(*parts)


def fold_case(text: str) -> Regex:
    """Return the strings that equal `text` when the case of letters is ignored.

    A letter's case forms are the one-character results of Unicode's simple case mappings.
    """
    return concat(*(chars(CharSet.chars(case_forms(char))) for char in text))


def case_forms(char: str) -> set[str]:
    """Return `char` with its lower and upper case forms that are one character long."""
    forms = {char, char.lower(), char.upper()}
    forms |= {other for form in forms for other in (form.lower(), form.upper())}
    return {form for form in forms if len(form) == 1 and ord(form) <= MAX_CODE_POINT}


def _flatten(kind: type[Union] | type[Intersection], parts: Iterable[Regex]) -> set[Regex]:
    flat: set[Regex] = set()
    for part in parts:
        if isinstance(part, kind):
            flat.update(part.parts)
        else:
            flat.add(part)
    return flat


def _sorted_node(kind: type[Regex], flat: set[Regex]) -> Regex:
    if len(flat) == 1:
        return flat.pop()
    return _intern(kind, ("parts", tuple(sorted(flat, key=_serial))))


def _serial(part: Regex) -> int:
    return part.serial


def _has_complements(parts: set[Regex]) -> bool:
    return any(isinstance(part, Complement) and part.part in parts for part in parts)


def one_char(part: Regex) -> CharSet:
    """Return the charset of an expression for one character, else the empty charset."""
    if isinstance(part, Chars):
        return part.charset
    if isinstance(part, Literal) and len(part.text) == 1:
        return CharSet.chars(part.text)
    return NO_CHAR


def is_nullable(regex: Regex) -> bool:
    """Return whether the language holds the empty string."""
    return regex.nullable


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


def parts_of(regex: Regex) -> tuple[Regex, ...]:
    """Return the expressions that `regex` is put together from."""
    match regex:
        case Concat() | Union() | Intersection():
            return regex.parts
        case Complement() | Loop():
            return (regex.part,)
    return ()


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


NONE = _intern(Union, ("parts", ()))
EPSILON = literal("")
ANY = _intern(Chars, ("charset", ANY_CHAR))
ALL = _intern(Loop, ("part", ANY), ("low", 0), ("high", None))
