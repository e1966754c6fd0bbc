"""A report as Markdown, with its pictures in files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portfolio.layout import printable
from portfolio.workbench.report.page import Cells, Page, Section, Table, is_number

_SPECIAL = re.compile(r"[\\`*\[\]<>|#~&]|(?<!\w)_|_(?!\w)")


def markdown(page: Page) -> str:
    """Return a report as Markdown; its pictures are PNG files of their names."""
    lines = [f"# {literal(page.title)}"]
    for section in page.sections:
        lines.extend(_section(section))
    return "\n".join(lines) + "\n"


def literal(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", printable(text))


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {literal(section.title)}")
    for sentence in section.sentences:
        yield from ("", literal(sentence))
    for table in section.tables:
        yield from _table(table)
    for picture in section.pictures:
        yield from ("", f"![{literal(picture.caption)}]({picture.name}.png)")


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield from ("", f"**{literal(table.title)}**")
    columns = zip(*table.rows, strict=True)
    marks = ["---:" if all(map(is_number, filter(None, cells))) else "---" for cells in columns]
    yield from ("", _line(table.head), f"|{'|'.join(marks or ['---'] * len(table.head))}|")
    yield from map(_line, table.rows)


def _line(cells: Cells) -> str:
    return "| " + " | ".join(map(literal, cells)) + " |"
