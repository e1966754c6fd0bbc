"""Every difference between our decisions and the other side's, and the row that explains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from automaton.verdict import Unsupported
from encoders.iam.json_text import PolicyError
from tests.iam_simulate.differences import DIFFERENCES, Difference
from tests.iam_simulate.ours import Simulation, decision

Decide = Callable[[Sequence[Simulation]], list[str]]
"""The other side: a decision on each simulation."""


@dataclass(frozen=True)
class Found:
    """A simulation on which the two sides differ, and the names of the rows that explain it."""

    simulation: Simulation
    ours: str
    theirs: str
    explained_by: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """How many simulations were compared, our decisions on them, which were refused, and what."""

    decided: dict[str, int]
    refused: dict[str, int]
    found: tuple[Found, ...]

    @property
    def unexplained(self) -> list[Found]:
        """The differences that no row explains."""
        return [one for one in self.found if not one.explained_by]


def compare(simulations: Sequence[Simulation], decide: Decide) -> Report:
    """Return where `decide` and we differ on `simulations`, with the rows that explain it."""
    ours: list[tuple[Simulation, str]] = []
    refused: dict[str, int] = {}
    for simulation in simulations:
        try:
            ours.append((simulation, decision(simulation)))
        except Unsupported as gap:
            refused[gap.feature] = refused.get(gap.feature, 0) + 1
    theirs = decide([simulation for simulation, _ in ours])
    differing = [
        Found(simulation, mine, other, ())
        for (simulation, mine), other in zip(ours, theirs, strict=True)
        if mine != other
    ]
    decided: dict[str, int] = {}
    for _, mine in ours:
        decided[mine] = decided.get(mine, 0) + 1
    return Report(decided, refused, tuple(_explained(differing, decide)))


def _explained(found: Sequence[Found], decide: Decide) -> list[Found]:
    """Return the differences with the one row that explains each, or all that do so together."""
    known: dict[int, tuple[str, ...]] = {}
    for row in DIFFERENCES:
        _try(found, (row,), decide, known)
    _settle_together(found, decide, known)
    return [
        Found(one.simulation, one.ours, one.theirs, known.get(index, ()))
        for index, one in enumerate(found)
    ]


def _try(
    found: Sequence[Found],
    rows: Sequence[Difference],
    decide: Decide,
    known: dict[int, tuple[str, ...]],
) -> None:
    """Note the differences that vanish when the constructs of all `rows` are settled."""
    tries: dict[int, Simulation] = {}
    for index, one in enumerate(found):
        settled = one.simulation
        for row in rows:
            settled = row.settled(settled)
        if index not in known and settled != one.simulation and _keeps(settled, one.ours):
            tries[index] = settled
    answers = decide(list(tries.values()))
    for index, answer in zip(tries, answers, strict=True):
        if answer == found[index].ours:
            known[index] = tuple(row.name for row in rows)


def _keeps(settled: Simulation, ours: str) -> bool:
    """Return True iff what we decide stays, or the other words are ones that we do not take."""
    try:
        return decision(settled) == ours
    except PolicyError:
        return True


def _settle_together(
    found: Sequence[Found], decide: Decide, known: dict[int, tuple[str, ...]]
) -> None:
    """Explain by several rows at once what no single row explains."""
    for index, one in enumerate(found):
        if index not in known:
            touched = [row for row in DIFFERENCES if row.settled(one.simulation) != one.simulation]
            if len(touched) > 1:
                _try_one(index, one, touched, decide, known)


def _try_one(
    index: int,
    one: Found,
    rows: Sequence[Difference],
    decide: Decide,
    known: dict[int, tuple[str, ...]],
) -> None:
    used = [row for row in rows if _keeps(row.settled(one.simulation), one.ours)]
    if not _agree(one, used, decide):
        return
    for row in rows:
        fewer = [other for other in used if other is not row]
        if _agree(one, fewer, decide):
            used = fewer
    known[index] = tuple(row.name for row in used)


def _agree(one: Found, rows: Sequence[Difference], decide: Decide) -> bool:
    """Return True iff both sides decide as we did when the constructs of all `rows` are settled."""
    settled = one.simulation
    for row in rows:
        settled = row.settled(settled)
    return _keeps(settled, one.ours) and decide([settled]) == [one.ours]
