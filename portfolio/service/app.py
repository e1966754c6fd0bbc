"""The endpoints: what is asked goes to the crew, what comes back is counted, logged and sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from io import BytesIO
from secrets import token_hex
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from portfolio.service import metrics
from portfolio.service.asking import Told
from portfolio.service.body import Refused, read_body, require_type, seconds_of
from portfolio.service.crew import Crew, NotBegun, Overloaded, Ticket
from portfolio.service.lines import answers_to_lines
from portfolio.service.log import note
from portfolio.service.metrics import Metrics
from portfolio.service.openapi import JSON, LINES, document
from portfolio.service.schemas import BODIES
from portfolio.service.settings import Settings

LOOK_AFTER_S = 0.05
"""An answer that takes no longer comes before anybody can tell that its reader is gone."""

CLIENT_GONE = 499
"""What is logged where nobody was there for a reply."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BATCH_TYPES = (LINES, "application/jsonl")

Endpoint = Callable[[Request], Awaitable[Response]]


class Service:
    """The application of one service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.crew = Crew(settings)
        self.metrics = Metrics(self.crew)
        self._troubles: set[str] = set()
        self._document = orjson.dumps(document(settings))
        self.app = Starlette(
            routes=[
                *(self._route(f"/v1/{name}", partial(self._ask, name), "POST") for name in BODIES),
                self._route("/v1/batch", self._batch, "POST"),
                self._route("/health/live", self._live, "GET"),
                self._route("/health/ready", self._ready, "GET"),
                self._route("/metrics", self._metrics, "GET"),
                self._route("/openapi.json", self._openapi, "GET"),
            ],
            exception_handlers={HTTPException: self._refuse_path, Exception: self._fail},
        )
        self.app.router.redirect_slashes = False

    def _route(self, path: str, endpoint: Endpoint, method: str) -> Route:
        async def answer(request: Request) -> Response:
            return await self._observed(path, endpoint, request)

        return Route(path, answer, methods=[method])

    async def _observed(self, path: str, endpoint: Endpoint, request: Request) -> Response:
        """Return the response of an endpoint, or the error that it ends in; log and count it."""
        started_at = time.monotonic()
        request.state.fields = {}
        try:
            response = await endpoint(request)
        except Refused as error:
            response = refusal(error.status, error.message, error.path)
        except ClientDisconnect:
            response = Response(status_code=CLIENT_GONE)
        self._finish(path, request, response, time.monotonic() - started_at)
        return response

    def _finish(self, path: str, request: Request, response: Response, wall_s: float) -> None:
        own = request.headers.get("x-request-id", "")
        identity = own if _ID.fullmatch(own) else token_hex(8)
        response.headers["X-Request-Id"] = identity
        self.metrics.request(path, response.status_code)
        # Who looks after a service looks every few seconds.
        if self.settings.logs_requests and (request.method == "POST" or response.status_code > 399):
            status, wall_s = response.status_code, round(wall_s, 6)
            fields = request.state.fields
            note("request", id=identity, path=path, status=status, wallS=wall_s, **fields)

    async def _ask(self, question: str, request: Request) -> Response:
        arrived_at = time.monotonic()
        require_type(request, (JSON,))
        wall_s = seconds_of(request, self.settings.conduct.limits.wall_s)
        body = await read_body(request, self.settings)
        told = await self._told(question, body, wall_s, request)
        spent_s = time.monotonic() - arrived_at
        self.metrics.answer(question, told.facts, spent_s)
        self._note_answer(request, question, told)
        self._note_trouble(question, told)
        return _plain(told.output, told.status)

    async def _told(self, question: str, body: bytes, wall_s: float, request: Request) -> Told:
        """Return what the crew tells; raise Refused iff it cannot."""
        self._require_open()
        try:
            ticket = self.crew.ask(question, body, wall_s)
        except Overloaded:
            raise Refused(503, "too many requests wait") from None
        try:
            await self._wait(ticket, request)
            return await ticket.future
        except NotBegun:
            raise Refused(504, "nobody could begin within the time of the request") from None
        finally:
            if not ticket.future.done():
                self.crew.leave(ticket)

    def _require_open(self) -> None:
        if self.crew.is_draining:
            raise Refused(503, "the service stops")

    async def _wait(self, ticket: Ticket, request: Request) -> None:
        """Wait until the ticket is done; raise ClientDisconnect iff the client leaves before."""
        done, _ = await asyncio.wait({ticket.future}, timeout=LOOK_AFTER_S)
        if done:
            return
        gone = asyncio.ensure_future(_client_left(request))
        either: tuple[asyncio.Future[Any], ...] = (ticket.future, gone)
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if not ticket.future.done():
            raise ClientDisconnect

    def _note_answer(self, request: Request, question: str, told: Told) -> None:
        facts = told.facts
        request.state.fields = {
            "question": question,
            "result": facts["result"],
            "verdict": facts["verdict"],
            "winner": facts["winner"],
            "cached": facts["cached"] > 0,
            "members": {name: end for name, end, _ in facts["members"] if end != "not started"},
        }

    def _note_trouble(self, question: str, told: Told) -> None:
        trouble = told.facts.get("trouble")
        if trouble and trouble not in self._troubles:
            self._troubles.add(trouble)
            note("the cache is out of use", logging.WARNING, why=trouble)
        for member in told.facts["disputed"]:
            note("disagreement", logging.ERROR, question=question, member=member)

    async def _batch(self, request: Request) -> Response:
        require_type(request, _BATCH_TYPES)
        wall_s = seconds_of(request, self.settings.conduct.limits.wall_s)
        body = await read_body(request, self.settings)
        self._require_open()
        if len(self.crew.waiting) >= self.settings.queue:
            raise Refused(503, "too many requests wait")
        lines = [*BytesIO(body)]
        request.state.fields = {"lines": len(lines)}
        answers = answers_to_lines(self.crew, lines, wall_s, self._count_line)
        return StreamingResponse(answers, media_type=LINES)

    def _count_line(self, told: Told, wall_s: float) -> None:
        self.metrics.answer("batch", told.facts, wall_s)
        self._note_trouble("batch", told)

    async def _live(self, request: Request) -> Response:
        return _plain(orjson.dumps({"status": "alive"}))

    async def _ready(self, request: Request) -> Response:
        crew = self.crew
        status = "stopping" if crew.is_draining else "ready" if crew.is_ready else "starting"
        content = orjson.dumps({"status": status, "members": crew.members})
        return _plain(content, 200 if crew.is_ready else 503)

    async def _metrics(self, request: Request) -> Response:
        return Response(self.metrics.text(), media_type=metrics.CONTENT_TYPE)

    async def _openapi(self, request: Request) -> Response:
        return _plain(self._document)

    async def _refuse_path(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        message = f"there is no `{request.url.path[:80]}`"
        if error.status_code == 405:
            message = f"the method `{request.method}` is not one of this path"
        response = refusal(error.status_code, message)
        response.headers.update(error.headers or {})
        request.state.fields = {}
        self._finish("other", request, response, 0.0)
        return response

    async def _fail(self, request: Request, error: Exception) -> Response:
        note("fault", logging.ERROR, path=request.url.path, why=f"{type(error).__name__}: {error}")
        request.state.fields = {}
        response = refusal(500, "the service is at fault")
        self._finish("other", request, response, 0.0)
        return response


def refusal(status: int, message: str, path: str | None = None) -> Response:
    """Return the response that says what is wrong."""
    content: dict[str, Any] = {"id": None, "error": {"message": message, "path": path}}
    response = _plain(orjson.dumps(content) + b"\n", status)
    if status == 503:
        response.headers["Retry-After"] = "1"
    if status in (408, 413, 503):
        # What is left of the request is not read.
        response.headers["Connection"] = "close"
    return response


def _plain(content: bytes, status: int = 200) -> Response:
    return Response(content, status, media_type=JSON, headers={"Cache-Control": "no-store"})


async def _client_left(request: Request) -> None:
    with contextlib.suppress(ClientDisconnect):
        while (await request.receive())["type"] != "http.disconnect":
            pass
