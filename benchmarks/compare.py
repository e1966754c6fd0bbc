"""Compare two records: `python -m benchmarks.compare BASE NEW`.

For each member, over the cases that both let it finish: what is newly solved and newly unsolved,
which verdicts changed, and how long the new one takes as a part of the base, by band of the base's
time. Members of one name are compared whatever their versions. Exit status 1 iff a case that was
solved no longer is, or a verdict changed.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.report import times_of
from benchmarks.rows import SLOWER, Row
from benchmarks.times import LEAST_S, Times

BANDS_S = (0.001, 0.01, 0.1, 1.0)
SLOWER_BY = 2.0
"""A case counts as slower, or faster, by this factor: less is noise."""


@dataclass(frozen=True)
class Comparison:
    """What became of the cases of one member: pairs of rows, the base's first."""

    member: str
    pairs: tuple[tuple[Row, Row], ...]
    base: Times
    new: Times

    @property
    def newly_solved(self) -> list[Row]:
        """The new rows of cases that only the new record solves."""
        return [
            new
            for base, new in self.pairs
            if self.new.is_solved(new) and not self.base.is_solved(base)
        ]

    @property
    def newly_unsolved(self) -> list[Row]:
        """The new rows of cases that only the base solves."""
        return [
            new
            for base, new in self.pairs
            if self.base.is_solved(base) and not self.new.is_solved(new)
        ]

    @property
    def changed(self) -> list[tuple[Row, Row]]:
        """The rows of cases that both decide, each in another way."""
        return [
            (base, new)
            for base, new in self.pairs
            if base.is_decided and new.is_decided and base.verdict != new.verdict
        ]

    def ratios(self) -> Mapping[float, list[float]]:
        """Return new time over base's, of the cases that both solve, by upper end of the band."""
        found: dict[float, list[float]] = defaultdict(list)
        for base, new in self.pairs:
            if self.base.is_solved(base) and self.new.is_solved(new):
                took = max(self.base.of(base), LEAST_S)
                band = next((end for end in BANDS_S if took < end), float("inf"))
                found[band].append(max(self.new.of(new), LEAST_S) / took)
        return dict(sorted(found.items()))


def compared(base: Times, new: Times) -> Iterator[Comparison]:
    """Yield the comparison of each member that both records have."""
    bases, news = base.by_member(base.rows), new.by_member(new.rows)
    for member in bases:
        by_case = {row.case: row for row in news.get(member, [])}
        both = ((row, by_case[row.case]) for row in bases[member] if row.case in by_case)
        pairs = tuple(pair for pair in both if SLOWER not in {row.verdict for row in pair})
        if pairs:
            yield Comparison(member, pairs, base, new)


def lines_of(found: Comparison) -> Iterator[str]:
    """Yield what the comparison of a member says."""
    first, second = found.pairs[0]
    yield f"{found.member} {first.version} -> {second.version}: {len(found.pairs)} cases"
    for row in found.newly_solved:
        yield f"  newly solved: {row.case}, {row.verdict}"
    for row in found.newly_unsolved:
        yield f"  newly unsolved: {row.case}, {row.verdict}"
    for base, new in found.changed:
        yield f"  changed: {base.case}, {base.verdict} -> {new.verdict}"
    for end, ratios in found.ratios().items():
        slower = sum(ratio > SLOWER_BY for ratio in ratios)
        faster = sum(ratio < 1 / SLOWER_BY for ratio in ratios)
        yield (
            f"  base below {end:g} s: {len(ratios)} cases, new / base geometric mean"
            f" {statistics.geometric_mean(ratios):.2f}, most {max(ratios):.2f};"
            f" {slower} slower and {faster} faster by {SLOWER_BY:g} or more"
        )


@click.command()
@click.argument("base", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.option("--clock", type=click.Choice(["cpu", "wall"]), default="cpu", show_default=True)
def main(base: Path, new: Path, clock: str) -> None:
    """Print what changed from the record in BASE to that in NEW."""
    found = list(compared(times_of(base, clock), times_of(new, clock)))
    for each in found:
        for line in lines_of(each):
            click.echo(line)
    if not found:
        raise click.ClickException("the records have no case of a member in common")
    raise SystemExit(1 if any(each.newly_unsolved or each.changed for each in found) else 0)


if __name__ == "__main__":
    main()
