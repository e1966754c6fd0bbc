"""Kernels have two forms: they mean the same, and the compiled one takes over where it pays."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from automaton import kernels, warming
from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.cells import Goal, Patterns
from automaton.determinise import determinise
from automaton.inclusion import find_string
from automaton.kernels import compile, jit
from automaton.kernels.compile import PAUSED, Kernel, inlined, kernel
from automaton.regex import Regex
from automaton.solver import solve
from automaton.terms import Problem
from portfolio.differential.strategies.characters import any_texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.regexes import regexes

MODULES = [import_module(f"{kernels.__name__}.{m.name}") for m in iter_modules(kernels.__path__)]
KERNELS = {
    name: value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Kernel)
}

Call = Callable[..., Any]


def plain(patterns: st.SearchStrategy[Regex]) -> st.SearchStrategy[list[Regex]]:
    return st.lists(patterns.map(lambda regex: rx.concat(regex, rx.optional(rx.ANY))), max_size=2)


def compared(seen: set[str]) -> Call:
    """Return a kernel's call that notes it in `seen` and compares the forms, one piece by piece."""

    def call(self: Kernel, *arguments: Any) -> Any:
        seen.add(self.interpreted.__name__)
        copies, more = deepcopy(arguments), deepcopy(arguments)
        compiled = self.compile_for(arguments)
        found = compiled(*arguments)
        assert self.interpreted(*copies) == found
        np.testing.assert_equal(copies, arguments)
        if self.interpreted.__code__.co_varnames[len(arguments) - 1] == "max_steps":
            assert handed_over(self, compiled, more) == found
            np.testing.assert_equal(more, arguments)
        return found

    return call


def handed_over(self: Kernel, compiled: Call, arguments: tuple[Any, ...]) -> Any:
    """Return the status after some interpreted steps, more of them, and then compiled ones."""
    *state, most = arguments
    for steps in (min(1, most), min(7, most)):
        status = self.interpreted(*state, steps)
        if status != PAUSED:
            return status
    return compiled(*arguments)


@given(plain(regexes()), plain(wildcards().map(rx.glob)))
def test_both_forms_search_alike(required: list[Regex], forbidden: list[Regex]) -> None:
    with patch.object(Kernel, "__call__", compared(set())), suppress(LimitReached):
        find_string(required, forbidden, Budget(wall_s=None, max_steps=2000))


@given(st.lists(regexes() | wildcards().map(rx.glob), min_size=1, max_size=4), any_texts())
def test_both_forms_explore_and_match_alike(parts: list[Regex], text: str) -> None:
    with patch.object(Kernel, "__call__", compared(set())):
        patterns = Patterns(parts, Budget(wall_s=None))
        found = dict(patterns.cells_beside((), Goal()))
        patterns.vectors_of([*found.values(), text])
        determinise(rx.complement(rx.union(*parts)), Budget(wall_s=None))


def test_both_forms_of_every_kernel_do_the_same() -> None:
    seen: set[str] = set()
    with patch.object(Kernel, "__call__", compared(seen)):
        for formula in warming.formulas():
            solve(Problem((formula,)), Budget(wall_s=None))
        # What was made deterministic before is remembered.
        determinise(rx.complement(rx.glob("*not made before")), Budget(wall_s=None))
        # So many places that the tables grow.
        find_string([rx.loop(rx.ANY, 200, 200)], [rx.glob("*b"), rx.glob("*a?")], Budget())

    assert seen == set(KERNELS)


def nap(length_s: float) -> None:
    time.sleep(length_s)


def total(numbers: NDArray[np.float64]) -> float:
    return float(numbers.sum())


def doubled(number: int) -> int:
    return number + number


def counted(taken: list[int], max_steps: int) -> int:
    """Take ten thousand steps."""
    while taken[0] < min(max_steps, 10_000):
        taken[0] += 1
    return 0 if taken[0] == 10_000 else PAUSED


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Begin as a process does that has used no kernel; return what is compiled, not for real."""
    found: list[Call] = []

    def compiled_form(function: Call, *_: object) -> Call:
        found.append(function)
        return function

    monkeypatch.setattr(compile, "_patience", compile._Patience())
    monkeypatch.setattr(jit, "compiled_form", compiled_form)
    return found


def test_a_kernel_that_takes_little_time_is_not_compiled(patience: list[Call]) -> None:
    function = kernel(doubled)

    assert [function(number) for number in range(100)] == [*range(0, 200, 2)]
    assert patience == []


def test_a_kernel_is_compiled_once_interpreting_it_took_as_long(
    patience: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile, "COMPILE_S", 0.05)
    monkeypatch.setattr(compile, "holds", lambda name: False)
    slow, fast = kernel(nap), kernel(doubled)

    slow(0.06)
    assert patience == []
    slow(0)
    fast(1)
    assert patience == [nap]


@pytest.mark.parametrize("is_cached", [True, False])
def test_what_was_compiled_before_is_loaded_sooner(
    is_cached: bool, patience: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile, "LOAD_S", 0.01)
    monkeypatch.setattr(compile, "holds", lambda name: is_cached)

    kernel(nap)(0.02)
    kernel(doubled)(1)

    assert patience == [doubled] * is_cached


def test_a_kernel_is_compiled_at_once_for_large_arrays(patience: list[Call]) -> None:
    function = kernel(total)

    assert function(np.ones(1 << 20)) == 1 << 20
    assert patience == [total]


def test_a_kernel_hands_over_in_the_midst_of_a_call(
    patience: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[int] = []

    def noted(taken: list[int], max_steps: int) -> int:
        pieces.append(max_steps)
        monkeypatch.setattr(compile, "COMPILE_S", 1.0 if len(pieces) < 3 else 0.0)
        return counted(taken, max_steps)

    taken = [0]
    status = kernel(noted)(taken, 5000)

    assert (status, taken, patience) == (PAUSED, [5000], [noted])
    assert pieces == [64, 128, 256, 512, 5000]


def test_a_call_takes_the_steps_that_are_asked_for_whatever_the_form(patience: list[Call]) -> None:
    function, taken = kernel(counted), [0]

    found = [(function(taken, steps), taken[0]) for steps in (1, 64, 65, 3000, 20_000)]

    assert found == [(PAUSED, 1), (PAUSED, 64), (PAUSED, 65), (PAUSED, 3000), (0, 10_000)]


def test_nothing_is_interpreted_where_compiling_at_once_is_wanted(patience: list[Call]) -> None:
    compile.compile_at_once()

    assert kernel(doubled)(2) == 4
    assert patience == [doubled]


@inlined
def larger(number: int) -> int:
    return number + 1


@kernel
def once(number: int) -> int:
    return larger(number)


@kernel
def often(number: int) -> int:
    for _ in range(3):
        number = once(larger(number))
    return number


def test_what_a_kernel_calls_is_compiled_with_it() -> None:
    form = cast(Kernel, often)

    assert (form.interpreted(1), form.compile_for((1,))(1)) == (7, 7)
