"""How long a worker is at one place, and when that is so long that it is taken to hang."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_LOOK_S = 5.0
"""Nobody asks how long a line may take before it took this long."""


class Watch:
    """What one worker is at, and since when."""

    def __init__(self) -> None:
        self._place: object = None
        self._since = 0.0
        self._patience_s: float | None = None

    def overrun_s(self, place: object, patience: Callable[[], float]) -> float | None:
        """Return what `patience` says iff the worker has been at `place` for longer than that.

        A place of None is none: the worker waits for us.
        """
        now = time.monotonic()
        if place is None or place != self._place:
            self._place, self._since, self._patience_s = place, now, None
            return None
        if now - self._since < FIRST_LOOK_S:
            return None
        if self._patience_s is None:
            self._patience_s = patience()
        return self._patience_s if now - self._since >= self._patience_s else None


def hanging(patience_s: float) -> str:
    """Return what is said of a line whose worker was ended after so long."""
    return f"no answer within {patience_s:g} s"
