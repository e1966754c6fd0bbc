"""What a terminal shows of a batch."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from portfolio import progress
from portfolio.pool.work import Part

ROOT = Path(__file__).parents[1]
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_and_the_share_of_a_file_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "REFRESH_S", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    path = tmp_path / "questions"
    path.write_bytes(b"x" * 1000)
    parts = [Part(b"a\n", 1, 0, 0, 250), Part(b"b\nc\n", 2, 0, 0, 250)]

    with path.open("rb") as source:
        assert [*progress.shown(parts, source)] == parts

    assert "3 questions, " in terminal.getvalue()
    assert "50%" in terminal.getvalue()


def test_a_source_of_unknown_size_has_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "REFRESH_S", 0.0)

    assert len([*progress.shown([Part(b"a\n", 1, 0, 0, 1)], io.BytesIO())]) == 1

    assert "1 questions, " in terminal.getvalue()
    assert "100%" not in terminal.getvalue()


def test_a_batch_that_is_terminated_gives_the_terminal_back_its_cursor() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        (sys.executable, "-m", "portfolio.cli", "batch", "-"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as child:
        os.close(theirs)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"{}\n")
        child.stdin.flush()
        child.stdout.readline()
        child.terminate()

        assert child.wait(10) == 143
    shown = rest_of(ours)
    assert shown.index(HIDE) < shown.index(SHOW)


def rest_of(terminal: int) -> bytes:
    """Return what a terminal shows that nobody writes to any more."""
    found = b""
    # That is the end of a terminal.
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 1 << 16):
            found += piece
    os.close(terminal)
    return found
