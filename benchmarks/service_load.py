"""Load on a service from this process: connections that ask one question after another."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from benchmarks.service_questions import Question, trouble, what_is_said

REPLY_S = 60.0
PAUSE_S = 1.0
SAMPLES = 5
"""How many answers that are not as they must be are kept, to look at."""

SLOW_HEAD = b"POST /v1/compare HTTP/1.1\r\nhost: load\r\nx-slow: "


@dataclass
class Seen:
    """What came back: latencies by question, in seconds, and what was not as it must be."""

    latencies: defaultdict[str, array[float]] = field(
        default_factory=lambda: defaultdict(lambda: array("d"))
    )
    errors: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many questions were answered."""
        return sum(map(len, self.latencies.values()))


async def load(
    port: int, questions: Sequence[Question], *, connections: int, seconds: float, most: int
) -> Seen:
    """Ask for so long, over so many connections, and something wrong every second."""
    seen = Seen()
    until = time.monotonic() + seconds
    shares = [
        islice(cycle(questions), number * len(questions) // connections, None)
        for number in range(connections)
    ]
    asking = [_ask_on(port, share, until, seen) for share in shares]
    await asyncio.gather(*asking, _make_trouble(port, until, most, seen))
    return seen


async def _ask_on(port: int, questions: Iterator[Question], until: float, seen: Seen) -> None:
    """Ask over one connection, which is made anew iff the service closes it."""
    streams = await _connect(port)
    for question in questions:
        if time.monotonic() >= until:
            break
        started_at = time.perf_counter()
        try:
            status, body, is_kept = await _exchange(*streams, request_of(question))
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            seen.errors[f"{question.name}: {type(error).__name__}"] += 1
            streams[1].close()
            streams = await _connect(port)
            continue
        seen.latencies[question.name].append(time.perf_counter() - started_at)
        if status != 200:
            seen.errors[f"{question.name}: status {status}"] += 1
        elif what_is_said(body) != question.expected:
            is_open = what_is_said(body) is None
            seen.errors[f"{question.name}: {'unknown' if is_open else 'wrong'}"] += 1
            seen.samples += [body.decode()][: SAMPLES - len(seen.samples)]
        if not is_kept:
            streams[1].close()
            streams = await _connect(port)
    streams[1].close()


async def _make_trouble(port: int, until: float, most: int, seen: Seen) -> None:
    """Send what is wrong in many ways, and note every status that is not the right one."""
    while time.monotonic() < until:
        for name, path, body, headers, wanted in trouble(most):
            head = _head(path, len(body), headers)
            await _expect(port, name, head + body, wanted, seen)
        await _expect(port, "slow head", SLOW_HEAD, 408, seen)
        await _expect(port, "slow body", _head("/v1/compare", 99) + b"{", 408, seen)
        await asyncio.sleep(PAUSE_S)


async def _expect(port: int, name: str, request: bytes, wanted: int, seen: Seen) -> None:
    reader, writer = await _connect(port)
    try:
        status, body, _ = await _exchange(reader, writer, request)
        # Where nobody could begin in time, not even unknown is told.
        is_late = name == "over-deadline" and status == 504
        if status == 200 and what_is_said(body) is not None:
            seen.errors[f"{name}: answered"] += 1
        elif status != wanted and not is_late:
            seen.errors[f"{name}: status {status}"] += 1
        else:
            seen.troubles[f"{name}: {status}"] += 1
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        seen.errors[f"{name}: {type(error).__name__}"] += 1
    finally:
        writer.close()


async def _connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)


def request_of(question: Question) -> bytes:
    """Return the bytes of the request that asks a question."""
    return _head(f"/v1/{question.name}", len(question.body)) + question.body


def _head(path: str, length: int, headers: dict[str, str] | None = None) -> bytes:
    named = headers or {"content-type": "application/json"}
    lines = [f"POST {path} HTTP/1.1", "host: load", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes, bool]:
    """Return the status and the body of the reply, and whether the connection is kept."""
    writer.write(request)
    async with asyncio.timeout(REPLY_S):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        _, _, rest = head.partition(b"content-length: ")
        body = await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return int(head.split(maxsplit=2)[1]), body, b"connection: close" not in head
