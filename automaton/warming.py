"""Problems that need the kernels, so that no later one waits for the compiler."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from automaton import regex as rx
from automaton.budget import Budget
from automaton.kernels.compile import compile_at_once
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable, conjunction, in_regex, negation

_NAME = Variable("warm", Sort.STRING)


@cache
def warm() -> None:
    """Compile every kernel, or load it where it was compiled before; then none is interpreted.

    That is for whoever measures, or serves many: a kernel that is needed much is compiled anyway.
    """
    compile_at_once()
    for formula in formulas():
        solve(Problem((formula,)), Budget(wall_s=None))


def formulas() -> Iterator[Formula]:
    """Yield formulas decided by cells, by inclusion and by an embedded automaton that is large."""
    starts, ends = (
        in_regex(_NAME, rx.glob("a*")),
        negation(in_regex(_NAME, rx.glob("*b?c*d*e*f*g*h*"))),
    )
    words = in_regex(_NAME, rx.union(rx.literal("abbc"), rx.literal("abd")))
    yield conjunction(starts, ends, words)
    yield conjunction(starts, ends, negation(words))
    pairs = rx.star(rx.union(rx.literal("ab"), rx.literal("cd")))
    tail = rx.loop(rx.ANY, 8, 8)
    yield conjunction(in_regex(_NAME, pairs), negation(in_regex(_NAME, rx.star(rx.literal("ab")))))
    either = rx.concat(rx.ALL, rx.chars(rx.one_char(rx.char_range("a", "b"))), tail)
    later = in_regex(_NAME, rx.concat(rx.ALL, rx.literal("a"), tail))
    yield conjunction(later, negation(in_regex(_NAME, either)))
    inner = rx.complement(rx.concat(rx.ALL, rx.literal("a"), tail))
    yield in_regex(_NAME, rx.concat(rx.literal("x"), inner, pairs))
