"""Who answers: a few processes, one request each, and the line of those that wait.

A request that has to wait does so in one line for all, which is bounded. A process that is at a
long question is no longer counted, and another one takes its place, so that long questions do not
keep short ones waiting. At its deadline a request that nobody began is refused, and one that is at
work is told to be unknown; soon after, its process is killed, for nothing else ends it for certain.
A process that dies costs its request one attempt of two.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter, deque
from dataclasses import dataclass, field

from portfolio.service.answerer import Setup
from portfolio.service.asking import Asked, Told, give_up
from portfolio.service.hand import Hand, is_greeting
from portfolio.service.log import note
from portfolio.service.settings import Settings

LONG_S = 1.0
"""After so long at one question, a process does not count."""

LOOK_S = 0.1
"""How often that is looked at while requests wait."""

ATTEMPTS = 2
REST_S = 0.5
"""The most of a request's time that is left for writing its answer; of a short one, a tenth."""

LEAVE_S = 0.25
"""How long a question may go on that nobody waits for: ending a process costs more than most."""

KEPT_MIB = 1024.0
"""A process that holds more than this makes room for a new one."""

MAX_FAILED_STARTS = 3
PAUSE_S = 1.0
"""How long to wait before a process is replaced that never was ready."""

TOO_LATE = "no answer within the time of the request"


class Overloaded(Exception):  # noqa: N818 - it is a state of the service
    """As many requests wait as may."""


class NotBegun(Exception):  # noqa: N818 - it is an answer
    """The time of a request was over before anybody could begin with it."""


@dataclass(eq=False)
class Ticket:
    """A request on its way: its reply arrives in `future`. Times are the event loop's."""

    kind: str
    body: bytes = field(repr=False)
    deadline: float
    future: asyncio.Future[Told]
    timer: asyncio.TimerHandle | None = None
    begun_at: float | None = None
    attempts: int = 0
    is_left: bool = False

    def stop_clock(self) -> None:
        """Have nothing more happen at the deadline."""
        if self.timer is not None:
            self.timer.cancel()


