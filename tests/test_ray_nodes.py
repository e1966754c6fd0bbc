"""A Ray cluster of several nodes, of which one is lost while it works."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from typing import Any

import pytest

from portfolio.executors.cluster import cluster, cores_of
from portfolio.executors.on_ray import RayExecutor
from portfolio.executors.work import Lost
from portfolio.pool.feed import Sizes
from portfolio.pool.on_ray import answered_on_ray
from tests import executor_fakes as fakes
from tests.pool_fakes import Mischief, expected
from tests.test_batch_workers import outputs

pytestmark = pytest.mark.slow

Lose = Callable[[], None]


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Lose]]:
    """Give the address of a cluster of two nodes, and what loses the second one."""
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    with closing(_Nodes()) as found:
        yield found.address, found.lose


class _Nodes:
    def __init__(self) -> None:
        with cluster(None, 1):
            # Loaded here, Ray is as quiet as it is for others.
            from ray.cluster_utils import Cluster  # noqa: PLC0415
        size = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
        self._cluster: Any = Cluster(initialize_head=True, head_node_args=size)
        self._second = self._cluster.add_node(num_cpus=1, object_store_memory=100 << 20)
        self._cluster.wait_for_nodes()
        self.address: str = self._cluster.address

    def lose(self) -> None:
        self._cluster.remove_node(self._second, allow_graceful=False)

    def close(self) -> None:
        self._cluster.shutdown()


def test_items_of_a_node_that_is_lost_are_done_by_another(nodes: tuple[str, Lose]) -> None:
    address, lose = nodes
    with closing(RayExecutor(workers=2, address=address).run(range(400), fakes.process)) as run:
        found = [next(run)]
        while len({number for _, number in found}) < 2:
            found.append(next(run))
        lose()
        found += run

    assert sorted(item for item, _ in found) == [*range(400)]
    assert [end for _, end in found if isinstance(end, Lost)] == []


def test_lines_of_a_node_that_is_lost_are_answered_by_another(nodes: tuple[str, Lose]) -> None:
    address, lose = nodes
    source = b"slow\n" * 500
    sizes = Sizes(line=1000, read=256, segment=1000, piece=200)
    parts = answered_on_ray(
        io.BytesIO(source), Mischief(), workers=None, sizes=sizes, address=address, patience_s=0.0
    )
    with closing(parts):
        found = [next(parts) for _ in range(20)]
        lose()
        found += parts

    assert outputs(found) == expected(source, 1000)


def test_a_cluster_is_used_as_large_as_it_is(nodes: tuple[str, Lose]) -> None:
    with cluster(nodes[0], 0) as ray:
        assert cores_of(ray) == 2
