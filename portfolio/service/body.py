"""The bodies of requests: read in time, up to a size, and only in the form that is wanted."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import ClientDisconnect, Request

from portfolio.service.schemas import SECONDS
from portfolio.service.settings import Settings

DRAINED = 8
"""A body that is too large is read for the sake of whoever sends it, up to this many times that."""

DRAIN_S = 2.0

_SECONDS = re.compile(SECONDS, re.ASCII)


class Refused(Exception):  # noqa: N818 - an answer to a request
    """A request gets an error for an answer: the status and what is wrong."""

    def __init__(self, status: int, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.path = path


def require_type(request: Request, wanted: tuple[str, ...]) -> None:
    """Raise Refused iff the body is not said to be of a type that is wanted, in UTF-8."""
    kind, *parameters = _header(request, "content-type").lower().split(";")
    if kind.strip() not in wanted:
        raise Refused(415, f"the content type must be {' or '.join(wanted)}")
    named = (parameter.strip().replace('"', "") for parameter in parameters)
    if any(one.startswith("charset=") and one != "charset=utf-8" for one in named):
        raise Refused(415, "the charset must be utf-8")
    if (_header(request, "content-encoding") or "identity").lower() != "identity":
        raise Refused(415, "the content encoding must be identity")


def _header(request: Request, name: str) -> str:
    """Return the value of a header, which is that of all its lines; empty iff there is none."""
    return ", ".join(request.headers.getlist(name))


def seconds_of(request: Request, most: float) -> float:
    """Return how long a request may take: what its header says, at most what the service gives."""
    if "keyaki-timeout" not in request.headers:
        return most
    text = _header(request, "keyaki-timeout")
    if not _SECONDS.fullmatch(text):
        raise Refused(400, "`Keyaki-Timeout` is not a number of seconds")
    return min(float(text), most)


async def read_body(request: Request, settings: Settings) -> bytes:
    """Return the body of a request.

    Raise Refused iff it is too large or takes too long, ClientDisconnect iff the client left.
    """
    try:
        announced = int(request.headers.get("content-length", "0"))
        async with asyncio.timeout(settings.body_s):
            if announced > settings.max_body:
                await _drain(request, settings.max_body)
            return await _read(request, settings.max_body)
    except TimeoutError:
        raise Refused(408, "the body of the request did not arrive in time") from None


async def _read(request: Request, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            await _drain(request, most)
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _drain(request: Request, most: int) -> None:
    """Read on for a while, so that the refusal is heard; then raise it."""
    left = most * DRAINED
    try:
        async with asyncio.timeout(DRAIN_S):
            while left > 0:
                message = await request.receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
    except TimeoutError:
        pass
    raise Refused(413, f"the body has more than {most} bytes")
