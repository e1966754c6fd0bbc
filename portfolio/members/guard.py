"""A process that outlives ours by a moment, to kill what ours could not.

Run as a script; it imports nothing of ours. Each line on standard input tells the mark of what is
started, with the number of its process group once there is one (`+mark 123`, before that 0), or
that its leader has ended (`-mark`): then whatever still has the mark is killed, in whichever group
it is by now. Standard input ends when our process is gone, in whichever way, and then every group
that is still watched is killed, and what has its mark. A solver deep in native code needs no
cooperation for that.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable, Iterator

GATHERED_S = 0.2
"""How long orders are gathered before all processes are looked through for their marks."""

MOST_SWEEPS = 50
"""How often that is done again, until nothing is found: what is killed may have just forked."""

PAUSE_S = 0.002
VARIABLE = b"KEYAKI_RUN="


def main() -> None:
    """Follow the orders on standard input to their end, then kill what is left."""
    watched: dict[bytes, int] = {}
    for orders in _gathered():
        ended = set()
        for order in orders:
            mark, _, group = order[1:].partition(b" ")
            if order.startswith(b"+"):
                watched[mark] = int(group)
            elif watched.pop(mark, None) is not None:
                ended.add(mark)
        sweep(ended)
    for number in filter(None, watched.values()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(number, signal.SIGKILL)
    sweep(watched)


def _gathered() -> Iterator[list[bytes]]:
    """Yield the lines of standard input; where a leader ended, with those that soon follow."""
    rest = b""
    while piece := os.read(0, 1 << 16):
        until = time.monotonic() + GATHERED_S if b"-" in piece else 0.0
        while (left_s := until - time.monotonic()) > 0 and select.select([0], [], [], left_s)[0]:
            more = os.read(0, 1 << 16)
            if not more:
                break
            piece += more
        *lines, rest = (rest + piece).split(b"\n")
        yield lines


def sweep(marks: Iterable[bytes]) -> None:
    """Kill all processes that have one of the marks, or were started within one that has."""
    wanted = tuple(VARIABLE + mark for mark in marks)
    for _ in range(MOST_SWEEPS if wanted else 0):
        if not [number for number in _numbers() if _kill_if_marked(number, wanted)]:
            return
        time.sleep(PAUSE_S)


def _numbers() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return []


def _kill_if_marked(number: int, wanted: tuple[bytes, ...]) -> bool:
    """Kill the process iff it is marked; return whether it was."""
    if not _is_marked(number, wanted):
        return False
    with contextlib.suppress(OSError):
        # The number may be another's by now; what the handle stands for cannot.
        handle = os.pidfd_open(number)
        try:
            if _is_marked(number, wanted):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)
    return True


def _is_marked(number: int, wanted: tuple[bytes, ...]) -> bool:
    try:
        with open(f"/proc/{number}/environ", "rb") as file:  # noqa: PTH123 - no pathlib: it starts fast
            variables = file.read().split(b"\0")
    except OSError:
        return False
    return any(one == mark or one.startswith(mark + b"/") for one in variables for mark in wanted)


if __name__ == "__main__":
    main()
