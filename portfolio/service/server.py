"""The running service: it listens, tells that it is there, and ends in order when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator

import uvicorn

from portfolio.service.app import Service
from portfolio.service.log import note, start_logging
from portfolio.service.protocol import protocol_of
from portfolio.service.settings import Settings

LAST_S = 2.0
"""What connections have beyond the grace time before they are cut."""

BACKLOG = 1024
FAILED = 1


class _Server(uvicorn.Server):
    """A server that leaves signals to us, for it would end by one and not with status 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(settings: Settings) -> int:
    """Serve until a signal says to stop; return the exit status.

    Raise OSError iff the address cannot be listened on.
    """
    start_logging()
    listener = _listener(settings)
    config = uvicorn.Config(
        "portfolio.service.server:serve",
        http=protocol_of(settings),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=int(settings.idle_s),
        timeout_graceful_shutdown=int(settings.grace_s + LAST_S),
        backlog=BACKLOG,
    )
    runner = asyncio.Runner(loop_factory=config.get_loop_factory())
    with contextlib.closing(listener), runner:
        return runner.run(_run(settings, config, listener))


def _listener(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)


async def _run(settings: Settings, config: uvicorn.Config, listener: socket.socket) -> int:
    service = Service(settings)
    config.app = service.app
    server = _Server(config)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if server.should_exit:
            # Whoever says it twice means at once.
            server.force_exit = True
        note("stopping", waiting=len(service.crew.waiting), atWork=service.crew.at_work)
        service.crew.drain(settings.grace_s)
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    service.crew.start()
    watch = asyncio.ensure_future(_watch(service, server))
    host, port = listener.getsockname()[:2]
    note("listening", host=host, port=port, workers=settings.workers)
    try:
        await server.serve(sockets=[listener])
    finally:
        watch.cancel()
        service.crew.close()
        await loop.shutdown_default_executor()
    note("stopped")
    return FAILED if service.crew.has_failed else 0


async def _watch(service: Service, server: uvicorn.Server) -> None:
    """Say when questions are answered; end the service iff they never will be."""
    was_ready = False
    while not service.crew.has_failed:
        if service.crew.is_ready and not was_ready:
            note("ready", members=service.crew.members)
        was_ready = service.crew.is_ready
        await asyncio.sleep(0.05)
    note("workers end as they start", logging.ERROR)
    server.should_exit = True
