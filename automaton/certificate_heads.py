"""Linear forms: how a regex may begin, and what is left of it then (Antimirov, TCS 1996).

A beginning is a set of characters, as a bit mask over the classes that no charset of the regexes
at hand tells apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT, CharSet
from automaton.regex import Regex
from automaton.traversal import fold

LinearForm = Mapping[Regex, int]
"""What may be left of a regex -> the classes of the characters after which it is."""

Block = tuple[int, frozenset[Regex]]
"""Classes of characters, and all that may be left after each of them."""


class Heads:
    """Linear forms and nullability of `regexes` and of all that may be left of them, remembered."""

    def __init__(self, regexes: Iterable[Regex]) -> None:
        self.masks = _masks(_charsets(regexes))
        self.all_classes = 0
        for mask in self.masks.values():
            self.all_classes |= mask
        self._nullable: dict[Regex, bool] = {}
        self._forms: dict[Regex, LinearForm] = {}

    def form(self, regex: Regex) -> LinearForm:
        """Return the linear form of `regex`; the empty language is never left."""
        return fold(regex, self._forms, self._first_parts, self._form)

    def blocks(self, form: LinearForm) -> list[Block]:
        """Return the characters cut into those after which the same may be left."""
        blocks: list[Block] = [(self.all_classes, frozenset())]
        for tail, mask in form.items():
            cut: list[Block] = []
            for classes, tails in blocks:
                if classes & mask:
                    cut.append((classes & mask, tails | {tail}))
                if classes & ~mask:
                    cut.append((classes & ~mask, tails))
            blocks = cut
        return blocks

    def is_nullable(self, regex: Regex) -> bool:
        """Return whether `regex` matches the empty string."""
        return fold(regex, self._nullable, rx.parts_of, self._null)

    def _null(self, regex: Regex) -> bool:
        facts = [self._nullable[part] for part in rx.parts_of(regex)]
        match regex:
            case rx.Literal():
                return regex is rx.EPSILON
            case rx.Concat() | rx.Intersection():
                return all(facts)
            case rx.Complement():
                return not facts[0]
            case rx.Loop():
                return facts[0] or not regex.low
        return any(facts)

    def _first_parts(self, regex: Regex) -> Sequence[Regex]:
        if isinstance(regex, rx.Concat):
            return regex.parts[: self._reach(regex)]
        return rx.parts_of(regex)

    def _reach(self, regex: rx.Concat) -> int:
        """Return in how many of its parts a match of `regex` may begin."""
        for place, part in enumerate(regex.parts):
            if not self.is_nullable(part):
                return place + 1
        return len(regex.parts)

    def _form(self, regex: Regex) -> LinearForm:
        match regex:
            case rx.Literal():
                first = CharSet.chars(regex.text[:1])
                return {rx.literal(regex.text[1:]): self.masks[first]} if first else {}
            case rx.Chars():
                return {rx.EPSILON: self.masks[regex.charset]}
            case rx.Concat():
                return merged(
                    _followed(self._forms[part], *regex.parts[place:])
                    for place, part in enumerate(regex.parts[: self._reach(regex)], 1)
                )
            case rx.Union():
                return merged(self._forms[part] for part in regex.parts)
            case rx.Intersection():
                return _met([self._forms[part] for part in regex.parts], self.all_classes)
            case rx.Complement():
                blocks = self.blocks(self._forms[regex.part])
                return merged({rx.complement(rx.union(*tails)): mask} for mask, tails in blocks)
            case rx.Loop():
                high = None if regex.high is None else regex.high - 1
                rest = rx.loop(regex.part, max(0, regex.low - 1), high)
                return _followed(self._forms[regex.part], rest)
        raise TypeError(type(regex).__name__)


def merged(forms: Iterable[LinearForm]) -> LinearForm:
    """Return the linear form of a union."""
    merged: dict[Regex, int] = {}
    for form in forms:
        for tail, mask in form.items():
            merged[tail] = merged.get(tail, 0) | mask
    merged.pop(rx.NONE, None)
    return merged


def _met(forms: Sequence[LinearForm], all_classes: int) -> LinearForm:
    """Return the linear form of an intersection."""
    met: LinearForm = {rx.ALL: all_classes}
    for form in forms:
        met = merged(
            {rx.intersection(left, right): mask & other}
            for left, mask in met.items()
            for right, other in form.items()
            if mask & other
        )
    return met


def _followed(form: LinearForm, *rest: Regex) -> LinearForm:
    """Return the linear form of a concatenation that begins in its first part."""
    return merged({rx.concat(tail, *rest): mask} for tail, mask in form.items())


def _charsets(regexes: Iterable[Regex]) -> Iterator[CharSet]:
    """Yield the charsets in `regexes`, those of single characters too."""
    for regex in rx.nodes_of(regexes):
        if isinstance(regex, rx.Chars):
            yield regex.charset
        elif isinstance(regex, rx.Literal):
            yield from map(CharSet.chars, set(regex.text))


def _masks(charsets: Iterable[CharSet]) -> dict[CharSet, int]:
    """Return the classes that make up each charset, with the full one among them."""
    wanted = {*charsets, CharSet.of((0, MAX_CODE_POINT))}
    ends = {end for charset in wanted for low, high in charset.intervals for end in (low, high + 1)}
    starts = sorted(ends - {MAX_CODE_POINT + 1})
    runs = {charset: _runs(charset, starts) for charset in wanted}
    holders: list[list[int]] = [[] for _ in starts]
    for number, found in enumerate(runs.values()):
        for run in found:
            holders[run].append(number)
    classes: dict[tuple[int, ...], int] = {}
    bits = [1 << classes.setdefault(tuple(holder), len(classes)) for holder in holders]
    return {charset: _either(bits[run] for run in found) for charset, found in runs.items()}


def _runs(charset: CharSet, starts: Sequence[int]) -> list[int]:
    return [
        run
        for low, high in charset.intervals
        for run in range(bisect_left(starts, low), bisect_left(starts, high + 1))
    ]


def _either(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
