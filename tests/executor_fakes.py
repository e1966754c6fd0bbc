"""Work for tests of executors: what a worker does with an item, mischief included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path


class Awkward:
    """A result that cannot be sent."""

    def __reduce__(self) -> str:
        raise TypeError("nobody can send this")


def behave(folder: str, item: str) -> str:
    """Do to its process what an item says, noting each attempt in `folder`."""
    word, _, rest = item.partition(" ")
    with (Path(folder) / item.replace(" ", "-")).open("a") as tries:
        tries.write("x")
    match word:
        case "raise":
            raise ValueError(f"no {rest}")
        case "exit":
            os._exit(3)
        case "leave":
            sys.exit(4)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "once" if _is_first(folder, item):
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(60)
        case "stuck" if _is_first(folder, item):
            time.sleep(60)
        case "print":
            os.write(1, b"{}" * 1000)
        case "large":
            return "x" * (3 << 20)
    return f"{word} done"


def _is_first(folder: str, item: str) -> bool:
    return (Path(folder) / item.replace(" ", "-")).read_text() == "x"


def tries_of(folder: Path, item: str) -> int:
    """Return how often an item was begun."""
    return len((folder / item.replace(" ", "-")).read_text())


def square(number: int) -> int:
    return number * number


def length(text: str) -> int:
    return len(text)


def awkward(number: int) -> Awkward:
    return Awkward()


def process(number: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def with_a_child(folder: str, number: int) -> None:
    """Start a process in the session of the worker, say which, and never return."""
    child = subprocess.Popen(["sleep", "600"])
    (Path(folder) / f"{number}-{os.getpid()}-{child.pid}").touch()
    time.sleep(600)


def first_or_child(folder: str, number: int) -> None:
    """Return at once for a negative number, else never."""
    if number >= 0:
        with_a_child(folder, number)


def counter() -> Callable[[int], tuple[int, int]]:
    """Return work that tells its process and how many items it had before."""
    return partial(_count, [0])


def _count(seen: list[int], number: int) -> tuple[int, int]:
    seen[0] += 1
    return os.getpid(), seen[0]


class Unreadable:
    """Work that no worker can be given."""

    def __call__(self, item: int) -> int:
        return item

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return int, ("none",)


class Deadly(Unreadable):
    """Work that no worker survives to be given."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os._exit, (5,)
