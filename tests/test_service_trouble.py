"""What a service does about time, crashes, crowds, and clients that leave or dawdle."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from portfolio.service import crew
from portfolio.service.asking import Told
from portfolio.service.settings import Settings
from tests.service_client import (
    BODY,
    Json,
    Reply,
    Server,
    head,
    kill,
    order,
    received_on,
    serving,
    status_on,
    wait_until,
)


def program(**settings: object) -> list[str]:
    return [json.dumps(settings)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Two workers and two to spare, short times, and a member that does what it is told."""
    settings = {"workers": 2, "spare": 2, "queue": 2, "head_s": 0.5, "body_s": 0.5, "timeout": 8}
    with serving(json.dumps(settings), program="tests.service_program") as found:
        yield found


@pytest.fixture(autouse=True)
def rested(server: Server) -> Iterator[None]:
    """Leave the service as it was found: nothing at work, and both workers there."""
    yield
    assert wait_until(lambda: is_at_rest(server), 20)


def is_at_rest(server: Server) -> bool:
    ready = server.metric("keyaki_workers_ready")
    return ready == 2 and server.metric("keyaki_in_flight") == 0


def solve(server: Server, *names: str, **headers: str) -> Reply:
    return server.post("/v1/solve", order(*names), **headers)


@contextmanager
def busy(server: Server, *orders: str) -> Iterator[Callable[[], list[Reply]]]:
    """Have two workers at the first orders, and the others wait; yield what gets their replies."""
    with ThreadPoolExecutor(len(orders)) as pool:
        asked = []
        for number, name in enumerate(orders):
            asked.append(pool.submit(solve, server, name))
            metric = "keyaki_in_flight" if number < 2 else "keyaki_queue_length"
            wanted = number % 2 + 1
            assert wait_until(lambda m=metric, w=wanted: server.metric(m) == w)  # type: ignore[misc]
        yield lambda: [one.result() for one in asked]


def test_an_answer_that_is_not_there_in_time_is_unknown(server: Server) -> None:
    started = time.monotonic()
    reply = solve(server, "sleep_60", keyaki_timeout="0.5")

    assert time.monotonic() - started < 3
    assert (reply.status, reply.json["verdict"]) == (200, "unknown")
    assert "no answer within the time of the request" in reply.json["unknown"]


def test_a_question_that_nobody_can_begin_with_in_time_is_504(server: Server) -> None:
    with busy(server, "sleep_15", "sleep_15") as replies:
        reply = server.post("/v1/no-new-access", BODY, keyaki_timeout="0.2")

    assert (reply.status, reply.json["id"]) == (504, None)
    assert [one.json["verdict"] for one in replies()] == ["sat", "sat"]


def test_a_worker_that_is_late_is_replaced(server: Server) -> None:
    before = server.metric('keyaki_workers_ended_total{why="late"}')

    solve(server, "sleep_60", keyaki_timeout="0.3")

    assert wait_until(lambda: server.metric('keyaki_workers_ended_total{why="late"}') == before + 1)
    assert solve(server, "a").json["verdict"] == "sat"


@pytest.mark.parametrize("name", ["die", "fault"])
def test_a_question_that_kills_its_process_is_unknown_after_two_attempts(
    server: Server, name: str
) -> None:
    before = server.metric('keyaki_workers_ended_total{why="died"}')

    reply = solve(server, name)

    assert (reply.status, reply.json["verdict"]) == (200, "unknown")
    assert "was ended by SIG" in reply.json["unknown"]
    assert reply.json["unknown"].endswith("twice")
    assert server.metric('keyaki_workers_ended_total{why="died"}') == before + 2


def test_a_question_that_eats_memory_is_unknown(server: Server) -> None:
    reply = solve(server, "eat")

    assert (reply.status, reply.json["verdict"]) == (200, "unknown")
    assert reply.json["members"][0]["end"] == "out of memory"


def test_what_a_crash_left_open_is_asked_once_more(server: Server) -> None:
    once, always = solve(server, "stumble_1"), solve(server, "crash")

    assert once.json["verdict"] == "sat"
    assert (always.json["verdict"], always.json["members"][0]["end"]) == ("unknown", "crashed")


def test_what_a_library_prints_is_no_answer(server: Server) -> None:
    assert solve(server, "print").json["verdict"] == "sat"


def test_a_worker_that_dies_once_costs_its_question_nothing(server: Server) -> None:
    before = server.metric('keyaki_workers_ended_total{why="died"}')

    reply = solve(server, "diefirst")

    assert reply.json["verdict"] == "sat"
    assert server.metric('keyaki_workers_ended_total{why="died"}') == before + 1


