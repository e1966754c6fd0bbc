"""The `@kernel` decorator: Numba options in one place, and a cache that cannot go stale.

Numba's cache does not notice a change in a callee of another file, and ignores
NUMBA_BOUNDSCHECK once warm. So the folder is named by a digest of all kernel sources, the Numba
version and that flag. It lies in the user's own cache directory, since Numba unpickles what it
finds there.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numba
from numba import config

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def cache_folder() -> Path | None:
    """Return the folder for compiled kernels, or None iff it cannot be written."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "keyaki" / f"kernels-{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


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
