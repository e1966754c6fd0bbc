"""Problems that need the kernels, so that no later one waits for the compiler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from automaton import regex as rx
from automaton.budget import Budget
from automaton.kernels import folder
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable, conjunction, in_regex, negation

_NAME = Variable("warm", Sort.STRING)


def compile_once() -> None:
    """Compile all kernels iff no process of this user has done so yet and they can be kept.

    That takes some seconds. A search that begins afterwards spends its time on searching.
    """
    if folder.cache_folder() is not None and not folder.is_complete():
        warm()


@cache
def warm_for_wildcards() -> None:
    """Load Numba and the kernels that wildcards need: half a second where these are cached."""
    _solve(_wildcards())


@cache
def warm() -> None:
    """Load Numba and every kernel."""
    _solve([*_wildcards(), *_others()])
    folder.note_complete()


def _solve(formulas: Iterable[Formula]) -> None:
    for formula in formulas:
        solve(Problem((formula,)), Budget(wall_s=None))


def _wildcards() -> Iterator[Formula]:
    """Yield formulas that are decided by cells."""
    starts, ends = in_regex(_NAME, rx.glob("a*")), negation(in_regex(_NAME, rx.glob("*b?c")))
    words = in_regex(_NAME, rx.union(rx.literal("abbc"), rx.literal("abd")))
    yield conjunction(starts, ends, words)
    yield conjunction(starts, ends, negation(words))


def _others() -> Iterator[Formula]:
    """Yield formulas that are decided by inclusion, and by an embedded automaton that is large."""
    pairs = rx.star(rx.union(rx.literal("ab"), rx.literal("cd")))
    tail = rx.loop(rx.ANY, 8, 8)
    yield conjunction(in_regex(_NAME, pairs), negation(in_regex(_NAME, rx.star(rx.literal("ab")))))
    either = rx.concat(rx.ALL, rx.chars(rx.one_char(rx.char_range("a", "b"))), tail)
    later = in_regex(_NAME, rx.concat(rx.ALL, rx.literal("a"), tail))
    yield conjunction(later, negation(in_regex(_NAME, either)))
    inner = rx.complement(rx.concat(rx.ALL, rx.literal("a"), tail))
    yield in_regex(_NAME, rx.concat(rx.literal("x"), inner, pairs))
