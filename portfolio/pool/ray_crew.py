"""The executor of a Ray cluster: actors, to whom the bytes of pieces travel.

A thread of this process talks to each actor, in calls that each bring a part of a piece; it asks
for the next one before it has the last one, so that the actor need not wait. What an actor was
about when it was lost is known only where its piece has one line left.
"""

from __future__ import annotations

import contextlib
import pickle
import select
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

from portfolio.executors.cluster import START_S, Home, cluster, hired, reason_of
from portfolio.executors.tries import pickled, unpickled
from portfolio.executors.work import ExecutorError, Raised, outcome
from portfolio.pool.answering import Setup, Sheaf
from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.watch import Watch, hanging
from portfolio.pool.work import (
    PER_WORKER,
    Answered,
    Ask,
    Demand,
    Lost,
    Part,
    Piece,
    Reply,
    lines_of,
)
from portfolio.threads import run_in_thread

TICK_S = 1.0
MAX_FAILED_STARTS = 3

AHEAD = 4
"""Parts of one actor that may wait to be heard: beyond that nobody asks it for more."""

SILENCE_S = 5.0
"""How long the threads may take to notice that their actors are ended."""

News = list[Answered | Lost]


class Worker:
    """What an actor is: it answers one piece after another, a part a call."""

    def __init__(self, setup: bytes) -> None:
        self._content = setup
        self._setup: Any = None
        self._replies: Iterator[Reply] = iter(())

    def greet(self) -> bytes:
        """Take up what there is to know; return where that is, or what it raised."""
        return pickled(outcome(self._take_up))

    def _take_up(self) -> Home:
        self._setup = pickle.loads(self._content)  # noqa: S301 - our own driver wrote it
        return Home.here()

    def begin(self, content: bytes, ask: int, why: str) -> tuple[Part, bool]:
        """Begin with a piece, as `more`."""
        self._replies = self._setup.replies(content, Ask(ask), why)
        return self.more()

    def more(self) -> tuple[Part, bool]:
        """Return the next answers, and whether they are the last ones of the piece."""
        sheaf = Sheaf()
        for reply in self._replies:
            sheaf.add(reply)
            if sheaf.is_due():
                return sheaf.part(), False
        return sheaf.part(), True


@dataclass(frozen=True)
class _Overrun:
    """An actor was ended since it took too long over what was to come after so many parts."""

    why: str
    parts: int | None


@dataclass(frozen=True)
class _Gone:
    """An actor is lost, or not to be used."""

    why: str
    error: ExecutorError | None = None


class RayCrew:
    """Actors on the cluster at `address`, or on one of this machine. They start at once.

    Those for whom the cluster has no core yet join later.
    """

    def __init__(
        self,
        address: str | None,
        count: int,
        memory: SharedMemory,
        bell: Bell,
        setup: Setup,
    ) -> None:
        self._memory = memory
        self._bell = bell
        self._setup = setup
        self._wake = Bell()
        self._wake.is_wanted = True
        self._failed_starts = 0
        self._idle_since = time.monotonic()
        self._hands: list[_Hand] = []
        self._owned = contextlib.ExitStack()
        try:
            self._ray = self._owned.enter_context(cluster(address, count))
            self._content = self._ray.put(pickle.dumps(setup))
            self._hands.extend(self._start() for _ in range(count))
        except BaseException:
            self.close()
            raise

    def _start(self) -> _Hand:
        return _Hand(self._ray, hired(self._ray, Worker, self._content), self._wake)

    def demand(self) -> Demand:
        """Return how many actors have nothing to do, and how many pieces all would take."""
        loads = [len(hand.pieces) for hand in self._hands if hand.is_ready]
        return Demand(loads.count(0), sum(PER_WORKER - load for load in loads))

    def submit(self, piece: Piece) -> None:
        """Give `piece` to the actor that has the least to do."""
        ready = [hand for hand in self._hands if hand.is_ready]
        hand = min(ready, key=lambda hand: len(hand.pieces))
        hand.give(piece, self._lines(piece))

    def _lines(self, piece: Piece) -> bytes:
        return self._memory.bytes[piece.span.start : piece.span.end]

    def collect(self, urgent: Piece | None) -> News:
        """Wait for news or for the bell; hear only the actor of `urgent` if it is given."""
        owners = [hand for hand in self._hands if urgent in hand.pieces] or list(self._hands)
        if all(hand.has_told_all for hand in owners):
            select.select([self._bell.fd, self._wake.fd], [], [], TICK_S)
        self._bell.silence()
        self._wake.silence()
        news: News = []
        for hand in owners:
            for told in hand.told():
                self._hear(hand, told, news)
        for hand in owners:
            self._look_after(hand)
        return news

    def _hear(self, hand: _Hand, told: object, news: News) -> None:
        """Take what the thread of an actor has to say."""
        if isinstance(told, _Gone):
            self._bury(hand, told, news)
        elif isinstance(told, Home):
            Home.here().check(told)
            hand.is_ready = True
            self._failed_starts = 0
        elif isinstance(told, Answered):
            if told.is_last:
                hand.pieces.popleft()
            news.append(told)

    def _look_after(self, hand: _Hand) -> None:
        """End an actor that takes longer than a line may; give up if there is none for too long."""
        if self._has_ready:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since >= START_S:
            raise ExecutorError(f"no worker started within {START_S:g} s: has the cluster a core?")
        place = hand.place
        overrun_s = hand.watch.overrun_s(place, lambda: self._patience_s(hand.pieces[0]))
        if overrun_s is not None:
            hand.overrun = _Overrun(hanging(overrun_s), place)
            hand.end()

    def _patience_s(self, piece: Piece) -> float:
        """Return how long the slowest of the lines of a piece may take."""
        content = self._lines(piece)
        return max(
            (self._setup.patience_s(line or b"") for line in lines_of(content, len(content))),
            default=self._setup.patience_s(b""),
        )

    def _bury(self, hand: _Hand, gone: _Gone, news: News) -> None:
        """Replace an actor that is lost, telling what was lost with it."""
        hand.end()
        if gone.error:
            raise gone.error
        is_final = hand.overrun is not None and hand.overrun.parts == hand.parts
        why = hand.overrun.why if hand.overrun else gone.why
        for place, piece in enumerate(hand.pieces):
            is_first = not place
            news.append(Lost(piece, None, why, is_first, is_final=is_final and is_first))
        self._failed_starts += not hand.is_ready
        if self._failed_starts >= MAX_FAILED_STARTS and not self._has_ready:
            raise ExecutorError(f"workers end as they start: {gone.why}")
        self._hands[self._hands.index(hand)] = self._start()

    @property
    def _has_ready(self) -> bool:
        """Whether some worker has started: then others may yet."""
        return any(hand.is_ready for hand in self._hands)

    def close(self) -> None:
        """End all actors, and the cluster if it was started here."""
        for hand in self._hands:
            hand.end()
        for hand in self._hands:
            # Ray must not be shut down under the feet of whoever waits for it.
            hand.is_silent.wait(SILENCE_S)
        self._owned.close()
        self._wake.close()


