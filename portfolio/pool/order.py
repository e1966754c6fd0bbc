"""Hands lines out to an executor and puts the answers in order, each line answered once.

Answers that wait for earlier ones are bounded: beyond that nothing new is handed out, and nothing
is heard but what the first piece needs. A worker that dies costs the line that it was about one
attempt of two; the other lines of its piece are handed out as if it had never had them.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator

from portfolio.pool.feed import Feed
from portfolio.pool.work import Answered, Executor, Lost, Part, Piece, Span

HELD_BYTES = 32 << 20
"""How much of answers may wait for earlier ones."""

SHARE = 4
"""A piece is at most this part of what is there, so that near the end all workers have some."""


def answers_in_order(feed: Feed, executor: Executor, *, piece_bytes: int) -> Iterator[Part]:
    """Yield the answers to the lines of `feed`, in order; raise what reading it raised."""
    order = _Order(feed, executor, piece_bytes)
    while True:
        order.hand_out()
        yield from order.ready()
        if order.is_over:
            break
        order.hear(executor.collect(order.urgent))
    if feed.failure:
        raise feed.failure


class _Order:
    """The pieces that are not yet all answered and given on, in order."""

    def __init__(self, feed: Feed, executor: Executor, piece_bytes: int) -> None:
        self._feed = feed
        self._executor = executor
        self._piece_bytes = piece_bytes
        self._pieces: deque[Piece] = deque()
        self._again: deque[Piece] = deque()
        self._held = 0

    @property
    def is_over(self) -> bool:
        """Whether all is read, answered and given on."""
        return not self._pieces and self._feed.is_empty

    @property
    def urgent(self) -> Piece | None:
        """The piece to hear of before any other, None iff answers may still wait for it."""
        return self._pieces[0] if self._held > HELD_BYTES else None

    def hand_out(self) -> None:
        """Submit what is wanted: anything to who has nothing to do, else only what is worth it."""
        demand = self._executor.demand()
        idle, room = demand.idle, demand.room
        self._feed.tell_of_more(room > 0)
        while room and (piece := self._next(may_be_small=idle > 0)):
            self._executor.submit(piece)
            idle, room = idle - 1, room - 1
        self._feed.tell_of_more(room > 0)

    def _next(self, *, may_be_small: bool) -> Piece | None:
        if self._again:
            return self._again.popleft()
        if not self._feed.has_lines or self._held > HELD_BYTES:
            return None
        available = self._feed.available
        if not may_be_small and available < self._piece_bytes:
            return None
        piece = Piece(self._feed.take(min(self._piece_bytes, available // SHARE)))
        self._pieces.append(piece)
        return piece

    def ready(self) -> Iterator[Part]:
        """Yield the parts that wait for none, and forget them."""
        while self._pieces:
            first = self._pieces[0]
            while first.parts:
                part = first.parts.popleft()
                self._held -= len(part.output)
                yield part
            if not first.is_done:
                return
            self._pieces.popleft()

    def hear(self, news: list[Answered | Lost]) -> None:
        """Note what was answered and what was lost."""
        for one in news:
            if isinstance(one, Lost):
                self._replace(one)
            else:
                self._add(one.piece, one.part)
                if one.is_last:
                    self._finish(one.piece)

    def _add(self, piece: Piece, part: Part) -> None:
        piece.parts.append(part)
        piece.answered += part.lines
        self._held += len(part.output)

    def _finish(self, piece: Piece) -> None:
        piece.is_done = True
        self._feed.release(piece.span)

    def _replace(self, lost: Lost) -> None:
        """Let a lost piece be done with what of it is answered; others follow it for the rest."""
        piece = lost.piece
        if piece.deaths > 1 and lost.line is not None:
            self._add(piece, _read_by_nobody(lost.why))
            self._finish(piece)
            return
        answered, rest = self._divided(lost)
        place = self._pieces.index(piece) + 1
        for one in reversed(rest):
            self._pieces.insert(place, one)
        self._again.extend(rest)
        piece.span = answered
        self._finish(piece)

    def _divided(self, lost: Lost) -> tuple[Span, list[Piece]]:
        """Return the lines that are answered, and pieces for the rest: what killed stands alone."""
        piece, line = lost.piece, lost.line
        if piece.span.is_too_long:
            again = Piece(piece.span, piece.deaths + 1, lost.why)
            return piece.span, [again]
        if line is None:
            answered, rest = self._feed.cut(piece.span, [piece.answered])
            return answered, [Piece(rest, piece.deaths, piece.why)]
        marks = [piece.answered, line, line + 1]
        answered, before, killer, after = self._feed.cut(piece.span, marks)
        again = Piece(killer, piece.deaths + 1, lost.why)
        return answered, [one for one in (Piece(before), again, Piece(after)) if one.span.size]


def _read_by_nobody(why: str) -> Part:
    error = {"message": f"not even its id could be read: {why}", "path": "$"}
    return Part(json.dumps({"id": None, "error": error}).encode() + b"\n", 1, 0, 1)
