"""The command that has solvers disagree: generated and mutated scripts, members held together."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio.gathering import gathering
from portfolio.printing import print_text
from portfolio.reading import BadInput

if TYPE_CHECKING:
    from portfolio.differential.campaign.journal import Done
    from portfolio.differential.campaign.plan import Plan
    from portfolio.differential.campaign.tally import Tally

DEFAULT_MINUTES = 10.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was given on the command line."""

    seeds: Path | None
    out: Path
    members: str | None
    solvers: tuple[str, ...]
    sources: str | None
    minutes: float | None
    cases: int | None
    seed: int
    workers: int | None
    timeout: float
    shrink: float
    output_format: str


@click.command(cls=gathering(Options), short_help="Find where string solvers disagree.")
@click.argument(
    "seeds", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the campaign: its journal and what it finds. One that is there goes on.",
)
@click.option("--members", metavar="A,B", help="Members to compare.  [default: all installed]")
@click.option(
    "--solver",
    "solvers",
    multiple=True,
    metavar="NAME=COMMAND",
    help="Another solver: a command that reads SMT-LIB 2.6 on its standard input.",
)
@click.option(
    "--sources",
    metavar="A,B",
    help="Where cases come from, by turns: F1, F1x, F2, F3, F4, IAM, seeds."
    "  [default: all; seeds iff a folder is named]",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help=f"How long.  [default: {DEFAULT_MINUTES:g}, unless --cases is given]",
)
@click.option("--cases", type=click.IntRange(min=1), help="How many cases, in all.")
@click.option("--seed", type=int, default=0, show_default=True, help="What is drawn hangs on it.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes.  [default: one for each core]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Seconds that a member has for a case.",
)
@click.option(
    "--shrink",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="Seconds to shrink a finding, and as many again for ddSMT.",
)
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def fuzz(options: Options) -> int:
    """Hold the answers of string solvers together on generated scripts.

    Scripts are drawn by fragment, mutated from those and from the scripts below the folder SEEDS,
    and related to each other. What is wrong is shrunk and written below the folder of the campaign
    with a report. A campaign that was stopped goes on where it was.

    Exit status: 0 iff nothing was found but bugs that are known, 1 iff something was.
    """
    from portfolio.differential.campaign.plan import PlanError  # noqa: PLC0415
    from portfolio.differential.campaign.run import Extent, run  # noqa: PLC0415
    from portfolio.executors.work import ExecutorError  # noqa: PLC0415

    minutes = options.minutes
    if minutes is None and options.cases is None:
        minutes = DEFAULT_MINUTES
    extent = Extent(cases=options.cases, wall_s=None if minutes is None else 60 * minutes)
    try:
        plan = _plan(options)
        _tell_of_seeds(plan)
        workers = options.workers or os.cpu_count() or 1
        with closing(run(plan, options.out, extent, workers=workers)) as batches:
            tally = _tally(batches, options, extent.cases)
    except (PlanError, ExecutorError, ModuleNotFoundError) as error:
        raise BadInput(_message(error)) from None
    return 0 if tally.is_clean else 1


def _message(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed: `pip install keyaki[differential]`"
    return str(error)


def _plan(options: Options) -> Plan:
    """Return the plan that was asked for. Raise PlanError iff it cannot be carried out."""
    from portfolio.differential.campaign.plan import Plan  # noqa: PLC0415
    from portfolio.members import available  # noqa: PLC0415

    seeds = str(options.seeds.resolve()) if options.seeds else ""
    installed = (member.name for member in available())
    plan = Plan(
        members=tuple(options.members.split(",") if options.members else installed),
        solvers=tuple(_solver(written) for written in options.solvers),
        sources=tuple(options.sources.split(",")) if options.sources else _all(seeds),
        seeds=seeds,
        seed=options.seed,
        wall_s=options.timeout,
        shrink_s=options.shrink,
    )
    plan.check()
    return plan


def _tell_of_seeds(plan: Plan) -> None:
    """Say which scripts are no seeds, and why. Raise PlanError iff none is one."""
    from portfolio.differential.campaign.drawing import seeds_in  # noqa: PLC0415

    if not plan.seeds:
        return
    seeds = seeds_in(plan.seeds)
    click.echo(f"{len(seeds.cases)} seeds below `{plan.seeds}`", err=True)
    for path, why in seeds.unread.items():
        click.echo(f"no seed: {path}: {why}", err=True)


def _all(seeds: str) -> tuple[str, ...]:
    from portfolio.differential.campaign.plan import FRAGMENTS, SEEDS  # noqa: PLC0415

    return (*FRAGMENTS, SEEDS) if seeds else FRAGMENTS


def _solver(written: str) -> tuple[str, str]:
    name, _, command = written.partition("=")
    if not name or not command:
        raise click.UsageError(f"`{written}` is not NAME=COMMAND")
    return name, command


def _tally(batches: Iterable[Done], options: Options, most: int | None) -> Tally:
    """Return the sums over batches, and print them, also when they are cut short."""
    from portfolio.differential.campaign.tally import Tally  # noqa: PLC0415
    from portfolio.progress import orderly_termination  # noqa: PLC0415

    tally = Tally()
    try:
        with orderly_termination():
            _add(batches, tally, most)
    finally:
        as_json = options.output_format == "json"
        print_text(json.dumps(tally.to_json(), indent=2) + "\n" if as_json else tally.to_text())
    return tally


def _add(batches: Iterable[Done], tally: Tally, most: int | None) -> None:
    """Add batches to a tally, showing on a terminal how far they are."""
    if not sys.stderr.isatty():
        for done in batches:
            tally.add(done)
        return
    from rich.console import Console  # noqa: PLC0415 - loaded only where something is shown
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("0 cases", total=most)
        for done in batches:
            tally.add(done)
            found = f", {len(tally.found)} found" if tally.found else ""
            text = f"{tally.cases:,} cases{found}"
            progress.update(task, completed=tally.cases, description=text)
