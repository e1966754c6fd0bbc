"""How often a loop runs: arithmetic on the bounds of numbers of rounds."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

Rounds = tuple[int, int | None]
"""The least and the greatest number; None is no bound."""


def added(one: Rounds, two: Rounds) -> Rounds:
    """Return the rounds of one loop after another."""
    high = None if one[1] is None or two[1] is None else one[1] + two[1]
    return one[0] + two[0], high


def nested(inner: Rounds, outer: Rounds) -> Rounds | None:
    """Return the rounds of `outer` times `inner` rounds; None iff they leave out a number between.

    The widest gap is the first one: between the least number of outer rounds and one more. There
    is at least one outer round.
    """
    (low, high), (least, most) = inner, outer
    if least != most:
        first_gap = low - 1 if least == 0 else 0 if high is None else low - 1 - least * (high - low)
        if first_gap > 0:
            return None
    return low * least, None if high is None or most is None else high * most


def without_overlaps(bounds: Iterable[Rounds]) -> list[Rounds]:
    """Return the same numbers of rounds as bounds that neither overlap nor touch, in order."""
    merged: list[Rounds] = []
    for low, high in sorted(bounds, key=itemgetter(0)):
        last = merged[-1] if merged else (0, -1)
        if merged and (last[1] is None or low <= last[1] + 1):
            highest = None if last[1] is None or high is None else max(last[1], high)
            merged[-1] = (last[0], highest)
        else:
            merged.append((low, high))
    return merged
