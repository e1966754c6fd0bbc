"""Where compiled kernels are kept, so that a cache cannot go stale.

Numba's cache does not notice a change in a callee of another file, and ignores
NUMBA_BOUNDSCHECK once warm. So the folder is named by a digest of all kernel sources, their place,
the Numba version and that flag. It lies in the user's own cache directory, since Numba unpickles
what it finds there. Nothing here loads Numba.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path


@cache
def cache_folder() -> Path | None:
    """Return the folder for compiled kernels, or None iff it cannot be written."""
    # Most processes compile nothing.
    import hashlib  # noqa: PLC0415
    from importlib.metadata import version  # noqa: PLC0415

    sources = Path(__file__).parent
    digest = hashlib.sha256(f"{version('numba')} {sys.version} {sources}".encode())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    for source in sorted(sources.glob("*.py")):
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "keyaki" / f"kernels-{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def holds(name: str) -> bool:
    """Return whether a kernel of this name is in the folder."""
    folder = cache_folder()
    return folder is not None and any(folder.glob(f"*/*.{name}-*.nbi"))
