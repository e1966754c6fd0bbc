"""The executor of local processes, each with one item at a time and replaced when it dies."""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from portfolio.executors.child import CHUNK, ending, errors_fd, last_words, started
from portfolio.executors.tries import Ends, Try, next_of, unpickled
from portfolio.executors.work import ExecutorError, Lost, Raised
from portfolio.executors.worker import SIZE, framed

TICK_S = 1.0
START_S = 120.0
"""How long a process may take to start; it then counts as one that ended as it started."""

MAX_FAILED_STARTS = 3

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class LocalExecutor:
    """Work by as many processes as `workers`.

    A process is replaced after `items_a_worker` items, and it is killed when an item takes it
    longer than `limit_s`; None is no limit. None of them, nor of the processes that they started
    as members of a race, outlives this process or the run, whichever way these end.
    """

    workers: int
    items_a_worker: int | None = None
    limit_s: float | None = None

    def run(
        self, items: Iterable[T], work: Callable[[T], R]
    ) -> Generator[tuple[T, R | Lost], None, None]:
        """Yield each item with its result: see `Executor`."""
        crew: _Crew[T] = _Crew(self, pickle.dumps(work))
        try:
            yield from crew.run(iter(items))
        finally:
            crew.close()


class _Crew(Generic[T]):
    """Processes at work; one is started when there is an item for it."""

    def __init__(self, conduct: LocalExecutor, work: bytes) -> None:
        self._conduct = conduct
        self._work = work
        self._errors_fd = errors_fd()
        self._selector = selectors.DefaultSelector()
        self._hands: list[_Hand[T]] = []
        self._again: deque[Try[T]] = deque()
        self._failed_starts = 0

    def run(self, items: Iterator[T]) -> Ends[T]:
        """Yield the ends of all items."""
        while True:
            self._hand_out(items)
            if not any(hand.tried for hand in self._hands):
                return
            yield from self._collect()

    def _hand_out(self, items: Iterator[T]) -> None:
        """Give every worker that has none an item, as long as there are any."""
        for index in range(self._conduct.workers):
            if index < len(self._hands) and self._hands[index].tried:
                continue
            tried = self._again.popleft() if self._again else next_of(items)
            if tried is None:
                return
            if index == len(self._hands):
                self._hands.append(self._start())
            self._hands[index].give(tried)

    def _start(self) -> _Hand[T]:
        try:
            hand: _Hand[T] = _Hand(self._errors_fd, self._work)
        except OSError as error:
            raise ExecutorError(f"workers cannot be started: {error}") from None
        self._selector.register(hand.fd, selectors.EVENT_READ, hand)
        self._selector.register(hand.inlet, selectors.EVENT_WRITE, hand)
        return hand

    def _collect(self) -> Ends[T]:
        """Wait for news of workers, and yield the ends of what they had."""
        self._listen()
        ready = self._selector.select(self._patience_s())
        for key, events in ready:
            if key.data not in self._hands:
                continue
            if events & selectors.EVENT_WRITE:
                key.data.send()
            elif not key.data.read():
                yield from self._bury(key.data)
        for hand in list(self._hands):
            yield from self._look_after(hand, is_quiet=not ready)

    def _listen(self) -> None:
        """Watch exactly the inlets of those workers to whom something is still to be sent."""
        for hand in self._hands:
            if bool(hand.unsent) != (hand.inlet in self._selector.get_map()):
                if hand.unsent:
                    self._selector.register(hand.inlet, selectors.EVENT_WRITE, hand)
                else:
                    self._selector.unregister(hand.inlet)

    def _patience_s(self) -> float:
        """Return how long to wait, at most until an item has had its time."""
        times = [hand.at_it_s for hand in self._hands]
        limit = self._conduct.limit_s
        return TICK_S if limit is None else min(TICK_S, max(0.0, limit - max(times)))

    def _look_after(self, hand: _Hand[T], *, is_quiet: bool) -> Ends[T]:
        """Yield the end of the item that `hand` has, if it has one; replace it if need be."""
        for result in hand.results():
            if not hand.is_ready:
                self._greet(hand, result)
            elif hand.tried:
                yield hand.finish().after(result)
        limit = self._conduct.limit_s
        if hand.done == self._conduct.items_a_worker:
            self._dismiss(hand)
        elif hand.starting_s >= START_S:
            yield from self._bury(hand)
        elif limit is not None and hand.at_it_s >= limit:
            yield from self._bury(hand, f"no result within {limit:g} s")
        elif is_quiet and hand.process.has_exited():
            # Whoever a worker has started may hold its output open for ever.
            yield from self._bury(hand)

    def _greet(self, hand: _Hand[T], result: object) -> None:
        """Note that a worker is ready; raise ExecutorError iff it cannot have the work."""
        if isinstance(result, Raised):
            raise ExecutorError(f"workers cannot have the work: {result.why}")
        hand.be_ready()
        self._failed_starts = 0

    def _bury(self, hand: _Hand[T], why: str = "") -> Ends[T]:
        """End a worker that died or has to; yield the end of its item iff it had its attempts."""
        tried, words = hand.tried, last_words(hand.process)
        status = self._remove(hand, is_at_once=True)
        if not hand.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= MAX_FAILED_STARTS and not self._has_ready:
                told = f"workers end as they start: the process {ending(status)} {words}"
                raise ExecutorError(told.rstrip())
        if not tried:
            return
        if not hand.is_ready:
            self._again.append(tried)
        elif end := tried.lost(why or f"the process that worked on it {ending(status)}"):
            yield end
        else:
            self._again.append(tried)

    @property
    def _has_ready(self) -> bool:
        """Whether some worker has started: then others may yet."""
        return any(hand.is_ready for hand in self._hands)

    def _dismiss(self, hand: _Hand[T]) -> None:
        """Let a worker go that has done enough."""
        hand.process.stdin.close()
        self._remove(hand, is_at_once=False)

    def _remove(self, hand: _Hand[T], *, is_at_once: bool) -> int:
        self._hands.remove(hand)
        for fd in (hand.fd, hand.inlet):
            with contextlib.suppress(KeyError):
                self._selector.unregister(fd)
        return hand.end(is_at_once=is_at_once)

    def close(self) -> None:
        """End all workers now."""
        for hand in self._hands:
            hand.process.cancel()
        for hand in self._hands:
            hand.process.kill()
        self._selector.close()
        os.close(self._errors_fd)