def test_workers_that_are_killed_while_they_wait_are_replaced(server: Server) -> None:
    killed = server.workers()
    for pid in killed:
        kill(pid)

    assert wait_until(lambda: is_at_rest(server) and not {*killed} & {*server.workers()}, 20)
    assert solve(server, "a").json["verdict"] == "sat"


def test_long_questions_do_not_keep_short_ones_waiting(server: Server) -> None:
    with busy(server, "spin_60", "spin_60") as replies:
        # Only workers to spare can answer this one before those are done.
        reply = server.post("/v1/no-new-access", BODY)
        still_busy = server.metric("keyaki_in_flight")

    assert (reply.json["result"], still_busy) == ("PASS", 2)
    assert [one.json["verdict"] for one in replies()] == ["sat", "sat"]


def test_health_is_told_while_all_are_at_work(server: Server) -> None:
    with busy(server, "spin_8", "spin_8") as replies:
        statuses = [server.get(path).status for path in ("/health/live", "/health/ready")]

    assert statuses == [200, 200]
    assert [one.status for one in replies()] == [200, 200]


def test_more_than_may_wait_are_told_to_come_back(server: Server) -> None:
    with busy(server, "sleep_30", "sleep_30", "a", "b") as replies:
        reply = server.post("/v1/no-new-access", BODY)

    assert (reply.status, reply.headers["retry-after"]) == (503, "1")
    assert [one.json["verdict"] for one in replies()] == ["sat"] * 4


def test_a_client_that_leaves_takes_its_question_along(server: Server) -> None:
    before = server.metric('keyaki_workers_ended_total{why="left"}')
    body = json.dumps(order("sleep_60")).encode()

    with server.connect() as connection:
        connection.sendall(head("/v1/solve", len(body)) + body)
        assert wait_until(lambda: server.metric("keyaki_in_flight") == 1)

    assert wait_until(lambda: server.metric('keyaki_workers_ended_total{why="left"}') == before + 1)
    assert wait_until(lambda: server.metric("keyaki_in_flight") == 0)
    assert wait_until(lambda: any(entry.get("status") == 499 for entry in server.log))


def test_a_client_that_leaves_while_it_waits_is_forgotten(server: Server) -> None:
    body = json.dumps(order("sleep_60")).encode()
    with busy(server, "sleep_20", "sleep_20") as replies:
        with server.connect() as connection:
            connection.sendall(head("/v1/solve", len(body)) + body)
            assert wait_until(lambda: server.metric("keyaki_queue_length") == 1)

        assert wait_until(lambda: server.metric("keyaki_queue_length") == 0)

    assert [one.json["verdict"] for one in replies()] == ["sat", "sat"]


