"""Many questions in one request, a line each: asked a few at a time, answered in order."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from portfolio.service.asking import LINE, Asked, Told, give_up
from portfolio.service.crew import TOO_LATE, Crew, NotBegun, Ticket


async def answers_to_lines(
    crew: Crew, lines: Sequence[bytes], wall_s: float, count: Callable[[Told, float], None]
) -> AsyncIterator[bytes]:
    """Yield the answer to each line, in order; each may take `wall_s`.

    As many are asked at once as there are workers to answer. A line that nobody could begin with
    in time is unknown.
    """
    asked: deque[tuple[Ticket, float]] = deque()
    rest = iter(lines)
    try:
        while True:
            while len(asked) < crew.settings.workers and (line := next(rest, None)) is not None:
                ticket = crew.ask(LINE, line, wall_s, is_patient=True)
                asked.append((ticket, time.monotonic()))
            if not asked:
                return
            ticket, started_at = asked[0]
            told = await _told(crew, ticket)
            asked.popleft()
            count(told, time.monotonic() - started_at)
            yield told.output
    finally:
        for ticket, _ in asked:
            if not ticket.future.done():
                crew.leave(ticket)


async def _told(crew: Crew, ticket: Ticket) -> Told:
    try:
        return await ticket.future
    except NotBegun:
        line = Asked(kind=LINE, body=ticket.body, wall_s=0.0)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, give_up, line, TOO_LATE, crew.settings.conduct)
