"""What comparisons and line-ups say, as JSON and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from portfolio.layout import duration, printable
from portfolio.workbench.bands import Band
from portfolio.workbench.best import LineUp
from portfolio.workbench.compare import Comparison, Moved
from portfolio.workbench.fitting import Pair
from portfolio.workbench.row import Row
from portfolio.workbench.schedules import Saving

Json = dict[str, object]
Cells = Sequence[str]


def comparison_to_json(found: Comparison) -> Json:
    """Return a comparison as results print it."""
    return {
        "base": _run_to_json(found, 0),
        "new": _run_to_json(found, 1),
        "queries": len(found.held.pairs),
        "clock": found.times.clock.value,
        "notes": list(found.held.notes),
        "newly_solved": [_pair_to_json(pair) for pair in found.newly_solved],
        "newly_unsolved": [
            {**_pair_to_json(pair), "borderline": found.is_borderline(pair)}
            for pair in found.newly_unsolved
        ],
        "changed": [
            {**_pair_to_json(one.pair), "support": list(one.support)} for one in found.changed
        ],
        "bands": [band.to_json() for band in found.bands],
        "slower": [_moved_to_json(moved) for moved in found.slower],
        "faster": [_moved_to_json(moved) for moved in found.faster],
    }


def _run_to_json(found: Comparison, which: int) -> Json:
    plan = (found.held.base, found.held.new)[which]
    return {
        "member": plan.member,
        "version": plan.version,
        "options": plan.options,
        "solved": found.solved[which],
        "par2_s": found.par2[which],
    }


def _pair_to_json(pair: Pair) -> Json:
    return {
        "query": pair.query,
        "family": pair.family,
        "base": _row_to_json(pair.base),
        "new": _row_to_json(pair.new),
    }


def _row_to_json(row: Row) -> Json:
    kept = ("verdict", "end", "wall_s", "cpu_s", "detail")
    return {name: value for name, value in row.to_json().items() if name in kept}


def _moved_to_json(moved: Moved) -> Json:
    return {**_pair_to_json(moved.pair), "factor": moved.factor}


def comparison_lines(found: Comparison, most: int) -> Iterator[str]:
    """Yield what a comparison says; of each list `most` queries at most, and how many more."""
    clock, pairs = found.times.clock.told, len(found.held.pairs)
    yield f"{found.name}: {pairs} queries, {clock} time, limit {found.times.limit_s:g} s"
    yield from (f"  note: {note}" for note in found.held.notes)
    yield "  solved {} -> {}, PAR2 {:.3f} s -> {:.3f} s".format(*found.solved, *found.par2)
    yield from _listed("newly solved", map(ended, found.newly_solved), most)
    lost = (_lost(found, pair) for pair in found.newly_unsolved)
    yield from _listed("newly unsolved", lost, most)
    yield from _listed(
        "changed verdict",
        ("; ".join((ended(one.pair), *one.support)) for one in found.changed),
        most,
    )
    yield from (f"  {line}" for line in aligned([BAND_HEAD, *map(band_cells, found.bands)]))
    yield from _listed("slower", (moved(found, one) for one in found.slower), most)
    yield from _listed("faster", (moved(found, one) for one in found.faster), most)


def ended(pair: Pair) -> str:
    """Return how a query ended in either run."""
    return f"{pair.query}: {end_of(pair.base)} -> {end_of(pair.new)}"


def end_of(row: Row) -> str:
    """Return how a query ended, and after how long."""
    return f"{row.verdict if row.is_solved else row.end} in {duration(row.wall_s)}"


def _lost(found: Comparison, pair: Pair) -> str:
    return ended(pair) + (" (borderline)" if found.is_borderline(pair) else "")


def moved(found: Comparison, one: Moved) -> str:
    """Return by what factor a query is slower or faster."""
    base_s, new_s = found.seconds(one.pair)
    return f"{one.pair.query}: {duration(base_s)} -> {duration(new_s)}, {one.factor:.2f} times"


def _listed(what: str, lines: Iterable[str], most: int) -> Iterator[str]:
    """Yield how many lines there are, and the first of them."""
    found = list(lines)
    yield f"  {what}: {len(found)}"
    yield from (f"    {printable(line)}" for line in found[:most])
    if len(found) > most:
        yield f"    and {len(found) - most} more"


BAND_HEAD = ("time", "queries", "new / base", "99 % interval", "median", "change")


def band_cells(band: Band) -> Cells:
    """Return a row of a table of bands."""
    return (
        band.name,
        str(band.queries),
        f"{band.factor:.3f}",
        f"{band.low:.3f}-{band.high:.3f}",
        f"{band.median:.3f}",
        band.change,
    )


def aligned(rows: Sequence[Cells]) -> Iterator[str]:
    """Yield the rows of a table as lines; all columns but the first are flush right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        first, *rest = (printable(cell) for cell in row)
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


STANDING_HEAD = ("member", "solved", "wins", "shared", "alone", "PAR2 s", "best without, PAR2 s")


def standing_rows(found: LineUp) -> Iterator[Cells]:
    """Yield a row for each member of a line-up, and one for the virtual best solver."""
    for one in found.standings():
        counts = (one.solved, one.wins, one.shared, one.alone)
        seconds = (f"{one.par2_s:.4f}", f"{one.par2_without_s:.4f}")
        yield (one.member, *map(str, counts), *seconds)
    best = found.best()
    yield ("virtual best", str(len(best)), "", "", "", f"{found.par2(best):.4f}", "")


def duel_rows(found: LineUp) -> Iterator[Cells]:
    """Yield the pairwise table, its head first: each member against each in the columns.

    A cell is on how many queries the member of its row is faster, and how many it alone solves.
    """
    yield ("faster + alone", *found.members)
    cells = {(one.member, one.other): f"{one.faster} + {one.alone}" for one in found.duels()}
    for member in found.members:
        yield (member, *(cells.get((member, other), "") for other in found.members))


SAVING_HEAD = ("schedule", "queries", "solved", "CPU s", "median time", "saved")


def saving_rows(found: Saving) -> Iterator[Cells]:
    """Yield a row for each schedule."""
    for name, cost, saved in (
        ("eager", found.eager, ""),
        ("staggered", found.staggered, f"{found.saved:.1%}"),
    ):
        counts = (str(cost.queries), str(cost.solved))
        yield (name, *counts, f"{cost.cpu_s:.1f}", duration(cost.median_s), saved)
