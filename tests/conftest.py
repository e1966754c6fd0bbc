"""Hypothesis profiles: `default` (a few seconds a file), `few`, `slow`, `ci` (alike in each run).

`KEYAKI_PROFILE` names one; without it, a run with `CI` set takes `ci`.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from automaton.warming import warm

# Two cores shared with solver processes make one example's wall time say nothing.
_COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("default", parent=_COMMON, max_examples=50)
settings.register_profile("ci", parent=_COMMON, max_examples=50, derandomize=True)
settings.register_profile("few", parent=_COMMON, max_examples=6)
settings.register_profile("slow", parent=_COMMON, max_examples=2000)
settings.load_profile(os.environ.get("KEYAKI_PROFILE", "ci" if "CI" in os.environ else "default"))


@pytest.fixture(scope="session", autouse=True)
def _compiled_kernels() -> None:
    """Compile before the first test: on a fresh machine this outlasts the limits of many tests."""
    warm()
