"""The memory of a process and of those that it started, looked at from outside; Linux only."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

LOOK_S = 0.05
PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """Return a process and all that it started, directly or not, as far as they are there."""
    found = [pid]
    for one in found:
        # A process may end between any two looks.
        with contextlib.suppress(OSError):
            for path in PROC.glob(f"{one}/task/*/children"):
                found += map(int, _text(path).split())
    return found


def proportional_mib(pid: int) -> float:
    """Return the memory of a process; what it shares with others is shared out among them."""
    sizes = [line for line in _text(PROC / f"{pid}/smaps_rollup").splitlines() if "Pss:" in line]
    return sum(int(line.split()[1]) for line in sizes if line.startswith("Pss:")) / 1024


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


class Watch:
    """Looks at a process and its descendants every now and then, from a thread of its own."""

    def __init__(self, pid: int, size_mib: Callable[[int], float] = proportional_mib) -> None:
        self.peak_mib = 0.0
        self._pid = pid
        self._size_mib = size_mib
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            self.peak_mib = max(self.peak_mib, sum(map(self._size_mib, descendants(self._pid))))

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()
