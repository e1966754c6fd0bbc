"""Python processes of our own: how they are started, and how they are said to have ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence

from portfolio.members.process import Process

CHUNK = 1 << 16


def started(module: str, numbers: Sequence[int], pass_fds: tuple[int, ...]) -> Process:
    """Return a process that calls `main` of `module` with `numbers`; it imports as this one does.

    Raise OSError iff it cannot be started.
    """
    program = (
        f"import sys; sys.path[:] = sys.argv[{len(numbers) + 1}:];"
        f" from {module} import main; main(*map(int, sys.argv[1:{len(numbers) + 1}]))"
    )
    command = (sys.executable, "-P", "-c", program, *map(str, numbers), *sys.path)
    return Process(command, pass_fds=pass_fds)


def errors_fd() -> int:
    """Return a new file for what children print, which is not one of ours to close."""
    if sys.__stderr__ is None:
        return os.open(os.devnull, os.O_WRONLY)
    return os.dup(2)


def last_words(process: Process) -> str:
    """Return what a process said on its errors before these became ours."""
    with contextlib.suppress(BlockingIOError):
        return os.read(process.stderr.fileno(), CHUNK).decode(errors="replace").strip()
    return ""


def ending(status: int) -> str:
    """Return how a process ended, as the end of a sentence about it."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was ended by {name}"
