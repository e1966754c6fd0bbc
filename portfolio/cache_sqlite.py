"""Verdicts kept in one SQLite file, which several processes share.

A write is a transaction in a write-ahead log: a process may be killed at any time. Each entry has a
digest of its own, so that one which is not what was written is dropped. A file that is not ours is
refused and left as it is; one of ours that is broken is put aside and begun anew. What breaks later
costs only the cache: nothing is kept from then on.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from portfolio.cache import Kept
from portfolio.cache_memory import Bounds

T = TypeVar("T")

APPLICATION = 0x4B59564B
"""The mark of our files, in the place that SQLite has for it."""

SCHEMA = 1
PATIENCE_S = 2.0
"""How long to wait for another process that writes."""

SLACK = 16
"""To make room, one entry in so many is dropped, so that not every entry has to make room."""

_TABLES = """
CREATE TABLE entries (
    key BLOB PRIMARY KEY, text BLOB NOT NULL, digest BLOB NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX by_use ON entries (used);
CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL, uses INTEGER NOT NULL);
INSERT INTO totals VALUES (0, 0, 0);
CREATE TRIGGER added AFTER INSERT ON entries BEGIN
    UPDATE totals SET entries = entries + 1, bytes = bytes + length(new.key) + length(new.text);
END;
CREATE TRIGGER removed AFTER DELETE ON entries BEGIN
    UPDATE totals SET entries = entries - 1, bytes = bytes - length(old.key) - length(old.text);
END;
"""


_TOTALS = "SELECT entries, bytes, typeof(uses) FROM totals"
_COUNTED = """
SELECT count(*), coalesce(sum(length(key) + length(text)), 0), 'integer' FROM entries
"""
"""What the totals must be."""


class CacheError(ValueError):
    """The file cannot be a cache; the message names it."""


def prepare(path: Path) -> str | None:
    """Make the file at `path` a cache; return what was done to a broken one, None iff nothing.

    Raise CacheError iff it is not ours, of another version, or cannot be made.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            _create(path)
            return None
        _require_ours(path)
        if _is_sound(path):
            return None
        aside = _put_aside(path)
        _create(path)
    except OSError as error:
        raise CacheError(f"cannot keep verdicts in `{path}`: {error.strerror}") from None
    except sqlite3.Error as error:
        raise CacheError(f"cannot keep verdicts in `{path}`: {error}") from None
    return f"the cache `{path}` was broken; it is now `{aside}`, and a new one was begun"


def _create(path: Path) -> None:
    """Make a new cache, whole before it has its name; one that another process made stays."""
    fd, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(fd)
    made = Path(name)
    try:
        with closing(_connected(made)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
            connection.executescript(_TABLES)
        if path.exists() and path.stat().st_size == 0:
            path.unlink()
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(made)
    finally:
        made.unlink()


def _require_ours(path: Path) -> None:
    """Raise CacheError unless the head of the file is that of a cache in our version."""
    with path.open("rb") as file:
        head = file.read(100)
    mark, version = head[68:72], head[60:64]
    if head[:16] != b"SQLite format 3\0" or mark != APPLICATION.to_bytes(4):
        raise CacheError(f"`{path}` is no cache of verdicts; it was left as it is")
    if version != SCHEMA.to_bytes(4):
        raise CacheError(f"`{path}` is a cache of another version of Keyaki")


def _is_sound(path: Path) -> bool:
    try:
        with closing(_connected(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            # Others may write meanwhile: what is compared must be of one moment.
            connection.execute("BEGIN")
            totals = connection.execute(_TOTALS).fetchall()
            (counted,) = connection.execute(_COUNTED).fetchall()
            connection.execute("SELECT key, text, digest, used FROM entries LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise
        return False
    return bool(found == "ok" and totals == [counted])


def _put_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.broken")
    path.replace(aside)
    for ending in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
    return aside


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    # A power cut may cost the last entries, and never the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


class SqliteStore:
    """Entries in a file that was prepared, within bounds. Any thread may use it.

    `trouble` says why nothing is kept any more, None iff all is well.
    """

    def __init__(self, path: Path, bounds: Bounds) -> None:
        self.trouble: str | None = None
        self._bounds = bounds
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._guarded(lambda: self._open(path), None)

    def _open(self, path: Path) -> None:
        if not path.exists():
            raise sqlite3.OperationalError("the file is gone")
        self._connection = _connected(path)

    def get(self, key: bytes) -> Kept | None:
        """Return the entry of `key`; one that is not what was written is dropped."""
        row = self._guarded(lambda: self._row(key), None)
        if row is None:
            return None
        text, digest = row
        try:
            if digest != _digest(key, text):
                raise ValueError("not what was written")
            return Kept.from_bytes(text)
        except (TypeError, ValueError):
            self.drop(key)
            return None

    def put(self, key: bytes, kept: Kept) -> None:
        """Keep an entry; one that alone is larger than all may be is not kept."""
        text = kept.to_bytes()
        self._guarded(lambda: self._insert(key, text), None)

    def drop(self, key: bytes) -> None:
        """Forget an entry."""
        delete = "DELETE FROM entries WHERE key = ?"
        self._guarded(lambda: self._execute(delete, (key,)), None)

    def totals(self) -> tuple[int, int]:
        """Return how many entries there are, and the bytes of their keys and texts."""
        found = self._guarded(lambda: self._execute("SELECT entries, bytes FROM totals"), None)
        return found[0] if found else (0, 0)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self.trouble = "closed"
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _row(self, key: bytes) -> tuple[bytes, bytes] | None:
        rows = self._execute("SELECT text, digest, used FROM entries WHERE key = ?", (key,))
        if not rows:
            return None
        text, digest, used = rows[0]
        ((entries, uses),) = self._execute("SELECT entries, uses FROM totals")
        # PERF: who was used among the last half need not be written down again.
        if used < uses - entries // 2:
            self._execute("UPDATE totals SET uses = uses + 1")
            self._execute(
                "UPDATE entries SET used = (SELECT uses FROM totals) WHERE key = ?", (key,)
            )
        return text, digest

    def _insert(self, key: bytes, text: bytes) -> None:
        self._execute("BEGIN IMMEDIATE")
        try:
            self._execute("DELETE FROM entries WHERE key = ?", (key,))
            self._execute("UPDATE totals SET uses = uses + 1")
            insert = "INSERT INTO entries VALUES (?, ?, ?, (SELECT uses FROM totals))"
            self._execute(insert, (key, text, _digest(key, text)))
            self._make_room()
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")

    def _make_room(self) -> None:
        while True:
            ((entries, size),) = self._execute("SELECT entries, bytes FROM totals")
            if entries <= self._bounds.entries and size <= self._bounds.size_bytes:
                return
            self._execute(
                "DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY used LIMIT ?)",
                (max(entries // SLACK, 1),),
            )
            ((gone,),) = self._execute("SELECT changes()")
            if not gone:
                raise sqlite3.DatabaseError("the totals are not those of the entries")

    def _execute(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        assert self._connection is not None
        return self._connection.execute(statement, values).fetchall()

    def _guarded(self, work: Callable[[], T], otherwise: T) -> T:
        """Return what `work` returns; where the file fails, remember why and keep nothing more."""
        with self._lock:
            if self.trouble is not None:
                return otherwise
            try:
                return work()
            except (sqlite3.Error, OSError, TypeError, ValueError) as error:
                # The last two are about values that none of us wrote.
                # Others may write for longer than we wait; then this one entry is not kept.
                if "locked" not in str(error):
                    self.trouble = str(error)
                return otherwise


def _digest(key: bytes, text: bytes) -> bytes:
    return sha256(key + text).digest()
