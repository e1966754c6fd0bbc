"""What became of the queries from one run to another.

A query is solved iff its member came to a verdict that nothing is known against; so one that ends
with a model that does not hold is unsolved. A query that was solved and no longer is counts as
newly unsolved even where the base took more than half of the limit for it; it is then borderline,
for noise may have been enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portfolio.workbench.bands import Band, band_of, bands_of, is_slower, ratio
from portfolio.workbench.fitting import Fit, Pair, fit, matched
from portfolio.workbench.record import Run
from portfolio.workbench.row import Row
from portfolio.workbench.times import Clock, Times
from portfolio.workbench.truth import support

BORDERLINE = 0.5
"""From which part of the limit on a query may end otherwise by noise."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A query that two runs solve with different verdicts, and what speaks for either."""

    pair: Pair
    support: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A query that both runs solve, slower or faster beyond noise: new time over base's."""

    pair: Pair
    factor: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs held together; `others` are rows of further runs, by query."""

    held: Fit
    others: Mapping[str, Sequence[Row]]

    @property
    def times(self) -> Times:
        """How times are read."""
        return self.held.times

    @property
    def name(self) -> str:
        """Both members, with versions where their names are the same."""
        first, second = self.held.base, self.held.new
        if first.member == second.member:
            return f"{first.member} {first.version} -> {second.version}"
        return f"{first.member} -> {second.member}"

    @cached_property
    def newly_solved(self) -> tuple[Pair, ...]:
        """The queries that only the new run solves."""
        return tuple(self._ended(False, True))

    @cached_property
    def newly_unsolved(self) -> tuple[Pair, ...]:
        """The queries that only the base solves."""
        return tuple(self._ended(True, False))

    @cached_property
    def both_solved(self) -> tuple[Pair, ...]:
        """The queries that both solve with the same verdict."""
        return tuple(p for p in self._ended(True, True) if p.base.verdict == p.new.verdict)

    @cached_property
    def changed(self) -> tuple[Changed, ...]:
        """The queries that both solve, but with different verdicts."""
        return tuple(
            Changed(pair=p, support=support((p.base, p.new), self.others.get(p.query, ())))
            for p in self._ended(True, True)
            if p.base.verdict != p.new.verdict
        )

    def _ended(self, by_base: bool, by_new: bool) -> Iterator[Pair]:
        """Yield the pairs that the base solves iff `by_base`, and the new run iff `by_new`."""
        solved = self.times.is_solved
        for pair in self.held.pairs:
            if (solved(pair.base), solved(pair.new)) == (by_base, by_new):
                yield pair

    def is_borderline(self, pair: Pair) -> bool:
        """Return whether the base took so much of the limit that noise may have been enough."""
        return self.times.part(pair.base) > BORDERLINE

    def seconds(self, pair: Pair) -> tuple[float, float]:
        """Return the time of either run."""
        return self.times.of(pair.base), self.times.of(pair.new)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """What became of the time of the queries that both solve, by band."""
        return tuple(bands_of([self.seconds(pair) for pair in self.both_solved]))

    @cached_property
    def slower(self) -> tuple[Moved, ...]:
        """The queries that are slower beyond the noise of their band, the slowest first."""
        found = [m for m in self._moved if is_slower(*self.seconds(m.pair), self._threshold(m))]
        return tuple(sorted(found, key=lambda moved: -moved.factor))

    @cached_property
    def faster(self) -> tuple[Moved, ...]:
        """The queries that are faster beyond the noise of their band, the fastest first."""
        turned = [(m, self.seconds(m.pair)[::-1]) for m in self._moved]
        found = [m for m, (new_s, base_s) in turned if is_slower(new_s, base_s, self._threshold(m))]
        return tuple(sorted(found, key=lambda moved: moved.factor))

    @cached_property
    def _moved(self) -> tuple[Moved, ...]:
        return tuple(Moved(pair=p, factor=ratio(*self.seconds(p))) for p in self.both_solved)

    def _threshold(self, moved: Moved) -> float:
        return self._thresholds[band_of(*self.seconds(moved.pair))]

    @cached_property
    def _thresholds(self) -> Mapping[str, float]:
        return {band.name: band.threshold for band in self.bands}

    @cached_property
    def solved(self) -> tuple[int, int]:
        """How many queries either run solves."""
        pairs, solved = self.held.pairs, self.times.is_solved
        return sum(solved(p.base) for p in pairs), sum(solved(p.new) for p in pairs)

    @cached_property
    def par2(self) -> tuple[float, float]:
        """The PAR2 of either run, in seconds."""
        pairs = self.held.pairs
        return self.times.par2(p.base for p in pairs), self.times.par2(p.new for p in pairs)


def compared(
    base: Run, new: Run, *, clock: Clock, common: bool = False, others: Sequence[Run] = ()
) -> Comparison:
    """Return what became of the queries; raise UnfitError iff the runs do not fit.

    `others` are further runs: what they say of a query is support for a verdict.
    """
    held = fit(base, new, clock=clock, common=common)
    said: dict[str, list[Row]] = {pair.query: [] for pair in held.pairs}
    for run in others:
        for row in run.rows:
            if row.query in said and run.plan.digest == held.base.digest:
                said[row.query].append(row)
    return Comparison(held=held, others=said)


def all_compared(
    base: Mapping[str, Run],
    new: Mapping[str, Run],
    *,
    clock: Clock,
    common: bool = False,
    others: Sequence[Run] = (),
) -> tuple[list[Comparison], list[str]]:
    """Return the comparison of each pair of runs of two records, and notes about runs left over.

    Raise UnfitError iff no runs belong together, or two that do do not fit.
    """
    pairs, notes = matched(base, new)
    found = []
    for first, second in pairs:
        further = [run for run in (*base.values(), *new.values()) if run not in (first, second)]
        found.append(
            compared(first, second, clock=clock, common=common, others=[*further, *others])
        )
    return found, notes
