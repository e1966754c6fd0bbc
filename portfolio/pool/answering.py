"""What every worker does, wherever it is: lines to replies, and replies to parts worth sending."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from portfolio.pool.work import Answerer, Ask, Part, Reply, lines_of

FLUSH_S = 0.01
FLUSH_BYTES = 1 << 18


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a worker needs to know."""

    answerer: Answerer
    longest_line: int

    def replies(self, content: bytes, ask: Ask, why: str) -> Iterator[Reply]:
        """Yield what is said of each line of a piece."""
        if ask is Ask.SAY_TOO_LONG:
            yield self.answerer.reply(None)
        elif ask is Ask.GIVE_UP:
            yield self.answerer.unanswered(content, why)
        else:
            yield from map(self.answerer.reply, lines_of(content, self.longest_line))

    def patience_s(self, line: bytes) -> float:
        """Return how long a worker may be about a line."""
        is_read = len(line) <= self.longest_line
        return self.answerer.patience_s(line if is_read else b"")


class Sheaf:
    """Replies that wait to be sent together."""

    def __init__(self) -> None:
        self._outputs: list[bytes] = []
        self._size = self._failed = self._errors = 0
        self._due_at = time.monotonic() + FLUSH_S

    def add(self, reply: Reply) -> None:
        """Have one more line's answer sent."""
        self._outputs.append(reply.output)
        self._size += len(reply.output)
        if reply.is_error:
            self._errors += 1
        elif not reply.passed:
            self._failed += 1

    def is_due(self) -> bool:
        """Return whether what waits should wait no longer."""
        return self._size >= FLUSH_BYTES or time.monotonic() >= self._due_at

    def part(self) -> Part:
        """Return what waits."""
        return Part(b"".join(self._outputs), len(self._outputs), self._failed, self._errors)
