"""Wildcard patterns as sets: what two of them have in common is again a few patterns.

Where two stars meet, either may end first; where a star meets a character, the star takes it or
ends. Both choices are followed, and a pattern that another one of the result holds is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import product

from automaton.budget import Budget, LimitReached
from automaton.verdict import Reason

MAX_PATTERNS = 256
"""More patterns than this are no answer that anybody reads."""

Meet = Callable[[str, str, Budget], tuple[str, ...]]
"""Returns patterns that together match what both of two patterns match."""


def meet_all(patterns: Sequence[str], meet: Meet, budget: Budget) -> tuple[str, ...]:
    """Return patterns that together match what all of `patterns`, one or more, match."""

    def meet_each(found: tuple[str, ...], pattern: str) -> tuple[str, ...]:
        return _without_covered(both for one in found for both in meet(one, pattern, budget))

    return reduce(meet_each, patterns[1:], (patterns[0],))


def meet_texts(first: str, second: str, budget: Budget) -> tuple[str, ...]:
    """Return what two patterns share where a wildcard stands for any character."""
    return tuple("".join(found) for found in _meet(first, second, budget))


def meet_actions(first: str, second: str, budget: Budget) -> tuple[str, ...]:
    """Return what two action patterns share, in lower case."""
    return meet_texts(first.lower(), second.lower(), budget)


def meet_arns(first: str, second: str, budget: Budget) -> tuple[str, ...]:
    """Return what two patterns share that are read segment by segment."""
    shorter, longer = sorted((first.split(":", 5), second.split(":", 5)), key=len)
    if len(shorter) < len(longer) and not shorter[-1].endswith("*"):
        return ()
    shared = [meet_texts(one, two, budget) for one, two in zip(shorter, longer, strict=False)]
    rest = longer[len(shorter) :]
    return tuple(":".join([*segments, *rest]) for segments in product(*shared))


def _meet(first: str, second: str, budget: Budget) -> tuple[str, ...]:
    """Fill a table from the ends of both patterns: what each two endings share."""
    below = _last_row(second)
    for start in reversed(range(len(first))):
        row = [below[-1] if first[start] == "*" else ()]
        for place in reversed(range(len(second))):
            budget.spend()
            found = _step(first[start], second[place], below[place : place + 2], row[0])
            row.insert(0, _without_covered(found))
            _require_few(row[0])
        below = row
    return below[0]


def _last_row(second: str) -> list[tuple[str, ...]]:
    """Return what the empty pattern shares with each ending of `second`."""
    stars = len(second) - len(second.rstrip("*"))
    return [("",) if len(second) - place <= stars else () for place in range(len(second) + 1)]


def _step(
    mine: str, theirs: str, below: Sequence[tuple[str, ...]], right: tuple[str, ...]
) -> Iterable[str]:
    """Return what two endings share that begin with `mine` and `theirs`.

    `below` is without `mine`: first with `theirs`, then without it; `right` is with `mine` only.
    """
    if mine == "*" and theirs == "*":
        return [_starred(rest) for rest in (*below[0], *right)]
    if mine == "*":
        return [*below[0], *(theirs + rest for rest in right)]
    if theirs == "*":
        return [*right, *(mine + rest for rest in below[0])]
    if mine == theirs or "?" in (mine, theirs):
        char = theirs if mine == "?" else mine
        return [char + rest for rest in below[1]]
    return []


def _starred(rest: str) -> str:
    return rest if rest.startswith("*") else f"*{rest}"


def _require_few(patterns: Sequence[str]) -> None:
    if len(patterns) > MAX_PATTERNS:
        raise LimitReached(Reason.MEMORY, f"over {MAX_PATTERNS} patterns for what others share")


def _without_covered(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return `patterns` without those that another one holds, as far as their letters show."""
    kept: list[str] = []
    for pattern in sorted(set(patterns), key=lambda text: (len(text.replace("*", "")), text)):
        if not any(_holds(other, pattern) for other in kept):
            kept.append(pattern)
    return tuple(kept)


def _holds(bigger: str, smaller: str) -> bool:
    """Return True only if every text that `smaller` matches is one that `bigger` matches."""
    reached = {0}
    for char in smaller:
        reached = _past_stars(bigger, reached)
        stays = {place for place in reached if bigger[place : place + 1] == "*"}
        moves = {
            place + 1
            for place in reached
            if char != "*" and bigger[place : place + 1] in ("?", char)
        }
        reached = stays | moves
    return len(bigger) in _past_stars(bigger, reached)


def _past_stars(pattern: str, places: Iterable[int]) -> set[int]:
    """Return the places that are reached from `places` when stars stand for nothing."""
    found: set[int] = set()
    for place in places:
        last = place
        while pattern[last : last + 1] == "*":
            found.add(last)
            last += 1
        found.add(last)
    return found
