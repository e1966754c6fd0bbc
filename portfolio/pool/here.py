"""Lines answered by this process, one after another, in a thread that is left behind if it hangs.

Nothing can end a thread: it goes on beside the next one, which answers the lines that follow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue

from portfolio.pool import watch
from portfolio.pool.work import Answerer, Reply
from portfolio.threads import run_in_thread

Told = tuple[Reply, float] | BaseException | None
"""A reply and how long it took, what was raised instead, or that there are no more."""


def replies_here(
    answerer: Answerer, lines: Sequence[bytes | None], most_s: float
) -> Iterator[tuple[Reply, float]]:
    """Yield the reply to each line, and how long it took, until `most_s` seconds were taken."""
    answered, taken_s = 0, 0.0
    while answered < len(lines) and taken_s < most_s:
        run = _Run(answerer, lines[answered:], most_s - taken_s)
        try:
            for reply, took_s in run.heard():
                answered, taken_s = answered + 1, taken_s + took_s
                yield reply, took_s
        finally:
            run.is_over = True


class _Run:
    """A thread at some lines, until one of them hangs."""

    def __init__(self, answerer: Answerer, lines: Sequence[bytes | None], most_s: float) -> None:
        self.is_over = False
        self._answerer = answerer
        self._lines = lines
        self._most_s = most_s
        self._told: SimpleQueue[Told] = SimpleQueue()
        run_in_thread(self._answer)

    def _answer(self) -> None:
        taken_s = 0.0
        for line in self._lines:
            if self.is_over or taken_s >= self._most_s:
                break
            started = time.monotonic()
            try:
                reply = self._answerer.reply(line)
            except BaseException as error:
                self._told.put(error)
                return
            took_s = time.monotonic() - started
            taken_s += took_s
            self._told.put((reply, took_s))
        self._told.put(None)

    def heard(self) -> Iterator[tuple[Reply, float]]:
        """Yield what the thread says, of a line at which it hangs that it is not answered."""
        for line in self._lines:
            try:
                told = self._next(line or b"")
            except Empty:
                patience_s = self._answerer.patience_s(line or b"")
                why = watch.hanging(patience_s)
                yield self._answerer.unanswered(line or b"", why), patience_s
                return
            if told is None:
                return
            if isinstance(told, BaseException):
                raise told
            yield told

    def _next(self, line: bytes) -> Told:
        """Return what the thread says next; raise Empty iff it takes longer than `line` may."""
        try:
            return self._told.get(timeout=watch.FIRST_LOOK_S)
        except Empty:
            left_s = self._answerer.patience_s(line) - watch.FIRST_LOOK_S
        return self._told.get(timeout=max(0.0, left_s))