@dataclass(eq=False)
class Crew:
    """The processes of one service. All methods belong to the thread of the event loop.

    `ended` counts the processes that ended: they `died`, or were killed because a request was
    `late` or nobody waited for it any more (`left`), or held too much memory (`large`).
    """

    settings: Settings
    ended: Counter[str] = field(default_factory=Counter)
    is_draining: bool = False
    has_failed: bool = False
    hands: set[Hand] = field(default_factory=set)
    waiting: deque[Ticket] = field(default_factory=deque)
    members: dict[str, str] = field(default_factory=dict)
    _until: float = math.inf
    _work: dict[Hand, Ticket] = field(default_factory=dict)
    _failed_starts: int = 0
    _look: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start the processes, which load what they need meanwhile."""
        self._loop = asyncio.get_running_loop()
        conduct = self.settings.conduct
        self._setup = Setup(conduct=conduct, cache=self.settings.cache)
        for _ in range(self.settings.workers):
            self._add()

    @property
    def is_ready(self) -> bool:
        """Whether requests are taken, and somebody is there to answer them."""
        return not self.is_draining and any(hand.is_ready for hand in self.hands)

    @property
    def is_over(self) -> bool:
        """Whether the time is over that requests had to end in."""
        return self._loop.time() >= self._until

    @property
    def at_work(self) -> int:
        """How many requests are being answered."""
        return len(self._work)

    def ask(self, kind: str, body: bytes, wall_s: float, *, is_patient: bool = False) -> Ticket:
        """Return the ticket of a request that has `wall_s`.

        Raise Overloaded iff it would have to wait and the line is full; one `is_patient` whose
        sender asks no more before it has the answer, which bounds the line as well.
        """
        hand = next((hand for hand in self.hands if hand.is_idle), None)
        if hand is None and not is_patient and len(self.waiting) >= self.settings.queue:
            raise Overloaded
        now = self._loop.time()
        deadline = min(now + wall_s, self._until)
        ticket = Ticket(kind, body, deadline, self._loop.create_future())
        ticket.future.add_done_callback(_note_heard)
        if deadline <= now:
            ticket.future.set_exception(NotBegun())
            return ticket
        ticket.timer = self._loop.call_at(deadline, self._be_late, ticket)
        if hand is not None:
            self._give(hand, ticket)
        else:
            self.waiting.append(ticket)
            self._watch()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Note that nobody waits for the answer any more."""
        ticket.is_left = True
        if ticket in self.waiting:
            self.waiting.remove(ticket)
            ticket.stop_clock()
        elif not ticket.future.done():
            self._loop.call_later(LEAVE_S, self._cut, ticket, "left")

    def drain(self, grace_s: float) -> None:
        """Let every request end within `grace_s`."""
        self.is_draining = True
        until = self._until = self._loop.time() + grace_s
        for ticket in (*self.waiting, *self._work.values()):
            if ticket.deadline > until:
                ticket.deadline = until
                ticket.stop_clock()
                ticket.timer = self._loop.call_at(until, self._be_late, ticket)

    def close(self) -> None:
        """End all processes."""
        self.is_draining = True
        if self._look is not None:
            self._look.cancel()
        for hand in self.hands:
            hand.cut()
        self.hands.clear()

    def _add(self) -> None:
        if self.is_draining and not self.waiting:
            return
        try:
            self.hands.add(Hand(self._setup, self._hear, self._bury))
        except OSError as error:
            note("cannot start a worker", logging.ERROR, why=str(error))
            self._loop.call_later(PAUSE_S, self._fill)

    def _remove(self, hand: Hand) -> None:
        """End a process, and have another one in its place iff it is missed."""
        self.hands.discard(hand)
        hand.cut()
        self._fill()

    def _fill(self) -> None:
        while self._prompt() < self.settings.workers and len(self.hands) < self._most:
            before = len(self.hands)
            self._add()
            if len(self.hands) == before:
                return

    @property
    def _most(self) -> int:
        return self.settings.workers + self.settings.spare

    def _prompt(self) -> int:
        """Return how many processes are not at a long question."""
        now = self._loop.time()
        return sum(hand.since is None or now - hand.since < LONG_S for hand in self.hands)

    def _watch(self) -> None:
        if self._look is None:
            self._look = self._loop.call_later(LOOK_S, self._look_around)

    def _look_around(self) -> None:
        self._look = None
        self._fill()
        if self.waiting:
            self._watch()

    def _give(self, hand: Hand, ticket: Ticket) -> None:
        now = self._loop.time()
        left_s = max(ticket.deadline - now, 0.001)
        ticket.begun_at = ticket.begun_at or now
        ticket.attempts += 1
        self._work[hand] = ticket
        wall_s = left_s - min(REST_S, left_s / 10)
        hand.give(Asked(kind=ticket.kind, body=ticket.body, wall_s=wall_s))

    def _hear(self, hand: Hand, told: Told) -> None:
        if is_greeting(told):
            self.members = told.facts["members"]
            self._failed_starts = 0
        else:
            ticket = self._work.pop(hand)
            self._settle(ticket, told)
        is_large = hand.resident_mib > KEPT_MIB
        if is_large or (not self.waiting and self._prompt() > self.settings.workers):
            self.ended["large"] += is_large
            self._remove(hand)
        elif self.waiting:
            self._give(hand, self.waiting.popleft())

    def _bury(self, hand: Hand, how: str) -> None:
        """Replace a process that died, and see to what it was at."""
        self.ended["died"] += 1
        why = f"{how} {hand.words}".strip()
        # What it said of a question may be words of a policy.
        logged = how if hand.is_ready else why
        note("worker died", logging.ERROR, pid=hand.pid, why=logged, wasReady=hand.is_ready)
        self.hands.discard(hand)
        ticket = self._work.pop(hand, None)
        if ticket is not None:
            self._retry(ticket, why)
        if hand.is_ready:
            self._fill()
            return
        self._failed_starts += 1
        self.has_failed = self._failed_starts >= MAX_FAILED_STARTS and not self.members
        self._loop.call_later(PAUSE_S * self._failed_starts, self._fill)

    def _retry(self, ticket: Ticket, why: str) -> None:
        if ticket.is_left or ticket.future.done():
            ticket.stop_clock()
        elif ticket.attempts < ATTEMPTS:
            self.waiting.appendleft(ticket)
            self._serve_first()
        else:
            self._give_up(ticket, f"{why}, twice")

    def _serve_first(self) -> None:
        hand = next((hand for hand in self.hands if hand.is_idle), None)
        if hand is not None and self.waiting:
            self._give(hand, self.waiting.popleft())
        elif self.waiting:
            self._watch()

    def _be_late(self, ticket: Ticket) -> None:
        """End a request whose time is over; what it is at may go on for a moment."""
        if ticket in self.waiting:
            self.waiting.remove(ticket)
        if ticket.begun_at is None:
            ticket.future.set_exception(NotBegun())
            return
        self._give_up(ticket, TOO_LATE)
        self._loop.call_later(LEAVE_S, self._cut, ticket, "late")

    def _cut(self, ticket: Ticket, why: str) -> None:
        """Kill the process that is at a request, if one still is."""
        hand = next((hand for hand, own in self._work.items() if own is ticket), None)
        if hand is not None:
            del self._work[hand]
            self.ended[why] += 1
            self._remove(hand)
        ticket.stop_clock()

    def _give_up(self, ticket: Ticket, why: str) -> None:
        """Say of a request that it is unknown, which takes reading it."""
        ticket.stop_clock()
        asked = Asked(kind=ticket.kind, body=ticket.body, wall_s=0.0)
        work = self._loop.run_in_executor(None, give_up, asked, why, self.settings.conduct)

        def settle(done: asyncio.Future[Told]) -> None:
            error = done.exception()
            if error is None:
                self._settle(ticket, done.result())
            elif not ticket.future.done():
                ticket.future.set_exception(error)

        work.add_done_callback(settle)

    def _settle(self, ticket: Ticket, told: Told) -> None:
        ticket.stop_clock()
        if not ticket.future.done():
            ticket.future.set_result(told)


def _note_heard(future: asyncio.Future[Told]) -> None:
    """Have an error be no fault of ours that nobody waits for any more."""
    if not future.cancelled():
        future.exception()
