"""What is handed out, what comes back, and who answers: the seam between order and executors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from io import BytesIO
from typing import Protocol

DEATHS = 2
"""How many workers may die of a line before it is given up."""

PER_WORKER = 2
"""Pieces that a worker has at once: the second one is there when it has done the first."""


class Reply(Protocol):
    """The answer to one line."""

    @property
    def output(self) -> bytes:
        """The line to print, with its end."""

    @property
    def passed(self) -> bool:
        """True iff what was asked is proved."""

    @property
    def is_error(self) -> bool:
        """True iff the line could not be read."""


class Answerer(Protocol):
    """What answers lines. Workers get it pickled, so that it must not hold what is of a process."""

    def reply(self, line: bytes | None) -> Reply:
        """Return the answer to a line, None being one that is too long."""

    def unanswered(self, line: bytes, why: str) -> Reply:
        """Return what is said of a line on which nobody works any more."""

    def patience_s(self, line: bytes) -> float:
        """Return how long the answer to a line may take before its worker is taken to hang."""


@dataclass(frozen=True, slots=True)
class Part:
    """Finished answers of consecutive lines; `read` is how many bytes the lines had.

    `errors` of them could not be read, `failed` others did not pass.
    """

    output: bytes
    lines: int
    failed: int
    errors: int
    read: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Whole lines in the shared memory, or the place of a line that was too long to keep."""

    segment: int
    start: int
    end: int
    is_too_long: bool = False

    @property
    def size(self) -> int:
        """How many bytes the lines have."""
        return self.end - self.start


class Ask(IntEnum):
    """What a worker does with a piece."""

    ANSWER = 0
    SAY_TOO_LONG = 1
    GIVE_UP = 2


@dataclass(eq=False, slots=True)
class Piece:
    """A span on its way through an executor.

    `deaths` is how many workers died of it, and `why` the last one did. `parts` came back and are
    not yet given on; they have `answered` lines together with those that are.
    """

    span: Span
    deaths: int = 0
    why: str = ""
    parts: deque[Part] = field(default_factory=deque)
    answered: int = 0
    is_done: bool = False

    @property
    def ask(self) -> Ask:
        """What is to be done with it: a line that killed enough workers is not tried again."""
        if self.span.is_too_long:
            return Ask.SAY_TOO_LONG
        return Ask.GIVE_UP if self.deaths >= DEATHS else Ask.ANSWER


@dataclass(frozen=True, slots=True)
class Answered:
    """Some more lines of `piece` are answered, with `is_last` the last ones."""

    piece: Piece
    part: Part
    is_last: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker ended with `piece` in hand; `line` is what it was about, None iff between lines.

    With `is_unsure` it was about one of the lines without an answer, and nobody knows which. With
    `is_final` it was ended since it took too long over the line, which then nobody tries again.
    """

    piece: Piece
    line: int | None
    why: str
    is_unsure: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """How many workers have nothing to do, and how many pieces can be handed over in all."""

    idle: int
    room: int


class Executor(Protocol):
    """Where pieces are answered: processes here, or machines elsewhere.

    Whatever happens to a worker, each piece that was submitted ends in an `Answered` that is the
    last or in a `Lost`; after a `Lost` nothing more is heard of the piece.
    """

    def demand(self) -> Demand:
        """Return how much more work is wanted."""

    def submit(self, piece: Piece) -> None:
        """Take over `piece`, for which there must be room."""

    def collect(self, urgent: Piece | None) -> list[Answered | Lost]:
        """Wait for news or for the bell, and return the news; of `urgent` alone if it is given."""

    def close(self) -> None:
        """End all workers at once; none of their processes survives."""


def lines_of(content: bytes, longest: int) -> Iterator[bytes | None]:
    """Yield the lines of `content` with their ends, None for one of more than `longest` bytes."""
    for line in BytesIO(content):
        yield line if len(line) <= longest else None
