"""What an executor is: the seam between what is to be worked on and who works on it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

ATTEMPTS = 2
"""How many workers may be lost over an item, or be stopped at it, before nobody tries again."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Lost:
    """There is no result: `why` ends its last attempt; `trace` is where, iff the work raised."""

    why: str
    attempts: int
    trace: str = ""


class Executor(Protocol):
    """Who works on items."""

    def run(
        self, items: Iterable[T], work: Callable[[T], R]
    ) -> Generator[tuple[T, R | Lost], None, None]:
        """Yield each of `items` with what `work` returns for it, in the order of their ends.

        Items are taken as they are needed, one for each worker, and no more once the caller stops.
        What raises is lost at once. An item whose worker dies, or that takes longer than its limit,
        is tried once more; no other item suffers. Closing the generator ends all workers.

        `work`, the items and the results travel as pickles. A worker gets `work` once, so that what
        it keeps in itself is there for the next item. Raise ExecutorError iff workers cannot start.
        """


class ExecutorError(RuntimeError):
    """Workers cannot be started."""


class MadeOnce(Generic[T, R]):
    """Work that each worker makes for itself, by `make`, before its first item."""

    def __init__(self, make: Callable[[], Callable[[T], R]]) -> None:
        self._make = make
        self._made: Callable[[T], R] | None = None

    def __call__(self, item: T) -> R:
        """Return what the work that was made returns for `item`."""
        if self._made is None:
            self._made = self._make()
        return self._made(item)


@dataclass(frozen=True, kw_only=True)
class Raised:
    """The work raised: what, and where."""

    why: str
    trace: str

    @classmethod
    def of(cls, error: Exception) -> Raised:
        """Return what is told of an error."""
        why = "".join(traceback.format_exception_only(error)).strip()
        return cls(why=why, trace="".join(traceback.format_exception(error)))


def outcome(call: Callable[[], R]) -> R | Raised:
    """Return what `call` returns, or what it raises; an order to leave is followed."""
    try:
        return call()
    except Exception as error:
        return Raised.of(error)