class _Hand(Generic[T]):
    """One worker, the item that it has, and what has arrived of its result."""

    def __init__(self, errors: int, work: bytes) -> None:
        self.process = started("portfolio.executors.worker", (errors,), (errors,))
        self.fd = self.process.stdout.fileno()
        self.inlet = self.process.stdin.fileno()
        self.unsent = memoryview(framed(work))
        self.tried: Try[T] | None = None
        self.is_ready = False
        self.done = 0
        self._since = time.monotonic()
        self._inbox = bytearray()

    @property
    def at_it_s(self) -> float:
        """How long the worker has had its item, if it has one and can work on it."""
        return time.monotonic() - self._since if self.is_ready and self.tried else 0.0

    @property
    def starting_s(self) -> float:
        """How long the worker has been starting, if it is not ready."""
        return 0.0 if self.is_ready else time.monotonic() - self._since

    def be_ready(self) -> None:
        """Note that the worker begins with what it was given."""
        self.is_ready = True
        self._since = time.monotonic()

    def give(self, tried: Try[T]) -> None:
        """Have the worker work on an item; it has no other one."""
        self.tried = tried
        self.unsent = memoryview(bytes(self.unsent) + framed(tried.content))
        if self.is_ready:
            self._since = time.monotonic()
            self.send()

    def send(self) -> None:
        """Send what the worker takes of what it was given."""
        try:
            while self.unsent:
                self.unsent = self.unsent[os.write(self.inlet, self.unsent) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            # A worker that died is noticed where it is heard.
            self.unsent = memoryview(b"")

    def read(self) -> bool:
        """Take what has arrived; return False iff nothing more will."""
        try:
            piece = os.read(self.fd, CHUNK)
        except BlockingIOError:
            return True
        self._inbox += piece
        return bool(piece)

    def results(self) -> Iterator[Any]:
        """Yield what arrived whole."""
        while len(self._inbox) >= SIZE.size:
            end = SIZE.size + SIZE.unpack_from(self._inbox)[0]
            if len(self._inbox) < end:
                return
            content = bytes(self._inbox[SIZE.size : end])
            del self._inbox[:end]
            yield unpickled(content)

    def finish(self) -> Try[T]:
        """Return what the worker has done."""
        assert self.tried
        finished, self.tried = self.tried, None
        self.done += 1
        return finished

    def end(self, *, is_at_once: bool) -> int:
        """End the process, which gets a moment unless `is_at_once`; return its status."""
        return self.process.kill() if is_at_once else self.process.let_end()
