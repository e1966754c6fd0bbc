"""What scripts are made of: variables, words, numbers; and how functions are put on top of them.

The pools are small, so that things collide, and each begins with what is simplest.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.smtlib.term import Term
from portfolio.differential.terms import B, I, S, call, constant, variable

Terms = SearchStrategy[Term]
Drawn = TypeVar("Drawn")

X, Y, Z = STRINGS = tuple(variable(name, S) for name in "xyz")
P, Q = BOOLS = tuple(variable(name, B) for name in "pq")
N, M = INTS = tuple(variable(name, I) for name in "nm")
VARIABLES = (*STRINGS, *BOOLS, *INTS)

LETTERS = "ab"
PLAIN_WORDS = ("a", "b", "", "ab", "aa", "ba", "bb", "aab", "aba", "bab", "abab")
ODD_CHARS = '\0"\\|\x7f\xff\ud800\uffff\U00010000\U0002ffff'
ODD_WORDS = (
    *("0", "1", "9", "01", "10", "007", "-1", "1a", "a0", "A", "z", " ", "\\u{61}", "\\x61"),
    *ODD_CHARS,
    *("a\0", "\U0002ffffb", 'a"b'),
)
"""Digits and near-digits, characters that escapes and tables get wrong, texts like escapes."""

SMALL = (0, 1, 2, 3, 4, 5)
ODD_NUMBERS = (-1, -2, 10, 48, 57, 58, 97, 98, 0x2FFFF, 0x30000, 10**10, 2**31, 2**64, 10**20)
"""Numbers beside the borders of digits, letters, code points and machine words."""


def weighted(*choices: tuple[int, SearchStrategy[Drawn]]) -> SearchStrategy[Drawn]:
    """Draw from the first choice, simplest, or the others, each as often as its weight says.

    Unlike `one_of`, which takes each of its strategies once and those of another `one_of` for its
    own.
    """
    places = [place for place, (weight, _) in enumerate(choices) for _ in range(weight)]
    return _weighted(st.sampled_from(places), tuple(strategy for _, strategy in choices))


@st.composite
def _weighted(
    draw: DrawFn, places: SearchStrategy[int], choices: tuple[SearchStrategy[Drawn], ...]
) -> Drawn:
    return draw(choices[draw(places)])


def applied(operator: str, *parts: Terms) -> Terms:
    """Applications of a function to what each of the parts draws."""
    return st.tuples(*parts).map(lambda found: call(operator, *found))


def any_of(operators: tuple[str, ...], *parts: Terms) -> Terms:
    """Applications of one of some functions, all of them of the same arguments."""
    return st.tuples(st.sampled_from(operators), *parts).map(lambda row: call(row[0], *row[1:]))


@cache
def strings() -> Terms:
    """Variables of sort String."""
    return st.sampled_from(STRINGS)


@cache
def words() -> Terms:
    """Constants of sort String: short words of two letters, now and then digits and odd ones."""
    plain = st.sampled_from([constant(word) for word in PLAIN_WORDS])
    odd = st.sampled_from([constant(word) for word in ODD_WORDS])
    return weighted((6, plain), (1, odd), (1, _long_words()))


def _long_words() -> Terms:
    letters = st.sampled_from("aaab01\U0002ffff")
    return st.text(letters, max_size=6).map(constant)


@cache
def numbers() -> Terms:
    """Constants of sort Int: small ones, now and then negative ones and borders."""
    small = st.sampled_from([constant(number) for number in SMALL])
    return weighted((4, small), (1, st.sampled_from([number(value) for value in ODD_NUMBERS])))


def number(value: int) -> Term:
    """Return an integer as a script writes it: a negative one is the opposite of a constant."""
    return constant(value) if value >= 0 else call("-", -value)


@cache
def pieces() -> Terms:
    """Variables and words."""
    return weighted((2, strings()), (2, words()))


@cache
def concatenations() -> Terms:
    """Variables and words one after another; also one alone, and one that depends on a name."""
    part = weighted((4, strings()), (3, words()), (1, _chosen()))
    several = st.lists(part, min_size=2, max_size=4).map(lambda found: call("str.++", *found))
    return weighted((2, strings()), (4, several), (1, _chosen()))


def _chosen() -> Terms:
    return applied("ite", st.sampled_from(BOOLS), pieces(), pieces())
