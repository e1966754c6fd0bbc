"""Where compiled kernels are kept, so that a cache cannot go stale.

Numba's cache does not notice a change in a callee of another file, and ignores
NUMBA_BOUNDSCHECK once warm. So the folder is named by a digest of all kernel sources, the Numba
version and that flag. It lies in the user's own cache directory, since Numba unpickles what it
finds there. Nothing here loads Numba.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

COMPLETE = "complete"
"""The file that says that every kernel is in the folder."""


@cache
def cache_folder() -> Path | None:
    """Return the folder for compiled kernels, or None iff it cannot be written."""
    digest = hashlib.sha256(f"{version('numba')} {sys.version}".encode())
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


def is_complete() -> bool:
    """Return whether no kernel needs to be compiled any more."""
    folder = cache_folder()
    return folder is not None and (folder / COMPLETE).exists()


def note_complete() -> None:
    """Remember, beyond this process, that every kernel is compiled."""
    folder = cache_folder()
    if folder is not None:
        (folder / COMPLETE).touch()
