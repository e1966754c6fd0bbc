"""A service under load from this process: `python -m benchmarks service --record DIR`.

`keyaki serve` runs in a process of its own. Mixed questions about real policies go to it over
loopback, and every answer is held against the one that is known; every second it gets requests that
are wrong, each of which must get its status. With `--kill z3` a process that holds z3 is killed
each second. The record has the figures (`service.json`), the memory over time (`memory.csv`,
`memory.png`) and a page that tells them (`README.md`).
"""

from __future__ import annotations

import asyncio
import csv
import json
import signal
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import click

from benchmarks import machine
from benchmarks.rows import describe
from benchmarks.service_load import Seen, load
from benchmarks.service_questions import Question, questions
from benchmarks.service_report import figures_of, page
from benchmarks.service_watch import FIELDS, Look, Watch
from benchmarks.start import command_of
from portfolio.gathering import gathering

START_S = 120.0
END_S = 30.0
MOST_BODY = 1 << 20
LOOKS = 600
"""About how often the memory is looked at."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run is made of, as given."""

    seconds: float
    connections: int
    questions: int
    workers: int
    members: str | None
    schedule: str
    cache: str
    kill: str
    seed: int
    record: Path

    @property
    def of_service(self) -> list[str]:
        """The options of the service."""
        own = ["--workers", str(self.workers), "--schedule", self.schedule, "--cache", self.cache]
        return [*own, "--members", self.members] if self.members else own


@click.command(cls=gathering(Options))
@click.option("--seconds", type=float, default=600.0, show_default=True)
@click.option("--connections", type=int, default=8, show_default=True)
@click.option("--questions", type=int, default=2000, show_default=True)
@click.option("--workers", type=int, default=2, show_default=True)
@click.option("--members", default=None, help="Members of the portfolio; default: its own choice.")
@click.option("--schedule", default="staggered", show_default=True)
@click.option("--cache", default="off", show_default=True, help="As `keyaki serve` has it.")
@click.option("--kill", default="", help="The solver of which a process is killed each second.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--record", type=click.Path(path_type=Path), required=True)
def main(options: Options) -> None:
    """Load a service for SECONDS, and record how it did."""
    describe(options.record, "benchmarks")
    asked = questions(options.questions, options.members, options.seed)
    click.echo(f"{len(asked)} questions", err=True)
    cpu = machine.cpu_s()
    with serving(options.of_service) as (process, port):
        every_s = max(options.seconds / LOOKS, 0.5)
        watch = Watch(process.pid, every_s, options.kill, kill_s=1.0)
        watch.start()
        began = time.monotonic()
        seen = asyncio.run(_load(port, asked, options))
        wall_s = time.monotonic() - began
        client_s = machine.cpu_s() - cpu
        watch.close()
        status = stopped(process)
    figures = figures_of(seen, watch.looks, wall_s) | {
        "service": " ".join(["keyaki serve", *options.of_service]),
        "connections": options.connections,
        "clientCpuS": round(client_s, 1),
        "serviceCpuS": round(machine.cpu_s() - cpu - client_s, 1),
        "killed": watch.kills,
        "exitStatus": status,
    }
    write(options.record, figures, watch.looks)
    click.echo(page(figures))
    if seen.errors or status:
        raise click.ClickException(_told(seen, status))


def _load(port: int, asked: Sequence[Question], options: Options) -> Coroutine[None, None, Seen]:
    connections, seconds = options.connections, options.seconds
    return load(port, asked, connections=connections, seconds=seconds, most=MOST_BODY)


def _told(seen: Seen, status: int) -> str:
    wrong = ", ".join(f"{count} x {name}" for name, count in seen.errors.items())
    return wrong or f"the service ended with status {status}"


@contextmanager
def serving(options: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a service in a process of its own; yield it, once it is ready, and its port."""
    own = ["--port", "0", "--no-request-log", "--read-timeout", "2", "--max-body", str(MOST_BODY)]
    command = (*command_of("keyaki", "portfolio.cli"), "serve", *own, *options)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stderr=log)  # noqa: S603 - our own command
        try:
            yield process, _port(process, log)
        finally:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: IO[bytes]) -> int:
    """Return the port of a service that is ready; raise ClickException iff it never is."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        log.seek(0)
        events = [json.loads(line) for line in log.read().splitlines()]
        if any(event["event"] == "ready" for event in events):
            return next(int(event["port"]) for event in events if "port" in event)
        time.sleep(0.1)
    raise click.ClickException("the service did not start")


def stopped(process: subprocess.Popen[bytes]) -> int:
    """Have a service end in order; return its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(END_S)


def write(folder: Path, figures: Mapping[str, Any], looks: Sequence[Look]) -> None:
    """Write the record of a run."""
    (folder / "service.json").write_text(json.dumps(figures, indent=1) + "\n")
    with (folder / "memory.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, FIELDS, lineterminator="\n")
        rows.writeheader()
        rows.writerows(asdict(one) for one in looks)
    (folder / "README.md").write_text(page(figures))
    draw(folder / "memory.png", looks)


def draw(path: Path, looks: Sequence[Look]) -> None:
    """Draw the memory of a service over time."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only a record needs it

    figure = Figure(figsize=(8, 3.5), layout="constrained")
    axes = figure.subplots()
    times = [one.time_s for one in looks]
    layers = {
        "the service": [one.service_mib for one in looks],
        "processes that answer": [one.workers_mib for one in looks],
        "solvers": [one.solvers_mib for one in looks],
    }
    axes.stackplot(times, *layers.values(), labels=[*layers])
    axes.set(xlabel="seconds", ylabel="MiB, what is shared shared out", ylim=(0, None))
    axes.legend(loc="lower right", fontsize=8)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
