"""How far a batch is, shown on the terminal of the errors."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import IO

from portfolio.pool.work import Part

REFRESH_S = 0.2

TERMINATED = 128 + signal.SIGTERM


def shown(parts: Iterable[Part], source: IO[bytes]) -> Iterator[Part]:
    """Yield `parts`, showing how many lines are answered and how much of a file is left."""
    from rich.console import Console  # noqa: PLC0415 - loaded only where something is shown
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.fields[lines]:,} questions, {task.fields[rate]:,.0f} a second"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with (
        orderly_termination(),
        Progress(*columns, console=console, transient=True, auto_refresh=False) as progress,
    ):
        task = progress.add_task("", total=_size(source), lines=0, rate=0.0)
        started = refreshed = time.monotonic()
        lines = read = 0
        for part in parts:
            yield part
            lines, read = lines + part.lines, read + part.read
            now = time.monotonic()
            if now - refreshed >= REFRESH_S:
                rate, refreshed = lines / (now - started), now
                progress.update(task, completed=read, lines=lines, rate=rate, refresh=True)


@contextlib.contextmanager
def orderly_termination() -> Iterator[None]:
    """Leave by an exception when terminated: a terminal must get back what was taken from it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _size(source: IO[bytes]) -> int | None:
    """Return how many bytes a file has, None iff that is not known."""
    try:
        found = os.fstat(source.fileno())
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
