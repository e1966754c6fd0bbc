"""The executor of local processes: as many workers as asked for, each replaced when it dies."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import time
from collections import deque

from portfolio.members.process import LAST_WORDS_S, Process
from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.work import Answered, Demand, Lost, Part, Piece
from portfolio.pool.worker import FRAME, HELLO, JOB

PER_WORKER = 2
"""Pieces that a worker has at once: the second one is there when it has done the first."""

TICK_S = 1.0
CHUNK = 1 << 16
MAX_FAILED_STARTS = 3

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[4:];"
    " from portfolio.pool.worker import main; main(*map(int, sys.argv[1:4]))"
)

News = list[Answered | Lost]


class CrewError(RuntimeError):
    """Workers cannot be started."""


class Crew:
    """Workers over one shared memory. They start at once and load what they need meanwhile."""

    def __init__(self, count: int, memory: SharedMemory, bell: Bell) -> None:
        self._memory = memory
        self._bell = bell
        self._errors_fd = _errors()
        self._number = 0
        self._failed_starts = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(bell.fd, selectors.EVENT_READ)
        self._hands: list[_Hand] = []
        try:
            for index in range(count):
                self._hands.append(self._start(index))
        except BaseException:
            self.close()
            raise

    def _start(self, index: int) -> _Hand:
        hand = _Hand(index, self._memory, self._errors_fd)
        self._selector.register(hand.fd, selectors.EVENT_READ, hand)
        return hand

    def demand(self) -> Demand:
        """Return how many workers have nothing to do, and how many pieces all would take."""
        loads = [len(hand.pieces) for hand in self._hands]
        return Demand(loads.count(0), sum(PER_WORKER - load for load in loads))

    def submit(self, piece: Piece) -> None:
        """Give `piece` to the worker that has the least to do."""
        self._number += 1
        hand = min(self._hands, key=lambda hand: len(hand.pieces))
        hand.give(self._number, piece)

    def collect(self, urgent: Piece | None) -> News:
        """Wait for news or for the bell; hear only the worker of `urgent` if it is given."""
        self._listen_for(urgent)
        news: News = []
        ready = self._selector.select(TICK_S)
        for key, _ in ready:
            if key.data is None:
                self._bell.silence()
            else:
                self._hear(key.data, news)
        if not ready:
            # Whoever a worker has started may hold its output open for ever.
            for hand in [hand for hand in self._hands if hand.process.has_exited()]:
                self._bury(hand, news)
        return news

    def _listen_for(self, urgent: Piece | None) -> None:
        owners = [hand for hand in self._hands if hand.has(urgent)]
        for hand in self._hands:
            events = selectors.EVENT_READ if not owners or hand in owners else 0
            if hand.is_heard != bool(events):
                hand.is_heard = bool(events)
                if events:
                    self._selector.register(hand.fd, events, hand)
                else:
                    self._selector.unregister(hand.fd)

    def _hear(self, hand: _Hand, news: News) -> None:
        if not hand.read():
            self._bury(hand, news)
            return
        news.extend(hand.news())
        if hand.is_ready:
            self._failed_starts = 0

    def _bury(self, hand: _Hand, news: News) -> None:
        """Replace a worker that died, telling what was lost with it."""
        if hand.is_heard:
            self._selector.unregister(hand.fd)
        errors, status = hand.last_words(), hand.process.kill()
        number, line = self._memory.cell(hand.index)
        for given, piece in hand.pieces:
            is_blamed = given == number and line >= piece.answered
            news.append(Lost(piece, line if is_blamed else None, _ending(status)))
        self._failed_starts += not hand.is_ready
        if self._failed_starts >= MAX_FAILED_STARTS:
            raise CrewError(f"workers end as they start: {_ending(status)} {errors}".rstrip())
        self._hands[hand.index] = self._start(hand.index)

    def close(self) -> None:
        """End all workers: at once those that work, the others after they had a moment."""
        for hand in self._hands:
            if hand.pieces:
                hand.process.cancel()
            with contextlib.suppress(OSError):
                hand.process.stdin.close()
        until = time.monotonic() + LAST_WORDS_S
        for hand in self._hands:
            while not hand.process.has_exited() and time.monotonic() < until:
                time.sleep(0.001)
            hand.process.kill()
        self._selector.close()
        os.close(self._errors_fd)


class _Hand:
    """One worker, what it was given to do, and what has arrived of its answers."""

    def __init__(self, index: int, memory: SharedMemory, errors_fd: int) -> None:
        numbers = (memory.fd, errors_fd, memory.place_of_cell(index))
        command = (sys.executable, "-P", "-c", _PROGRAM, *map(str, numbers), *sys.path)
        self.process = Process(command, pass_fds=(memory.fd, errors_fd))
        self.index = index
        self.fd = self.process.stdout.fileno()
        self.pieces: deque[tuple[int, Piece]] = deque()
        self.is_ready = False
        self.is_heard = True
        self._inbox = bytearray()

    def has(self, piece: Piece | None) -> bool:
        """Return whether the worker has `piece` to do."""
        return any(own is piece for _, own in self.pieces)

    def give(self, number: int, piece: Piece) -> None:
        """Have the worker do `piece` after what it has."""
        self.pieces.append((number, piece))
        span = piece.span
        job = JOB.pack(number, span.start, span.end, piece.ask, piece.why.encode())
        # A job fits any pipe whole. A worker that died is noticed where it is heard.
        with contextlib.suppress(BrokenPipeError):
            os.write(self.process.stdin.fileno(), job)

    def read(self) -> bool:
        """Take what has arrived; return False iff nothing more will."""
        try:
            piece = os.read(self.fd, CHUNK)
        except BlockingIOError:
            return True
        self._inbox += piece
        return bool(piece)

    def news(self) -> News:
        """Return what the frames that arrived whole say."""
        found: News = []
        while len(self._inbox) >= FRAME.size:
            number, size, lines, failed, errors, is_last = FRAME.unpack_from(self._inbox)
            end = FRAME.size + size
            if len(self._inbox) < end:
                break
            output = bytes(self._inbox[FRAME.size : end])
            del self._inbox[:end]
            self.is_ready = True
            if number != HELLO:
                piece = self.pieces.popleft()[1] if is_last else self.pieces[0][1]
                read = piece.span.size if is_last else 0
                part = Part(output, lines, failed, errors, read)
                found.append(Answered(piece, part, bool(is_last)))
        return found

    def last_words(self) -> str:
        """Return what the worker said on its errors before these became ours."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self.process.stderr.fileno(), CHUNK).decode(errors="replace").strip()
        return ""


def _errors() -> int:
    """Return a file for what workers print, which must not be ours to close."""
    if sys.__stderr__ is None:
        return os.open(os.devnull, os.O_WRONLY)
    return os.dup(2)


def _ending(status: int) -> str:
    if status >= 0:
        return f"the process that worked on it ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"the process that worked on it was ended by {name}"
