"""The commands of the workbench that make what the others read: collect, run, install, versions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio.gathering import gathering
from portfolio.limits import DEFAULT_LIMITS, Limits
from portfolio.options import seconds
from portfolio.printing import print_text
from portfolio.progress import orderly_termination
from portfolio.progress_bar import counted
from portfolio.reading import BadInput

if TYPE_CHECKING:
    from portfolio.workbench.queries import QuerySet
    from portfolio.workbench.record import Plan
    from portfolio.workbench.row import Row

DEFAULT_COUNT, DEFAULT_SEED = 15_000, 1

SEED = click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True)


@contextmanager
def _said() -> Iterator[None]:
    """Have what cannot be done told in one line."""
    from portfolio.members.versions import InstallError  # noqa: PLC0415
    from portfolio.workbench.executor import ExecutorError  # noqa: PLC0415

    try:
        yield
    except ModuleNotFoundError as error:
        raise BadInput(f"{error.name} is not installed: `pip install 'keyaki[bench]'`") from None
    except (ValueError, OSError, InstallError, ExecutorError) as error:
        raise BadInput(str(error)) from None


@click.command(short_help="Collect a set of queries.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file that is written, `NAME.jsonl.xz`.",
)
@click.option("--count", type=click.IntRange(min=1), default=DEFAULT_COUNT, show_default=True)
@SEED
def collect(out: Path, count: int, seed: int) -> int:
    """Collect distinct queries: questions about AWS's policies, patterns and strings.

    The same count and seed give the same file, as long as the policies and Keyaki are the same.
    """
    from portfolio.workbench.collecting import about, collected  # noqa: PLC0415
    from portfolio.workbench.queries import SUFFIX, write_queries  # noqa: PLC0415

    if not out.name.endswith(SUFFIX):
        raise click.UsageError(f"`{out}` does not end in `{SUFFIX}`")
    with _said(), orderly_termination(), closing(collected(count, seed)) as queries:
        shown = counted(queries, count, "collecting")
        found = write_queries(out, shown, about(seed))
    print_text(_summary(found))
    return 0


def _summary(found: QuerySet) -> str:
    lines = [f"{found.count} queries in {found.path}, digest {found.digest}"]
    for family, by_band in found.about["families"].items():
        sizes = ", ".join(f"{band}: {count}" for band, count in by_band.items())
        lines.append(f"  {family}: {sum(by_band.values())} ({sizes})")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What was given on the command line."""

    queries: Path
    out: Path
    names: tuple[str, ...]
    sample: int | None
    seed: int
    timeout: float
    cpu: float | None
    memory: int
    workers: int | None
    executor: str


@click.command(cls=gathering(RunOptions), short_help="Put a set of queries to members.")
@click.argument("queries", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--member",
    "names",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Who is measured; may be given often. Also a release, as z3@4.12.0.0, and the whole"
    " portfolio, as race:staggered, race:eager or race:run-all.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the record; each member has a folder in it. One that is there goes on.",
)
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Only so many, drawn.")
@SEED
@click.option(
    "--timeout",
    type=float,
    callback=seconds,
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Wall time of a member for each query.",
)
@click.option(
    "--cpu",
    type=float,
    callback=seconds,
    metavar="SECONDS",
    help="Processor time of a member for each query; where others use the machine too, it is the"
    " fairer limit.  [default: none]",
)
@click.option(
    "--memory",
    type=click.IntRange(min=16),
    default=DEFAULT_LIMITS.memory_mib,
    show_default=True,
    metavar="MIB",
    help="Memory of a member for each query.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many queries are asked at a time.  [default: one for each usable core]",
)
@click.option(
    "--executor",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Whether who asks are processes here or on a Ray cluster, that of RAY_ADDRESS or one of"
    " this machine.",
)
def run(options: RunOptions) -> int:
    """Put QUERIES, a file of `bench collect` or a folder of .smt2 files, to members.

    A run that was stopped goes on where it was.
    """
    from portfolio.pool.stream import usable_cores  # noqa: PLC0415
    from portfolio.workbench.queries import open_queries  # noqa: PLC0415
    from portfolio.workbench.run import Extent, plan_of  # noqa: PLC0415

    extent = Extent(
        sample=options.sample,
        seed=options.seed,
        limits=Limits(wall_s=options.timeout, cpu_s=options.cpu, memory_mib=options.memory),
        workers=options.workers or usable_cores(),
    )
    with _said(), orderly_termination():
        queries = open_queries(options.queries)
        plans = [plan_of(queries, name, extent, options.executor) for name in options.names]
        for plan in plans:
            print_text(_run(queries, plan, options.out / plan.member))
    return 0


def _run(queries: QuerySet, plan: Plan, folder: Path) -> str:
    """Carry out one plan; return what came of it."""
    from portfolio.workbench import run  # noqa: PLC0415
    from portfolio.workbench.record import is_run, read_run  # noqa: PLC0415

    ends: Counter[str] = Counter()
    before = len(read_run(folder).rows) if is_run(folder) else 0
    with closing(run.run(queries, plan, folder)) as rows:
        for row in counted(rows, plan.asked, plan.member, lambda _: _told(ends), before=before):
            ends[_end(row)] += 1
    return f"{plan.member} {plan.version}: {_told(ends)}\n"


def _end(row: Row) -> str:
    return row.verdict if row.is_solved else row.end


def _told(ends: Counter[str]) -> str:
    return ", ".join(f"{count} {end}" for end, count in ends.most_common())


@click.command(short_help="Install releases of solvers beside each other.")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...")
def install(releases: tuple[str, ...]) -> int:
    """Install releases of solvers from PyPI, each in an environment of its own.

    One is written as PyPI has it, z3-solver==4.13.0, or as members are named, z3@4.13.0.0.
    """
    from portfolio.workbench.installing import install as installed  # noqa: PLC0415

    for release in releases:
        with _said():
            member = installed(release)
        print_text(f"{member.name} {member.version()}\n")
    return 0


@click.command(short_help="What can be measured, with versions.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def versions(output_format: str) -> int:
    """List the members that can be measured, with their versions: also releases and races."""
    from portfolio.workbench.asking import contestants  # noqa: PLC0415

    found = {one.name: one.version for one in contestants()}
    if output_format == "json":
        rows = [{"name": name, "version": version} for name, version in found.items()]
        print_text(json.dumps(rows, indent=2) + "\n")
    else:
        width = max(map(len, found))
        print_text("".join(f"{name:{width}}  {version}\n" for name, version in found.items()))
    return 0
