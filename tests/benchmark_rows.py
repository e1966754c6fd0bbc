"""Rows of records for the tests of the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.rows import Row, Writer

ROW = Row("one", "F1", "automaton", "0", "sat", "sat", wall_s=0.2, cpu_s=0.1)


def written(folder: Path, rows: Sequence[Row]) -> Path:
    """Write a record and return its folder."""
    writer = Writer(folder)
    for row in rows:
        writer.write(row)
    writer.close()
    return folder
