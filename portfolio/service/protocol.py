"""Connections that get no more time, bytes and company than they need.

uvicorn waits for ever for the rest of a head, for a body that nobody reads, and for whoever does
not read, and takes a head of any length. Here each has a deadline, a head has a largest size, and
there is a largest number of connections. uvicorn also loses the body of a request that asks to
upgrade, and answers a request in the place of the one before it if it cannot be read.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portfolio.service.log import note
from portfolio.service.settings import Settings

MAX_HEAD = 32 << 10
"""The most bytes that the head of a request may have."""

TOO_LONG = f"the head of the request has more than {MAX_HEAD} bytes"


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    settings: ClassVar[Settings] = Settings()
    _deadline: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_in_head = True
    _is_too_long = False
    _is_upgrade = False
    _is_deaf = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.settings.connections:
            self.refuse(503, "too many connections", b"retry-after: 1\r\n")
        else:
            self._start_clock(self.settings.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_clock()
        self._stop_stall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, if the head of the request is not too long."""
        if self.transport.is_closing() or self._is_deaf:
            return
        if self._is_in_head:
            if not self._head_bytes and not self._is_answering:
                self._start_clock(self.settings.head_s)
            self._head_bytes += len(data)
        self._unset_keepalive_if_required()
        left: bytes | None = data
        while left is not None:
            left = self._parse(left)
        if self._is_in_head and self._head_bytes > MAX_HEAD:
            self.refuse(431, TOO_LONG)

    def _parse(self, data: bytes) -> bytes | None:
        """Parse what came; return what is to be parsed again, None iff nothing is."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            head, self._is_upgrade = self._plain_head(), False
            self.parser = httptools.HttpRequestParser(self)
            return head + data[upgrade.args[0] :]
        except httptools.HttpParserError:
            self.send_400_response("")
        return None

    def _plain_head(self) -> bytes:
        """Return the head that was read, without the request to go on in another protocol."""
        first = b"%s %s HTTP/%s" % (
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version().encode(),
        )
        named = (b"%s: %s" % pair for pair in self.headers if pair[0] != b"upgrade")
        return b"\r\n".join([first, *named, b"", b""])

    def on_headers_complete(self) -> None:
        """Begin with the request; how long its body may take is the application's business."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > MAX_HEAD:
            self._is_too_long = True
            raise ValueError(TOO_LONG)
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._is_upgrade = True
            return
        self._is_in_head = False
        self._stop_clock()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the head of another request."""
        if self._is_upgrade:
            return
        super().on_message_complete()
        self._is_in_head = True
        self._head_bytes = 0
        if not self._is_answering:
            self._start_clock(self.settings.idle_s)

    def on_response_complete(self) -> None:
        """Give what was begun by then its time: the next head, or a body that nobody read."""
        super().on_response_complete()
        if self.transport.is_closing() or self._is_answering:
            return
        if not self._is_in_head:
            self._start_clock(self.settings.body_s)
        elif self._head_bytes:
            self._start_clock(self.settings.head_s)

    def pause_writing(self) -> None:
        """Wait for a client that does not read, and not for ever."""
        super().pause_writing()
        self._stop_stall()
        self._stall = self.loop.call_later(self.settings.idle_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Write on."""
        self._stop_stall()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, or too long."""
        if self._is_too_long:
            self.refuse(431, TOO_LONG)
        else:
            self.refuse(400, "not an HTTP request")

    @property
    def _is_answering(self) -> bool:
        """Whether the last request that was begun is still without its whole answer."""
        return self.cycle is not None and not self.cycle.response_complete

    def refuse(self, status: int, message: str, more: bytes = b"") -> None:
        """Say why, and close; if an answer is on its way, close after it without a word."""
        self._stop_clock()
        if self.transport.is_closing():
            return
        if self.pipeline or (self._is_answering and not self.cycle.more_body):
            self.cycle.keep_alive = False
            self._is_deaf = True
            return
        note("connection refused", status=status, why=message)
        body = orjson.dumps({"id": None, "error": {"message": message, "path": None}}) + b"\n"
        self.transport.write(
            b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s"
            b"connection: close\r\n\r\n%s"
            % (status, HTTPStatus(status).phrase.encode(), len(body), more, body)
        )
        self.transport.close()

    def _start_clock(self, seconds: float) -> None:
        self._stop_clock()
        self._deadline = self.loop.call_later(seconds, self._be_late)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _be_late(self) -> None:
        if self._is_in_head and self._head_bytes:
            self.refuse(408, "the head of the request did not arrive in time")
        else:
            # Nothing is asked on this connection, or it was answered.
            self.transport.close()


def protocol_of(settings: Settings) -> type[Any]:
    """Return the class of the connections of a service."""
    return type("ServiceProtocol", (BoundedProtocol,), {"settings": settings})
