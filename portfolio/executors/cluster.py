"""The Ray cluster that workers run on: one that is there, or one on this machine while it is used.

Ray is loaded and started only here. Its nodes need the package that the work is from, in the same
version of it and of Python: code is sent to them by name. Neither usage statistics nor a dashboard
is started, and what Ray has to say of workers it says in its own logs: on standard output it would
stand among answers.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import platform
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from automaton.version import VERSION
from portfolio.executors.work import ExecutorError

OBJECT_STORE_BYTES = 256 << 20
"""What a cluster on this machine keeps of items and results; it is taken as it is needed."""

START_S = 120.0
"""How long a worker of a cluster may take to start before nobody waits for any other."""

REACH_S = 10.0
"""How long the head of a cluster may take to take a connection."""

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "1",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
}


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a process runs, and as what: these must be the same in all processes of a run."""

    keyaki: str
    python: str
    node: str

    @classmethod
    def here(cls) -> Home:
        """Return that of this process."""
        return cls(keyaki=VERSION, python=platform.python_version(), node=platform.node())

    def check(self, other: Home) -> None:
        """Raise ExecutorError iff `other` may come to other answers than this one."""
        if (self.keyaki, self.python) != (other.keyaki, other.python):
            raise ExecutorError(
                f"node `{other.node}` has keyaki {other.keyaki} on Python {other.python},"
                f" and `{self.node}` {self.keyaki} on {self.python}"
            )


@contextmanager
def cluster(address: str | None, workers: int) -> Iterator[Any]:
    """Give the module of Ray, connected to `address`, or to a cluster of its own if there is none.

    An address of None is the one in `RAY_ADDRESS`. What this process is connected to already is
    used, and left as it is. Raise ExecutorError iff Ray is not installed or there is no such
    cluster.
    """
    ray = _ray()
    if ray.is_initialized():
        yield ray
        return
    _connect(ray, address_of(address), workers)
    try:
        yield ray
    finally:
        ray.shutdown()


def address_of(address: str | None) -> str | None:
    """Return the address of the cluster that is meant, None iff it is to be one of this machine."""
    return address or os.environ.get("RAY_ADDRESS") or None


def require_ray() -> None:
    """Raise ExecutorError iff Ray is not installed; it is not loaded for that."""
    if importlib.util.find_spec("ray") is None:
        raise ExecutorError("Ray is not installed: pip install 'keyaki[ray]'")


def _ray() -> Any:
    require_ray()
    # Ray reads these as it is loaded.
    os.environ.update(_QUIET)
    return importlib.import_module("ray")


def _connect(ray: Any, address: str | None, workers: int) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        ray.init(
            address="local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=OBJECT_STORE_BYTES,
            _node_ip_address="127.0.0.1",
            **quiet,
        )
        return
    _require_listener(address)
    try:
        ray.init(address=address, **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        told = str(error).partition("\n")[0]
        raise ExecutorError(f"no Ray cluster at `{address}`: {told}") from None


def _require_listener(address: str) -> None:
    """Raise ExecutorError iff nobody listens at `address`: Ray would wait for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not (colon and port.isdecimal()):
        return
    try:
        socket.create_connection((host, int(port)), REACH_S).close()
    except OSError as error:
        raise ExecutorError(f"no Ray cluster at `{address}`: {error.strerror or error}") from None


def cores_of(ray: Any) -> int:
    """Return how many cores the cluster has now."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def hired(ray: Any, kind: type, *arguments: object) -> Any:
    """Return a new actor of `kind`, which may yet have to wait for a free core of some node."""
    options = {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0}
    remote = ray.remote(**options, scheduling_strategy="SPREAD")(kind)
    return remote.remote(*arguments)


def reason_of(error: Exception) -> str:
    """Return what Ray says of a worker that is gone, without its advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(_TELLING)] or lines or [type(error).__name__]
    text = told[-1].rpartition("Worker exit detail: ")[2].partition(" Some common causes")[0]
    return f"the worker that had it was lost: {text.rstrip('.')}"


_TELLING = ("The actor is dead because", "The actor died because", "ModuleNotFoundError")
