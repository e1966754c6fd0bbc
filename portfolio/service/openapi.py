"""The OpenAPI document of the service, made from the questions that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from automaton.version import VERSION
from portfolio.service import result_schemas, schemas
from portfolio.service.schemas import SECONDS, Schema, ref
from portfolio.service.settings import Settings

Document = dict[str, Any]

JSON = "application/json"
LINES = "application/x-ndjson"
TIMEOUT = "Keyaki-Timeout"

SUMMARIES = {
    "no-new-access": "Does a new policy allow only what the existing one does?",
    "stack-no-new-access": "The same of all the policies that bear on a request.",
    "no-public-access": "Does a resource policy keep strangers out?",
    "no-cross-account-access": "Does a resource policy keep other accounts out?",
    "access-not-granted": "Does a policy grant none of some access?",
    "compare": "Equivalent, less, more or incomparable?",
    "simulate": "What is decided about one request?",
    "findings": "Who outside of the zone of trust gets what?",
    "who-can": "Who may do an action on a resource?",
    "what-can": "What may a principal do on a resource?",
    "where-can": "On what may a principal do an action?",
    "redundancy": "Which parts of a policy are to spare?",
    "no-wide-access": "Does a policy let in few source addresses only?",
    "solve": "Is an SMT-LIB script satisfiable at its first check?",
}

ERRORS = {
    "400": "The body is not JSON, or a header is malformed.",
    "408": "The request did not arrive in time.",
    "413": "The body is too large.",
    "415": "The content type is another one.",
    "422": "The body is JSON, and asks nothing: the error says what is wrong with it, and where.",
    "431": "The head of the request is too large.",
    "500": "The service is at fault.",
    "503": "Too much is asked at once, or the service stops: try again after a while.",
    "504": "The time of the request was over before anybody could begin with it.",
}
"""The replies that are errors, with what they mean."""

WITHOUT_BODY = ("408", "431", "500", "503")


def document(settings: Settings) -> Document:
    """Return the document of a service."""
    parts = {**schemas.PARTS, **result_schemas.PARTS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Keyaki",
            "version": VERSION,
            "summary": "Proved answers about access policies.",
            "description": "A question is answered with 200, also where the answer is `unknown`,"
            " which proves nothing and is a FAIL. Every error has the same form.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **{f"/v1/{name}": {"post": _question(name, settings)} for name in schemas.BODIES},
            "/v1/batch": {"post": _batch(settings)},
            **_others(),
        },
        "components": {"schemas": parts, "responses": _errors(), "headers": _headers()},
    }


def _question(name: str, settings: Settings) -> Document:
    return {
        "operationId": name,
        "summary": SUMMARIES[name],
        "parameters": [_timeout(settings)],
        "requestBody": {"required": True, "content": _content(JSON, schemas.BODIES[name])},
        "responses": {
            "200": _reply("The answer.", JSON, result_schemas.RESULTS[name]),
            **_refused(ERRORS),
        },
    }


def _batch(settings: Settings) -> Document:
    # A schema tells of one JSON value, and this is as many as there are lines.
    line: Schema = {"description": "One JSON object a line, as `keyaki batch` reads them."}
    return {
        "operationId": "batch",
        "summary": "Many questions, one JSON object a line; as many answers, in the same order.",
        "description": "A line is the body of a question with `id` and `question` besides. One"
        " that asks nothing is answered by an error. Each has the time of a request.",
        "parameters": [_timeout(settings)],
        "requestBody": {"required": True, "content": _content(LINES, line)},
        "responses": {
            "200": _reply("The answers.", LINES, {"type": "string"}),
            **_refused(code for code in ERRORS if code not in ("422", "504")),
        },
    }


def _others() -> Document:
    state = schemas.record({"status": schemas.TEXT})
    text: Schema = {"type": "string"}
    anything: Schema = {"type": "object"}
    readiness = {
        "200": _reply("Questions are answered.", JSON, _readiness(is_ready=True)),
        "503": _reply(
            "Not yet, or no more.", JSON, schemas.either(_readiness(is_ready=False), ref("Error"))
        ),
    }
    return {
        "/health/live": _get("live", "Is the service alive?", JSON, state),
        "/health/ready": {
            "get": {
                "operationId": "ready",
                "summary": "Does the service answer questions?",
                "responses": {**_refused(WITHOUT_BODY), **readiness},
            }
        },
        "/metrics": _get("metrics", "Figures for Prometheus.", "text/plain", text),
        "/openapi.json": _get("openapi", "This document.", JSON, anything),
    }


def _readiness(*, is_ready: bool) -> Schema:
    status = schemas.choice("ready") if is_ready else schemas.choice("starting", "stopping")
    return schemas.record({"status": status, "members": schemas.mapping(schemas.TEXT)})


def _get(name: str, summary: str, kind: str, schema: Schema) -> Document:
    responses = {"200": _reply(summary, kind, schema), **_refused(WITHOUT_BODY)}
    return {"get": {"operationId": name, "summary": summary, "responses": responses}}


def _timeout(settings: Settings) -> Document:
    most = settings.conduct.limits.wall_s
    return {
        "name": TIMEOUT,
        "in": "header",
        "required": False,
        "description": f"How many seconds the answer may take, at most {most:g}.",
        "schema": {"type": "string", "pattern": SECONDS},
    }


def _content(kind: str, schema: Schema) -> Document:
    return {kind: {"schema": schema}}


def _reply(description: str, kind: str, schema: Schema) -> Document:
    return {
        "description": description,
        "content": _content(kind, schema),
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
    }


def _refused(codes: Iterable[str]) -> Mapping[str, Schema]:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def _errors() -> Document:
    found = {code: _reply(why, JSON, ref("Error")) for code, why in ERRORS.items()}
    found["503"]["headers"]["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    for code in ("408", "431"):
        # These may be sent before the head was read.
        del found[code]["headers"]
    return found


def _headers() -> Document:
    return {
        "RequestId": {
            "description": "That of the request, or a new one; it is in the log.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
        },
        "RetryAfter": {
            "description": "How many seconds to wait.",
            "schema": {"type": "integer", "minimum": 1},
        },
    }
