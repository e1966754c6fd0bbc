"""What the executor of a Ray cluster makes of what Ray says; what Ray does is for `test_ray`."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from portfolio.executors.on_ray import RayExecutor, _Crew
from portfolio.executors.tries import pickled
from tests import executor_fakes as fakes


class Slow:
    """A Ray whose actors are objects here, and whose every answer is late once."""

    exceptions = SimpleNamespace(RayError=RuntimeError)

    def __init__(self) -> None:
        self.hired = 0
        self._seen: set[Any] = set()

    def put(self, value: Any) -> Any:
        return value

    def remote(self, **options: object) -> Callable[[type], Any]:
        return lambda kind: SimpleNamespace(remote=partial(self._hire, kind))

    def _hire(self, kind: type, *arguments: object) -> Any:
        self.hired += 1
        actor = kind(*arguments)
        return SimpleNamespace(
            greet=SimpleNamespace(remote=lambda: partial(actor.greet)),
            do=SimpleNamespace(remote=lambda item: partial(actor.do, item)),
        )

    def wait(self, asked: list[Any], **options: object) -> tuple[list[Any], list[Any]]:
        ready = [one for one in asked if one in self._seen][:1]
        self._seen.update(asked)
        return ready, [one for one in asked if one not in ready]

    def get(self, asked: Callable[[], bytes]) -> bytes:
        return asked()

    def kill(self, actor: object) -> None:
        """End an actor, which here is nothing."""


def test_the_next_actor_may_take_its_time_however_long_ago_the_first_one_came() -> None:
    ray = Slow()
    crew: _Crew[int] = _Crew(ray, RayExecutor(workers=1, items_a_worker=1), pickled(fakes.square))
    run = crew.run(iter(range(3)))
    found = [next(run)]
    crew._waits_since = -math.inf
    found += run

    assert found == [(0, 0), (1, 1), (2, 4)]
    assert ray.hired == 3
