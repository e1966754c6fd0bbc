"""Answers a source of lines: here at first, by workers once there is more than is worth waiting.

A worker needs half a second to start. Until the lines that wait have cost that much, this process
answers them itself, one after another, which is also what a single worker means. A source that is
always caught up with never needs workers.
"""

from __future__ import annotations

import math
import os
import pickle
import time
from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from typing import IO

from portfolio.pool.answering import Setup
from portfolio.pool.crew import Crew
from portfolio.pool.feed import Feed, Sizes
from portfolio.pool.here import replies_here
from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.order import answers_in_order
from portfolio.pool.work import PER_WORKER, Answerer, Executor, Part, Reply, Span
from portfolio.threads import run_in_thread

PATIENCE_S = 0.3
"""How long this process answers lines that did not have to be waited for, before others do."""

PIECE_BYTES = 16 << 10
"""How much this process answers at most ahead of whoever reads the answers."""

WAIT_S = 0.005
"""Reading takes less unless it waits for the source."""


Hire = Callable[[int, SharedMemory, Bell, Setup], Executor]
"""What makes an executor of so many workers."""


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def answered(
    source: IO[bytes],
    answerer: Answerer,
    *,
    workers: int,
    sizes: Sizes,
    patience_s: float = PATIENCE_S,
    hire: Hire | None = None,
) -> Generator[Part, None, None]:
    """Yield the answers to the lines of `source`, in order, as soon as there are some.

    Workers are hired by `hire`; if it is None they are processes here, and one of them means this
    process alone. For others an answerer must be one that can be pickled. Closing the iterator
    ends the workers.
    """
    setup = Setup(answerer=answerer, longest_line=sizes.line)
    is_alone = hire is None and workers < 2
    bell = Bell()
    memory = _memory(setup, 0 if is_alone else workers, sizes)
    feed = Feed(source, memory, sizes, bell)
    try:
        yield from _answered_here(feed, answerer, sizes, math.inf if is_alone else patience_s)
        if not feed.is_empty:
            crew = (hire or Crew)(workers, memory, bell, setup)
            yield from _answered_by_workers(feed, crew, sizes)
        elif feed.failure:
            raise feed.failure
    finally:
        feed.close()
        bell.close()
        memory.close()


def _memory(setup: Setup, workers: int, sizes: Sizes) -> SharedMemory:
    """Return memory with segments for all pieces that can be in work, and two to fill."""
    return SharedMemory(
        pickle.dumps(setup) if workers else b"",
        cells=workers,
        segments=workers * PER_WORKER + 2,
        segment_bytes=sizes.capacity,
    )


def _answered_by_workers(feed: Feed, crew: Executor, sizes: Sizes) -> Iterator[Part]:
    run_in_thread(feed.run)
    try:
        yield from answers_in_order(feed, crew, piece_bytes=sizes.piece)
    finally:
        crew.close()


def _answered_here(
    feed: Feed, answerer: Answerer, sizes: Sizes, patience_s: float
) -> Iterator[Part]:
    """Yield answers to all lines, or until those that were not waited for took `patience_s`."""
    spent_s = 0.0
    while (waited_s := _wait_for_lines(feed)) is not None:
        spent_s = 0.0 if waited_s > WAIT_S else spent_s
        span = feed.take(min(sizes.piece, PIECE_BYTES))
        written = _lines(span, feed.content(span))
        lines = [None if _is_too_long(line, sizes) else line for line in written]
        end, count = span.start, 0
        for reply, took_s in replies_here(answerer, lines, patience_s - spent_s):
            read = len(written[count] or b"")
            end, count, spent_s = end + read, count + 1, spent_s + took_s
            yield _part(reply, read)
        feed.release(Span(span.segment, span.start, end))
        if count < len(lines):
            feed.give_back(Span(span.segment, end, span.end, span.is_too_long))
            return


def _wait_for_lines(feed: Feed) -> float | None:
    """Read until there is a line; return how long that took, None iff there are no more."""
    started = time.monotonic()
    while not feed.has_lines:
        if feed.is_over:
            return None
        feed.step()
    return time.monotonic() - started


def _lines(span: Span, content: bytes) -> list[bytes | None]:
    """Return the lines of `span`, None for one that was too long to keep."""
    return [None] if span.is_too_long else [*BytesIO(content)]


def _is_too_long(line: bytes | None, sizes: Sizes) -> bool:
    return line is None or len(line) > sizes.line


def _part(reply: Reply, read: int) -> Part:
    failed = not reply.is_error and not reply.passed
    return Part(reply.output, 1, int(failed), int(reply.is_error), read)
