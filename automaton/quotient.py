"""What of a language remains after a word, and how a language is cut in two.

Cutting turns a membership of a concatenation into memberships of its parts. It follows the
structure of the expression as partial derivatives do (Antimirov, TCS 1996), with all words of a
part taken at once instead of one character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from automaton import regex as rx
from automaton.budget import LimitReached
from automaton.regex import Regex
from automaton.traversal import fold
from automaton.verdict import Reason

Cut = tuple[Regex, Regex]
Cuts = tuple[Cut, ...]

MAX_CUTS = 1 << 15
"""How many cuts an expression may have."""

MAX_CUT_TEXT = 1 << 12
"""How long a text may be of which all beginnings and endings are listed: their sizes add up."""

MAX_CUTS_OF_COMPLEMENT = 8
"""A complement inside an expression is cut in a way for each set of cuts of its part."""

KEPT, KEPT_CHARS = 1 << 12, 1 << 6
"""How many derivatives by one character are kept, and by how many characters."""

_derivatives: dict[str, dict[Regex, Regex]] = {}


@lru_cache(maxsize=1 << 16)
def after_word(regex: Regex, word: str) -> Regex:
    """Return the strings that make a match of `regex` when they follow `word`."""
    for place, char in enumerate(word):
        if regex is rx.ALL or regex is rx.NONE:
            break
        # PERF: wildcard text starts with long literals.
        head = _head(regex)
        if len(head) >= len(word) - place:
            return _without_head(regex, word[place:])
        regex = after_char(regex, char)
    return regex


def _head(regex: Regex) -> str:
    first = regex.parts[0] if isinstance(regex, rx.Concat) else regex
    return first.text if isinstance(first, rx.Literal) else ""


def _without_head(regex: Regex, word: str) -> Regex:
    """Return what follows `word`, which is no longer than the literal that `regex` starts with."""
    head, rest = _head(regex), regex.parts[1:] if isinstance(regex, rx.Concat) else ()
    if not head.startswith(word):
        return rx.NONE
    return rx.concat(rx.literal(head[len(word) :]), *rest)


def after_char(regex: Regex, char: str) -> Regex:
    """Return the derivative (Brzozowski, JACM 1964)."""
    if char not in _derivatives and len(_derivatives) >= KEPT_CHARS:
        _derivatives.clear()
    known = _derivatives.setdefault(char, {})
    if len(known) >= KEPT:
        known.clear()
    found = known.get(regex)
    return found or fold(regex, known, _beginnings, lambda node: _derived(node, char, known))


def _beginnings(regex: Regex) -> Sequence[Regex]:
    """Return the parts that may match the first character."""
    match regex:
        case rx.Concat():
            first = next((n for n, part in enumerate(regex.parts) if not part.nullable), None)
            return regex.parts if first is None else regex.parts[: first + 1]
        case rx.Union() | rx.Intersection():
            return regex.parts
        case rx.Complement() | rx.Loop():
            return (regex.part,)
    return ()


def _derived(regex: Regex, char: str, known: dict[Regex, Regex]) -> Regex:
    match regex:
        case rx.Literal():
            return rx.literal(regex.text[1:]) if regex.text[:1] == char else rx.NONE
        case rx.Chars():
            return rx.EPSILON if ord(char) in regex.charset else rx.NONE
        case rx.Concat():
            rests = ((known[p], regex.parts[n + 1 :]) for n, p in enumerate(_beginnings(regex)))
            return rx.union(*(rx.concat(rest, *parts) for rest, parts in rests))
        case rx.Union():
            return rx.union(*(known[part] for part in regex.parts))
        case rx.Intersection():
            return rx.intersection(*(known[part] for part in regex.parts))
        case rx.Complement():
            return rx.complement(known[regex.part])
        case rx.Loop():
            return rx.concat(known[regex.part], _fewer(regex, 1))
    raise TypeError(type(regex).__name__)


def _fewer(loop: rx.Loop, count: int) -> Regex:
    """Return the loop run `count` times less."""
    high = None if loop.high is None else loop.high - count
    return rx.loop(loop.part, max(loop.low - count, 0), high)


def is_match(regex: Regex, word: str) -> bool:
    """Return whether `regex` matches `word`."""
    return rx.is_nullable(after_word(regex, word))


@lru_cache(maxsize=1 << 12)
def cuts(regex: Regex) -> tuple[Cut, ...]:
    """Return pairs of languages: `regex` matches uv iff for some pair u is in one, v in the other.

    Raise LimitReached iff there are more than 32,768, a literal has more than 4,096 characters, or
    a complement inside the expression has more than eight.
    """
    known: dict[Regex, Cuts] = {}
    return fold(regex, known, rx.parts_of, lambda node: _collected(_cuts(node, known)))


def require_short(text: str) -> None:
    """Raise LimitReached iff all that a text begins with is too much to be listed."""
    if len(text) > MAX_CUT_TEXT:
        raise LimitReached(Reason.INCOMPLETE, "a long string may be cut in too many ways")


def _collected(found: Iterable[Cut]) -> Cuts:
    """Return the cuts with the fronts of equal backs as one."""
    fronts: dict[Regex, list[Regex]] = {}
    for number, (front, back) in enumerate(found):
        if number >= MAX_CUTS:
            raise LimitReached(Reason.INCOMPLETE, "an expression may be cut in too many ways")
        if front is not rx.NONE and back is not rx.NONE:
            fronts.setdefault(back, []).append(front)
    return tuple((rx.union(*found), back) for back, found in fronts.items())


def _cuts(regex: Regex, known: dict[Regex, Cuts]) -> Iterable[Cut]:
    match regex:
        case rx.Literal():
            require_short(regex.text)
            ways = range(len(regex.text) + 1)
            return [(rx.literal(regex.text[:k]), rx.literal(regex.text[k:])) for k in ways]
        case rx.Chars():
            return [(rx.EPSILON, regex), (regex, rx.EPSILON)]
        case rx.Concat():
            return _cuts_of_concat(regex.parts, known)
        case rx.Union():
            return (cut for part in regex.parts for cut in known[part])
        case rx.Intersection():
            return _cuts_of_intersection([known[part] for part in regex.parts])
        case rx.Complement():
            return _cuts_of_complement(known[regex.part])
        case rx.Loop():
            return _cuts_of_loop(regex, known[regex.part])
    raise TypeError(type(regex).__name__)


def _cuts_of_concat(parts: tuple[Regex, ...], known: dict[Regex, Cuts]) -> Iterator[Cut]:
    for place, part in enumerate(parts):
        for front, back in known[part]:
            yield rx.concat(*parts[:place], front), rx.concat(back, *parts[place + 1 :])


def _cuts_of_intersection(of_parts: Sequence[Cuts]) -> Iterator[Cut]:
    for chosen in product(*of_parts):
        fronts, backs = zip(*chosen, strict=True)
        yield rx.intersection(*fronts), rx.intersection(*backs)


def _cuts_of_complement(of_part: Cuts) -> Iterator[Cut]:
    """Yield a cut for each set of cuts: the front fits none outside it, the back none inside."""
    if len(of_part) > MAX_CUTS_OF_COMPLEMENT:
        raise LimitReached(Reason.INCOMPLETE, "a complement within an expression is too large")
    for inside in product((False, True), repeat=len(of_part)):
        rows = [*zip(inside, of_part, strict=True)]
        fronts = [front for is_inside, (front, _) in rows if not is_inside]
        backs = [back for is_inside, (_, back) in rows if is_inside]
        yield rx.complement(rx.union(*fronts)), rx.complement(rx.union(*backs))


def _cuts_of_loop(loop: rx.Loop, of_part: Cuts) -> Iterator[Cut]:
    """Yield the cuts between two rounds of the loop, and those within one.

    Without an upper bound, all rounds beyond the lower one are alike.
    """
    last = loop.low if loop.high is None else loop.high
    for count in range(last + 1):
        high = None if loop.high is None and count == last else count
        before = rx.loop(loop.part, count, high)
        yield before, _fewer(loop, count)
        if count < last or loop.high is None:
            for front, back in of_part:
                yield rx.concat(before, front), rx.concat(back, _fewer(loop, count + 1))
