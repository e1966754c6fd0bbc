"""What of a language remains after a word, and how a language is cut in two.

Cutting turns a membership of a concatenation into memberships of its parts. It follows the
structure of the expression as partial derivatives do (Antimirov, TCS 1996), with all words of a
part taken at once instead of one character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from automaton import regex as rx
from automaton.budget import LimitReached
from automaton.regex import Regex
from automaton.verdict import Reason

Cut = tuple[Regex, Regex]

MAX_CUTS_OF_COMPLEMENT = 8
"""A complement inside an expression is cut in a way for each set of cuts of its part."""


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


@lru_cache(maxsize=1 << 16)
def after_char(regex: Regex, char: str) -> Regex:
    """Return the derivative (Brzozowski, JACM 1964)."""
    match regex:
        case rx.Literal():
            return rx.literal(regex.text[1:]) if regex.text[:1] == char else rx.NONE
        case rx.Chars():
            return rx.EPSILON if ord(char) in regex.charset else rx.NONE
        case rx.Concat():
            return rx.union(*_after_char_in_concat(regex.parts, char))
        case rx.Union():
            return rx.union(*(after_char(part, char) for part in regex.parts))
        case rx.Intersection():
            return rx.intersection(*(after_char(part, char) for part in regex.parts))
        case rx.Complement():
            return rx.complement(after_char(regex.part, char))
        case rx.Loop():
            return rx.concat(after_char(regex.part, char), _fewer(regex, 1))
    raise TypeError(type(regex).__name__)


def _after_char_in_concat(parts: tuple[Regex, ...], char: str) -> Iterator[Regex]:
    for place, part in enumerate(parts):
        yield rx.concat(after_char(part, char), *parts[place + 1 :])
        if not rx.is_nullable(part):
            return


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

    Raise LimitReached iff a complement inside the expression has too many.
    """
    fronts: dict[Regex, list[Regex]] = {}
    for front, back in _cuts(regex):
        if front is not rx.NONE and back is not rx.NONE:
            fronts.setdefault(back, []).append(front)
    return tuple((rx.union(*found), back) for back, found in fronts.items())


def _cuts(regex: Regex) -> Iterable[Cut]:
    match regex:
        case rx.Literal():
            ways = range(len(regex.text) + 1)
            return [(rx.literal(regex.text[:k]), rx.literal(regex.text[k:])) for k in ways]
        case rx.Chars():
            return [(rx.EPSILON, regex), (regex, rx.EPSILON)]
        case rx.Concat():
            return _cuts_of_concat(regex.parts)
        case rx.Union():
            return [cut for part in regex.parts for cut in cuts(part)]
        case rx.Intersection():
            return _cuts_of_intersection(regex.parts)
        case rx.Complement():
            return _cuts_of_complement(cuts(regex.part))
        case rx.Loop():
            return _cuts_of_loop(regex)
    raise TypeError(type(regex).__name__)


def _cuts_of_concat(parts: tuple[Regex, ...]) -> Iterator[Cut]:
    for place, part in enumerate(parts):
        for front, back in cuts(part):
            yield rx.concat(*parts[:place], front), rx.concat(back, *parts[place + 1 :])


def _cuts_of_intersection(parts: tuple[Regex, ...]) -> Iterator[Cut]:
    for chosen in product(*map(cuts, parts)):
        fronts, backs = zip(*chosen, strict=True)
        yield rx.intersection(*fronts), rx.intersection(*backs)


def _cuts_of_complement(of_part: tuple[Cut, ...]) -> Iterator[Cut]:
    """Yield a cut for each set of cuts: the front fits none outside it, the back none inside."""
    if len(of_part) > MAX_CUTS_OF_COMPLEMENT:
        raise LimitReached(Reason.INCOMPLETE, "a complement within an expression is too large")
    for inside in product((False, True), repeat=len(of_part)):
        rows = [*zip(inside, of_part, strict=True)]
        fronts = [front for is_inside, (front, _) in rows if not is_inside]
        backs = [back for is_inside, (_, back) in rows if is_inside]
        yield rx.complement(rx.union(*fronts)), rx.complement(rx.union(*backs))


def _cuts_of_loop(loop: rx.Loop) -> Iterator[Cut]:
    """Yield the cuts between two rounds of the loop, and those within one.

    Without an upper bound, all rounds beyond the lower one are alike.
    """
    last = loop.low if loop.high is None else loop.high
    for count in range(last + 1):
        high = None if loop.high is None and count == last else count
        before = rx.loop(loop.part, count, high)
        yield before, _fewer(loop, count)
        if count < last or loop.high is None:
            for front, back in cuts(loop.part):
                yield rx.concat(before, front), rx.concat(back, _fewer(loop, count + 1))
