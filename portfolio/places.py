"""Places at work, of which there are so many: who finds none waits, first come, first served.

Nothing here knows what the work is. Whoever asks for a place leaves it when done, or when not
waiting any longer; leaving twice is leaving once.
"""

from __future__ import annotations

import threading
from collections import deque


class QueueFull(Exception):  # noqa: N818 - an answer more than an error
    """There is no place, and as many wait for one as may."""


class Places:
    """At most `most` places taken at once, and at most `most_waiting` who wait for one.

    `most_waiting` is None for any number. Any thread may ask, wait and leave.
    """

    def __init__(self, most: int, most_waiting: int | None = None) -> None:
        self._most = most
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._taken = 0
        self._queue: deque[Place] = deque()

    @property
    def most(self) -> int:
        """How many places there are."""
        return self._most

    @property
    def taken(self) -> int:
        """How many places are taken now."""
        return self._taken

    @property
    def waiting(self) -> int:
        """How many wait for a place now."""
        return len(self._queue)

    def ask(self) -> Place:
        """Return a place, which is had at once or waited for. Raise QueueFull iff it may not be."""
        place = Place(self)
        with self._lock:
            if self._taken < self._most and not self._queue:
                self._give(place)
            elif self._most_waiting is not None and len(self._queue) >= self._most_waiting:
                raise QueueFull
            else:
                self._queue.append(place)
        return place

    def resize(self, most: int) -> None:
        """Have another number of places; who has one keeps it, also where these are fewer."""
        with self._lock:
            self._most = most
            self._give_to_first()

    def _give(self, place: Place) -> None:
        self._taken += 1
        place._state = _HAD
        place._granted.set()

    def _give_to_first(self) -> None:
        while self._queue and self._taken < self._most:
            self._give(self._queue.popleft())

    def _leave(self, place: Place) -> None:
        with self._lock:
            state, place._state = place._state, _LEFT
            if state is _WAITED_FOR:
                self._queue.remove(place)
            elif state is _HAD:
                self._taken -= 1
                self._give_to_first()
        place._granted.set()


_WAITED_FOR, _HAD, _LEFT = "waited for", "had", "left"


class Place:
    """A place that was asked for."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._state = _WAITED_FOR
        self._granted = threading.Event()

    @property
    def is_had(self) -> bool:
        """Whether the place is taken by whoever asked for it."""
        return self._state is _HAD

    def wait(self, timeout_s: float) -> bool:
        """Return whether the place is had by then; False at once when somebody left it."""
        self._granted.wait(max(timeout_s, 0.0))
        return self.is_had

    def leave(self) -> None:
        """Give the place back, or leave the queue; who waits for it does so in vain."""
        self._places._leave(self)
