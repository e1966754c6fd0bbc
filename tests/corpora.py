"""The real policies that tests read, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def corpora_file(name: str) -> Path:
    """Return the path of a file or folder of the corpora, or skip the test, saying where it is not.

    They are looked for in `$KEYAKI_CORPORA`, else in `../shared/corpora` beside the project.
    """
    folder = Path(os.environ.get("KEYAKI_CORPORA") or ROOT.parent / "shared" / "corpora")
    path = folder / name
    if not path.exists():
        pytest.skip(f"no `{name}` in `{folder}`")
    return path
