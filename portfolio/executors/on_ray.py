"""The executor of a Ray cluster: actors, each with one item at a time and replaced when it is lost.

An actor is a process on some node. Whether it was killed, or its node is gone, or it ran over a
limit: its item is tried once more by another one.
"""

from __future__ import annotations

import pickle
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from portfolio.executors.cluster import START_S, Home, cluster, hired, reason_of
from portfolio.executors.tries import Ends, Try, next_of, pickled, unpickled, worked
from portfolio.executors.work import ExecutorError, Lost, Raised, outcome

TICK_S = 1.0
MAX_FAILED_STARTS = 3

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class RayExecutor:
    """Work by as many actors as `workers`, on the cluster at `address`, or one of this machine.

    An address of None is that of `RAY_ADDRESS`, if there is one.

    An actor is replaced after `items_a_worker` items, and it is killed when an item takes it
    longer than `limit_s`; None is no limit. Actors for whom the cluster has no core yet join later.
    """

    workers: int
    address: str | None = None
    items_a_worker: int | None = None
    limit_s: float | None = None

    def run(
        self, items: Iterable[T], work: Callable[[T], R]
    ) -> Generator[tuple[T, R | Lost], None, None]:
        """Yield each item with its result: see `Executor`."""
        with cluster(self.address, self.workers) as ray:
            crew: _Crew[T] = _Crew(ray, self, pickle.dumps(work))
            try:
                yield from crew.run(iter(items))
            finally:
                crew.close()


class Worker:
    """What an actor is."""

    def __init__(self, work: bytes) -> None:
        self._content = work
        self._work: Any = None

    def greet(self) -> bytes:
        """Take up the work; return where that is, or what it raised."""
        return pickled(outcome(self._take_up))

    def _take_up(self) -> Home:
        self._work = pickle.loads(self._content)  # noqa: S301 - our own driver wrote it
        return Home.here()

    def do(self, item: bytes) -> bytes:
        """Return what came of an item."""
        return worked(self._work, item)


@dataclass(eq=False)
class _Hand(Generic[T]):
    """An actor, what it was asked for last, and the item that it has."""

    actor: Any
    asked: Any
    tried: Try[T] | None = None
    is_ready: bool = False
    done: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def at_it_s(self) -> float:
        """How long the actor has had its item, if it has one."""
        return time.monotonic() - self.since if self.tried else 0.0

    def give(self, tried: Try[T]) -> None:
        """Have the actor work on an item; it has no other one."""
        self.tried = tried
        self.since = time.monotonic()
        self.asked = self.actor.do.remote(tried.content)


class _Crew(Generic[T]):
    """Actors at work; one is started when there is an item for it."""

    def __init__(self, ray: Any, conduct: RayExecutor, work: bytes) -> None:
        self._ray = ray
        self._conduct = conduct
        self._work = ray.put(work)
        self._home = Home.here()
        self._hands: list[_Hand[T]] = []
        self._waiting: deque[Try[T]] = deque()
        self._failed_starts = 0
        self._waits_since = time.monotonic()

    def run(self, items: Iterator[T]) -> Ends[T]:
        """Yield the ends of all items."""
        while True:
            self._hand_out(items)
            if not self._waiting and not any(hand.tried for hand in self._hands):
                return
            yield from self._collect()

    def _hand_out(self, items: Iterator[T]) -> None:
        """Give every worker that is ready an item, as long as there are any."""
        busy = sum(hand.tried is not None for hand in self._hands)
        while busy + len(self._waiting) < self._conduct.workers:
            tried = next_of(items)
            if tried is None:
                break
            self._waiting.append(tried)
        while len(self._hands) < busy + len(self._waiting):
            self._hands.append(self._start())
        for hand in self._hands:
            if self._waiting and hand.is_ready and not hand.tried:
                hand.give(self._waiting.popleft())

    def _start(self) -> _Hand[T]:
        actor = hired(self._ray, Worker, self._work)
        return _Hand(actor, actor.greet.remote())

    def _collect(self) -> Ends[T]:
        """Wait for news of workers, and yield the ends of what they had."""
        asked = {hand.asked: hand for hand in self._hands if hand.tried or not hand.is_ready}
        ready, _ = self._ray.wait(list(asked), num_returns=1, timeout=self._patience_s())
        for reference in ready:
            yield from self._hear(asked[reference])
        limit = self._conduct.limit_s
        for hand in list(self._hands):
            if limit is not None and hand.at_it_s >= limit:
                yield from self._bury(hand, f"no result within {limit:g} s")
        if not ready and not self._has_ready:
            self._lose_patience()

    def _patience_s(self) -> float:
        """Return how long to wait, at most until an item has had its time."""
        longest = max(hand.at_it_s for hand in self._hands)
        limit = self._conduct.limit_s
        return TICK_S if limit is None else min(TICK_S, max(0.0, limit - longest))

    def _lose_patience(self) -> None:
        """Raise ExecutorError iff no worker has come for too long."""
        if time.monotonic() - self._waits_since >= START_S:
            raise ExecutorError(f"no worker started within {START_S:g} s: has the cluster a core?")

    def _hear(self, hand: _Hand[T]) -> Ends[T]:
        """Take what a worker has to say."""
        try:
            content = self._ray.get(hand.asked)
        except self._ray.exceptions.RayError as error:
            yield from self._bury(hand, reason_of(error))
            return
        result = unpickled(content)
        if hand.tried:
            yield hand.tried.after(result)
            hand.tried = None
            hand.done += 1
            if hand.done == self._conduct.items_a_worker:
                self._remove(hand)
        else:
            self._greet(hand, result)

    def _greet(self, hand: _Hand[T], result: Home | Raised) -> None:
        """Note that a worker is ready; raise ExecutorError iff it cannot have the work."""
        if isinstance(result, Raised):
            raise ExecutorError(f"workers cannot have the work: {result.why}")
        self._home.check(result)
        hand.is_ready = True
        self._failed_starts = 0

    def _bury(self, hand: _Hand[T], why: str) -> Ends[T]:
        """End a worker that is lost or has to be; yield its item iff that had its attempts."""
        self._remove(hand)
        if not hand.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= MAX_FAILED_STARTS and not self._has_ready:
                raise ExecutorError(f"workers end as they start: {why}")
        if hand.tried:
            if end := hand.tried.lost(why):
                yield end
            else:
                self._waiting.appendleft(hand.tried)

    @property
    def _has_ready(self) -> bool:
        """Whether some worker has started: then others may yet."""
        return any(hand.is_ready for hand in self._hands)

    def _remove(self, hand: _Hand[T]) -> None:
        self._hands.remove(hand)
        self._waits_since = time.monotonic()
        self._ray.kill(hand.actor)

    def close(self) -> None:
        """End all workers now."""
        for hand in list(self._hands):
            self._remove(hand)
