"""Decide a problem."""

from automaton.budget import Budget
from automaton.terms import Problem
from automaton.verdict import Reason, Unknown, Verdict


def solve(problem: Problem, budget: Budget | None = None) -> Verdict:
    """Return the verdict on `problem`, within `budget` (default: `Budget()`)."""
    return Unknown(Reason.INCOMPLETE)
