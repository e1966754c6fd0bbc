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
from collections.abc import Iterator

from portfolio.pool.answering import Setup, Sheaf
from portfolio.pool.memory import CELL, setup_of
from portfolio.pool.work import Ask, Part, Reply

JOB = struct.Struct("<QQQQ200s")
"""The number of the piece, where its lines start and end, one of `Ask`, and why to give up."""

FRAME = struct.Struct("<QQLLLL")
"""The number of the piece, bytes that follow, lines, failed, errors, and whether it is the last."""

HELLO = (1 << 64) - 1
"""The number in the frame that says that the worker is ready."""


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
    _send(results, HELLO, Part(b"", 0, 0, 0), is_last=True)
    while job := _read(JOB.size):
        number, start, end, ask, why = JOB.unpack(job)
        reason = why.rstrip(b"\0").decode(errors="replace")
        replies = setup.replies(memory[start:end], Ask(ask), reason)
        _answer(results, number, replies, memory, place_of_cell)


def _answer(
    results: int, number: int, replies: Iterator[Reply], memory: mmap.mmap, place: int
) -> None:
    """Send the answers of a piece, the first ones before the last are ready if these take long."""
    line = 0
    sheaf = Sheaf()
    CELL.pack_into(memory, place, number, line)
    for reply in replies:
        sheaf.add(reply)
        if sheaf.is_due():
            _send(results, number, sheaf.part(), is_last=False)
            sheaf = Sheaf()
        line += 1
        CELL.pack_into(memory, place, number, line)
    _send(results, number, sheaf.part(), is_last=True)


def _send(fd: int, number: int, part: Part, *, is_last: bool) -> None:
    counts = part.lines, part.failed, part.errors
    head = FRAME.pack(number, len(part.output), *counts, is_last)
    unsent = memoryview(head + part.output)
    while unsent:
        unsent = unsent[os.write(fd, unsent) :]


def _read(size: int) -> bytes:
    """Return the next `size` bytes of standard input, fewer iff it ends."""
    read = b""
    while len(read) < size and (piece := os.read(0, size - len(read))):
        read += piece
    return read if len(read) == size else b""
