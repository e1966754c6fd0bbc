"""Back-pressure: how many questions are at work at once, and how many may wait for their turn.

For callers such as a service, where more may come than can be answered: what finds the queue full
is turned away at once, while there is still time to ask elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from portfolio.cancel import Cancel
from portfolio.places import Places, QueueFull


class NotAdmitted(Exception):  # noqa: N818 - an answer more than an error
    """A question was not let in; the text says why."""


class Overloaded(NotAdmitted):
    """As many questions are at work, and as many wait, as may: turned away at once."""


class WaitedTooLong(NotAdmitted):
    """The wait for a turn lasted until its deadline."""


class GaveUp(NotAdmitted):
    """Whoever asked gave up while waiting."""


class Admission:
    """Lets at most `at_work` questions in at once, and at most `waiting` wait. For all threads."""

    def __init__(self, *, at_work: int, waiting: int) -> None:
        if at_work < 1 or waiting < 0:
            raise ValueError(f"{at_work} at work and {waiting} waiting can never answer a question")
        self._places = Places(at_work, waiting)
        self._most_waiting = waiting

    @property
    def at_work(self) -> int:
        """How many questions are at work now."""
        return self._places.taken

    @property
    def waiting(self) -> int:
        """How many questions wait now."""
        return self._places.waiting

    @contextmanager
    def admitted(self, *, wait_s: float, cancel: Cancel | None = None) -> Iterator[float]:
        """Be let in, for the context, after a wait of at most `wait_s`; yield how long it was.

        Raise Overloaded at once iff nobody may wait, WaitedTooLong iff `wait_s` are over, GaveUp
        iff `cancel` is set before; then nothing was let in, and nothing waits any longer.
        """
        began = time.monotonic()
        try:
            place = self._places.ask()
        except QueueFull:
            raise Overloaded(self._told()) from None
        try:
            with cancel.calling(place.leave) if cancel else nullcontext():
                is_in = place.wait(wait_s)
            if cancel and cancel.is_set:
                raise GaveUp("called off while waiting for a turn")
            if not is_in:
                raise WaitedTooLong(f"no turn within {wait_s:g} s: {self._told()}")
            yield time.monotonic() - began
        finally:
            place.leave()

    def _told(self) -> str:
        return f"{self._places.most} questions are at work and {self.waiting} wait"
