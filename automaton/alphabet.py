"""Minterms: the classes of characters that no charset of a problem tells apart.

After D'Antoni and Veanes, "Minimization of symbolic automata", POPL 2014, section 3. Wildcard
text holds many single characters and few other charsets, so a single character is a class of its
own at once, and only the other charsets are cut into intervals.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from automaton.charset import ANY_CHAR, MAX_CODE_POINT, CharSet

READABLE = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:=@+, "
_RANK = {ord(char): rank for rank, char in enumerate(READABLE)}


class Alphabet:
    """The classes of the characters in `singles` and of the other `charsets`.

    Classes are numbered from the most readable to the least; `characters[number]` is the most
    readable character of a class.
    """

    def __init__(self, singles: Iterable[int], charsets: Iterable[CharSet]) -> None:
        self.singles = frozenset(singles)
        self.charsets = tuple(dict.fromkeys(charsets))
        starts = {0}.union(*({low, high + 1} for c in self.charsets for low, high in c.intervals))
        self._starts = sorted(start for start in starts if start <= MAX_CODE_POINT)
        self._signatures = self._signed()
        self._shared = self._most_readable()
        ordered = sorted([*self.singles, *self._shared.values()], key=_readability)
        self.characters = "".join(map(chr, ordered))
        self._class_of = {code: number for number, code in enumerate(ordered)}
        self._signature_of = [self._signature(code) for code in ordered]

    def __len__(self) -> int:
        return len(self.characters)

    def _signed(self) -> list[int]:
        """Return for each of the starts the charsets that hold it, a bit each: its signature."""
        signatures = [0] * len(self._starts)
        for place, charset in enumerate(self.charsets):
            for low, high in charset.intervals:
                first, last = bisect_left(self._starts, low), bisect_right(self._starts, high)
                for index in range(first, last):
                    signatures[index] |= 1 << place
        return signatures

    def _most_readable(self) -> dict[int, int]:
        """Return for each signature the best character that has it and is no single one."""
        found: dict[int, int] = {}
        wanted = set(self._signatures)
        for code in _RANK:
            if len(found) == len(wanted):
                return found
            if code not in self.singles:
                found.setdefault(self._signature(code), code)
        for signature in wanted.difference(found):
            codes = (c for low, high in self._intervals[signature] for c in range(low, high + 1))
            best = next((code for code in codes if code not in self.singles), None)
            if best is not None:
                found[signature] = best
        return found

    @cached_property
    def _intervals(self) -> dict[int, list[tuple[int, int]]]:
        """The code points with each signature."""
        found: dict[int, list[tuple[int, int]]] = {}
        ends = [*self._starts[1:], MAX_CODE_POINT + 1]
        for low, end, signature in zip(self._starts, ends, self._signatures, strict=True):
            found.setdefault(signature, []).append((low, end - 1))
        return found

    def _signature(self, code: int) -> int:
        return self._signatures[bisect_right(self._starts, code) - 1]

    def of_code(self, code: int) -> int:
        """Return the class of a single character."""
        return self._class_of[code]

    def of_charset(self, charset: CharSet) -> list[int]:
        """Return the classes that make up one of the alphabet's charsets."""
        if charset == ANY_CHAR:
            return list(range(len(self)))
        place = self.charsets.index(charset)
        return [
            number for number, signature in enumerate(self._signature_of) if signature >> place & 1
        ]

    def charset_of(self, number: int) -> CharSet:
        """Return all characters of a class."""
        code = ord(self.characters[number])
        if code in self.singles:
            return CharSet.of((code, code))
        return CharSet.of(*self._intervals[self._signature(code)]) - CharSet.of(
            *((single, single) for single in self.singles)
        )

    @cached_property
    def _runs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first code point of each run of one class, and the run's class."""
        starts = {*self._starts, *self.singles, *(code + 1 for code in self.singles)}
        ordered = sorted(start for start in starts if start <= MAX_CODE_POINT)
        return np.array(ordered), np.array([self._class(code) for code in ordered])

    def _class(self, code: int) -> int:
        if code in self.singles:
            return self._class_of[code]
        return self._class_of[self._shared[self._signature(code)]]

    def classify(self, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the class of each code point."""
        starts, classes = self._runs
        return classes[np.searchsorted(starts, codes, side="right") - 1]


def _readability(code: int) -> tuple[int, int]:
    """Return a key that sorts the characters people like to read first."""
    return _RANK.get(code, len(_RANK)), code
