"""A folder of findings: one folder a shape, in which a bug that is met again only counts up.

Several processes may store at once, and may be killed at any time: all writing is done under one
lock, which the system frees when its holder dies; a folder is made aside and renamed when it is
complete, and so is each file that is written again.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from automaton.version import VERSION
from portfolio.answer import Json
from portfolio.differential.filing.found import Found, script_file
from portfolio.differential.filing.report import report, title
from portfolio.differential.finding import NOBODY_KNOWS

CASE, ORIGINAL, FINDING, REPORT = "case.smt2", "original.smt2", "finding.json", "report.md"
LOCK = ".lock"
UNFINISHED = ".unfinished"

MOST_SEEN = 1000
"""How many places are remembered at which a shape was met; more are counted all the same."""


@dataclass(frozen=True)
class Stored:
    """A finding in a store: how often it was met, and whether this was the first time."""

    name: str
    folder: Path
    count: int
    is_new: bool


class Store:
    """The findings below a folder, which is made if it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """Return the names of all shapes stored, in order."""
        folders = {path.parent.name for path in self.folder.glob(f"*/{FINDING}")}
        return sorted(folders - {UNFINISHED})

    def read(self, name: str) -> Json:
        """Return what is written of a finding; raise OSError or ValueError iff that is nothing."""
        row = json.loads((self.folder / name / FINDING).read_text(encoding="utf-8"))
        if not isinstance(row, dict):
            raise ValueError(f"`{name}` has no object in its {FINDING}")
        return row

    def count(self, name: str, where: str = "") -> Stored | None:
        """Count a finding once more, or return None iff its shape is not stored.

        `where` it was met is told from other places, so that a batch that is made again after a
        kill is not counted twice; without it, every call counts.
        """
        with self._locked():
            return self._count(name, where)

    def add(self, found: Found, where: str = "") -> Stored:
        """Store a finding, or count it once more iff its shape is stored."""
        name = found.shape.name
        with self._locked():
            counted = self._count(name, where)
            if counted is not None:
                return counted
            self._write(name, found, where)
            return Stored(name, self.folder / name, 1, is_new=True)

    def _count(self, name: str, where: str) -> Stored | None:
        path = self.folder / name / FINDING
        if not path.is_file():
            return None
        row = self.read(name)
        seen = row.get("seen")
        places = list(seen) if isinstance(seen, list) else []
        count = row["count"]
        assert isinstance(count, int)
        if not where or where not in places:
            count += 1
            row |= {"count": count, "seen": [*places, where][:MOST_SEEN] if where else places}
            _write_anew(path, _text(row))
        return Stored(name, path.parent, count, is_new=False)

    def _write(self, name: str, found: Found, where: str) -> None:
        aside = self.folder / UNFINISHED
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        row = {**found.to_json(), "count": 1, "seen": [where] if where else []}
        files = {
            CASE: script_file(found.case, [*_comments(found)], status=found.status),
            ORIGINAL: script_file(found.original, [f"from {found.original.origin}"]),
            REPORT: report(found),
            FINDING: _text(row),
        }
        for file, text in files.items():
            _write_down(aside / file, text)
        # What is left of a folder without its record was never complete.
        shutil.rmtree(self.folder / name, ignore_errors=True)
        aside.rename(self.folder / name)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _comments(found: Found) -> Iterator[str]:
    yield title(found)
    yield f"found by keyaki {VERSION}, from {found.original.origin}"
    versions = found.panel.versions().items()
    if found.finding.member == NOBODY_KNOWS:
        yield f"members: {', '.join(f'{name} {version}' for name, version in versions)}"
    yield found.finding.evidence
    if found.known:
        yield f"known: {found.known}, {found.link}"


def _text(row: Json) -> str:
    return json.dumps(row, indent=1, ensure_ascii=True) + "\n"


def _write_anew(path: Path, text: str) -> None:
    """Write a file that is there: its readers see the old text or the new one."""
    aside = path.with_name(f".{path.name}.{UNFINISHED}")
    _write_down(aside, text)
    aside.replace(path)


def _write_down(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
