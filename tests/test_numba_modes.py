"""The engine's tests once more: kernels as plain Python, and compiled with index checks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = (
    "tests/test_automaton_kernels.py",
    "tests/test_automaton_inclusion.py",
    "tests/test_automaton_solver.py",
)
CHOSEN = ("-m", "not slow", "-k", "not contradicts")
"""Other solvers do not notice the mode of our kernels."""

TIMEOUT_S = 600
"""A cold cache compiles every kernel with index checks, which takes a minute of processor time."""


@pytest.mark.parametrize("mode", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_the_engine_means_the_same_in_every_mode(mode: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ENGINE, *CHOSEN],
        cwd=ROOT,
        env={**os.environ, mode: "1", "KEYAKI_PROFILE": "few"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout
