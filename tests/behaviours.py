"""How the members of `tests/fake_solver.py` behave, and how each of them ends."""

from __future__ import annotations

from portfolio.answer import End
from portfolio.limits import Limits

SHORT = Limits(wall_s=0.25, memory_mib=64, grace_s=0.01)
AMPLE = Limits(wall_s=20.0, memory_mib=64, grace_s=0.01)

ENDS = {
    "sat": End.ANSWERED,
    "wrong-sat": End.ANSWERED,
    "sat-without-model": End.CRASHED,
    "unsat": End.ANSWERED,
    "unsat-and-error": End.ANSWERED,
    "unknown": End.UNKNOWN,
    "error": End.CRASHED,
    "error-and-unsat": End.CRASHED,
    "unsupported": End.UNSUPPORTED,
    "memory-error": End.OUT_OF_MEMORY,
    "garbage": End.CRASHED,
    "nothing": End.CRASHED,
    "hang": End.TIMED_OUT,
    "deaf": End.TIMED_OUT,
    "ignore-signals": End.TIMED_OUT,
    "eat-memory": End.OUT_OF_MEMORY,
    "flood": End.CRASHED,
    "flood-errors": End.TIMED_OUT,
    "fork-and-hang": End.TIMED_OUT,
    "fork-and-answer": End.ANSWERED,
    "burn-in-children": End.TIMED_OUT,
    "eat-memory-in-children": End.OUT_OF_MEMORY,
    "escape-and-hang": End.TIMED_OUT,
    "escape-and-answer": End.ANSWERED,
    "stop": End.TIMED_OUT,
    "stop-reading": End.TIMED_OUT,
    "say-half": End.TIMED_OUT,
    "close-and-hang": End.CRASHED,
    "abort": End.CRASHED,
    "leave": End.CRASHED,
}


def limits_for(behaviour: str) -> Limits:
    """Return limits under which this behaviour has its end, and soon."""
    return SHORT if ENDS[behaviour] is End.TIMED_OUT else AMPLE
