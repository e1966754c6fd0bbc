"""Many questions in one request, a line each: asked a few at a time, answered in order."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice

from portfolio.service.asking import LINE, Asked, Told, give_up
from portfolio.service.crew import TOO_LATE, Crew, NotBegun, Ticket

AT_ONCE = 100
"""How many lines are given up together."""


async def answers_to_lines(
    crew: Crew, lines: Sequence[bytes], wall_s: float, count: Callable[[Told, float], None]
) -> AsyncIterator[bytes]:
    """Yield the answer to each line, in order; each may take `wall_s`.

    As many are asked at once as there are workers to answer. A line that nobody could begin with
    in time is unknown; so are those that are left when the service stops.
    """
    asked: deque[tuple[Ticket, float]] = deque()
    rest = iter(lines)
    try:
        while True:
            while (
                len(asked) < crew.settings.workers
                and not crew.is_over
                and (line := next(rest, None)) is not None
            ):
                ticket = crew.ask(LINE, line, wall_s, is_patient=True)
                asked.append((ticket, time.monotonic()))
            if not asked:
                break
            ticket, started_at = asked[0]
            told = await _told(crew, ticket)
            asked.popleft()
            count(told, time.monotonic() - started_at)
            yield told.output
    finally:
        for ticket, _ in asked:
            if not ticket.future.done():
                crew.leave(ticket)
    while some := [*islice(rest, AT_ONCE)]:
        # PERF: one at a time these would take longer than a service has that stops.
        left = await _given_up(crew, *some)
        for told in left:
            count(told, 0.0)
        yield b"".join(told.output for told in left)


async def _given_up(crew: Crew, *lines: bytes) -> list[Told]:
    """Return what is said of lines that nobody began with."""

    def told() -> list[Told]:
        asked = (Asked(kind=LINE, body=line, wall_s=0.0) for line in lines)
        return [give_up(one, TOO_LATE, crew.settings.conduct) for one in asked]

    return await asyncio.get_running_loop().run_in_executor(None, told)


async def _told(crew: Crew, ticket: Ticket) -> Told:
    # To be called off here must not call the future off: the crew has to hear that we leave.
    await asyncio.wait({ticket.future})
    try:
        return ticket.future.result()
    except NotBegun:
        (told,) = await _given_up(crew, ticket.body)
        return told
