"""What goes between the service and the processes that answer: a head of fixed size, then bytes."""

from __future__ import annotations

import struct
from typing import Any

import orjson

from portfolio.service.asking import KINDS, Asked, Told

ASK = struct.Struct("<QBd")
"""How many bytes follow, the number of the kind, and the seconds that are left."""

TELL = struct.Struct("<HLQ")
"""The status, and the sizes of the facts and of the output, which follow in this order."""

READY = 0
"""The status in the frame that says that a process is ready; its facts are the members."""


def pack_asked(asked: Asked) -> bytes:
    """Return the frame of a request."""
    return ASK.pack(len(asked.body), KINDS.index(asked.kind), asked.wall_s) + asked.body


def pack_told(told: Told) -> bytes:
    """Return the frame of a reply."""
    facts = orjson.dumps(told.facts)
    return TELL.pack(told.status, len(facts), len(told.output)) + facts + told.output


class Inbox:
    """Bytes that have arrived, of which whole replies are taken."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, piece: bytes) -> None:
        """Take what has arrived."""
        self._bytes += piece

    def take(self) -> Told | None:
        """Return the next reply, None iff it has not arrived whole."""
        if len(self._bytes) < TELL.size:
            return None
        status, facts_size, output_size = TELL.unpack_from(self._bytes)
        start = TELL.size + facts_size
        end = start + output_size
        if len(self._bytes) < end:
            return None
        facts: dict[str, Any] = orjson.loads(memoryview(self._bytes)[TELL.size : start])
        output = bytes(memoryview(self._bytes)[start:end])
        del self._bytes[:end]
        return Told(status=status, output=output, facts=facts)
