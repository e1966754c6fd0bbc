"""Connections: what is no HTTP, heads and bodies of any kind, and requests one after another."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest

from tests.service_client import (
    BODY,
    Server,
    head,
    order,
    received_on,
    serving,
    status_on,
    wait_until,
)

SHORT = {"workers": 1, "spare": 0, "head_s": 0.5, "body_s": 0.5, "timeout": 8}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(json.dumps(SHORT), program="tests.service_program") as found:
        yield found


def test_what_is_not_http_is_400(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"what is this\r\n\r\n")

        assert connection.recv(12) == b"HTTP/1.1 400"


@pytest.mark.parametrize("end", [b"", b"\r\nhost: a\r\n\r\n"])
def test_a_head_that_is_too_large_is_431(server: Server, end: bytes) -> None:
    with server.connect() as connection:
        start = b"GET /health/live HTTP/1.1\r\nx: "
        connection.sendall(start + b"y" * (40 << 10) + end)

        assert connection.recv(12) == b"HTTP/1.1 431"


def test_a_time_that_is_given_twice_is_400(server: Server) -> None:
    body = json.dumps(BODY).encode()
    twice = ("keyaki-timeout: 5", "keyaki-timeout: 5")
    with server.connect() as connection:
        connection.sendall(head("/v1/no-new-access", len(body), *twice) + body)

        assert status_on(connection) == 400


def test_a_request_to_upgrade_keeps_its_body(server: Server) -> None:
    body = json.dumps(BODY).encode()
    more = ("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQ")
    request = head("/v1/no-new-access", len(body), *more) + body
    with server.connect() as connection:
        connection.sendall(request * 2)
        connection.sendall(request[:100])
        time.sleep(0.2)
        connection.sendall(request[100:])
        received = b""
        while received.count(b'"result":"PASS"') < 3 and (piece := connection.recv(1 << 16)):
            received += piece

    assert received.count(b"HTTP/1.1 200") == 3


def test_requests_on_one_connection_are_answered_in_order(server: Server) -> None:
    body = json.dumps(BODY).encode()
    one = b"POST /v1/no-new-access HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    request = one + b"content-length: %d\r\n\r\n" % len(body) + body
    with server.connect() as connection:
        connection.sendall(request * 3 + b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n")
        received = b""
        while b"alive" not in received:
            received += connection.recv(1 << 16)

    assert received.count(b"HTTP/1.1 200") == 4
    assert received.count(b'"result":"PASS"') == 3


def test_a_body_that_nobody_reads_has_its_time_too(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head("/v1/none", 10**9))
        time.sleep(0.2)
        connection.sendall(b"x")

        assert received_on(connection).startswith(b"HTTP/1.1 404")


def test_after_a_body_that_nobody_read_comes_the_next_request(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head("/v1/none", 5) + b"12345")
        connection.sendall(head("/v1/none", 5) + b"12")
        time.sleep(0.2)
        last = b"GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
        connection.sendall(b"345" + last)
        lines = received_on(connection).splitlines()

    statuses = [line[9:12] for line in lines if line.startswith(b"HTTP/1.1")]
    assert statuses == [b"404", b"404", b"200"]


@pytest.mark.parametrize("more", [b"GET /hea", b"what is this\r\n\r\n", b"x" * (40 << 10)])
def test_what_follows_a_request_does_not_cost_it_its_answer(server: Server, more: bytes) -> None:
    body = json.dumps(order("sleep_10")).encode()
    with server.connect() as connection:
        connection.sendall(head("/v1/solve", len(body)) + body)
        assert wait_until(lambda: server.metric("keyaki_in_flight") == 1)
        connection.sendall(more)

        received = received_on(connection)

    assert received.startswith(b"HTTP/1.1 200")
    assert b'"verdict":"sat"' in received


def test_who_does_not_read_is_hung_up_on() -> None:
    with (
        serving(
            json.dumps({"workers": 1, "idle_s": 1.0}), program="tests.service_program"
        ) as server,
        socket.socket() as connection,
    ):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n" * 400)
        time.sleep(3)

        assert received_on(connection).count(b"HTTP/1.1 200") < 400
