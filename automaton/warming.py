"""Problems that need every kernel, so that no later one waits for the compiler."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from automaton import regex as rx
from automaton.budget import Budget
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable, conjunction, in_regex, negation


@cache
def warm() -> None:
    """Load Numba and every kernel: half a second where they are cached, else some seconds."""
    for formula in _formulas(Variable("warm", Sort.STRING)):
        solve(Problem((formula,)), Budget(wall_s=None))


def _formulas(name: Variable) -> Iterator[Formula]:
    """Yield formulas that are decided by cells, by an embedded automaton and by inclusion."""
    starts, ends = in_regex(name, rx.glob("a*")), negation(in_regex(name, rx.glob("*b?c")))
    words = in_regex(name, rx.union(rx.literal("abbc"), rx.literal("abd")))
    yield conjunction(starts, ends, words)
    yield conjunction(starts, ends, negation(words))
    pairs = rx.star(rx.union(rx.literal("ab"), rx.literal("cd")))
    tail = rx.loop(rx.ANY, 8, 8)
    yield conjunction(in_regex(name, pairs), negation(in_regex(name, rx.star(rx.literal("ab")))))
    either = rx.concat(rx.ALL, rx.chars(rx.one_char(rx.char_range("a", "b"))), tail)
    later = in_regex(name, rx.concat(rx.ALL, rx.literal("a"), tail))
    yield conjunction(later, negation(in_regex(name, either)))
    inner = rx.complement(rx.concat(rx.ALL, rx.literal("a"), tail))
    yield in_regex(name, rx.concat(rx.literal("x"), inner, pairs))
