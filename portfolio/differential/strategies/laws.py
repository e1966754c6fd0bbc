"""One language written in two ways: laws of regular expressions, and what nearly is a law.

A script that tells the two sides of a law apart has no model, and it needs a proof; where a law
holds but nearly, a few words tell the sides apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.smtlib.term import Term
from portfolio.differential.strategies.languages import (
    ANY_CHAR,
    ANYTHING,
    EPSILON,
    NOT_EMPTY,
    NOTHING,
    languages,
)
from portfolio.differential.terms import call

Sides = tuple[Term, Term]


class Law(NamedTuple):
    """What two regular expressions over some languages have in common: all their words, or most."""

    name: str
    arity: int
    sides: Callable[..., Sides]
    holds: bool = True


def _cat(*parts: Term) -> Term:
    return call("re.++", *parts)


def _or(*parts: Term) -> Term:
    return call("re.union", *parts)


def _and(*parts: Term) -> Term:
    return call("re.inter", *parts)


def _not(part: Term) -> Term:
    return call("re.comp", part)


def _star(part: Term) -> Term:
    return call("re.*", part)


def _plus(part: Term) -> Term:
    return call("re.+", part)


def _opt(part: Term) -> Term:
    return call("re.opt", part)


def _minus(one: Term, two: Term) -> Term:
    return call("re.diff", one, two)


def _power(part: Term, count: int) -> Term:
    return call("re.^", part, indices=(count,))


def _loop(part: Term, low: int, high: int) -> Term:
    return call("re.loop", part, indices=(low, high))


LAWS = (
    Law("double complement", 1, lambda r: (r, _not(_not(r)))),
    Law("union with itself", 1, lambda r: (r, _or(r, r))),
    Law("union with nothing", 1, lambda r: (r, _or(NOTHING, r))),
    Law("intersection with all", 1, lambda r: (r, _and(r, ANYTHING))),
    Law("concatenation with the empty word", 1, lambda r: (r, _cat(EPSILON, r))),
    Law("concatenation with nothing", 1, lambda r: (NOTHING, _cat(r, NOTHING))),
    Law("all but nothing", 1, lambda r: (ANYTHING, _or(r, _not(r)))),
    Law("contradiction", 1, lambda r: (NOTHING, _and(r, _not(r)))),
    Law("star of the optional", 1, lambda r: (_star(r), _star(_opt(r)))),
    Law("star of the star", 1, lambda r: (_star(r), _star(_star(r)))),
    Law("star unrolled", 1, lambda r: (_star(r), _or(EPSILON, _cat(r, _star(r))))),
    Law("plus unrolled", 1, lambda r: (_plus(r), _cat(_star(r), r))),
    Law("optional", 1, lambda r: (_opt(r), _or(r, EPSILON))),
    Law("zeroth power", 1, lambda r: (EPSILON, _power(r, 0))),
    Law("second power", 1, lambda r: (_power(r, 2), _cat(r, r))),
    Law("loop split", 1, lambda r: (_loop(r, 1, 3), _cat(r, _loop(r, 0, 2)))),
    Law("loop of options", 1, lambda r: (_loop(r, 0, 2), _cat(_opt(r), _opt(r)))),
    Law("loop reversed", 1, lambda r: (NOTHING, _loop(r, 2, 1))),
    Law("star by parity", 1, lambda r: (_star(r), _cat(_opt(r), _star(_power(r, 2))))),
    Law("what is not empty", 1, lambda r: (_minus(r, EPSILON), _and(r, NOT_EMPTY))),
    Law("difference", 2, lambda r, s: (_minus(r, s), _and(r, _not(s)))),
    Law("union in either order", 2, lambda r, s: (_or(r, s), _or(s, r))),
    Law("De Morgan", 2, lambda r, s: (_not(_or(r, s)), _and(_not(r), _not(s)))),
    Law("absorption", 2, lambda r, s: (r, _or(r, _and(r, s)))),
    Law("sliding", 2, lambda r, s: (_cat(r, _star(_cat(s, r))), _cat(_star(_cat(r, s)), r))),
    Law("star of a union", 2, lambda r, s: (_star(_or(r, s)), _star(_cat(_star(r), _star(s))))),
    Law("denesting", 2, lambda r, s: (_star(_or(r, s)), _cat(_star(r), _star(_cat(s, _star(r)))))),
    Law("distribution", 3, lambda r, s, u: (_cat(r, _or(s, u)), _or(_cat(r, s), _cat(r, u)))),
    Law("all characters", 0, lambda: (ANYTHING, _star(ANY_CHAR))),
    Law("some characters", 0, lambda: (NOT_EMPTY, _plus(ANY_CHAR))),
    Law("a star has the empty word", 1, lambda r: (_star(r), _plus(r)), holds=False),
    Law("order matters", 2, lambda r, s: (_cat(r, s), _cat(s, r)), holds=False),
    Law("only with stars", 2, lambda r, s: (_star(_cat(r, s)), _star(_or(r, s))), holds=False),
    Law("only for letters", 2, lambda r, s: (_not(_cat(r, s)), _cat(_not(r), s)), holds=False),
    Law("not for several", 3, lambda r, s, u: (_cat(r, _and(s, u)), _cat(r, s)), holds=False),
)


@cache
def two_ways(*, holds: bool | None = None) -> SearchStrategy[Sides]:
    """Pairs of languages: one in two ways, or (`holds` False) two that are nearly one."""
    laws = tuple(law for law in LAWS if holds in (None, law.holds))
    return _sides(laws, languages(1))


@st.composite
def _sides(draw: DrawFn, laws: tuple[Law, ...], inner: SearchStrategy[Term]) -> Sides:
    law = draw(st.sampled_from(laws))
    sides: Sides = law.sides(*(draw(inner) for _ in range(law.arity)))
    return sides
