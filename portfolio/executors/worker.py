"""The process of a worker: does the work for one item after another until its input ends.

It is started by `local`. Frames travel on its standard input and output: how many bytes follow, and
a pickle of so many. The first one in is the work, each other one an item; the first one out says
that the worker is ready, each other one what came of an item.
"""

from __future__ import annotations

import gc
import os
import pickle
import struct
from collections.abc import Iterator
from typing import Any

from portfolio.executors.tries import pickled, worked
from portfolio.executors.work import Raised, outcome

SIZE = struct.Struct("<Q")


def main(errors_fd: int) -> None:
    """Work on what standard input brings, to its end."""
    # Whoever the work starts has neither end of the protocol; what is printed goes to the errors.
    items, results = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor
        os.dup2(nothing.fileno(), 0)
    os.dup2(errors_fd, 2)
    os.dup2(2, 1)
    frames = _frames(items)
    work: Any = outcome(lambda: pickle.loads(next(frames)))  # noqa: S301 - our parent wrote it
    # What is loaded is no garbage, and never will be.
    gc.freeze()
    _send(results, pickled(work if isinstance(work, Raised) else None))
    for item in frames:
        _send(results, worked(work, item))


def _frames(fd: int) -> Iterator[bytes]:
    while head := _read(fd, SIZE.size):
        yield _read(fd, *SIZE.unpack(head))


def _send(fd: int, content: bytes) -> None:
    unsent = memoryview(framed(content))
    while unsent:
        unsent = unsent[os.write(fd, unsent) :]


def framed(content: bytes) -> bytes:
    """Return `content` as it travels."""
    return SIZE.pack(len(content)) + content


def _read(fd: int, size: int) -> bytes:
    """Return the next `size` bytes, none iff the input ends before."""
    read = bytearray()
    while len(read) < size:
        piece = os.read(fd, size - len(read))
        if not piece:
            return b""
        read += piece
    return bytes(read)
