"""Values that people like to read: words of classes spelled out, and round numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from automaton.alphabet import Alphabet


def spell(alphabet: Alphabet, word: Sequence[int]) -> str:
    """Return the string of the most readable character of each class of `word`."""
    return "".join(alphabet.characters[number] for number in word)


def number_between(low: Fraction, high: Fraction) -> Fraction:
    """Return a number strictly between `low` and `high`: a whole one iff there is one."""
    whole = Fraction(low // 1 + 1)
    return whole if whole < high else (low + high) / 2
