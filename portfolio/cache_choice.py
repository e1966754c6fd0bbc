"""Where verdicts are kept, as it is said on a command line: `off`, `memory` or `sqlite:PATH`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from portfolio.cache import Store
from portfolio.cache_memory import Bounds, MemoryStore


@dataclass(frozen=True, kw_only=True)
class CacheChoice:
    """A cache that was chosen: none, one in each process, or one in a file (`path`)."""

    is_off: bool = True
    path: Path | None = None
    bounds: Bounds = field(default_factory=Bounds)

    def prepare(self) -> str | None:
        """Make the file a cache; return what was done to a broken one.

        Raise ValueError iff it cannot be one.
        """
        if self.path is None:
            return None
        from portfolio.cache_sqlite import prepare  # noqa: PLC0415 - few caches are files

        return prepare(self.path)

    def open(self) -> Store | None:
        """Return the store, for this process; None iff nothing is kept."""
        if self.is_off:
            return None
        if self.path is None:
            return MemoryStore(self.bounds)
        from portfolio.cache_sqlite import SqliteStore  # noqa: PLC0415 - few caches are files

        return SqliteStore(self.path, self.bounds)


def cache_choice(text: str, bounds: Bounds) -> CacheChoice:
    """Return the choice that a text stands for; raise ValueError iff it is none."""
    kind, _, place = text.partition(":")
    if text in ("off", "memory"):
        return CacheChoice(is_off=text == "off", bounds=bounds)
    if kind == "sqlite" and place:
        return CacheChoice(is_off=False, path=Path(place).absolute(), bounds=bounds)
    raise ValueError(f"the cache `{text}` is none of off, memory and sqlite:PATH")
