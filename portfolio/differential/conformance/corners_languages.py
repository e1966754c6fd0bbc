"""Regular expressions at which solvers go wrong, and strings that tell what they match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from encoders.smtlib.term import Term
from portfolio.differential.conformance.corners_strings import ESCAPE, LAST, SURROGATE
from portfolio.differential.terms import call

EMPTY, A, B, AB = (call("str.to_re", text) for text in ("", "a", "b", "ab"))
NONE, ALL, ANY = call("re.none"), call("re.all"), call("re.allchar")
MAYBE_A = call("re.opt", A)
SOME = call("re.comp", EMPTY)

BODIES = (EMPTY, A, NONE, ALL, MAYBE_A, SOME, call("re.union", A, AB))
POWERS = (A, MAYBE_A, NONE)
LOOPED = (A, MAYBE_A, call("re.union", EMPTY, B))
PAIRS = ((A, B), (A, NONE), (ALL, A), (MAYBE_A, AB), (SOME, ANY), (EMPTY, call("re.*", A)))
BOUNDS = (
    *(("a", "c"), ("c", "a"), ("a", "a"), ("", "a"), ("a", ""), ("ab", "c"), ("a", "bc")),
    *(("\0", LAST), (SURROGATE, LAST), ("0", "9"), ('"', "\\")),
)

Tried = tuple[Term, Sequence[str]]
"""A regular expression, and the strings to try on it."""


def languages() -> Iterator[Tried]:
    """Yield the expressions of each operator that makes one, with strings to try."""
    for word in ("", "a", "ab", LAST, ESCAPE, '"'):
        yield call("str.to_re", word), tuple(dict.fromkeys((word, "", "a", word + word)))
    for operator in ("re.none", "re.all", "re.allchar"):
        yield call(operator), ("", "a", "ab", SURROGATE, LAST)
    for operator, parts in product(("re.++", "re.union", "re.inter", "re.diff"), PAIRS):
        yield call(operator, *parts), ("", "a", "b", "ab")
    for operator in ("re.++", "re.union", "re.inter", "re.diff"):
        yield call(operator, MAYBE_A, A, EMPTY), ("", "a", "aa", "b")
    for body in (*BODIES, call("re.comp", A), call("re.*", ANY)):
        yield call("re.comp", body), ("", "a", "ab", LAST)
    for operator, body in product(("re.*", "re.+", "re.opt"), BODIES):
        yield call(operator, body), ("", "a", "aa", "aab")
    for low, high in BOUNDS:
        yield call("re.range", low, high), ("", "a", "b", LAST)
    for times, body in product(range(4), POWERS):
        yield call("re.^", body, indices=(times,)), ("", "a", "aa", "b")
    for ends, body in product(((0, 0), (0, 1), (1, 0), (3, 2), (1, 3), (2, 2)), LOOPED):
        yield call("re.loop", body, indices=ends), ("", "a", "aa", "bbb")


def memberships() -> Iterator[Term]:
    """Yield uses of `str.in_re` itself."""
    counted = call("re.loop", call("re.range", "a", "b"), indices=(2, 3))
    for text, regex in product(("", "a", "ab", LAST), (*BODIES, counted)):
        yield call("str.in_re", text, regex)
