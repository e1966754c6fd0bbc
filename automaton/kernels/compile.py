"""The `@kernel` decorator: Numba options in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import numba
from numba import config

from automaton.kernels.folder import cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile `function` at its first call: no Python objects, no GIL, no division checks."""
    return _compile(function, inline="never")


def inlined(function: Function) -> Function:
    """Compile `function` into the kernels that call it.

    A call that passes arrays counts references, which costs more than a step of the automaton.
    """
    return _compile(function, inline="always")


def _compile(function: Function, inline: Literal["never", "always"]) -> Function:
    folder = cache_folder()
    before = vars(config)["CACHE_DIR"]
    vars(config)["CACHE_DIR"] = str(folder or before)
    try:
        compiled = numba.njit(
            cache=folder is not None, nogil=True, error_model="numpy", inline=inline
        )(function)
    finally:
        vars(config)["CACHE_DIR"] = before
    return cast(Function, compiled)
