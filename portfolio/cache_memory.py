"""Verdicts kept in this process: the ones that were not used for longest make room."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from portfolio.cache import Kept

OVERHEAD_BYTES = 200
"""What an entry costs beside its key and its text."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much is kept at most."""

    entries: int = 100_000
    size_bytes: int = 64 << 20


class MemoryStore:
    """Entries in memory, within bounds. Any thread may use it."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._entries: OrderedDict[bytes, bytes] = OrderedDict()
        self._size_bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size_bytes(self) -> int:
        """What all entries take."""
        return self._size_bytes

    def get(self, key: bytes) -> Kept | None:
        """Return the entry of `key`, None iff there is none."""
        with self._lock:
            text = self._entries.get(key)
            if text is None:
                return None
            self._entries.move_to_end(key)
        return Kept.from_bytes(text)

    def put(self, key: bytes, kept: Kept) -> None:
        """Keep an entry; one that alone is larger than all may be is not kept."""
        text = kept.to_bytes()
        with self._lock:
            self._remove(key)
            self._entries[key] = text
            self._size_bytes += _size(key, text)
            while self._is_too_much():
                oldest = next(iter(self._entries))
                self._remove(oldest)

    def drop(self, key: bytes) -> None:
        """Forget an entry."""
        with self._lock:
            self._remove(key)

    def close(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._entries.clear()
            self._size_bytes = 0

    def _remove(self, key: bytes) -> None:
        text = self._entries.pop(key, None)
        if text is not None:
            self._size_bytes -= _size(key, text)

    def _is_too_much(self) -> bool:
        bounds = self._bounds
        return len(self._entries) > bounds.entries or self._size_bytes > bounds.size_bytes


def _size(key: bytes, text: bytes) -> int:
    return len(key) + len(text) + OVERHEAD_BYTES
