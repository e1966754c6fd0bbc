"""The `@kernel` decorator: a function that is interpreted until compiling it pays.

Most problems take some hundred steps, which plain Python has done before Numba is loaded. So the
time of interpreting is counted, and once it is about what having the compiled form costs, that form
takes over: between two calls, or in the midst of one that counts its steps. Nothing here loads
Numba.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from inspect import isfunction
from typing import Any, Literal, TypeVar, cast

from automaton import clock
from automaton.kernels.folder import holds

Function = TypeVar("Function", bound=Callable[..., Any])

Callee = tuple[Callable[..., Any], Literal["never", "always"]]
"""A function that kernels call, and whether it is compiled into them."""

PAUSED = 1
"""The status of a kernel that has taken the steps that it was called for."""

LOAD_S = 0.4
"""What loading Numba costs, and what a process has compiled before, roughly."""
COMPILE_S = 2.0
"""What compiling one kernel costs, roughly."""
ELEMENT_S = 1e-5
"""What interpreting costs for each element of the arrays, at most in most cases."""
FIRST_STEPS = 64
"""So many steps are interpreted at first, then again as many as all before."""

_inlined: set[object] = set()


def inlined(function: Function) -> Function:
    """Compile `function` into the kernels that call it.

    A call that passes arrays counts references, which costs more than a step of the automaton.
    """
    _inlined.add(function)
    return function


def kernel(function: Function) -> Function:
    """Make `function` a kernel, compiled without Python objects, GIL or checks of divisions.

    If its last parameter is `max_steps`, it returns PAUSED iff it has taken so many since they were
    last set to 0, and a call with more goes on.
    """
    return cast(Function, Kernel(function))


def compile_at_once() -> None:
    """Interpret no kernel of this process any more."""
    _patience.is_over = True


class _Patience:
    """How long the kernels of this process were interpreted, and whether they may still be."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.interpreted_s = 0.0
        self.is_over = False


_patience = _Patience()


class Kernel:
    """A function of arrays in two forms, which mean the same."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.interpreted = function
        self.compiled: Callable[..., Any] | None = None
        self.interpreted_s = 0.0
        self._is_cached: bool | None = None
        code = function.__code__
        self._counts_steps = code.co_varnames[: code.co_argcount][-1:] == ("max_steps",)

    def __call__(self, *arguments: Any) -> Any:
        """Return what either form returns, by the one that is there sooner."""
        if self.compiled is not None:
            return self.compiled(*arguments)
        expected_s = ELEMENT_S * _size(arguments)
        if not self._counts_steps:
            return self._call(arguments, expected_s)
        *state, max_steps = arguments
        steps, status = FIRST_STEPS, PAUSED
        while steps < max_steps and status == PAUSED and self.compiled is None:
            status = self._call((*state, steps), expected_s)
            steps += steps
        return status if status != PAUSED else self._call(arguments, expected_s)

    def _call(self, arguments: tuple[Any, ...], expected_s: float) -> Any:
        if self._pays(expected_s):
            return self.compile_for(arguments)(*arguments)
        started = time.perf_counter()
        try:
            with clock.stopped():
                return self.interpreted(*arguments)
        finally:
            taken_s = time.perf_counter() - started
            self.interpreted_s += taken_s
            _patience.interpreted_s += taken_s

    def _pays(self, expected_s: float) -> bool:
        """Return whether having the compiled form is no loss if interpreting takes so long."""
        if self.compiled is not None or _patience.is_over:
            return True
        if self.interpreted_s + expected_s > COMPILE_S:
            return True
        return _patience.interpreted_s + expected_s > LOAD_S and self._was_compiled()

    def _was_compiled(self) -> bool:
        if self._is_cached is None:
            self._is_cached = holds(self.interpreted.__name__)
        return self._is_cached

    def compile_for(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        """Return the compiled form, which is called from now on, ready for such arguments."""
        with clock.stopped(), _patience.lock:
            if self.compiled is None:
                from automaton.kernels.jit import compiled_form  # noqa: PLC0415 - loads Numba

                self.compiled = compiled_form(self.interpreted, arguments, _callee)
        return self.compiled


def _callee(value: Any) -> Callee | None:
    """Return what is to be compiled for `value`, which a kernel may call, or None iff nothing."""
    if isinstance(value, Kernel):
        return value.interpreted, "never"
    return (value, "always") if isfunction(value) and value in _inlined else None


def _size(arguments: Iterable[Any]) -> int:
    """Return how many elements the arrays have."""
    sizes = (
        _size(argument) if isinstance(argument, tuple) else getattr(argument, "size", 1)
        for argument in arguments
    )
    return sum(sizes)
