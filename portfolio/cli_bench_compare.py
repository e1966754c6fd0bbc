"""The commands of the workbench that hold runs together: compare, gate."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from portfolio.gathering import gathering
from portfolio.layout import printable
from portfolio.printing import print_text
from portfolio.reading import BadInput

if TYPE_CHECKING:
    from portfolio.workbench.compare import Comparison
    from portfolio.workbench.gate import Objection
    from portfolio.workbench.record import Run

T = TypeVar("T")

DEFAULT_MOST = 20

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
BASE = click.argument("base", type=FOLDER)
NEW = click.argument("new", type=FOLDER)
CLOCK = click.option(
    "--clock",
    type=click.Choice(["cpu", "wall"]),
    default="cpu",
    show_default=True,
    help="Which time counts.",
)
FORMAT = click.option(
    "--format", "output_format", type=click.Choice(["text", "json"]), default="text"
)
COMMON = click.option(
    "--common",
    is_flag=True,
    help="Hold runs that do not fit together on the queries that both have.",
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """Which runs are held together, and how."""

    base: Path
    new: Path
    clock: str = "cpu"
    common: bool = False
    thirds: tuple[Path, ...] = ()


@click.command(
    cls=gathering(Held), short_help="What became of the queries from one run to another."
)
@BASE
@NEW
@CLOCK
@COMMON
@click.option(
    "--third",
    "thirds",
    type=FOLDER,
    multiple=True,
    help="A run or record that may support a verdict. May be given often.",
)
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=DEFAULT_MOST,
    show_default=True,
    help="Name at most so many queries of each kind.",
)
@FORMAT
def compare(options: Held, most: int, output_format: str) -> int:
    """Compare two runs, or the runs of two records solver by solver.

    Newly solved and unsolved queries, changed verdicts and what supports them, PAR2, and the time
    by band: one is slower iff all of the 99 % bootstrap interval of the geometric mean of new time
    over base's lies above 1.2. A loss is borderline iff the base took more than half of the limit.
    Runs of other queries or under other limits are refused, unless --common.

    Exit status: 0, whatever is found; 2 bad input. `keyaki bench gate` judges.
    """
    from portfolio.workbench.telling import comparison_lines, comparison_to_json  # noqa: PLC0415

    found, notes = _compared(options)
    if output_format == "json":
        report = {"comparisons": [comparison_to_json(one) for one in found], "notes": notes}
        print_text(json.dumps(report, indent=2) + "\n")
    else:
        print_lines([line for one in found for line in comparison_lines(one, most)] + notes)
    return 0


@click.command(cls=gathering(Held), short_help="Whether a run may take the place of another.")
@BASE
@NEW
@CLOCK
@click.option(
    "--slower",
    "factor",
    type=click.FloatRange(min=1),
    default=1.5,
    show_default=True,
    metavar="FACTOR",
    help="By which factor easy queries may become slower.",
)
@click.option(
    "--band",
    "band_s",
    type=click.FloatRange(min=0, min_open=True),
    default=0.1,
    show_default=True,
    metavar="SECONDS",
    help="Easy is what the base solves in less.",
)
@click.option(
    "--allow",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Names of queries that may be lost or change, a line each; # begins a comment.",
)
@FORMAT
def gate(
    options: Held, factor: float, band_s: float, allow: Path | None, output_format: str
) -> int:
    """Let a new run pass iff it loses nothing against the base.

    What speaks against it is printed, a line each: a query that was solved and no longer is, a
    verdict that changed, easy queries that became slower by more than a factor, beyond noise. In a
    pipeline run `keyaki bench run` with the release in question and the query set and limits of
    the base, then this; its exit status is the step's.

    Exit status: 0 passed, 1 not passed, 2 bad input, also runs that do not fit or are not complete.
    """
    from portfolio.workbench.fitting import ONLY_BASE  # noqa: PLC0415
    from portfolio.workbench.gate import Bar, is_told, objections, unused  # noqa: PLC0415

    bar = Bar(factor=factor, band_s=band_s, allowed=_names(allow))
    found, notes = _compared(options)
    if any(note.startswith(ONLY_BASE) for note in notes):
        raise BadInput("; ".join(notes))
    against = [(one, list(objections(one, bar))) for one in found]
    notes += [f"{one.name}: {note}" for one in found for note in one.held.notes]
    notes += [f"{name} is allowed, but nothing is said against it" for name in unused(found, bar)]
    notes += [f"{one.name}: too few easy queries to tell" for one in found if not is_told(one, bar)]
    passed = not any(each for _, each in against)
    if output_format == "json":
        print_text(json.dumps(_gate_to_json(passed, against, notes), indent=2) + "\n")
    else:
        lines = [f"{one.name}: {told}" for one, each in against for told in map(str, each)]
        print_lines(
            [*lines, *(f"note: {note}" for note in notes), "passed" if passed else "FAILED"]
        )
    return 0 if passed else 1


def _gate_to_json(
    passed: bool, against: Sequence[tuple[Comparison, Sequence[Objection]]], notes: Sequence[str]
) -> dict[str, object]:
    objections = {one.name: [asdict(objection) for objection in each] for one, each in against}
    return {"passed": passed, "objections": objections, "notes": list(notes)}


def _names(path: Path | None) -> frozenset[str]:
    """Return the names of queries in a file, one a line."""
    if path is None:
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _compared(options: Held) -> tuple[list[Comparison], list[str]]:
    """Return the comparisons that are asked for, and notes about runs that are left over."""
    from portfolio.workbench.compare import all_compared  # noqa: PLC0415
    from portfolio.workbench.times import Clock  # noqa: PLC0415

    base, new = record_of(options.base), record_of(options.new)
    others = [run for path in options.thirds for run in record_of(path).values()]
    return well(
        lambda: all_compared(
            base, new, clock=Clock(options.clock), common=options.common, others=others
        )
    )


def record_of(folder: Path) -> Mapping[str, Run]:
    """Return the runs of a record; what cannot be read is bad input."""
    from portfolio.workbench.record import read_record  # noqa: PLC0415

    return well(lambda: read_record(folder))


def well(make: Callable[[], T]) -> T:
    """Return what is made; what cannot be is bad input, and what is not installed is told."""
    try:
        return make()
    except (ValueError, OSError) as error:
        raise BadInput(str(error)) from None
    except ImportError as error:
        raise click.UsageError(
            f"{error.name} is not installed: `pip install 'keyaki[bench]'`"
        ) from None


def print_lines(lines: Sequence[str]) -> None:
    """Print lines at once, with what would move the cursor escaped."""
    print_text("".join(f"{printable(line)}\n" for line in lines))