class _Hand:
    """One actor, the pieces that it was given, and the thread that talks to it."""

    def __init__(self, ray: Any, actor: Any, wake: Bell) -> None:
        self._ray = ray
        self._actor = actor
        self._wake = wake
        self._jobs: SimpleQueue[tuple[Piece, bytes] | None] = SimpleQueue()
        self._told: SimpleQueue[object] = SimpleQueue()
        self._room = threading.Semaphore(AHEAD)
        self._is_ended = False
        self.parts = 0
        self.is_silent = threading.Event()
        self.pieces: deque[Piece] = deque()
        self.is_ready = False
        self.overrun: _Overrun | None = None
        self.place: int | None = None
        """How many parts came before the one that is waited for, None iff none is."""
        self.watch = Watch()
        run_in_thread(self._serve)

    def give(self, piece: Piece, content: bytes) -> None:
        """Have the actor do `piece` after what it has."""
        self.pieces.append(piece)
        self._jobs.put((piece, content))

    @property
    def has_told_all(self) -> bool:
        """Whether there is nothing to hear."""
        return self._told.empty()

    def told(self) -> Iterator[object]:
        """Yield what the thread has said since."""
        while not self._told.empty():
            yield self._told.get()
            self._room.release()

    def end(self) -> None:
        """End the actor, if it is not ended yet; the thread says so, or just ends."""
        if not self._is_ended:
            self._is_ended = True
            self._jobs.put(None)
            self._room.release(AHEAD)
            self._ray.kill(self._actor)

    def _serve(self) -> None:
        """Talk to the actor until it is lost, or nothing more is wanted of it."""
        try:
            self._tell(self._converse())
        finally:
            self.is_silent.set()

    def _converse(self) -> _Gone:
        """Tell what the actor does, and return why it does no more."""
        try:
            self._tell(self._greet())
            while job := self._jobs.get():
                for answered in self._answers(*job):
                    self._tell(answered)
        except self._ray.exceptions.RayError as error:
            return _Gone(reason_of(error))
        except Exception as error:
            return _Gone(f"{type(error).__name__}: {error}")
        return _Gone("it was ended")

    def _tell(self, told: object) -> None:
        self._told.put(told)
        self._wake.ring()

    def _greet(self) -> object:
        result = unpickled(self._ray.get(self._actor.greet.remote()))
        if isinstance(result, Raised):
            return _Gone("", ExecutorError(f"workers cannot start: {result.why}"))
        return result

    def _answers(self, piece: Piece, content: bytes) -> Iterator[Answered]:
        """Yield the answers to a piece as they come."""
        begun = self._actor.begin.remote(content, int(piece.ask), piece.why)
        asked = deque([begun, self._actor.more.remote()])
        is_last = False
        while not is_last:
            self._room.acquire()
            self.place = self.parts
            part, is_last = self._ray.get(asked.popleft())
            self.place = None
            self.parts += 1
            asked.append(self._actor.more.remote())
            read = piece.span.size if is_last else 0
            yield Answered(piece, replace(part, read=read), is_last)
