"""The time of searches, which stands still while kernels are interpreted or compiled.

Both happen only until a process has its kernels. What a search may take is thus the same in a
process that has just begun and in a warm one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class _Pauses:
    """When time stood still: for `total_s` in all, and since `since` while `depth` is not 0."""

    def __init__(self) -> None:
        # A signal's handler may ask for the time while it stops.
        self.lock = threading.RLock()
        self.depth = 0
        self.since = 0.0
        self.total_s = 0.0

    def forget_threads(self) -> None:
        """Begin anew in a forked child, which has none of the threads that stopped the time."""
        self.lock = threading.RLock()
        self.depth = 0


_pauses = _Pauses()


def now() -> float:
    """Return the seconds since some moment, less those for which time stood still."""
    with _pauses.lock:
        moment = _pauses.since if _pauses.depth else time.monotonic()
        return moment - _pauses.total_s


@contextmanager
def stopped() -> Iterator[None]:
    """Let time stand still, for all threads, until nobody wants it to any more."""
    with _pauses.lock:
        if not _pauses.depth:
            _pauses.since = time.monotonic()
        _pauses.depth += 1
    try:
        yield
    finally:
        with _pauses.lock:
            _pauses.depth -= 1
            if not _pauses.depth:
                _pauses.total_s += time.monotonic() - _pauses.since


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pauses.forget_threads)
