"""What ddSMT runs on each script: asks the process that started ddSMT whether the finding shows.

Run as a script, with the path of a socket and that of the SMT-LIB script. It imports nothing of
Keyaki, and starts in a few milliseconds: solvers and caches stay warm where the answer is found.
"""

from __future__ import annotations

import socket
import sys

NO_REPLY = 3


def main() -> int:
    """Return the exit status that is sent back."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[1])
        connection.sendall(sys.argv[2].encode())
        connection.shutdown(socket.SHUT_WR)
        reply = connection.recv(1)
    return int(reply) if reply else NO_REPLY


if __name__ == "__main__":
    sys.exit(main())
