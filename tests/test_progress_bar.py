from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from portfolio.progress_bar import counted, pace_of

ROOT = Path(__file__).resolve().parents[1]

SHOWING = """
import time
from portfolio.progress_bar import counted

def things():
    for number in range(30):
        time.sleep(0.02)
        yield number

for _ in counted(things(), 30, "own", lambda thing: f"the last was {thing}", before=5):
    pass
"""


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(counted(range(5), 5, "own")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("done", "total", "took_s", "words"),
    [
        (10, 20, 5.0, "2.0 a second, 0:05 left"),
        (1, 601, 1.0, "1.0 a second, 10:00 left"),
        (1, 7_262, 1.0, "1.0 a second, 2:01:01 left"),
        (20_000, 20_000, 2.0, "10,000.0 a second, 0:00 left"),
        (0, 20, 5.0, ""),
        (3, 20, 0.0, ""),
    ],
)
def test_the_pace_tells_how_many_a_second_and_what_is_left(
    done: int, total: int, took_s: float, words: str
) -> None:
    assert pace_of(done, total, took_s) == words


def test_a_terminal_shows_how_many_how_fast_and_what_the_last_was() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "wb") as errors:
        environment = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
        subprocess.run(
            [sys.executable, "-c", SHOWING], cwd=ROOT, stderr=errors, env=environment, check=True
        )
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "30 of 30" in shown
    assert "a second" in shown
    assert "the last was 29" in shown
