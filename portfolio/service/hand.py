"""Our side of a process that answers: bytes in and out of the event loop, and its certain end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from collections.abc import Callable

from portfolio.executors.child import ending
from portfolio.members.process import Process
from portfolio.service.answerer import SIZE, Setup
from portfolio.service.asking import Asked, Told
from portfolio.service.frames import READY, Inbox, pack_asked

CHUNK = 1 << 16
LAST_WORDS_BYTES = 2000

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; from portfolio.service.answerer import main; main()"
)


class Hand:
    """One process that answers. `heard` gets each reply of it, `ended` is called once it is gone.

    All methods belong to the thread of the event loop. `since` is when it was given what it is at,
    None iff it has nothing to do.
    """

    def __init__(
        self,
        setup: Setup,
        heard: Callable[[Hand, Told], None],
        ended: Callable[[Hand, str], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard, self._ended = heard, ended
        self._inbox = Inbox()
        self._outbox = bytearray()
        self._words = b""
        self.is_ready = False
        self.is_over = False
        self.since: float | None = None
        self.resident_mib = 0.0
        self._process = Process((sys.executable, "-P", "-c", _PROGRAM, *sys.path))
        self._out, self._in, self._err = (
            pipe.fileno()
            for pipe in (self._process.stdout, self._process.stdin, self._process.stderr)
        )
        self._loop.add_reader(self._out, self._read)
        self._loop.add_reader(self._err, self._listen)
        content = pickle.dumps(setup)
        self._send(SIZE.pack(len(content)) + content)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def words(self) -> str:
        """The last of what it said on standard error since it was given what it is at."""
        return self._words.decode(errors="replace").strip()

    @property
    def is_idle(self) -> bool:
        """Whether a request can be given to it."""
        return self.is_ready and not self.is_over and self.since is None

    def give(self, asked: Asked) -> None:
        """Have the process answer a request; it must be idle."""
        self.since = self._loop.time()
        # What was said about another question is nobody's business now.
        self._listen()
        self._words = b""
        self._send(pack_asked(asked))

    def cut(self) -> None:
        """Kill the process, whatever it is at; nothing more is heard of it."""
        if not self.is_over:
            self._process.cancel()
            self._close()

    def _close(self) -> asyncio.Future[int]:
        self.is_over = True
        for fd in (self._out, self._err):
            self._loop.remove_reader(fd)
        self._loop.remove_writer(self._in)
        # To reap a process that held much memory takes a while.
        return self._loop.run_in_executor(None, self._process.kill)

    def _send(self, content: bytes) -> None:
        was_empty = not self._outbox
        self._outbox += content
        if was_empty:
            self._write()

    def _write(self) -> None:
        try:
            sent = os.write(self._in, self._outbox)
        except BlockingIOError:
            sent = 0
        except OSError:
            # A process that died is noticed where it is read.
            self._outbox.clear()
            sent = 0
        del self._outbox[:sent]
        if self._outbox:
            self._loop.add_writer(self._in, self._write)
        else:
            self._loop.remove_writer(self._in)

    def _read(self) -> None:
        try:
            piece = os.read(self._out, CHUNK)
        except BlockingIOError:
            return
        if not piece:
            self._bury()
            return
        self._inbox.add(piece)
        while not self.is_over and (told := self._inbox.take()) is not None:
            self.is_ready = True
            self.since = None
            self.resident_mib = told.facts.get("resident_mib", self.resident_mib)
            self._heard(self, told)

    def _listen(self) -> None:
        with contextlib.suppress(BlockingIOError):
            piece = os.read(self._err, CHUNK)
            self._words = (self._words + piece)[-LAST_WORDS_BYTES:]
            if not piece:
                self._loop.remove_reader(self._err)

    def _bury(self) -> None:
        """Reap a process that ended by itself, then tell how."""
        self._listen()
        reaping = self._close()

        def tell(reaped: asyncio.Future[int]) -> None:
            self._ended(self, f"the process that worked on it {ending(reaped.result())}")

        reaping.add_done_callback(tell)


def is_greeting(told: Told) -> bool:
    """Return whether a reply only says that a process is ready."""
    return told.status == READY
