"""The process of a worker: answers piece after piece until its input ends.

It is started by `crew` with the shared memory among its files. A job comes in on standard input, a
place in the memory; frames go out on standard output, each with the finished answers of some more
lines. Before each line the worker notes in its cell what it is about, so that a death has a place.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

from portfolio.pool.memory import CELL, setup_of
from portfolio.pool.work import Answerer, Ask, Reply, lines_of

JOB = struct.Struct("<QQQQ200s")
"""The number of the piece, where its lines start and end, one of `Ask`, and why to give up."""

FRAME = struct.Struct("<QQLLLL")
"""The number of the piece, bytes that follow, lines, failed, errors, and whether it is the last."""

HELLO = (1 << 64) - 1
"""The number in the frame that says that the worker is ready."""

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


def main(memory_fd: int, errors_fd: int, place_of_cell: int) -> None:
    """Answer what standard input asks, to its end."""
    # What a library prints goes to the errors: the output belongs to the protocol.
    results = os.dup(1)
    os.dup2(errors_fd, 2)
    os.dup2(2, 1)
    memory = mmap.mmap(memory_fd, 0)
    # What is loaded is no garbage, and never will be.
    gc.set_threshold(100_000, 50, 100)
    setup: Setup = pickle.loads(setup_of(memory))  # noqa: S301 - our parent wrote it
    gc.freeze()
    _Frame(results, HELLO).send(is_last=True)
    while job := _read(JOB.size):
        number, start, end, ask, why = JOB.unpack(job)
        replies = setup.replies(memory[start:end], Ask(ask), why.rstrip(b"\0").decode())
        _answer(_Frame(results, number), replies, memory, place_of_cell)


def _answer(frame: _Frame, replies: Iterator[Reply], memory: mmap.mmap, place: int) -> None:
    """Send the answers of a piece, the first ones before the last are ready if these take long."""
    line = 0
    CELL.pack_into(memory, place, frame.number, line)
    for reply in replies:
        frame.add(reply)
        if frame.is_due():
            frame.send(is_last=False)
        line += 1
        CELL.pack_into(memory, place, frame.number, line)
    frame.send(is_last=True)


class _Frame:
    """Answers that wait to be sent."""

    def __init__(self, fd: int, number: int) -> None:
        self.number = number
        self._fd = fd
        self._clear()

    def _clear(self) -> None:
        self._outputs: list[bytes] = []
        self._size = self._failed = self._errors = 0
        self._due_at = time.monotonic() + FLUSH_S

    def add(self, reply: Reply) -> None:
        """Have the answer to one more line sent."""
        self._outputs.append(reply.output)
        self._size += len(reply.output)
        if reply.is_error:
            self._errors += 1
        elif not reply.passed:
            self._failed += 1

    def is_due(self) -> bool:
        """Return whether what waits should wait no longer."""
        return self._size >= FLUSH_BYTES or time.monotonic() >= self._due_at

    def send(self, *, is_last: bool) -> None:
        """Send what waits."""
        counts = len(self._outputs), self._failed, self._errors
        head = FRAME.pack(self.number, self._size, *counts, is_last)
        unsent = memoryview(b"".join((head, *self._outputs)))
        while unsent:
            unsent = unsent[os.write(self._fd, unsent) :]
        self._clear()


def _read(size: int) -> bytes:
    """Return the next `size` bytes of standard input, fewer iff it ends."""
    read = b""
    while len(read) < size and (piece := os.read(0, size - len(read))):
        read += piece
    return read if len(read) == size else b""
