"""What a report holds: sections of sentences, tables and pictures.

How these are written, as HTML or as Markdown, is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LISTED = 40
"""How many queries a table names at most; the JSON beside the page has all."""

Cells = Sequence[str]

_NUMBER = re.compile(r"-|[-0-9.]+( ?[a-zA-Z%]+)?")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: what is said above it, its head, its rows."""

    title: str
    head: Cells
    rows: tuple[Cells, ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture: the name of its file, without what that ends in, and what is to be seen."""

    name: str
    caption: str
    png: bytes


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a report."""

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A report."""

    title: str
    sections: tuple[Section, ...]


def is_number(cell: str) -> bool:
    """Return whether a cell is a number, with a unit or not."""
    return _NUMBER.fullmatch(cell) is not None


def listing(title: str, head: Cells, rows: Sequence[Cells]) -> tuple[Table, ...]:
    """Return a table of the first `LISTED` rows, saying how many there are; none iff no rows."""
    if not rows:
        return ()
    told = f", the first {LISTED} of them" if len(rows) > LISTED else ""
    return (Table(title=f"{title}: {len(rows)}{told}", head=head, rows=tuple(rows[:LISTED])),)
