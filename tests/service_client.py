"""A service in a process of its own, and what is sent to it over real connections."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
START_S = 60.0
REPLY_S = 60.0

Json = dict[str, Any]

POLICY: Json = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::data/*"}],
}
WIDER: Json = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
BODY = {"existing": POLICY, "new": POLICY}


@dataclass(frozen=True)
class Reply:
    """A response: its status, its headers in lower case, and its text."""

    status: int
    headers: dict[str, str]
    text: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return str(self.json["error"]["message"])


@dataclass
class Server:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int = 0
    log: list[Json] = field(default_factory=list)

    def follow(self) -> None:
        """Read the log to its end."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            entry = json.loads(line)
            if entry["event"] == "listening":
                self.port = entry["port"]
            self.log.append(entry)

    def events(self, name: str) -> list[Json]:
        return [entry for entry in self.log if entry["event"] == name]

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Json | None = None
    ) -> Reply:
        """Send a request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_S)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, named, response.read())
        finally:
            connection.close()

    def post(self, path: str, content: object, **headers: str) -> Reply:
        """Post JSON; what is no bytes is written as such."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, body, {"content-type": "application/json", **named})

    def get(self, path: str) -> Reply:
        return self.send("GET", path)

    def connect(self) -> socket.socket:
        """Return a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=REPLY_S)

    def metric(self, name: str) -> float:
        """Return the value of a line of the metrics, 0 iff there is none."""
        lines = self.get("/metrics").text.decode().splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0)

    def workers(self) -> list[int]:
        """Return the numbers of the processes that answer."""
        return children(self.process.pid, "portfolio.service.answerer")

    def stop(self) -> int:
        """Have it end; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def serving(*arguments: str, program: str = "portfolio.cli") -> Iterator[Server]:
    """Run a service until the end of the context, by the command or by another program."""
    command = [sys.executable, "-m", program]
    if program == "portfolio.cli":
        command += ["serve", "--port", "0"]
    process = subprocess.Popen([*command, *arguments], cwd=ROOT, stderr=subprocess.PIPE)
    server = Server(process)
    reader = threading.Thread(target=server.follow)
    reader.start()
    try:
        wait_until(lambda: bool(server.events("ready")) or process.poll() is not None, START_S)
        yield server
    finally:
        process.kill()
        process.wait()
        reader.join()
        assert process.stderr is not None
        process.stderr.close()


def wait_until(is_so: Callable[[], bool], timeout_s: float = 10.0) -> bool:
    """Return whether `is_so` comes true in time."""
    until = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def children(parent: int, word: str) -> list[int]:
    """Return the numbers of the children of a process with a word in their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            line = (entry / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z" and word in line:
            found.append(int(entry.name))
    return found


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def head(path: str, length: int | str, *more: str) -> bytes:
    """Return the head of a request that posts so many bytes."""
    lines = [
        f"POST {path} HTTP/1.1",
        "host: localhost",
        "content-type: application/json",
        f"content-length: {length}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def status_on(connection: socket.socket) -> int:
    """Return the status of the response on a bare connection, 0 iff it is closed without one."""
    received = b""
    while b"\r\n" not in received and (piece := connection.recv(4096)):
        received += piece
    return int(received.split()[1]) if received else 0


def received_on(connection: socket.socket) -> bytes:
    """Return all that comes until the connection is closed."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            received += piece
    return received


def order(*names: str) -> Json:
    """Return the body of a script whose variables tell an `Obedient` member what to do."""
    return {"script": "".join(f"(declare-const {name} Bool)(assert {name})" for name in names)}
