"""A process that outlives ours by a moment, to kill what ours could not.

Run as a script. Each line on standard input names a process group to watch (`+123`) or to forget
(`-123`). Standard input ends when our process is gone, in whichever way, and then every group that
is still watched is killed. A solver deep in native code needs no cooperation for that.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Follow the orders on standard input to their end, then kill the groups that are left."""
    watched: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            watched.add(group)
        else:
            watched.discard(group)
    for group in watched:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
