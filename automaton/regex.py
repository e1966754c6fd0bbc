"""Regular expressions over strings of code points: the whole Boolean algebra, interned.

Expressions are built only by the functions here, which simplify as they build. Two expressions
built alike are the same object, so `is` compares them and a compiled form is found by identity.
The simplifications are those of derivative-based matchers (Owens, Reppy, Turon, "Regular-expression
derivatives re-examined", JFP 2009, section 4.1), units and zeros of loops, and arithmetic on the
bounds of loops of one expression.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from functools import lru_cache

from automaton.charset import ANY_CHAR, MAX_CODE_POINT, NO_CHAR, CharSet
from automaton.expression import (
    Chars,
    Complement,
    Concat,
    Intersection,
    Literal,
    Loop,
    Regex,
    Union,
    describe,
    find,
    intern,
    nodes_of,
    parts_of,
)
from automaton.rounds import Rounds, added, nested, without_overlaps

_WILD = re.compile(r"([*?]+)")

__all__ = [
    "ALL",
    "ANY",
    "EPSILON",
    "NONE",
    "Chars",
    "Complement",
    "Concat",
    "Intersection",
    "Literal",
    "Loop",
    "Regex",
    "Union",
    "case_forms",
    "char_range",
    "chars",
    "complement",
    "concat",
    "describe",
    "difference",
    "fold_case",
    "glob",
    "intersection",
    "is_nullable",
    "length_bounds",
    "literal",
    "loop",
    "nodes_of",
    "one_char",
    "optional",
    "parts_of",
    "plus",
    "star",
    "union",
    "wildcard",
    "wildcards",
]


def literal(text: str) -> Regex:
    """Return the language {text}. Raise ValueError iff a character lies above 0x2FFFF."""
    if text and ord(max(text)) > MAX_CODE_POINT:
        raise ValueError(f"a character lies above {MAX_CODE_POINT:#x} in `{text!r}`")
    return intern(Literal, ("text", text))


def chars(charset: CharSet) -> Regex:
    """Return the one-character strings of `charset`."""
    if not charset:
        return NONE
    low, high = charset.intervals[0][0], charset.intervals[-1][1]
    return literal(chr(low)) if low == high else intern(Chars, ("charset", charset))


def char_range(low: str, high: str) -> Regex:
    """Return the characters from `low` to `high`; empty unless both are one character, in order."""
    if len(low) != 1 or len(high) != 1:
        return NONE
    return chars(CharSet.of((ord(low), ord(high))))


def concat(*parts: Regex) -> Regex:
    """Return the concatenation of `parts`; of nothing, epsilon."""
    flat: list[Regex] = []
    words: list[Literal] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Concat) else (part,):
            if piece is NONE:
                return NONE
            if isinstance(piece, Literal):
                if piece.text:
                    words.append(piece)
                continue
            flat += _as_one_word(words)
            words = []
            _append(flat, piece)
    flat += _as_one_word(words)
    if not flat:
        return EPSILON
    return flat[0] if len(flat) == 1 else intern(Concat, ("parts", tuple(flat)))


def _as_one_word(words: list[Literal]) -> Iterable[Regex]:
    # PERF: word after word, thousands in a row would be copied again and again.
    return words if len(words) < 2 else (literal("".join([word.text for word in words])),)


def _append(flat: list[Regex], piece: Regex) -> None:
    """Append what is no word, as one with the end if they make one; `ALL` absorbs what it may."""
    last = flat[-1] if flat else None
    if last is ALL and piece.nullable:
        return
    if piece is ALL:
        while flat and flat[-1].nullable:
            flat.pop()
    elif isinstance(piece, Loop) and isinstance(last, Loop) and last.part is piece.part:
        joined = loop(piece.part, *added((last.low, last.high), (piece.low, piece.high)))
        # What they make may go together with what stands before them.
        flat.pop()
        _append(flat, joined)
        return
    flat.append(piece)


def union(*parts: Regex) -> Regex:
    """Return the union of `parts`; of nothing, the empty language."""
    flat = _flatten(Union, parts)
    short = [part for part in flat if one_char(part)]
    charset = CharSet.of(*(i for part in short for i in one_char(part).intervals))
    complements = [part for part in flat if isinstance(part, Complement)]
    if ALL in flat or any(_is_excluded(part, flat, charset) for part in complements):
        return ALL
    if len(short) > 1:
        flat.difference_update(short)
        flat.add(chars(charset))
    if any(isinstance(part, Loop) for part in flat):
        _merge_loops(flat)
    if ALL in flat:
        return ALL
    if EPSILON in flat and sum(part.nullable for part in flat) > 1:
        flat.remove(EPSILON)
    return _sorted_node(Union, flat)


def _is_excluded(part: Complement, flat: set[Regex], charset: CharSet) -> bool:
    """Return whether `part` is the complement of a member of `flat` or of a part of `charset`."""
    own = one_char(part.part)
    return part.part in flat or (bool(own) and own | charset == charset)


def _merge_loops(flat: set[Regex]) -> None:
    """Put loops of one expression together where the numbers of their rounds leave no gap."""
    rounds: dict[Regex, list[Loop]] = {}
    for part in flat:
        if isinstance(part, Loop):
            rounds.setdefault(part.part, []).append(part)
    for part in sorted(rounds, key=_serial):
        loops = rounds[part]
        bounds: list[Rounds] = [(found.low, found.high) for found in loops]
        if part in flat:
            bounds.append((1, 1))
        if EPSILON in flat and min(low for low, _ in bounds) == 1:
            bounds.append((0, 0))
        if len(bounds) > 1:
            flat.difference_update(loops)
            flat.discard(part)
            flat |= _flatten(Union, (loop(part, *ends) for ends in without_overlaps(bounds)))


def intersection(*parts: Regex) -> Regex:
    """Return the intersection of `parts`; of nothing, every string."""
    flat = _flatten(Intersection, parts)
    flat.discard(ALL)
    if NONE in flat or any(isinstance(p, Complement) and p.part in flat for p in flat):
        return NONE
    if any(one_char(part) for part in flat):
        _intersect_chars(flat)
    if len({part.text for part in flat if isinstance(part, Literal)}) > 1:
        return NONE
    longest = min((part.longest for part in flat if part.longest is not None), default=None)
    if longest is not None and any(part.shortest > longest for part in flat):
        return NONE
    if EPSILON in flat:
        return EPSILON
    return _sorted_node(Intersection, flat) if flat else ALL


def _intersect_chars(flat: set[Regex]) -> None:
    """Put charsets, and complements of charsets, together to one charset."""
    charset = ANY_CHAR
    for part in [*flat]:
        if one_char(part):
            charset &= one_char(part)
            flat.remove(part)
        elif isinstance(part, Complement) and one_char(part.part):
            charset -= one_char(part.part)
            flat.remove(part)
    flat.add(chars(charset))


def complement(part: Regex) -> Regex:
    """Return every string that `part` does not match."""
    if isinstance(part, Complement):
        return part.part
    if part is NONE:
        return ALL
    return NONE if part is ALL else intern(Complement, ("part", part))


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
    return find(Loop, part, low, high) or _loop(part, low, high)


def _loop(part: Regex, low: int, high: int | None) -> Regex:
    low = 0 if part.nullable else low
    if (low, high) == (1, 1) or (part.nullable and high == 1):
        return part
    if (low, high) == (0, None):
        part = _under_star(part)
    elif part.nullable and isinstance(part, Union):
        part = union(*(alternative for alternative in part.parts if alternative is not EPSILON))
    if part is ALL:
        return ALL
    while isinstance(part, Loop):
        rounds = nested((part.low, part.high), (low, high))
        if rounds is None:
            break
        part, (low, high) = part.part, rounds
    if (low, high) == (0, 1):
        return optional(part)
    return intern(Loop, ("part", part), ("low", low), ("high", high))


def _under_star(part: Regex) -> Regex:
    """Return an expression whose star is the same, which is not nullable for its parts alone."""
    known: Regex | None = None
    while part is not known:
        known = part
        part = union(*(a for whole in _alternatives(part) for a in _under_star_once(whole)))
    single = CharSet.of(*(i for a in _alternatives(part) for i in one_char(a).intervals))
    has_any = single == ANY_CHAR or any(map(_holds_any_char, _alternatives(part)))
    return ANY if has_any else part


def _alternatives(regex: Regex) -> tuple[Regex, ...]:
    return regex.parts if isinstance(regex, Union) else (regex,)


def _under_star_once(regex: Regex) -> tuple[Regex, ...]:
    """Return expressions of which any number, in any order, is any number of `regex`."""
    if regex is EPSILON:
        return ()
    if isinstance(regex, Loop) and regex.low <= 1:
        return (regex.part,)
    if isinstance(regex, Concat) and regex.nullable:
        return regex.parts
    return (regex,)


def _holds_any_char(regex: Regex) -> bool:
    """Return True only if every string of one character is matched."""
    if not isinstance(regex, Complement):
        return False
    excluded = regex.part
    return excluded.shortest > 1 or excluded.longest == 0


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
    return wildcards((text, one))


def wildcards(*pairs: tuple[str, Regex]) -> Regex:
    """Return the language of texts one after another, each with what its wildcards stand for."""
    parts, word = list[Regex](), ""
    for text, one in pairs:
        for place, run in enumerate(_WILD.split(text)):
            if place % 2:
                parts += [literal(word), *[one] * run.count("?"), *[star(one)] * ("*" in run)]
                word = ""
            else:
                word += run
    return concat(*parts, literal(word))


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
    return intern(kind, ("parts", tuple(sorted(flat, key=_serial))))


_serial = operator.attrgetter("serial")


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


def length_bounds(regex: Regex) -> tuple[int, int | None]:
    """Return lengths between which those of all its strings lie; None is no bound.

    The first is above the second only if there are no strings. They are sums and products of the
    lengths of parts: not the closest where a complement or an intersection occurs.
    """
    return regex.shortest, regex.longest


NONE = intern(Union, ("parts", ()))
EPSILON = literal("")
ANY = intern(Chars, ("charset", ANY_CHAR))
ALL = intern(Loop, ("part", ANY), ("low", 0), ("high", None))
