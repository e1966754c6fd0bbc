"""Reads a source into the shared memory and cuts it into spans of whole lines.

A span is published as soon as a line is whole, so that a source that trickles is answered at once.
What is read goes to the segment that is being filled; when that has enough, the line that is not
yet whole moves to the next free one. A line too long to keep is passed over as it is read.
"""

from __future__ import annotations

import select
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from queue import SimpleQueue
from typing import IO

from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.work import Span, lines_of


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """In bytes: the longest line, what is read at once, a segment, and a piece for a worker."""

    line: int
    read: int = 256 << 10
    segment: int = 1 << 20
    piece: int = 256 << 10

    @property
    def capacity(self) -> int:
        """What a segment must hold: one that is nearly full still takes a longest line."""
        return self.segment + self.line + 2 * self.read


class Feed:
    """The lines of `source` in `memory`.

    One thread at a time makes steps, another may take spans and release them. INVARIANT: a
    segment is free again iff the feed has left it and every byte published in it was released.
    """

    def __init__(self, source: IO[bytes], memory: SharedMemory, sizes: Sizes, bell: Bell) -> None:
        self._fill = _filling(source)
        self._memory = memory
        self._sizes = sizes
        self._bell = bell
        self._spans: deque[Span] = deque()
        self._free: SimpleQueue[int | None] = SimpleQueue()
        self._pinned = [0] * len(memory.starts)
        self._lock = threading.Lock()
        self._segment = 0
        self._start = self._filled = memory.starts[0]
        self._published = 0
        self._taken = 0
        self._is_passing_over = False
        self._is_closed = False
        self.is_over = False
        self.failure: Exception | None = None
        for index in range(1, len(memory.starts)):
            self._free.put(index)
        self._pin(0, 1)

    def run(self) -> None:
        """Read to the end, or until the feed is closed; an error is left in `failure`."""
        while not self.is_over and not self._is_closed:
            self.step()

    def step(self) -> None:
        """Read once; this waits for the source, or for a segment to become free."""
        try:
            self._step()
        except Exception as error:
            self.failure = error
            self.is_over = True
        self._bell.ring()

    def _step(self) -> None:
        with memoryview(self._memory.bytes) as whole:
            count = self._fill(whole[self._filled : self._filled + self._sizes.read])
        if not count:
            self._end()
        elif self._is_passing_over:
            self._pass_over(self._filled + count)
        else:
            self._add(self._filled + count)

    def _add(self, end: int) -> None:
        """Publish what is whole of the lines up to `end`."""
        after = self._memory.bytes.rfind(b"\n", self._filled, end) + 1
        self._filled = end
        if after:
            self._publish(after)
            if after - self._memory.starts[self._segment] >= self._sizes.segment:
                self._move_on()
        elif end - self._start > self._sizes.line:
            self._filled = self._start
            self._is_passing_over = True

    def _pass_over(self, end: int) -> None:
        """Go on after the end of a line that is too long, if it lies before `end`."""
        after = self._memory.bytes.find(b"\n", self._filled, end) + 1
        if after:
            self._is_passing_over = False
            self._spans.append(Span(self._segment, self._start, self._start, is_too_long=True))
            self._memory.bytes.move(self._start, after, end - after)
            if end > after:
                self._add(self._start + end - after)

    def _end(self) -> None:
        if self._is_passing_over:
            self._spans.append(Span(self._segment, self._start, self._start, is_too_long=True))
        elif self._filled > self._start:
            self._publish(self._filled)
        self.is_over = True

    def _publish(self, end: int) -> None:
        self._pin(self._segment, end - self._start)
        self._published += end - self._start
        self._spans.append(Span(self._segment, self._start, end))
        self._start = end

    def _move_on(self) -> None:
        """Begin to fill the next free segment with the line that is not yet whole."""
        left = self._segment
        segment = self._free.get()
        if segment is None:
            self._is_closed = True
            return
        start, size = self._memory.starts[segment], self._filled - self._start
        self._memory.bytes.move(start, self._start, size)
        self._segment, self._start, self._filled = segment, start, start + size
        self._pin(segment, 1)
        self._unpin(left, 1)

    def _pin(self, segment: int, size: int) -> None:
        with self._lock:
            self._pinned[segment] += size

    def _unpin(self, segment: int, size: int) -> None:
        with self._lock:
            self._pinned[segment] -= size
            if not self._pinned[segment]:
                self._free.put(segment)

    @property
    def is_empty(self) -> bool:
        """Whether every line was taken and no more will come."""
        return self.is_over and not self._spans

    def tell_of_more(self, is_wanted: bool) -> None:
        """Have the bell rung, or not, whenever there are more lines, or their end."""
        self._bell.is_wanted = is_wanted

    @property
    def has_lines(self) -> bool:
        """Whether there are lines to take."""
        return bool(self._spans)

    @property
    def available(self) -> int:
        """How many bytes of lines there are to take."""
        return self._published - self._taken

    def take(self, most: int) -> Span:
        """Return the next lines, of which there must be some.

        They have `most` bytes at most, unless the first one is longer.
        """
        span = self._joined()
        end = self._border(span, most)
        if end < span.end:
            self._spans.appendleft(Span(span.segment, end, span.end))
        self._taken += end - span.start
        return Span(span.segment, span.start, end, span.is_too_long)

    def _joined(self) -> Span:
        """Remove the first span, with those that follow it directly, and return it."""
        span = self._spans.popleft()
        while self._spans and _follows(span, self._spans[0]):
            span = Span(span.segment, span.start, self._spans.popleft().end)
        return span

    def _border(self, span: Span, most: int) -> int:
        """Return where the last line ends that is among the first `most` bytes of `span`."""
        end = span.start + most
        if end >= span.end:
            return span.end
        within = self._memory.bytes.rfind(b"\n", span.start, end) + 1
        return within or self._memory.bytes.find(b"\n", end, span.end) + 1 or span.end

    def give_back(self, span: Span) -> None:
        """Put back what was taken last, or the end of it."""
        self._taken -= span.size
        self._spans.appendleft(span)

    def cut(self, span: Span, lines: list[int]) -> Iterator[Span]:
        """Yield the parts of `span` between its beginning, these of its lines, and its end."""
        starts = [span.start]
        for line in lines_of(self.content(span), span.size):
            starts.append(starts[-1] + len(line or b""))
        borders = [span.start, *(starts[min(line, len(starts) - 1)] for line in lines), span.end]
        for start, end in pairwise(borders):
            yield Span(span.segment, start, end)

    def release(self, span: Span) -> None:
        """Allow the memory of `span` to be used again."""
        if span.size:
            self._unpin(span.segment, span.size)

    def content(self, span: Span) -> bytes:
        """Return the lines of `span`."""
        return self._memory.bytes[span.start : span.end]

    def close(self) -> None:
        """Make `run` return once the source has given what it waits for."""
        self._is_closed = True
        self._free.put(None)


def _follows(first: Span, second: Span) -> bool:
    same = first.segment == second.segment and first.end == second.start
    return same and not first.is_too_long and not second.is_too_long


def _filling(source: IO[bytes]) -> Callable[[memoryview], int]:
    """Return a function that reads what there is, waiting iff there is nothing; 0 is the end."""
    read: Callable[[memoryview], int | None]
    read = getattr(source, "readinto1", None) or source.readinto  # type: ignore[attr-defined]

    def fill(view: memoryview) -> int:
        while (count := read(view)) is None:
            select.select([source], [], [])
        return count

    return fill
