"""The command that answers questions over HTTP."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec

import click

from portfolio.cache_choice import CacheChoice, cache_choice
from portfolio.cache_memory import Bounds
from portfolio.gathering import gathering
from portfolio.options import Options, service_options
from portfolio.reading import BadInput

NEEDED = ("starlette", "uvicorn", "httptools", "prometheus_client")
MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Serving(Options):
    """The options of a service as given."""

    host: str
    port: int
    workers: int | None
    spare: int
    queue: int
    connections: int
    max_body: int
    read_timeout: float
    grace: float
    cache: str
    cache_entries: int
    cache_bytes: int
    reasons: bool
    request_log: bool


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@click.command(cls=gathering(Serving), short_help="Answer questions over HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 is any."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes answer, one question each.  [default: one for each usable core]",
)
@click.option(
    "--spare",
    type=click.IntRange(min=0),
    default=6,
    show_default=True,
    metavar="N",
    help="How many more there may be while some are at long questions.",
)
@click.option(
    "--queue",
    type=click.IntRange(min=0),
    default=256,
    show_default=True,
    metavar="N",
    help="How many requests may wait; more get 503.",
)
@click.option(
    "--connections",
    type=click.IntRange(min=1),
    default=512,
    show_default=True,
    metavar="N",
    help="How many connections are held at once.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1, 1 << 30),
    default=MIB,
    show_default=True,
    metavar="BYTES",
    help="The largest body; a larger one gets 413.",
)
@click.option(
    "--read-timeout",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the head of a request may take, and its body; longer gets 408.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to answer what was asked before a signal said to stop.",
)
@click.option(
    "--cache",
    default="off",
    show_default=True,
    metavar="off|memory|sqlite:PATH",
    help="Where verdicts are kept: nowhere, in each process, or in a file for all of them.",
)
@click.option(
    "--cache-entries", type=click.IntRange(min=1), default=Bounds().entries, show_default=True
)
@click.option(
    "--cache-bytes", type=click.IntRange(min=1), default=Bounds().size_bytes, show_default=True
)
@click.option("--reasons", is_flag=True, help="Tell of each PASS the statements that it needs.")
@click.option("--request-log/--no-request-log", default=True, help="Log a line for each request.")
@service_options
def serve(options: Serving) -> int:
    """Answer the questions of `batch` over HTTP, each at a path of its own.

    GET /openapi.json describes them. --timeout is the most that a request may take; its header
    Keyaki-Timeout may say less. SIGTERM ends the service once it has answered; exit status 0.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        named = ", ".join(missing)
        raise BadInput(f"{named} missing: `pip install 'keyaki[service]'` brings what this needs")
    from portfolio.service.server import serve as run  # noqa: PLC0415 - only this command needs it
    from portfolio.service.settings import Settings  # noqa: PLC0415

    settings = Settings(
        conduct=options.conduct_for_many(with_reasons=options.reasons),
        host=options.host,
        port=options.port,
        workers=_cores() if options.workers is None else options.workers,
        spare=options.spare,
        queue=options.queue,
        connections=options.connections,
        max_body=options.max_body,
        head_s=options.read_timeout,
        body_s=options.read_timeout,
        grace_s=options.grace,
        cache=_prepared(options),
        logs_requests=options.request_log,
    )
    try:
        return run(settings)
    except OSError as error:
        where = f"{options.host}:{options.port}"
        raise BadInput(f"cannot listen on {where}: {error.strerror}") from None


def _prepared(options: Serving) -> CacheChoice:
    bounds = Bounds(entries=options.cache_entries, size_bytes=options.cache_bytes)
    try:
        choice = cache_choice(options.cache, bounds)
        trouble = choice.prepare()
    except ValueError as error:
        raise BadInput(str(error)) from None
    if trouble:
        click.echo(f"keyaki: {trouble}", err=True)
    return choice
