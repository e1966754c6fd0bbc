"""One exchange with a process: data in, text out, under limits that hold whatever it does."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable
from enum import Enum, auto

from portfolio.members.process import Process

TICK_S = 0.02
FIRST_LOOK_S = 0.005
CHUNK = 1 << 16
MAX_OUTPUT = 1 << 24
MAX_ERRORS = 1 << 12


class Stop(Enum):
    """Why an exchange is over."""

    COMPLETE = auto()
    CLOSED = auto()
    TIME = auto()
    CPU = auto()
    MEMORY = auto()
    FLOOD = auto()
    CANCELLED = auto()


class Exchange:
    """Writes `data` and reads until `is_complete` holds for the last piece that was read.

    Making one raises OSError, and ends the process, iff it cannot be.
    `ends_input` closes the input of the process after `data`. The process is watched from here:
    wall time at every step, at every tick the memory and processor time of it and all that it
    started, so that nothing needs its cooperation.
    """

    def __init__(
        self,
        process: Process,
        data: bytes,
        *,
        deadline: float,
        memory_bytes: int,
        cpu_s: float | None = None,
        is_complete: Callable[[bytes], bool],
        ends_input: bool = False,
    ) -> None:
        self.process = process
        self.output = bytearray()
        self.errors = bytearray()
        self.stop: Stop | None = None
        self._unsent = memoryview(data)
        self._deadline = deadline
        self._memory_bytes = memory_bytes
        self._cpu_s = cpu_s
        self._is_complete = is_complete
        self._ends_input = ends_input
        self._has_exited = False
        self._look_s = FIRST_LOOK_S
        self._next_look = time.monotonic() + FIRST_LOOK_S
        process.meter.restart()
        try:
            self._begin()
        except OSError:
            # Nobody else has the process that could end it.
            process.kill()
            raise

    def _begin(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.process.stdin, selectors.EVENT_WRITE, self._write)
        self._selector.register(self.process.stdout, selectors.EVENT_READ, self._read)
        self._selector.register(self.process.stderr, selectors.EVENT_READ, self._read_errors)
        self._write()

    def run(self, until: float) -> Stop | None:
        """Go on until the exchange is over and return why, or None iff it still goes on then."""
        while self.stop is None:
            now = time.monotonic()
            self._watch(now)
            self._step(min(until, self._deadline, self._next_look) - now)
            if self.stop is None and now >= until:
                return None
        self._read_errors()
        self._selector.close()
        return self.stop

    def _watch(self, now: float) -> None:
        if self.process.is_cancelled:
            self.stop = Stop.CANCELLED
        elif now >= self._deadline:
            self.stop = Stop.TIME
        elif now >= self._next_look:
            self._look_s = min(2 * self._look_s, TICK_S)
            self._next_look = now + self._look_s
            self._look()

    def _look(self) -> None:
        meter = self.process.meter
        self._has_exited = self.process.has_exited()
        meter.look()
        if meter.holds_more_than(self._memory_bytes):
            self.stop = Stop.MEMORY
        elif self._cpu_s is not None and meter.cpu_s > self._cpu_s:
            self.stop = Stop.CPU

    def _step(self, wait_s: float) -> None:
        is_over = self.stop is not None or self._has_exited
        ready = self._selector.select(0 if is_over else max(wait_s, 0))
        for key, _ in ready:
            key.data()
        # The children of a process that exited may hold its pipes open for ever.
        if self._has_exited and self.stop is None and not ready:
            self.stop = Stop.CLOSED

    def _write(self) -> None:
        try:
            sent = os.write(self.process.stdin.fileno(), self._unsent[:CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._selector.unregister(self.process.stdin)
            return
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._selector.unregister(self.process.stdin)
            if self._ends_input:
                self.process.stdin.close()

    def _read(self) -> None:
        piece = _read(self.process.stdout.fileno())
        if piece is None:
            return
        self.output += piece
        if not piece:
            self._selector.unregister(self.process.stdout)
            self.stop = Stop.CANCELLED if self.process.is_cancelled else Stop.CLOSED
        elif self._is_complete(piece):
            self.stop = Stop.COMPLETE
        elif len(self.output) > MAX_OUTPUT:
            self.stop = Stop.FLOOD

    def _read_errors(self) -> None:
        piece = _read(self.process.stderr.fileno())
        if piece:
            self.errors = (self.errors + piece)[-MAX_ERRORS:]
        elif piece is not None and self.process.stderr in self._selector.get_map():
            self._selector.unregister(self.process.stderr)


def _read(pipe: int) -> bytes | None:
    try:
        return os.read(pipe, CHUNK)
    except BlockingIOError:
        return None
