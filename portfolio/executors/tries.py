"""Items under way, and what is made of what comes back for them; the same for every executor."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from portfolio.executors.work import ATTEMPTS, Lost, Raised, outcome

T = TypeVar("T")

Ends = Iterator[tuple[T, Any]]
"""Items with their results, each a `Lost` where there is none."""


@dataclass(eq=False)
class Try(Generic[T]):
    """An item, pickled too, and how many workers were lost over it."""

    item: T
    content: bytes
    attempts: int = 0

    def after(self, result: object) -> tuple[T, Any]:
        """Return the item with what came back."""
        if isinstance(result, Raised):
            attempts = self.attempts + 1
            return self.item, Lost(why=result.why, attempts=attempts, trace=result.trace)
        return self.item, result

    def lost(self, why: str) -> tuple[T, Any] | None:
        """Note that a worker was lost over the item; return its end iff nobody tries again."""
        self.attempts += 1
        if self.attempts < ATTEMPTS:
            return None
        return self.item, Lost(why=why, attempts=self.attempts)


def next_of(items: Iterator[T]) -> Try[T] | None:
    """Return the next of `items`, None iff there is none."""
    for item in items:
        return Try(item, pickle.dumps(item))
    return None


def pickled(result: object) -> bytes:
    """Return `result` as it travels; one that cannot be sent has raised."""
    try:
        return pickle.dumps(result)
    except Exception as error:
        return pickle.dumps(Raised.of(error))


def unpickled(content: bytes) -> Any:
    """Return what a worker sent; what cannot be read has raised."""
    try:
        return pickle.loads(content)  # noqa: S301 - our own workers wrote it
    except Exception as error:
        return Raised.of(error)


def worked(work: Callable[[Any], object], item: bytes) -> bytes:
    """Return what came of an item, which travelled, as it travels back."""
    return pickled(outcome(lambda: work(pickle.loads(item))))  # noqa: S301 - whoever asks wrote it
