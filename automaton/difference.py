"""Strings of some unions of wildcard patterns and of none of others, where no search is needed.

A required pattern that one forbidden pattern covers is dropped, and so is one that meets nothing
of another required union; of those that are left examples are tried. What is still open is left to
the search, with the forbidden patterns alone that may matter.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from automaton import regex as rx
from automaton.alphabet import READABLE
from automaton.budget import Budget
from automaton.cells import literals_of, patterns_of
from automaton.discrimination import Tree
from automaton.marks import examples, marked, rows_of
from automaton.quotient import is_match
from automaton.regex import Regex
from automaton.weight import weight

TOGETHER = 1 << 12
"""Patterns of so many positions are searched at once, more of them one after another."""
FEW = 8
"""So many required patterns are searched at once however large the others are."""

Search = tuple[list[Regex], list[Regex]]
"""Regexes that must match and regexes that must not."""


@dataclass(frozen=True)
class _Union:
    """The patterns of a regex: a tree of those that have texts, and the `odd` others."""

    patterns: tuple[Regex, ...]
    tree: Tree
    odd: tuple[Regex, ...]
    letters: frozenset[str]
    """The characters that occur in its literals."""

    def covers(self, text: str, budget: Budget) -> bool:
        """Return True only if the patterns cover the row of this text."""
        return self.tree.covers(text, budget)

    def has(self, text: str, budget: Budget) -> bool:
        """Return whether a pattern matches a string."""
        return self.covers(text, budget) or any(is_match(regex, text) for regex in self.odd)

    def meeting(self, text: str, budget: Budget) -> list[Regex]:
        """Return at least the patterns that have a string with the row of this text."""
        return [*(self.patterns[n] for n in sorted(self.tree.meeting(text, budget))), *self.odd]


_unions: weakref.WeakKeyDictionary[Regex, _Union] = weakref.WeakKeyDictionary()


def _union_of(regex: Regex) -> _Union:
    known = _unions.get(regex)
    if known is None:
        known = _unions[regex] = _new_union(patterns_of(regex))
    return known


def _new_union(patterns: Iterable[Regex]) -> _Union:
    flat: list[Regex] = []
    odd: list[Regex] = []
    for pattern in patterns:
        (odd if marked(pattern) is None else flat).append(pattern)
    rows = [rows_of(pattern) or () for pattern in flat]
    tokens = (token for several in rows for row in several for token in row)
    texts = (token.text for token in tokens if isinstance(token, rx.Literal))
    return _Union(tuple(flat), Tree(rows), tuple(odd), frozenset().union(*texts))


def is_within(inner: Regex, outer: Regex, budget: Budget) -> bool:
    """Return True only if `outer` matches whatever `inner` does, as is seen at once."""
    if inner is outer:
        return True
    union, texts = _union_of(outer), literals_of(outer)
    return all(text in texts or union.has(text, budget) for text in literals_of(inner)) and (
        next(_uncovered(patterns_of(inner), union, budget), None) is None
    )


def string_or_searches(
    required: Sequence[Regex],
    forbidden: Sequence[Regex],
    excluded: Collection[str],
    budget: Budget,
) -> tuple[str | None, list[Search]]:
    """Return a string that patterns of all `required` and of no `forbidden` regexes match, or None.

    It is none of `excluded`. With None come the searches that are left: there is such a string iff
    one of them finds one. Raise LimitReached iff the budget ends first.
    """
    against = _union_of(forbidden[0] if len(forbidden) == 1 else _joined(forbidden))
    alive: list[list[Regex]] = []
    for regex in required or [rx.ALL]:
        alive.append([*_uncovered(patterns_of(regex), against, budget)])
        if not alive[-1]:
            return None, []
    alive.sort(key=len)
    first, *others = alive
    beside = [_new_union(patterns) for patterns in others]
    first = [regex for regex in first if _meets_all(regex, beside, budget)]
    text = next(_examples(first, beside, against, excluded, budget), None)
    if text is not None or not first:
        return text, []
    return None, [*_searches(first, beside, against, budget)]


def _joined(regexes: Sequence[Regex]) -> Regex:
    return rx.union(*(pattern for regex in regexes for pattern in patterns_of(regex)))


def _uncovered(patterns: Iterable[Regex], against: _Union, budget: Budget) -> Iterator[Regex]:
    for pattern in patterns:
        texts = marked(pattern)
        if texts is None or not all(against.covers(text, budget) for text in texts):
            yield pattern


def _meets_all(regex: Regex, unions: Iterable[_Union], budget: Budget) -> bool:
    texts = marked(regex)
    return texts is None or any(
        all(union.odd or union.meeting(text, budget) for union in unions) for text in texts
    )


def _examples(
    patterns: Iterable[Regex],
    beside: Sequence[_Union],
    against: _Union,
    excluded: Collection[str],
    budget: Budget,
) -> Iterator[str]:
    """Yield strings of the patterns that fulfil all there is to fulfil."""
    for pattern in patterns:
        texts = marked(pattern) or ()
        budget.spend()
        for text, avoided in product(texts, (frozenset[str](), against.letters)):
            for example in examples(text, avoided, READABLE):
                is_free = example not in excluded and not against.has(example, budget)
                if is_free and all(union.has(example, budget) for union in beside):
                    yield example


def _searches(
    first: Sequence[Regex], beside: Sequence[_Union], against: _Union, budget: Budget
) -> Iterator[Search]:
    """Yield searches that together are the one for all of `first`."""
    whole = [rx.union(*union.patterns, *union.odd) for union in beside]
    size = sum(map(weight, [*first, *whole, *against.patterns]))
    if size <= TOGETHER:
        yield [rx.union(*first), *whole], [*against.patterns, *against.odd]
        return
    step = FEW if len(first) <= FEW else 1
    for place in range(0, len(first), step):
        some = first[place : place + step]
        banned = _meeting_any(some, against, budget)
        others = [rx.union(*_meeting_any(some, union, budget)) for union in beside]
        yield [rx.union(*some), *others], banned


def _meeting_any(patterns: Iterable[Regex], union: _Union, budget: Budget) -> list[Regex]:
    """Return at least those of the union that have a string with one of the patterns."""
    found: dict[Regex, None] = {}
    for pattern in patterns:
        texts = marked(pattern)
        if texts is None:
            return [*union.patterns, *union.odd]
        for text in texts:
            found.update(dict.fromkeys(union.meeting(text, budget)))
    return [*found]
