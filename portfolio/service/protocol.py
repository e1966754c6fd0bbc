"""Connections that get no more time, bytes and company than they need.

uvicorn waits for the rest of a head for ever, and reads one of any length. Here a head has a
deadline and a largest size, and there is a largest number of connections.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portfolio.service.log import note
from portfolio.service.settings import Settings

MAX_HEAD = 32 << 10
"""The most bytes that the head of a request may have."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    settings: ClassVar[Settings] = Settings()
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.settings.connections:
            self.refuse(503, "too many connections", b"retry-after: 1\r\n")
        else:
            self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, if the head of the request is not too long."""
        if self.transport.is_closing():
            return
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._deadline is None:
                self._start_clock()
        super().data_received(data)
        if self._is_in_head and self._head_bytes > MAX_HEAD:
            self.refuse(431, f"the head of the request has more than {MAX_HEAD} bytes")

    def on_headers_complete(self) -> None:
        """Begin with the request; how long its body may take is the application's business."""
        self._is_in_head = False
        self._stop_clock()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the head of another request."""
        super().on_message_complete()
        self._is_in_head = True
        self._head_bytes = 0

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self.refuse(400, "not an HTTP request")

    def refuse(self, status: int, message: str, more: bytes = b"") -> None:
        """Say why, and close."""
        self._stop_clock()
        if self.transport.is_closing():
            return
        note("connection refused", status=status, why=message)
        body = orjson.dumps({"id": None, "error": {"message": message, "path": None}}) + b"\n"
        self.transport.write(
            b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s"
            b"connection: close\r\n\r\n%s"
            % (status, HTTPStatus(status).phrase.encode(), len(body), more, body)
        )
        self.transport.close()

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(self.settings.head_s, self._be_late)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _be_late(self) -> None:
        if self._head_bytes:
            self.refuse(408, "the head of the request did not arrive in time")
        else:
            # Nothing was asked on this connection.
            self.transport.close()


def protocol_of(settings: Settings) -> type[Any]:
    """Return the class of the connections of a service."""
    return type("ServiceProtocol", (BoundedProtocol,), {"settings": settings})
