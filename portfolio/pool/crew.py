"""The executor of local processes: as many workers as asked for, each replaced when it dies."""

from __future__ import annotations

import contextlib
import os
import selectors
import time
from collections import deque
from itertools import islice

from portfolio.executors.child import CHUNK, ending, errors_fd, last_words, started
from portfolio.executors.work import ExecutorError
from portfolio.members.process import LAST_WORDS_S
from portfolio.pool.answering import Setup
from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.watch import Watch, hanging
from portfolio.pool.work import PER_WORKER, Answered, Demand, Lost, Part, Piece, lines_of
from portfolio.pool.worker import FRAME, HELLO, JOB

TICK_S = 1.0
MAX_FAILED_STARTS = 3

START_S = 120.0
"""How long a process may take to start; it then counts as one that ended as it started."""

News = list[Answered | Lost]


class Crew:
    """Workers over one shared memory. They start at once and load what they need meanwhile."""

    def __init__(self, count: int, memory: SharedMemory, bell: Bell, setup: Setup) -> None:
        self._memory = memory
        self._bell = bell
        self._setup = setup
        self._errors_fd = errors_fd()
        self._number = 0
        self._looked_at = time.monotonic()
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
        if time.monotonic() - self._looked_at >= TICK_S:
            self._looked_at = time.monotonic()
            for hand in list(self._hands):
                self._look_after(hand, news)
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

    def _look_after(self, hand: _Hand, news: News) -> None:
        """End a worker that has been at one line for longer than the line may take."""
        if hand.starting_s >= START_S:
            self._bury(hand, news)
            return
        number, line = self._memory.cell(hand.index)
        is_at_it = hand.is_heard and hand.pieces and hand.pieces[0][0] == number
        place = (number, line) if is_at_it else None
        overrun_s = hand.watch.overrun_s(place, lambda: self._patience_s(hand.pieces[0][1], line))
        if overrun_s is not None:
            self._bury(hand, news, hanging(overrun_s))

    def _patience_s(self, piece: Piece, line: int) -> float:
        """Return how long a line of a piece may take."""
        content = self._memory.bytes[piece.span.start : piece.span.end]
        found = islice(lines_of(content, len(content)), line, None)
        return self._setup.patience_s(next(found, None) or b"")

    def _bury(self, hand: _Hand, news: News, overrun: str = "") -> None:
        """Replace a worker that died, or ends since it hangs, telling what was lost with it."""
        if hand.is_heard:
            self._selector.unregister(hand.fd)
        errors, status = last_words(hand.process), hand.process.kill()
        why = overrun or f"the process that worked on it {ending(status)}"
        number, line = self._memory.cell(hand.index)
        for given, piece in hand.pieces:
            is_blamed = given == number and line >= piece.answered
            is_final = is_blamed and bool(overrun)
            news.append(Lost(piece, line if is_blamed else None, why, is_final=is_final))
        self._failed_starts += not hand.is_ready
        if self._failed_starts >= MAX_FAILED_STARTS and not self._has_ready:
            raise ExecutorError(f"workers end as they start: {why} {errors}".rstrip())
        self._hands[hand.index] = self._start(hand.index)

    @property
    def _has_ready(self) -> bool:
        """Whether some worker has started: then others may yet."""
        return any(hand.is_ready for hand in self._hands)

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
        files = (memory.fd, errors_fd)
        numbers = (*files, memory.place_of_cell(index))
        self.process = started("portfolio.pool.worker", numbers, files)
        self.index = index
        self.fd = self.process.stdout.fileno()
        self.pieces: deque[tuple[int, Piece]] = deque()
        self.is_ready = False
        self.is_heard = True
        self.watch = Watch()
        self._started_at = time.monotonic()
        self._inbox = bytearray()

    @property
    def starting_s(self) -> float:
        """How long the worker has been starting, if it is not ready."""
        return 0.0 if self.is_ready else time.monotonic() - self._started_at

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
