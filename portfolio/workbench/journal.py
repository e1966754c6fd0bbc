"""A run while it is made: its plan, and a row for each query that has ended.

A row is written whole and flushed; one that was cut off by a kill counts as never written, and its
query is asked again. One process at a time writes a run.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path

from portfolio.workbench.record import PLAN, ROWS, Plan, RecordError, is_run, read_plan, read_rows
from portfolio.workbench.row import Row


class Journal:
    """The rows of a run, written by this process."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        """Open a run, or begin it. Raise RecordError iff the folder has one of another plan."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / ROWS
        self._file = path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise RecordError(f"`{folder}` is being written by another process") from None
        try:
            self._begin(folder, plan)
            self.rows = list(read_rows(folder))
            _cut_off(path)
        except BaseException:
            self._file.close()
            raise

    def _begin(self, folder: Path, plan: Plan) -> None:
        if is_run(folder):
            differing = read_plan(folder).differences(plan)
            if differing:
                told = ", ".join(f"`{name}`" for name in differing)
                raise RecordError(f"`{folder}` has a run of another plan: it differs in {told}")
        elif (folder / ROWS).stat().st_size:
            raise RecordError(f"`{folder}` has rows without a plan")
        else:
            _write(folder / PLAN, json.dumps(plan.to_json(), indent=1) + "\n")

    def add(self, row: Row) -> None:
        """Write the row of a query that has ended."""
        self._file.write(json.dumps(row.to_json()).encode() + b"\n")
        self._file.flush()
        self.rows.append(row)

    def close(self) -> None:
        """Leave the run to others."""
        self._file.close()


def _cut_off(path: Path) -> None:
    """Drop a last line that was not written to its end."""
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)


def _write(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()
