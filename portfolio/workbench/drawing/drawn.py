"""What one draw gives: a script, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from automaton.terms import Constant, Problem
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.printer import script

NEUTRAL = DIALECTS["standard"]
"""The dialect of query sets: what every solver reads, and what none of them is tuned for."""


class NoQuery(Exception):  # noqa: N818 - a draw that comes to nothing is no error
    """A draw came to nothing: its question holds what is not modelled, or is none."""


@dataclass(frozen=True)
class Drawn:
    """A script, and in words what it asks."""

    script: str
    origin: str


Draw = Callable[[Random], Drawn]
"""Draws from what chance it is given alone; raises NoQuery or Unsupported iff that is nothing."""


def asked(problem: Problem, origin: str) -> Drawn:
    """Return the script of a problem. Raise NoQuery iff the problem is decided as it stands."""
    if isinstance(problem.formula, Constant):
        raise NoQuery
    return Drawn(script(problem, NEUTRAL, get_model=False), origin)
