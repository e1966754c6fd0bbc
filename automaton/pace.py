"""How long one call of a kernel runs: so short that cancelling waits for few of them."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from automaton.budget import Budget

FIRST_STEPS = 1 << 12
CALL_S = 0.01
"""How long one call should take."""


class Pace:
    """Calls a kernel that counts its steps; `steps` is how many the next call may take."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps = FIRST_STEPS

    def call(
        self, kernel: Callable[[int], int], cursor: NDArray[np.int64], place: int
    ) -> tuple[int, int]:
        """Return the status of `kernel`, and the steps that it left in `cursor[place]`, now 0.

        Raise LimitReached iff the budget ends with them.
        """
        started = time.monotonic()
        status = kernel(self.steps)
        is_short = time.monotonic() - started < CALL_S
        self.steps = self.steps * 2 if is_short else max(1, self.steps // 2)
        taken = int(cursor[place])
        cursor[place] = 0
        self.budget.spend(taken)
        return status, taken
