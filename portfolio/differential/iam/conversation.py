"""A tool's process, asked one case after the other: one JSON line in, one JSON line out.

An answer has `answer`, a word or a list of findings, and `detail`, what the tool said. A process
that dies, stays silent too long or writes something else is stopped with all its children, that
case is accounted for, and the next case gets a new process.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import TracebackType

from portfolio.differential.iam.tool import Launch

START_WALL_S = 60.0
"""How much longer than others the first answer of a process may take."""
MAX_LINE_BYTES = 1 << 20


class End(Enum):
    """How a question ended."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_ASKED = "not asked"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"


_ENDS = {end.value: end for end in (End.UNKNOWN, End.REFUSED, End.NOT_ASKED, End.CRASHED)}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of a question; `answer` counts iff the end is ANSWERED."""

    end: End
    answer: object = None
    detail: str = ""
    wall_s: float = 0.0


class Conversation:
    """A process that is started when it is asked, and again after it had to be stopped."""

    def __init__(
        self, launch: Launch, *, wall_s: float, start_wall_s: float = START_WALL_S
    ) -> None:
        self._launch = launch
        self._wall_s, self._start_wall_s = wall_s, start_wall_s
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""

    def __enter__(self) -> Conversation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, line: Mapping[str, object]) -> Reply:
        """Return what the tool replies to one line."""
        began = time.monotonic()
        is_new = self._process is None
        try:
            process = self._process or self._start()
            assert process.stdin is not None
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            written = self._line(began + self._wall_s + (self._start_wall_s if is_new else 0.0))
            reply = _reply(written)
        except TimeoutError:
            reply = Reply(end=End.TIMED_OUT, detail=f"no answer within {self._wall_s:g} s")
        except (OSError, EOFError, ValueError) as error:
            reply = Reply(end=End.CRASHED, detail=str(error) or type(error).__name__)
        if reply.end is End.TIMED_OUT or (reply.end is End.CRASHED and reply.answer is None):
            self.close()
        wall_s = time.monotonic() - began
        return Reply(end=reply.end, answer=reply.answer, detail=reply.detail, wall_s=wall_s)

    def close(self) -> None:
        """Stop the process and its children."""
        process, self._process, self._read = self._process, None, b""
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603 - a tool of the roster
            self._launch.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **dict(self._launch.variables)},
            start_new_session=True,
        )
        return self._process

    def _line(self, deadline: float) -> bytes:
        """Return the next line; raise TimeoutError, or EOFError iff the process ended without."""
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._read:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise TimeoutError
                chunk = os.read(self._process.stdout.fileno(), 1 << 16)
                if not chunk:
                    raise EOFError(f"the process ended with status {self._process.wait()}")
                self._read += chunk
                if len(self._read) > MAX_LINE_BYTES:
                    raise ValueError(f"more than {MAX_LINE_BYTES} bytes without an answer")
        line, _, self._read = self._read.partition(b"\n")
        return line


def _reply(line: bytes) -> Reply:
    """Return what a line says; raise ValueError iff it is no answer."""
    try:
        value = json.loads(line)
    except ValueError:
        raise ValueError(f"answered `{line[:80].decode(errors='replace')}`") from None
    if not isinstance(value, dict) or "answer" not in value:
        raise ValueError(f"answered `{line[:80].decode(errors='replace')}`")
    answer, detail = value["answer"], str(value.get("detail", ""))
    end = _ENDS.get(answer, End.ANSWERED) if isinstance(answer, str) else End.ANSWERED
    return Reply(end=end, answer=answer, detail=detail)
