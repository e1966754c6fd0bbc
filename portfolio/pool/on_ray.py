"""Answers a source of lines on a Ray cluster, in the same order and by the same rules as here."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from functools import partial
from typing import IO

from portfolio.executors.cluster import address_of, cluster, cores_of, require_ray
from portfolio.pool.feed import Sizes
from portfolio.pool.ray_crew import RayCrew
from portfolio.pool.stream import PATIENCE_S, answered, usable_cores
from portfolio.pool.work import Answerer, Part


def answered_on_ray(
    source: IO[bytes],
    answerer: Answerer,
    *,
    workers: int | None,
    sizes: Sizes,
    address: str | None,
    patience_s: float = PATIENCE_S,
) -> Generator[Part, None, None]:
    """Yield the answers to the lines of `source`, as `answered` does.

    `workers` is None for one for each core of the cluster at `address`, or of this machine if there
    is none; the one of this machine is started once there are lines for it. Raise ExecutorError iff
    there is no such cluster.
    """
    require_ray()
    with ExitStack() as connected:
        if workers is None and address_of(address) is None:
            workers = usable_cores()
        elif workers is None:
            workers = cores_of(connected.enter_context(cluster(address, 0)))
        hire = partial(RayCrew, address)
        yield from answered(
            source, answerer, workers=workers, sizes=sizes, patience_s=patience_s, hire=hire
        )
