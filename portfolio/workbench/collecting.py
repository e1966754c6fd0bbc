"""Collecting a query set: kinds take turns, and no size of one crowds out the others.

Each kind has an equal part of the queries. Within it, no band of sizes has more than its share
as long as the draws give others: what is over it is kept aside, and taken in the end iff
`DRAWS_FOR_ONE` draws for each query that is wanted, or `LEAST_DRAWS`, were not enough. So small
queries, most of which any member decides at a look, do not crowd out the others, and neither do
large ones. What is decided as it stands is no query, and no two have the same text. What is drawn
hangs on the seed, the kind and a number alone.
"""

from __future__ import annotations

import gc
import hashlib
import itertools
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from automaton.verdict import Unsupported
from automaton.version import VERSION
from portfolio.workbench.drawing.drawn import Draw, Drawn, NoQuery
from portfolio.workbench.drawing.kinds import KINDS
from portfolio.workbench.machine import version_of
from portfolio.workbench.queries import BANDS, Query, QueryError, band_of

SHARES = (0.15, 0.35, 0.35, 0.3, 0.15)
"""The most that each band of sizes may have of a kind."""

MOST_CHARACTERS = 1 << 17
"""The longest script that is taken."""

DRAWS_FOR_ONE, LEAST_DRAWS = 2, 40
TURNS_A_COLLECTION = 25


def about(seed: int) -> dict[str, object]:
    """Return what the header of a collected set tells of how it was made."""
    return {"seed": seed, "keyaki": VERSION, "moto": version_of("moto")}


@dataclass
class _Kind:
    """A kind at work: what it drew, and what is kept aside because its band is full."""

    name: str
    draw: Draw
    quota: int
    draws: int = 0
    taken: int = 0
    by_band: Counter[str] = field(default_factory=Counter)
    aside: list[Drawn] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether queries are still wanted, and there may be more."""
        most = max(LEAST_DRAWS, DRAWS_FOR_ONE * self.quota)
        return self.taken < self.quota and self.draws < most

    def has_room(self, size: int) -> bool:
        """Return whether the band of a size is not full."""
        band = band_of(size)
        return self.by_band[band] < max(1, round(SHARES[BANDS.index(band)] * self.quota))


def collected(
    count: int, seed: int, kinds: Mapping[str, Draw] = KINDS
) -> Generator[Query, None, None]:
    """Yield `count` distinct queries, the same for the same seed.

    Raise QueryError iff the kinds do not have so many, ModuleNotFoundError without `moto`.
    """
    each, more = divmod(count, len(kinds))
    turns = [
        _Kind(name, draw, each + (place < more)) for place, (name, draw) in enumerate(kinds.items())
    ]
    seen: set[bytes] = set()
    with _steady_memory():
        yield from _in_turns(turns, seed, seen)
    for kind in turns:
        yield from _from_aside(kind, kind.quota)
    missing = count - sum(kind.taken for kind in turns)
    for kind in turns:
        before = kind.taken
        yield from _from_aside(kind, kind.taken + missing)
        missing -= kind.taken - before
    if missing:
        raise QueryError(f"there are only {count - missing} distinct queries of seed {seed}")


@contextmanager
def _steady_memory() -> Iterator[None]:
    """Have nothing freed by chance: terms are printed in the order in which they came to be.

    One that is freed and made again is a new one, and the collector runs when it likes.
    """
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    # PERF: what is there already is no garbage, and need not be looked through each time.
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def _in_turns(turns: list[_Kind], seed: int, seen: set[bytes]) -> Iterator[Query]:
    for turn in itertools.count(1):
        working = [kind for kind in turns if kind.is_open]
        if not working:
            return
        if turn % TURNS_A_COLLECTION == 0:
            gc.collect()
        for kind in working:
            drawn = _next_of(kind, seed, seen)
            if drawn is None:
                continue
            if kind.has_room(len(drawn.script)):
                yield _taken(kind, drawn)
            else:
                kind.aside.append(drawn)


def _next_of(kind: _Kind, seed: int, seen: set[bytes]) -> Drawn | None:
    """Return the next draw of a kind, None iff it came to nothing or to nothing new."""
    chance = Random(f"{seed} {kind.name} {kind.draws}")  # noqa: S311 - a sample, not a secret
    kind.draws += 1
    try:
        drawn = kind.draw(chance)
    except (NoQuery, Unsupported):
        return None
    text = hashlib.sha256(drawn.script.encode("utf-8", "surrogatepass")).digest()
    if text in seen or len(drawn.script) > MOST_CHARACTERS:
        return None
    seen.add(text)
    return drawn


def _from_aside(kind: _Kind, quota: int) -> Iterator[Query]:
    while kind.aside and kind.taken < quota:
        yield _taken(kind, kind.aside.pop(0))


def _taken(kind: _Kind, drawn: Drawn) -> Query:
    size = len(drawn.script)
    kind.taken += 1
    kind.by_band[band_of(size)] += 1
    return Query(
        name=f"{kind.name}-{kind.taken:05}",
        family=kind.name,
        size=size,
        origin=drawn.origin,
        script=drawn.script,
    )
