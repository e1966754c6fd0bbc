"""How a batch with workers ends: no process is left, whoever ends it and whatever it was at."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes import marked_processes, processes, wait_until

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-m", "tests.pool_program", "2")


@contextmanager
def started(lines: bytes) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the program until it has answered the first of `lines`, with its input left open."""
    with (
        marked_processes() as mark,
        subprocess.Popen(
            PROGRAM,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        ) as child,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(lines)
        assert child.stdout.read(4) == b"2 a\n"
        assert len(workers(mark)) == 2
        yield child, mark
        child.kill()


def workers(mark: str) -> list[int]:
    return [number for number, line in processes(mark).items() if "portfolio.pool.worker" in line]


@pytest.mark.parametrize("lines", [b"a\n", b"a\nhang\nhang\nhang\n"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_no_process(lines: bytes, number: signal.Signals) -> None:
    with started(lines) as (child, mark):
        child.send_signal(number)
        child.wait(10)

        assert wait_until(lambda: processes(mark) == {}, 5), processes(mark)


def test_a_reader_that_goes_away_leaves_no_process() -> None:
    with started(b"a\n") as (child, mark):
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.close()
        child.stdin.write(b"b\n" * 1000)
        child.wait(10)

        assert wait_until(lambda: processes(mark) == {}, 5), processes(mark)
