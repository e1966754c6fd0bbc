"""Calling off from outside: a race, a search, a wait for a place."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancel:
    """Can be set once, from any thread; then it is set for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._calls: list[Callable[[], object]] = []

    @property
    def is_set(self) -> bool:
        """Whether somebody called off."""
        return self._is_set

    def set(self) -> None:
        """Call off: every callback is called, in this thread, whatever another raises."""
        with self._lock:
            self._is_set = True
            calls, self._calls = self._calls, []
        for call in calls:
            with contextlib.suppress(Exception):
                call()

    @contextmanager
    def calling(self, call: Callable[[], object]) -> Iterator[None]:
        """Have `call` called when this is set inside the context, or at once if it is set by now.

        It may still be on its way, in another thread, when the context ends.
        """
        with self._lock:
            is_late = self._is_set
            if not is_late:
                self._calls.append(call)
        if is_late:
            call()
        try:
            yield
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._calls.remove(call)
