"""The command that reports, by operator, how solvers answer the conformance suite."""

from __future__ import annotations

import csv
import json
import os
import platform
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from automaton.version import VERSION
from portfolio.gathering import gathering
from portfolio.limits import Limits
from portfolio.members import Member, available, by_name
from portfolio.printing import print_text

if TYPE_CHECKING:
    from portfolio.differential.conformance.fact import Fact
    from portfolio.differential.conformance.table import Line, Table

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of the command as given."""

    members: tuple[str, ...]
    solvers: tuple[str, ...]
    dialect: str
    operators: str | None
    most: int | None
    cases: int
    seed: int
    timeout: float


@click.command(cls=gathering(Options), short_help="Hold solvers against facts by operator.")
@click.option("--member", "members", multiple=True, metavar="NAME", help="May be given often.")
@click.option(
    "--solver",
    "solvers",
    multiple=True,
    metavar="NAME=COMMAND",
    help="A command that reads SMT-LIB: from {file}, else from its input. May be given often.",
)
@click.option("--dialect", default="standard", show_default=True, help="What these are told.")
@click.option("--operators", metavar="NAME,...", help="Facts about these.  [default: about all]")
@click.option("--most", type=click.IntRange(min=1), help="At most so many facts about each.")
@click.option("--cases", type=click.IntRange(min=0), default=0, help="Draw so many scripts more.")
@click.option("--seed", type=int, default=1, show_default=True, help="The seed of these.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Wall time for each answer.",
)
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--record",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the report, and what is not right, to this folder.",
)
def conformance(options: Options, output_format: str, record: Path | None) -> int:
    """Ask solvers facts about each operator of SMT-LIB's strings, each with a proved answer.

    Without --member and --solver all members that are installed are asked. Exit status: 1 iff an
    answer is wrong, 2 bad usage.
    """
    from portfolio.differential.conformance.suite import OPERATORS  # noqa: PLC0415
    from portfolio.differential.conformance.table import Table, text, to_json  # noqa: PLC0415

    members, facts = _members(options), _facts(options)
    table, undecided = Table(), []
    for line in _answers(members, facts, Limits(wall_s=options.timeout)):
        table.add(line)
        if line.result != "right":
            undecided.append(line)
    if record is not None:
        _write(record, table, undecided)
    if output_format == "json":
        print_text(json.dumps(to_json(table, OPERATORS), indent=2) + "\n")
    else:
        print_text("\n".join((text(table, OPERATORS), *map(_told, table.faults), "")))
    return 1 if table.has_wrong else 0


def _usage(make: Callable[[], T]) -> T:
    """Return what is made; what is wrong about it is wrong about the command line."""
    try:
        return make()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except ImportError as error:
        missing = f"{error.name} is not installed: `pip install keyaki[differential]`"
        raise click.UsageError(missing) from None


def _members(options: Options) -> Sequence[Member]:
    from portfolio.differential.solver_command import named_member  # noqa: PLC0415

    if not options.members and not options.solvers:
        return available()
    named = _usage(lambda: by_name(options.members))
    commands = _usage(lambda: [named_member(one, options.dialect) for one in options.solvers])
    members = (*named, *commands)
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise click.UsageError(f"a name is given twice: {', '.join(names)}")
    return members


def _facts(options: Options) -> Sequence[Fact]:
    from portfolio.differential.conformance.suite import suite  # noqa: PLC0415

    chosen = options.operators and [name.strip() for name in options.operators.split(",")]
    facts = _usage(lambda: suite(chosen or None, most=options.most))
    return (*facts, *_usage(lambda: _drawn(options))) if options.cases else facts


def _drawn(options: Options) -> Sequence[Fact]:
    """Return the facts that are drawn and can be proved; how many cannot is told."""
    from portfolio.differential.conformance.drawn import drawn, settled  # noqa: PLC0415

    found = [settled(fact) for fact in drawn(options.cases, options.seed)]
    proved = [fact for fact in found if fact is not None]
    if len(proved) < len(found):
        click.echo(f"{len(found) - len(proved)} drawn scripts are left out: not proved", err=True)
    return proved


def _answers(members: Sequence[Member], facts: Sequence[Fact], limits: Limits) -> Iterator[Line]:
    """Yield the answer of each member to each fact; a terminal is told how far that is."""
    from portfolio.differential.conformance.judging import asked  # noqa: PLC0415
    from portfolio.differential.conformance.table import line_of  # noqa: PLC0415

    pairs = [(member, fact) for member in members for fact in facts]
    with click.progressbar(pairs, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        for member, fact in shown:
            yield line_of(asked(member, fact, limits), member.version())


def _told(fault: Line) -> str:
    heading = f"{fault.solver}: {fault.result}: {fault.fact}"
    return f"\n{heading}\nexpected {fault.expected}; {fault.detail}\n\n{fault.script}".rstrip()


def _write(folder: Path, table: Table, undecided: Iterable[Line]) -> None:
    """Write `run.json`, `report.json`, `report.md` and `rows.csv` to a folder."""
    from portfolio.differential.conformance.suite import OPERATORS  # noqa: PLC0415
    from portfolio.differential.conformance.table import markdown, to_json  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "run.json", _run(table))
    _write_json(folder / "report.json", to_json(table, OPERATORS))
    (folder / "report.md").write_text(markdown(table, OPERATORS), encoding="utf-8")
    columns = ("solver", "operator", "fact", "expected", "result", "detail")
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows([getattr(line, column) for column in columns] for line in undecided)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _run(table: Table) -> dict[str, object]:
    return {
        "command": shlex.join(("keyaki", *sys.argv[1:])),
        "keyaki": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "solvers": table.versions,
    }
