"""Query sets: a file that was collected, or a folder of scripts.

A file `NAME.jsonl.xz` has an object a line: first a header, then `{"name", "family", "size",
"origin", "script"}`. The digest of a set is that of its queries alone, so that two sets are the
same iff their digests are.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

FORMAT = "keyaki-queries-1"
SUFFIX = ".jsonl.xz"
SCRIPTS = "*.smt2"

BAND_ENDS = (512, 2_048, 8_192, 32_768)
"""Where the bands of sizes end, in characters of a script; the last band has no end."""

BANDS = tuple(
    f"{low}-{high or ''}" for low, high in zip((0, *BAND_ENDS), (*BAND_ENDS, None), strict=True)
)


def band_of(size: int) -> str:
    """Return the name of the band of a size."""
    return BANDS[bisect_right(BAND_ENDS, size)]


class QueryError(ValueError):
    """What was named is no query set; the message names the place."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A script to be put to members; `size` is its length, `origin` tells what it asks."""

    name: str
    family: str
    size: int
    origin: str
    script: str


@dataclass(frozen=True, kw_only=True)
class QuerySet:
    """A set of queries, read anew whenever they are wanted; `about` says how it was made."""

    path: Path
    count: int
    digest: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def queries(self, wanted: Set[int] | None = None) -> Iterator[Query]:
        """Yield the queries in order; of those `wanted` alone, by their places, if given."""
        for place, query in enumerate(_queries(self.path)):
            if wanted is None or place in wanted:
                yield query

    def sample(self, count: int | None, seed: int) -> Set[int] | None:
        """Return the places of `count` queries drawn by a seed; None iff all are wanted."""
        if count is None or count >= self.count:
            return None
        chance = Random(f"sample {seed}")  # noqa: S311 - a sample, not a secret
        return frozenset(chance.sample(range(self.count), count))


def open_queries(path: Path) -> QuerySet:
    """Return the query set of a path, read once. Raise QueryError iff there is none."""
    about = {} if path.is_dir() else _header(path)
    hashed = hashlib.sha256()
    names: set[str] = set()
    for query in _queries(path):
        if query.name in names:
            raise QueryError(f"`{path}` has two queries of the name `{query.name}`")
        names.add(query.name)
        hashed.update(_line(query))
    count = len(names)
    if not count:
        raise QueryError(f"`{path}` has no query")
    found = QuerySet(path=path, count=count, digest=hashed.hexdigest(), about=about)
    if about and (about.get("digest"), about.get("count")) != (found.digest, count):
        raise QueryError(f"`{path}` was changed or cut off: its header tells of other queries")
    return found


def write_queries(path: Path, queries: Iterable[Query], about: Mapping[str, Any]) -> QuerySet:
    """Write a query set, whole or not at all, and return it; the bytes hang on what is given alone.

    The header comes first but is known last: it is compressed by itself, before the queries.
    """
    hashed = hashlib.sha256()
    sizes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as aside:
        body, whole = Path(aside) / "body", Path(aside) / "whole"
        with lzma.open(body, "wb", preset=6) as packed:
            for query in queries:
                line = _line(query)
                hashed.update(line)
                packed.write(line)
                sizes[query.family][band_of(query.size)] += 1
        count = sum(found.total() for found in sizes.values())
        families = {
            name: {band: found[band] for band in BANDS if band in found}
            for name, found in sizes.items()
        }
        known = {"format": FORMAT, "count": count, "digest": hashed.hexdigest()}
        header = {**known, **about, "families": families}
        with whole.open("wb") as out:
            out.write(lzma.compress(_dumps(header)))
            with body.open("rb") as written:
                shutil.copyfileobj(written, out)
        whole.replace(path)
    return QuerySet(path=path, count=count, digest=hashed.hexdigest(), about=header)


def _line(query: Query) -> bytes:
    return _dumps(asdict(query))


def _dumps(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _queries(path: Path) -> Iterator[Query]:
    if path.is_dir():
        yield from _scripts(path)
        return
    for number, line in enumerate(_lines(path), 1):
        if number > 1:
            yield _query(line, f"`{path}`, line {number}")


def _scripts(folder: Path) -> Iterator[Query]:
    """Yield the scripts below a folder by their paths."""
    for path in sorted(folder.rglob(SCRIPTS), key=lambda path: path.relative_to(folder).parts):
        try:
            # As text it would lose its carriage returns, which may stand in a string.
            script = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError(f"`{path}` cannot be read: {error}") from None
        name = path.relative_to(folder)
        yield Query(
            name=str(name),
            family="/".join(name.parent.parts) or folder.resolve().name,
            size=len(script),
            origin=str(name),
            script=script,
        )


def _header(path: Path) -> Mapping[str, Any]:
    first = next(_lines(path), b"")
    header = _object(first, f"`{path}`, line 1")
    if header.get("format") != FORMAT:
        raise QueryError(f"`{path}` is no query set: its header is not of `{FORMAT}`")
    return header


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with lzma.open(path, "rb") as lines:
            yield from lines
    except OSError as error:
        raise QueryError(f"`{path}` cannot be read: {error.strerror or error}") from None
    except (EOFError, lzma.LZMAError) as error:
        raise QueryError(f"`{path}` is no whole file of xz: {error}") from None


def _query(line: bytes, place: str) -> Query:
    read = _object(line, place)
    try:
        query = Query(**read)
    except TypeError:
        raise QueryError(f"{place}: expected the fields of a query") from None
    texts = (query.name, query.family, query.origin, query.script)
    if not all(isinstance(text, str) for text in texts) or not isinstance(query.size, int):
        raise QueryError(f"{place}: expected texts and a size")
    return query


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError as error:
        raise QueryError(f"{place}: {error}") from None
    if not isinstance(read, dict):
        raise QueryError(f"{place}: expected an object")
    return read
