"""A simulation on which two sides differ, made as small as it goes while they still do."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

from automaton.verdict import Unsupported
from encoders.iam.json_text import PolicyError
from tests.iam_simulate.ours import Simulation, decision

Decide = Callable[[Sequence[Simulation]], list[str]]
Path = tuple[str | int, ...]

_KEPT = {
    "principal",
    "action",
    "resource",
    "resourceAccount",
    "Effect",
    "Statement",
    "context",
    "Principal",
}


def shrunk(simulation: Simulation, decide: Decide) -> Simulation:
    """Return a smallest simulation within `simulation` on which both sides decide as they did."""
    wanted = (decision(simulation), decide([simulation])[0])
    while True:
        smaller = [one for one in _smaller(simulation) if _ours(one) == wanted[0]]
        answers = decide(smaller)
        kept = [one for one, answer in zip(smaller, answers, strict=True) if answer == wanted[1]]
        if not kept:
            return simulation
        simulation = kept[0]


def _ours(simulation: Simulation) -> str | None:
    try:
        return decision(simulation)
    except (PolicyError, Unsupported):
        return None


def _smaller(simulation: Simulation) -> Iterator[Simulation]:
    """Yield the simulation without each of its parts, the largest parts first."""
    for path in sorted(_paths(simulation, ()), key=len):
        smaller = copy.deepcopy(simulation)
        holder = smaller
        for part in path[:-1]:
            holder = holder[part]  # type: ignore[index]
        del holder[path[-1]]  # type: ignore[arg-type]
        yield smaller


def _paths(value: object, path: Path) -> Iterator[Path]:
    parts: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        parts = [(name, inner) for name, inner in value.items()]
    elif isinstance(value, list):
        parts = list(enumerate(value))
    for part, inner in parts:
        if len(path) > 0 and part not in _KEPT:
            yield (*path, part)
        if part not in ("Principal", "NotPrincipal"):
            yield from _paths(inner, (*path, part))