def test_a_head_that_dawdles_is_408(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /v1/compare HTTP/1.1\r\nhost: a\r\nx: ")

        assert status_on(connection) == 408


def test_a_head_that_trickles_is_408(server: Server) -> None:
    with server.connect() as connection:
        started = time.monotonic()
        with suppress(OSError):
            for letter in b"POST /v1/compare HTTP/1.1\r\nhost: a\r\n" * 3:
                connection.sendall(bytes([letter]))
                time.sleep(0.02)

        assert time.monotonic() - started < 3
        assert status_on(connection) == 408


def test_a_body_that_dawdles_is_408(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head("/v1/compare", 100) + b'{"first":')

        assert status_on(connection) == 408


def test_a_second_head_that_dawdles_is_408(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n")
        assert status_on(connection) == 200
        connection.sendall(b"GET /hea")
        received = b""
        while piece := connection.recv(4096):
            received += piece

        assert b"HTTP/1.1 408" in received


def test_a_connection_that_says_nothing_is_closed(server: Server) -> None:
    with server.connect() as connection:
        assert status_on(connection) == 0


def test_lines_wait_for_one_another_and_one_that_kills_costs_only_its_own(server: Server) -> None:
    lines: list[Json] = [
        {"id": number, "question": "no-new-access", **BODY} for number in range(20)
    ]
    body = "\n".join(map(json.dumps, lines)).encode()

    reply = server.send("POST", "/v1/batch", body, {"content-type": "application/jsonl"})

    found = [json.loads(line) for line in reply.text.splitlines()]
    assert [(line["id"], line["verdict"]) for line in found] == [(n, "unsat") for n in range(20)]


def lines(count: int) -> bytes:
    named = ({"id": number, "question": "no-new-access", **BODY} for number in range(count))
    return "\n".join(map(json.dumps, named)).encode()


def batch_head(length: int, *more: str) -> bytes:
    kind = b"application/x-ndjson"
    return head("/v1/batch", length, *more).replace(b"application/json", kind)


def test_a_client_that_leaves_takes_its_lines_along(server: Server) -> None:
    body = lines(4)
    with busy(server, "sleep_20", "sleep_20") as replies:
        for timeout in ("keyaki-timeout: 8", "keyaki-timeout: 0.3"):
            with server.connect() as connection:
                connection.sendall(batch_head(len(body), timeout) + body)
                assert wait_until(lambda: server.metric("keyaki_queue_length") == 2)

            assert wait_until(lambda: server.metric("keyaki_queue_length") == 0, 5)

    assert [one.json["verdict"] for one in replies()] == ["sat", "sat"]
    assert not [entry for entry in server.log if entry["event"].startswith("Exception")]


def test_what_a_question_had_printed_is_told_with_no_other(server: Server) -> None:
    for _ in range(4):
        assert solve(server, "print").json["verdict"] == "sat"

    told = solve(server, "die").json["unknown"]

    assert "not a frame" not in told
    assert not [entry for entry in server.events("worker died") if "frame" in entry["why"]]


def test_lines_that_a_service_has_no_time_for_are_unknown_when_it_stops() -> None:
    with serving(*program(workers=1, grace_s=0.2), program="tests.service_program") as server:
        body = lines(1000)
        with server.connect() as connection:
            connection.sendall(batch_head(len(body)) + body)
            assert wait_until(lambda: server.metric("keyaki_in_flight") == 1)
            server.process.terminate()
            received = received_on(connection)

        assert server.process.wait(20) == 0
    assert received.endswith(b"\r\n0\r\n\r\n")
    assert received.count(b'"verdict":') == 1000


def test_a_question_of_which_nothing_at_all_can_be_told_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> Told:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(crew, "give_up", fail)

    async def ask() -> None:
        nobody = crew.Crew(Settings(workers=0))
        nobody.start()
        ticket = nobody.ask("solve", b"{}", 0.01)
        ticket.begun_at = 1.0
        with pytest.raises(RuntimeError, match="out of luck"):
            await asyncio.wait_for(ticket.future, 10)

    asyncio.run(ask())


def test_a_service_ends_in_order_when_it_is_told_to() -> None:
    with serving(*program(workers=1, grace_s=5.0), program="tests.service_program") as server:
        workers = server.workers()
        with ThreadPoolExecutor(2) as pool:
            at_work = pool.submit(solve, server, "sleep_10")
            assert wait_until(lambda: server.metric("keyaki_in_flight") == 1)
            waiting = pool.submit(solve, server, "b")
            assert wait_until(lambda: server.metric("keyaki_queue_length") == 1)

            status = server.stop()

            assert at_work.result().json["verdict"] == "sat"
            assert waiting.result().json["verdict"] == "sat"
        assert status == 0
        assert len(workers) == 1
        assert wait_until(lambda: server.workers() == [])
        assert server.log[-1]["event"] == "stopped"
        with pytest.raises(ConnectionError):
            server.connect()


def test_what_is_not_done_after_the_grace_time_is_unknown() -> None:
    with serving(*program(workers=1, grace_s=0.5), program="tests.service_program") as server:
        with ThreadPoolExecutor(1) as pool:
            at_work = pool.submit(solve, server, "sleep_90")
            assert wait_until(lambda: server.metric("keyaki_in_flight") == 1)
            status = server.stop()
            reply = at_work.result()

        assert (reply.status, reply.json["verdict"]) == (200, "unknown")
        assert status == 0


def test_a_stopping_service_takes_nothing_new() -> None:
    with serving(*program(workers=1), program="tests.service_program") as server:
        with server.connect() as kept, ThreadPoolExecutor(1) as pool:
            at_work = pool.submit(solve, server, "sleep_20")
            assert wait_until(lambda: server.metric("keyaki_in_flight") == 1)
            # This head is begun before the signal and ended after it.
            body = json.dumps(BODY).encode()
            text = head("/v1/no-new-access", len(body)) + body
            kept.sendall(text[:20])
            time.sleep(0.2)
            stopping = pool.submit(at_work.result)
            server.process.terminate()
            assert wait_until(lambda: bool(server.events("stopping")))
            kept.sendall(text[20:])
            status = status_on(kept)
            assert stopping.result().json["verdict"] == "sat"
        assert status in (0, 503)
        assert server.process.wait(20) == 0


def test_too_many_connections_are_told_to_come_back() -> None:
    with (
        serving(*program(workers=1, connections=2), program="tests.service_program") as server,
        server.connect(),
        server.connect(),
    ):
        reply = server.get("/health/live")

        assert (reply.status, reply.headers["retry-after"]) == (503, "1")
