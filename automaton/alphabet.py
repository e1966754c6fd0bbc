"""Minterms: the classes of characters that no charset of a problem tells apart.

After D'Antoni and Veanes, "Minimization of symbolic automata", POPL 2014, section 3. Wildcard
text holds many single characters and few other charsets, so a single character is a class of its
own at once, and only the other charsets are cut into intervals.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from automaton.charset import ANY_CHAR, MAX_CODE_POINT, CharSet

READABLE = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:=@+, "
_RANK = {ord(char): rank for rank, char in enumerate(READABLE)}

Signature = tuple[bool, ...]


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
        self._signatures = [tuple(low in c for c in self.charsets) for low in self._starts]
        shared = {signature: self._most_readable(signature) for signature in self._signatures}
        self._shared = {key: code for key, code in shared.items() if code is not None}
        ordered = sorted([*self.singles, *self._shared.values()], key=_readability)
        self.characters = "".join(map(chr, ordered))
        self._class_of = {code: number for number, code in enumerate(ordered)}

    def __len__(self) -> int:
        return len(self.characters)

    def _intervals(self, signature: Signature) -> list[tuple[int, int]]:
        ends = [*self._starts[1:], MAX_CODE_POINT + 1]
        rows = zip(self._starts, ends, self._signatures, strict=True)
        return [(low, end - 1) for low, end, other in rows if other == signature]

    def _most_readable(self, signature: Signature) -> int | None:
        """Return the best character with the signature that is no single one, or None."""
        for code in _RANK:
            if code not in self.singles and self._signature(code) == signature:
                return code
        for low, high in self._intervals(signature):
            for code in range(low, high + 1):
                if code not in self.singles:
                    return code
        return None

    def _signature(self, code: int) -> Signature:
        return self._signatures[bisect_right(self._starts, code) - 1]

    def of_code(self, code: int) -> int:
        """Return the class of a single character."""
        return self._class_of[code]

    def of_charset(self, charset: CharSet) -> list[int]:
        """Return the classes that make up one of the alphabet's charsets."""
        if charset == ANY_CHAR:
            return list(range(len(self)))
        place = self.charsets.index(charset)
        shared = [self._class_of[code] for key, code in self._shared.items() if key[place]]
        return shared + [self._class_of[code] for code in self.singles if code in charset]

    def charset_of(self, number: int) -> CharSet:
        """Return all characters of a class."""
        code = ord(self.characters[number])
        if code in self.singles:
            return CharSet.of((code, code))
        return CharSet.of(*self._intervals(self._signature(code))) - CharSet.of(
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
