"""Constant languages of SMT-LIB, biased to what breaks solvers.

Simple ones come first: letters, `re.all`, `re.allchar`. Then ranges that are empty, one-sided or
bounded by what is no character; complements of the empty string, of one character and of all;
loops with low > high and low = 0; nullable bodies under a star; intersections with one character;
wildcards that overlap, with gaps of whole alphabets and of all characters but one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from encoders.smtlib.term import Term
from portfolio.differential.strategies.words import BOOLS, LETTERS, Terms, weighted, words
from portfolio.differential.terms import call

A, B_LETTER = (call("str.to_re", letter) for letter in LETTERS)
EPSILON = call("str.to_re", "")
NOTHING, ANYTHING, ANY_CHAR = call("re.none"), call("re.all"), call("re.allchar")
NOT_EMPTY = call("re.comp", EPSILON)
NOT_ONE = call("re.comp", ANY_CHAR)
NO_B = call("re.diff", ANY_CHAR, B_LETTER)
SPECIAL = (
    *(ANYTHING, ANY_CHAR, EPSILON, NOTHING, NOT_EMPTY, NOT_ONE),
    *(call("re.comp", ANYTHING), call("re.comp", NOTHING), call("re.comp", A), NO_B),
    *(call("re.*", ANY_CHAR), call("re.+", ANY_CHAR), call("re.*", NOTHING), call("re.+", NOTHING)),
)

ENDS = ("a", "b", "c", "", "ab", "z", "0", "9", "\0", "\U0002ffff", "\uffff")
RANGES = tuple(call("re.range", *ends) for ends in ("ab", "bc", "aa", "az", "09", "\0\U0002ffff"))
ODD_RANGES = tuple(call("re.range", *ends) for ends in product(ENDS, repeat=2))
"""Ranges between any two of ENDS: reversed ones, and those that no character bounds, are empty."""

LOOPS = ((0, 0), (0, 1), (1, 2), (2, 1), (1, 0), (0, 2), (2, 2), (1, 1), (3, 1), (2, 3), (0, 3))


class Construction(NamedTuple):
    """A way to make a language of some others, and how often it is taken."""

    weight: int
    arity: int
    build: Callable[..., Term]


def _named(operator: str, arity: int = 1, weight: int = 1) -> Construction:
    return Construction(weight, arity, lambda *parts: call(operator, *parts))


def _indexed(operator: str, *indices: int) -> Construction:
    return Construction(1, 1, lambda part: call(operator, part, indices=indices))


def _nullable_star(part: Term, *others: Term) -> Term:
    return call("re.*", call("re.++", call("re.*", part), *others or (part,)))


CONSTRUCTIONS = (
    _named("re.++", 2, 6),
    _named("re.union", 2, 4),
    _named("re.*", 1, 4),
    _named("re.inter", 2, 4),
    _named("re.comp", 1, 5),
    _named("re.diff", 2, 3),
    *(_named(name, 1, 2) for name in ("re.+", "re.opt")),
    *(_named(name, 3) for name in ("re.++", "re.union", "re.inter", "re.diff")),
    Construction(1, 1, lambda part: call("re.*", call("re.opt", part))),
    Construction(1, 1, lambda part: call("re.+", call("re.opt", part))),
    Construction(1, 1, _nullable_star),
    Construction(1, 2, _nullable_star),
    Construction(1, 1, lambda part: call("re.inter", part, ANY_CHAR)),
    Construction(1, 1, lambda part: call("re.inter", part, NOT_EMPTY)),
    Construction(1, 1, lambda part: call("re.*", call("re.comp", part))),
    Construction(1, 2, lambda one, two: call("re.++", one, call("re.comp", two))),
    Construction(1, 2, lambda one, two: call("re.++", call("re.diff", one, two), one)),
    Construction(1, 1, lambda part: call("re.++", ANYTHING, part, ANYTHING)),
    *(_indexed("re.^", count) for count in (0, 1, 2, 3)),
    *(_indexed("re.loop", *bounds) for bounds in LOOPS),
)
_WEIGHTED = tuple(row for row in CONSTRUCTIONS for _ in range(row.weight))


@cache
def literals() -> Terms:
    """Languages of one word."""
    return words().map(lambda word: call("str.to_re", word))


@cache
def leaves() -> Terms:
    """Languages without parts: letters, words, those of SPECIAL, ranges, wildcards."""
    letters = st.sampled_from([A, B_LETTER])
    return weighted(
        (6, letters),
        (8, literals()),
        (6, st.sampled_from(SPECIAL)),
        (3, st.sampled_from(RANGES)),
        (2, st.sampled_from(ODD_RANGES)),
        (4, wildcards()),
    )


@cache
def wildcards() -> Terms:
    """Words with gaps between them, as `*a?b*` has, and as `*/b/*` has between separators."""
    word = st.sampled_from([call("str.to_re", word) for word in ("a", "b", "ab", "ba", "aa", "bb")])
    segment = call("re.*", NO_B)
    gap = st.sampled_from([ANYTHING, ANY_CHAR, ANYTHING, segment])
    piece = st.one_of(word, gap)
    return st.lists(piece, min_size=2, max_size=5).map(lambda found: call("re.++", *found))


@cache
def languages(depth: int = 3) -> Terms:
    """Constant languages of every operator, up to `depth` constructions high."""
    if depth == 0:
        return leaves()
    return weighted((2, leaves()), (3, _constructed(languages(depth - 1), _WEIGHTED)))


@st.composite
def _constructed(draw: DrawFn, inner: Terms, rows: tuple[Construction, ...]) -> Term:
    """Draw one of the constructions, of languages that `inner` draws."""
    row = draw(st.sampled_from(rows))
    built: Term = row.build(*(draw(inner) for _ in range(row.arity)))
    return built


@cache
def named_languages(texts: Terms) -> Terms:
    """Languages that hang on texts: words and ranges of them, and what Booleans choose."""
    of_text = texts.map(lambda text: call("str.to_re", text))
    ranged = st.tuples(texts, texts).map(lambda ends: call("re.range", *ends))
    leaf = weighted((3, of_text), (1, ranged), (2, languages(1)))
    return weighted((2, leaf), (3, _constructed(leaf, _WEIGHTED)), (1, _chosen(leaf)))


def _chosen(leaf: Terms) -> Terms:
    return st.tuples(st.sampled_from(BOOLS), leaf, leaf).map(lambda row: call("ite", *row))
