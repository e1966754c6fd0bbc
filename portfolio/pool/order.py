"""Hands lines out to an executor and puts the answers in order, each line answered once.

Answers that wait for earlier ones are bounded: beyond that nothing new is handed out, and nothing
is heard but what the first piece needs. A worker that dies costs the line that it was about one
attempt of two; the other lines of its piece are handed out as if it had never had them. Where
nobody knows the line, each one is handed out alone.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from portfolio.pool.feed import Feed
from portfolio.pool.work import DEATHS, Answered, Executor, Lost, Part, Piece, Span, lines_of

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
        lost = self._sure(lost)
        if piece.deaths >= DEATHS and lost.line is not None:
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

    def _sure(self, lost: Lost) -> Lost:
        """Return what was lost, with its line if only one has no answer."""
        piece = lost.piece
        if lost.is_unsure and (piece.span.is_too_long or self._lines(piece) - piece.answered < 2):
            return replace(lost, line=piece.answered, is_unsure=False)
        return lost

    def _lines(self, piece: Piece) -> int:
        return sum(1 for _ in lines_of(self._feed.content(piece.span), piece.span.size))

    def _divided(self, lost: Lost) -> tuple[Span, list[Piece]]:
        """Return the lines that are answered, and pieces for the rest: what killed stands alone."""
        piece, line = lost.piece, lost.line
        if piece.span.is_too_long:
            return piece.span, [_again(piece.span, lost)]
        if lost.is_unsure:
            # Whoever kills once more is then known, and costs nobody else an attempt.
            marks = [*range(piece.answered, self._lines(piece))]
            answered, *rest = self._feed.cut(piece.span, marks)
            return answered, [Piece(one) for one in rest]
        if line is None:
            answered, whole = self._feed.cut(piece.span, [piece.answered])
            return answered, [Piece(whole, piece.deaths, piece.why)]
        marks = [piece.answered, line, line + 1]
        answered, before, killer, after = self._feed.cut(piece.span, marks)
        parts = (Piece(before), _again(killer, lost), Piece(after))
        return answered, [one for one in parts if one.span.size]


def _again(span: Span, lost: Lost) -> Piece:
    """Return what costs an attempt for one more, or its last one."""
    deaths = DEATHS if lost.is_final else lost.piece.deaths + 1
    is_repeated = deaths == DEATHS and not lost.is_final
    return Piece(span, deaths, f"{lost.why}, twice" if is_repeated else lost.why)


def _read_by_nobody(why: str) -> Part:
    error = {"message": f"not even its id could be read: {why}", "path": "$"}
    return Part(json.dumps({"id": None, "error": error}).encode() + b"\n", 1, 0, 1)
