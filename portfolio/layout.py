"""Lines of labelled text: how they are wrapped and coloured.

`width` is that of the terminal; None, for a pipe or a file, leaves lines whole and uncoloured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO

Row = tuple[str, str]
"""A label and what it labels; a row without a label goes on with the one above."""

Line = tuple[str, str, str]
"""A label, what it labels, and the style of both."""

LABEL_WIDTH = 12
LEAST_WIDTH = 16

_STYLES = {
    "PASS": "bold green",
    "EQUIVALENT": "bold green",
    "ALLOWED": "bold green",
    "FAIL": "bold red",
    "DENIED": "bold red",
}


def duration(wall_s: float) -> str:
    """Return a time with its unit, to two or three digits."""
    if wall_s >= 1:
        return f"{wall_s:.1f} s"
    return f"{wall_s * 1000:.0f} ms" if wall_s >= 0.01 else f"{wall_s * 1000:.2f} ms"


def labelled(label: str, values: Iterable[str]) -> Iterator[Row]:
    """Yield a row for each value, the first with the label."""
    for number, value in enumerate(values):
        yield label if number == 0 else "", value


def headline_of(word: str, sentence: str) -> Iterator[Line]:
    """Yield the line that says the answer."""
    yield word, sentence, _STYLES.get(word, "bold yellow")


def lines_of(rows: Iterable[Row]) -> Iterator[Line]:
    """Return a plain line for each row."""
    return ((label, value, "") for label, value in rows)


def render(lines: Iterable[Line], width: int | None) -> str:
    """Return the lines as text for a terminal of `width`."""
    if width is not None:
        return _coloured(lines, width)
    padded = ((label.ljust(LABEL_WIDTH + 1), printable(value)) for label, value, _ in lines)
    return "".join(f"{label}{value.rstrip()}\n" for label, value in padded)


def _coloured(lines: Iterable[Line], width: int) -> str:
    # A pipe needs none of it, and it takes longer to load than many answers take.
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    buffer = StringIO()
    console = Console(file=buffer, force_terminal=True, highlight=False)
    room = max(LEAST_WIDTH, width - LABEL_WIDTH - 1)
    for label, value, style in lines:
        for number, piece in enumerate(Text(printable(value)).wrap(console, room, overflow="fold")):
            shown = label if number == 0 else ""
            piece.rstrip()
            piece.stylize(style if not label else "")
            line = Text.assemble(
                (shown, style or "dim"), " " * (LABEL_WIDTH + 1 - len(shown)), piece
            )
            console.print(line, soft_wrap=True)
    return buffer.getvalue()


def printable(text: str) -> str:
    """Return `text` with what would move the cursor or recolour the terminal escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
