"""Characters, sets of them, strings: letters that collide, and code points easy to get wrong."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton.charset import ANY_CHAR, MAX_CODE_POINT, NO_CHAR, CharSet

LETTERS = "ab:"
"""The alphabet of brute force: all strings over it up to length 4 are 121."""

ODD_CODES = (0, 0x22, 0x5C, 0x7F, 0xFF, 0xD800, 0xFFFF, 0x10000, 0x1F511, MAX_CODE_POINT)
"""Code points that printers, escapes and classes of characters get wrong."""


def codes() -> SearchStrategy[int]:
    """Code points: mostly of LETTERS, then odd ones, then any."""
    return st.one_of(
        st.sampled_from([ord(letter) for letter in LETTERS]),
        st.sampled_from(ODD_CODES),
        st.integers(0, MAX_CODE_POINT),
    )


def texts(alphabet: str = LETTERS, max_size: int = 4) -> SearchStrategy[str]:
    """Short strings over a small alphabet."""
    return st.text(st.sampled_from(alphabet), max_size=max_size)


def any_texts(max_size: int = 4) -> SearchStrategy[str]:
    """Short strings over all code points, lone surrogates included."""
    return st.lists(codes(), max_size=max_size).map(lambda found: "".join(map(chr, found)))


def intervals() -> SearchStrategy[tuple[int, int]]:
    """Pairs of code points in either order; the reversed ones stand for nothing."""
    return st.tuples(codes(), codes())


def charsets() -> SearchStrategy[CharSet]:
    """Charsets: of letters, of arbitrary intervals, empty, full, and complements."""
    small = st.sets(st.sampled_from(LETTERS), max_size=3).map(CharSet.chars)
    wide = st.lists(intervals(), max_size=3).map(lambda found: CharSet.of(*found))
    positive = st.one_of(small, wide, st.sampled_from([NO_CHAR, ANY_CHAR]))
    return st.one_of(positive, positive.map(lambda charset: ~charset))
