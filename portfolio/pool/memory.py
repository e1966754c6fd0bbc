"""Memory that this process and its workers share, and a bell to wake who waits for them.

The memory begins with what workers need to know, pickled; a cell for each worker follows, in which
it notes what it is about, and then the segments, which hold lines.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import tempfile
import threading

CELL = struct.Struct("<QQ")
"""What a worker is about: the number of a piece, and a line of it."""

_LENGTH = struct.Struct("<Q")


class SharedMemory:
    """Segments that workers see too; `fd` is a file that only those who inherit it can find."""

    def __init__(self, setup: bytes, *, cells: int, segments: int, segment_bytes: int) -> None:
        self._cells = _LENGTH.size + len(setup)
        base = _to_page(self._cells + cells * CELL.size)
        self.segment_bytes = _to_page(segment_bytes)
        self.starts = [base + index * self.segment_bytes for index in range(segments)]
        size = base + segments * self.segment_bytes
        self.fd = _unnamed_file(size)
        self.bytes = mmap.mmap(self.fd, size)
        self.bytes[: self._cells] = _LENGTH.pack(len(setup)) + setup

    def place_of_cell(self, index: int) -> int:
        """Return where the cell of a worker is."""
        return self._cells + index * CELL.size

    def cell(self, index: int) -> tuple[int, int]:
        """Return what a worker notes that it is about."""
        number, line = CELL.unpack_from(self.bytes, self.place_of_cell(index))
        return number, line

    def close(self) -> None:
        """Let go of the memory."""
        os.close(self.fd)
        # A thread that still reads into it keeps it until it ends.
        with contextlib.suppress(BufferError):
            self.bytes.close()


def setup_of(memory: mmap.mmap) -> bytes:
    """Return what workers need to know."""
    (length,) = _LENGTH.unpack_from(memory)
    return memory[_LENGTH.size : _LENGTH.size + length]


def _to_page(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE


def _unnamed_file(size: int) -> int:
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("keyaki")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.truncate(fd, size)
    return fd


class Bell:
    """Wakes whoever waits for `fd` to become readable. Any thread may ring."""

    def __init__(self) -> None:
        self.fd, self._end = os.pipe()
        os.set_blocking(self.fd, False)
        self._lock = threading.Lock()
        self._is_rung = False
        self._is_closed = False
        self.is_wanted = False
        """Whether ringing has any effect. Set it before looking whether there is need to wait."""

    def ring(self) -> None:
        """Wake whoever waits, now or as soon as it does."""
        # PERF: mostly there is enough to do, and nobody waits for more.
        if not self.is_wanted:
            return
        with self._lock:
            if not self._is_rung and not self._is_closed:
                self._is_rung = True
                os.write(self._end, b"!")

    def silence(self) -> None:
        """Be ready to be rung again."""
        with self._lock:
            if self._is_rung:
                self._is_rung = False
                os.read(self.fd, 1)

    def close(self) -> None:
        """Do nothing from now on when rung."""
        with self._lock:
            self._is_closed = True
            os.close(self.fd)
            os.close(self._end)
