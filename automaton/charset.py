"""Sets of code points: sorted disjoint intervals over 0..0x2FFFF (SMT-LIB Unicode Strings)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_CODE_POINT = 0x2FFFF

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CharSet:
    """A set of code points. Make one with `of`, `chars` or the set operators.

    INVARIANT: intervals are inclusive, sorted, disjoint, and no two are adjacent.
    """

    intervals: tuple[Interval, ...]

    @staticmethod
    def of(*intervals: Interval) -> "CharSet":
        """Return the union of inclusive intervals; one with low > high is empty.

        Raise ValueError iff a bound of one that is not empty lies outside 0..0x2FFFF.
        """
        merged: list[Interval] = []
        for low, high in sorted(interval for interval in intervals if interval[0] <= interval[1]):
            if low < 0 or high > MAX_CODE_POINT:
                raise ValueError(f"code points run from 0 to {MAX_CODE_POINT:#x}: `{low}..{high}`")
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return CharSet(tuple(merged))

    @staticmethod
    def chars(characters: Iterable[str]) -> "CharSet":
        """Return the set of the given characters."""
        return CharSet.of(*((ord(char), ord(char)) for char in characters))

    def __or__(self, other: "CharSet") -> "CharSet":
        return CharSet.of(*self.intervals, *other.intervals)

    def __and__(self, other: "CharSet") -> "CharSet":
        return ~(~self | ~other)

    def __sub__(self, other: "CharSet") -> "CharSet":
        return self & ~other

    def __invert__(self) -> "CharSet":
        gaps: list[Interval] = []
        start = 0
        for low, high in self.intervals:
            gaps.append((start, low - 1))
            start = high + 1
        gaps.append((start, MAX_CODE_POINT))
        return CharSet.of(*(gap for gap in gaps if gap[0] <= gap[1]))

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.intervals)

    def __contains__(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.intervals)

    def __iter__(self) -> Iterator[int]:
        for low, high in self.intervals:
            yield from range(low, high + 1)


ANY_CHAR = CharSet(((0, MAX_CODE_POINT),))
NO_CHAR = CharSet(())
