"""Numba's options in one place, and the only import of Numba."""

from __future__ import annotations

import dis
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import numba
from numba import config

from automaton.kernels.folder import cache_folder

Function = Callable[..., Any]
Inline = Literal["never", "always"]
Callees = Callable[[object], tuple[Function, Inline] | None]
"""From what a name stands for to the function that is compiled for it, if there is one."""


def compiled_form(function: Function, arguments: tuple[Any, ...], callees: Callees) -> Function:
    """Return the compiled form of a kernel's function, compiled or loaded for such arguments."""
    form: Function = _form(function, "never", callees)
    # With NUMBA_DISABLE_JIT there is nothing to compile.
    if hasattr(form, "compile"):
        form.compile(tuple(map(numba.typeof, arguments)))
    return form


@cache
def _form(function: Any, inline: Inline, callees: Callees) -> Any:
    """Return Numba's form of a function, which calls such forms where the function calls others."""
    names = dict(function.__globals__)
    for name in _globals_read_by(function):
        callee = callees(names.get(name))
        if callee is not None:
            names[name] = _form(*callee, callees)
    twin = type(function)(function.__code__, names, function.__name__)
    folder = cache_folder() if inline == "never" else None
    before = vars(config)["CACHE_DIR"]
    vars(config)["CACHE_DIR"] = str(folder or before)
    try:
        is_kept = folder is not None
        compiling = numba.njit(cache=is_kept, nogil=True, error_model="numpy", inline=inline)
        return compiling(twin)
    finally:
        vars(config)["CACHE_DIR"] = before


def _globals_read_by(function: Function) -> set[str]:
    steps = dis.get_instructions(function)
    return {step.argval for step in steps if step.opname == "LOAD_GLOBAL"}
