"""How rows are read when runs are held together: which clock counts, what is solved, PAR2.

PAR2 is the mean time of a query, where one that was not solved counts twice the limit.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from portfolio.workbench.row import Row

LEAST_S = 1e-5
"""What counts as the time of a query that took less: below lie starts and the clock's own steps."""


class Clock(Enum):
    """Which time counts; the value is its name on the command line."""

    CPU = "cpu"
    WALL = "wall"

    @property
    def told(self) -> str:
        """How people write it."""
        return "CPU" if self is Clock.CPU else "wall"


@dataclass(frozen=True, kw_only=True)
class Times:
    """How the times of runs are read.

    `wall_s` and `cpu_s` are the limits of each query. Iff `is_cut`, what was answered after them
    counts as not solved: so a run with longer limits can be held against one with shorter.
    """

    clock: Clock
    wall_s: float
    cpu_s: float = math.inf
    is_cut: bool = False

    @property
    def limit_s(self) -> float:
        """The limit by the clock that counts; a process can spend no more than passes."""
        return min(self.wall_s, self.cpu_s) if self.clock is Clock.CPU else self.wall_s

    def of(self, row: Row) -> float:
        """Return the seconds that a query took."""
        return row.cpu_s if self.clock is Clock.CPU else row.wall_s

    def is_solved(self, row: Row) -> bool:
        """Return whether the member came in time to a verdict that nothing is known against."""
        return row.is_solved and (not self.is_cut or self.part(row) <= 1)

    def part(self, row: Row) -> float:
        """Return the part of its limits, the scarcer one, that a query took."""
        return max(row.wall_s / self.wall_s, row.cpu_s / self.cpu_s)

    def score(self, row: Row) -> float:
        """Return the time of a query that was solved, else twice the limit."""
        return self.of(row) if self.is_solved(row) else 2 * self.limit_s

    def par2(self, rows: Iterable[Row]) -> float:
        """Return the mean score of the rows; 0 iff there are none."""
        scores = [self.score(row) for row in rows]
        return statistics.fmean(scores) if scores else 0.0
