"""Words and numbers that are functions of one another, a few functions deep.

Only two variables and the shortest words occur, so that what one function makes is what the next
looks for: a replacement within a replacement, a place that a length or an index tells, a word whose
code is a number of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from encoders.smtlib.term import Term
from portfolio.differential.strategies.languages import languages
from portfolio.differential.strategies.words import (
    BOOLS,
    N,
    Terms,
    X,
    Y,
    any_of,
    applied,
    number,
    weighted,
)
from portfolio.differential.terms import call, constant

WORD, NUMBER, LANGUAGE, NAME = "wnlp"


class Row(NamedTuple):
    """A function, the kinds of its arguments, and how often it is taken."""

    weight: int
    operator: str
    kinds: str


ROWS: Mapping[str, tuple[Row, ...]] = {
    WORD: (
        Row(4, "str.++", "ww"),
        Row(5, "str.replace", "www"),
        Row(2, "str.at", "wn"),
        Row(4, "str.substr", "wnn"),
        Row(2, "str.replace_all", "www"),
        Row(1, "str.++", "www"),
        Row(1, "ite", "pww"),
        Row(1, "str.from_int", "n"),
        Row(1, "str.from_code", "n"),
        Row(1, "str.replace_re", "wlw"),
        Row(1, "str.replace_re_all", "wlw"),
    ),
    NUMBER: (
        Row(5, "str.len", "w"),
        Row(4, "str.indexof", "wwn"),
        Row(2, "+", "nn"),
        Row(2, "-", "nn"),
        Row(1, "str.to_int", "w"),
        Row(1, "str.to_code", "w"),
    ),
}
FACTS = (
    Row(6, "=", "ww"),
    Row(2, "distinct", "ww"),
    Row(2, "=", "nn"),
    Row(1, "<", "nn"),
    Row(1, "<=", "nn"),
    Row(2, "str.contains", "ww"),
    Row(2, "str.prefixof", "ww"),
    Row(2, "str.suffixof", "ww"),
    Row(3, "str.in_re", "wl"),
    Row(1, "str.<", "ww"),
    Row(1, "str.<=", "ww"),
    Row(1, "str.is_digit", "w"),
)


@cache
def _drawn(kind: str, depth: int) -> Terms:
    """Draw what is of a kind, up to `depth` functions high."""
    if kind == LANGUAGE:
        return languages(1)
    if kind == NAME:
        return st.sampled_from(BOOLS)
    leaves = _words() if kind == WORD else _numbers()
    return leaves if depth == 0 else weighted((1, leaves), (2, _applied(ROWS[kind], depth - 1)))


@cache
def _words() -> Terms:
    short = st.sampled_from([constant(word) for word in ("", "a", "b", "ab", "0")])
    return weighted((3, st.sampled_from((X, X, Y))), (3, short))


@cache
def _numbers() -> Terms:
    return weighted(
        (4, st.sampled_from([number(value) for value in (0, 1, 2, -1)])), (1, st.just(N))
    )


@cache
def _applied(rows: tuple[Row, ...], depth: int) -> Terms:
    return _applications(st.sampled_from([row for row in rows for _ in range(row.weight)]), depth)


@st.composite
def _applications(draw: DrawFn, rows: st.SearchStrategy[Row], depth: int) -> Term:
    row = draw(rows)
    return call(row.operator, *(draw(_drawn(kind, depth)) for kind in row.kinds))


def nested_words(depth: int = 2) -> Terms:
    """Draw words, up to `depth` functions high."""
    return _drawn(WORD, depth)


def nested_numbers(depth: int = 2) -> Terms:
    """Draw numbers, up to `depth` functions high."""
    return _drawn(NUMBER, depth)


def nested_facts(depth: int = 2) -> Terms:
    """Draw facts about such words and numbers."""
    return _applied(FACTS, depth)


@cache
def cut_words() -> Terms:
    """Draw equations of a short word and words one after another, some cut out at told places.

    A solver that knows a place only by what a word tells has to reckon with what is not found, with
    places before the beginning and beyond the end, where nothing is cut out, and with parts that
    reach beyond the end. So short words, and places just beside them, are what is drawn.
    """
    some = weighted((3, _short()), (2, st.sampled_from((X, Y))))
    place = _beside(some)
    cut = weighted(
        (4, applied("str.substr", some, place, _reaches(place))),
        (1, applied("str.at", some, place)),
        (1, applied("str.replace", some, some, some)),
    )
    piece = weighted((3, cut), (2, st.sampled_from((X, Y))), (1, _short()))
    whole = weighted((3, applied("str.++", piece, piece)), (2, cut))
    return any_of(("=", "=", "distinct", "str.prefixof", "str.contains"), some, whole)


@cache
def _short() -> Terms:
    return st.sampled_from([constant(word) for word in ("a", "", "b", "aa", "ab", "0")])


@cache
def _told(words: Terms) -> Terms:
    """Draw what words tell of places: -1 where they tell nothing."""
    start = weighted((2, st.just(N)), (1, _numbers()), (1, applied("str.len", words)))
    return weighted(
        (6, applied("str.indexof", words, words, start)),
        (1, applied("str.len", words)),
        (1, any_of(("str.to_int", "str.to_code"), words)),
    )


@cache
def _beside(words: Terms) -> Terms:
    """Draw such places, and those just before and after them."""
    told, one = _told(words), st.just(constant(1))
    return weighted(
        (5, told),
        (1, st.just(N)),
        (1, _numbers()),
        (1, any_of(("-", "+"), told, one)),
        (1, applied("-", st.sampled_from((N, constant(0))), told)),
        (1, applied("ite", st.sampled_from(BOOLS), told, _numbers())),
    )


@cache
def _reaches(places: Terms) -> Terms:
    """Draw how long a part is to be: often longer than a short word."""
    known = st.sampled_from([constant(number) for number in (1, 2, 3, 4, 9)])
    return weighted((5, known), (1, _numbers()), (1, places))
