"""How many of so many things are done, shown on the terminal of the errors."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

REFRESH_S = 0.2


def counted(
    things: Iterable[T],
    total: int,
    title: str,
    words: Callable[[T], str] = lambda thing: "",
    *,
    before: int = 0,
) -> Iterator[T]:
    """Yield `things`, showing on a terminal how many there were, how fast, and how long it takes.

    `words` tells of what is shown beside it; the first `before` were there already, and tell
    nothing of the rate.
    """
    if not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console  # noqa: PLC0415 - loaded only where something is shown
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (
        TextColumn(title),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,}, {task.fields[pace]}"),
        TextColumn("{task.fields[words]}"),
    )
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        task = progress.add_task("", total=total, pace="", words="")
        began = shown = time.monotonic()
        count = 0
        for count, thing in enumerate(things, 1):
            yield thing
            now = time.monotonic()
            if count <= before:
                began = now
            elif now - shown >= REFRESH_S or count == total:
                pace = pace_of(count - before, total - before, now - began)
                shown = now
                progress.update(task, completed=count, pace=pace, words=words(thing), refresh=True)
        progress.update(task, completed=count, refresh=True)


def pace_of(done: int, total: int, took_s: float) -> str:
    """Return how many a second were done, and how long the others take if they go on so."""
    if not done or took_s <= 0:
        return ""
    rate = done / took_s
    left_s = round((total - done) / rate)
    minutes, seconds = divmod(left_s, 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{rate:,.1f} a second, {left} left"
