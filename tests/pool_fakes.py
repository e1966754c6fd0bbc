"""What workers are given to do in tests, and sources that give bytes as they like."""

from __future__ import annotations

import ctypes
import io
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Said:
    """A reply that is nothing but its line."""

    output: bytes
    passed: bool = True
    is_error: bool = False


@dataclass(frozen=True)
class Echo:
    """Says what the line is."""

    def reply(self, line: bytes | None) -> Said:
        if line is None:
            return Said(b"too long\n", is_error=True)
        text = line.strip()
        return Said(b"%d %s\n" % (len(line), text), passed=not text.startswith(b"no"))

    def unanswered(self, line: bytes, why: str) -> Said:
        return Said(b"gave up %s: %s\n" % (line.strip(), why.encode()), passed=False)

    def patience_s(self, line: bytes) -> float:
        return 0.5


class Mischief(Echo):
    """Does to its process what the line says."""

    def reply(self, line: bytes | None) -> Said:
        word, _, rest = (line or b"").strip().partition(b" ")
        match word:
            case b"kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case b"exit":
                os._exit(3)
            case b"fault":
                ctypes.string_at(0)
            case b"once" if not Path(os.fsdecode(rest)).exists():
                Path(os.fsdecode(rest)).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case b"hang":
                time.sleep(60)
            case b"slow":
                time.sleep(0.02)
            case b"print":
                os.write(1, b"{}\n" * 1000)
            case b"large":
                return Said(b"x" * (1 << 20) + b"\n")
        return super().reply(line)


class Patient(Mischief):
    """One whose lines take long and may: `hang` for 2 seconds, `nap` for 3."""

    def reply(self, line: bytes | None) -> Said:
        word = (line or b"").strip()
        if word in (b"hang", b"nap"):
            time.sleep(2 if word == b"hang" else 3)
            return Echo().reply(line)
        return super().reply(line)

    def patience_s(self, line: bytes) -> float:
        return 10.0 if line.strip() in (b"hang", b"nap") else 0.5


class Lethal(Mischief):
    """One whose lines kill even those who only give up on them."""

    def unanswered(self, line: bytes, why: str) -> Said:
        self.reply(line)
        return super().unanswered(line, why)


class Unstartable(Echo):
    """One that no worker can be given."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (5,)


def expected(source: bytes, longest: int) -> list[bytes]:
    """Return what `Echo` says of each line of `source`."""
    lines = [line if len(line) <= longest else None for line in io.BytesIO(source)]
    return [Echo().reply(line).output for line in lines]


class Trickle(io.RawIOBase):
    """The bytes of `source` in pieces of these sizes, the last one again and again."""

    def __init__(self, source: bytes, sizes: list[int]) -> None:
        self._source = source
        self._sizes: Iterator[int] = iter(sizes)
        self._size = 1

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._size = next(self._sizes, self._size)
        piece = self._source[: min(len(buffer), self._size)]
        self._source = self._source[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)
