"""The commands of the workbench that tell of a record: best, scatter, report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio.cli_bench_compare import (
    BASE,
    CLOCK,
    COMMON,
    FOLDER,
    FORMAT,
    NEW,
    print_lines,
    record_of,
    well,
)
from portfolio.printing import print_text
from portfolio.reading import BadInput

if TYPE_CHECKING:
    from portfolio.workbench.best import LineUp
    from portfolio.workbench.compare import Comparison
    from portfolio.workbench.record import Run
    from portfolio.workbench.schedules import Saving
    from portfolio.workbench.times import Clock

RECORD = click.argument("record", type=FOLDER)


@click.command(short_help="Who wins how often, and what each member adds.")
@RECORD
@click.option(
    "--member",
    "members",
    multiple=True,
    metavar="NAME",
    help="May be given often.  [default: the newest release of each solver]",
)
@CLOCK
@FORMAT
def best(record: Path, members: tuple[str, ...], clock: str, output_format: str) -> int:
    """Hold members of a record side by side with the virtual best solver.

    That answers each query as the fastest member would. Then who wins how often and who alone, the
    pairwise table, and what the staggered schedule saves in processor time against the eager one:
    measured iff the record has runs of race:staggered and race:eager, and estimated.
    """
    from portfolio.workbench.best import line_up  # noqa: PLC0415
    from portfolio.workbench.fitting import common_times, require_one_set  # noqa: PLC0415
    from portfolio.workbench.schedules import savings  # noqa: PLC0415
    from portfolio.workbench.times import Clock  # noqa: PLC0415
    from portfolio.workbench.truth import truth_of  # noqa: PLC0415

    runs = record_of(record)
    well(lambda: require_one_set(runs.values()))
    chosen = _chosen(record, runs, members)
    times = common_times(chosen, Clock(clock))
    truth = truth_of(row for run in runs.values() for row in run.rows)
    found = line_up(chosen, times, truth)
    saved = list(savings(runs, [run.member for run in chosen], times))
    if output_format == "json":
        print_text(json.dumps(_to_json(found, saved), indent=2) + "\n")
    else:
        print_lines(list(_lines(found, saved)))
    return 0


def _chosen(record: Path, runs: Mapping[str, Run], members: Sequence[str]) -> list[Run]:
    """Return the runs of the members named, else of the newest release of each solver."""
    from portfolio.workbench.releases import newest  # noqa: PLC0415

    missing = [name for name in members if name not in runs]
    if missing:
        raise BadInput(f"{record} has no run of `{missing[0]}`; it has {', '.join(runs)}")
    return [runs[name] for name in dict.fromkeys(members)] or newest(runs) or [*runs.values()]


def _to_json(found: LineUp, saved: Sequence[Saving]) -> dict[str, object]:
    return {
        "queries": len(found.solved),
        "best": {"solved": len(found.best()), "par2_s": found.par2(found.best())},
        "standings": [one.to_json() for one in found.standings()],
        "duels": [one.to_json() for one in found.duels()],
        "savings": [one.to_json() for one in saved],
    }


def _lines(found: LineUp, saved: Sequence[Saving]) -> Iterator[str]:
    from portfolio.workbench import telling  # noqa: PLC0415

    yield f"{len(found.solved)} queries"
    yield from telling.aligned([telling.STANDING_HEAD, *telling.standing_rows(found)])
    yield ""
    yield from telling.aligned([*telling.duel_rows(found)])
    for one in saved:
        yield from ("", one.how)
        yield from telling.aligned([telling.SAVING_HEAD, *telling.saving_rows(one)])


@click.command(short_help="Draw two runs against each other.")
@BASE
@NEW
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The PNG file.",
)
@CLOCK
@COMMON
def scatter(base: Path, new: Path, out: Path, clock: str, common: bool) -> int:
    """Draw each query by the base's time across and the new run's upwards, both logarithmic.

    What was not solved lies on the edges, beyond the red lines of the limit.
    """
    from portfolio.workbench.compare import all_compared  # noqa: PLC0415
    from portfolio.workbench.times import Clock  # noqa: PLC0415

    bases, news = record_of(base), record_of(new)
    found, _ = well(lambda: all_compared(bases, news, clock=Clock(clock), common=common))
    if len(found) > 1:
        raise BadInput(f"the records have {len(found)} members in common: name folders of runs")
    well(lambda: out.write_bytes(_drawn(found[0])))
    return 0


@click.command(short_help="Write the report of a record.")
@RECORD
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder of the report.",
)
@click.option("--title", default="Solvers on recorded queries", show_default=True)
@CLOCK
def report(record: Path, out: Path, title: str, clock: str) -> int:
    """Write report.html, README.md with its pictures, and report.json to a folder.

    How each member did, what each release of a solver loses and gains against the one before,
    disagreements, the virtual best solver and who wins how often, what the staggered schedule
    saves. The page needs no network, no script and no other file.
    """
    from portfolio.workbench.times import Clock  # noqa: PLC0415

    runs = record_of(record)
    well(lambda: _written(runs, out, title, Clock(clock)))
    print_lines([f"report: {out / 'report.html'}"])
    return 0


def _drawn(found: Comparison) -> bytes:
    from portfolio.workbench import scatter as plots  # noqa: PLC0415 - it loads matplotlib

    return plots.png(plots.scatter(found))


def _written(runs: Mapping[str, Run], out: Path, title: str, clock: Clock) -> None:
    from portfolio.workbench.report.whole import findings, write  # noqa: PLC0415 - matplotlib

    write(out, findings(runs, clock), title)
