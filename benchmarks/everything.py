"""All measurements, one after the other: `python -m benchmarks all --record DIR`.

Each step is a command of its own, as it could be typed, and has a folder of DIR; what is there is
gone on with. Then each folder is reported, and drawn where there is matplotlib. `--quick` takes
little of everything: about a minute that says whether answers are right, not how fast they come.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.rows import ROWS
from benchmarks.suites import corpora_file

OTHERS = "cvc5,cvc4,z3"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command of this package; `runs` times, each with a folder of its own.

    `beside` names the step whose rows of other members a report takes, `draws` what to plot with.
    """

    name: str
    module: str
    arguments: tuple[str, ...]
    runs: int = 1
    beside: str = ""
    draws: tuple[str, ...] | None = None

    def folders(self, place: Path) -> list[Path]:
        """Return the folders of its runs."""
        names = [f"{self.name}-{run + 1}" for run in range(self.runs)]
        return [place / name for name in names] if self.runs > 1 else [place / self.name]


def _against_others(suite: str) -> Iterator[Step]:
    """Yield the steps of a suite on which the automaton is held against the fastest other."""
    beside = f"{suite}-others"
    others = (suite, "--members", OTHERS, "--others", "fastest", "--limit", "2")
    yield Step(name=beside, module="run", arguments=others)
    yield Step(
        name=suite,
        module="run",
        arguments=(suite, "--members", "automaton,automaton-compiled,automaton-solve"),
        runs=3,
        beside=beside,
        draws=("--fastest",),
    )


FULL = (
    Step(name="start", module="start", arguments=()),
    Step(name="batch", module="batch", arguments=(), draws=()),
    Step(name="growth", module="run", arguments=("growth", "--members", "automaton"), draws=()),
    Step(name="adversarial", module="run", arguments=("adversarial", "--members", "automaton")),
    Step(name="wildcards", module="run", arguments=("wildcards", "--members", "automaton")),
    *_against_others("upgrades"),
    *_against_others("pairs"),
)

_QUICK_RUN = ("--limit", "1", "--others", "fastest")

QUICK = (
    Step(name="start", module="start", arguments=("--runs", "1", "--firsts", "0")),
    Step(
        name="batch",
        module="batch",
        arguments=("pairs", "--sample", "10", "--copies", "2", "--runs", "1"),
    ),
    Step(name="small", module="run", arguments=("small", "--members", "automaton")),
    Step(name="wildcards", module="run", arguments=("wildcards", "--sample", "6", *_QUICK_RUN)),
    Step(name="pairs", module="run", arguments=("pairs", "--sample", "4", *_QUICK_RUN)),
    Step(name="upgrades", module="run", arguments=("upgrades", "--sample", "4", *_QUICK_RUN)),
)


@click.command()
@click.option("--quick", is_flag=True, help="Little of everything, to see whether it is right.")
@click.option("--only", default=None, help="Names of steps, with commas; default: all.")
@click.option("--record", "place", type=click.Path(path_type=Path), required=True)
def main(quick: bool, only: str | None, place: Path) -> None:
    """Make all measurements and report them; exit with 1 iff a step fails or an answer is wrong."""
    steps = [
        step
        for step in (QUICK if quick else FULL)
        if (only is None or step.name in only.split(",")) and is_possible(step)
    ]
    failed = [step.name for step in steps if not measured(step, place)]
    failed += [step.name for step in steps if not reported(step, place, is_strict=quick)]
    click.echo("failed: " + (", ".join(dict.fromkeys(failed)) or "none"))
    raise SystemExit(1 if failed else 0)


def is_possible(step: Step) -> bool:
    """Return whether all that a step needs is there: the upgrades lie beside the project."""
    if "upgrades" not in step.name:
        return True
    try:
        corpora_file("managed_policy_upgrades.jsonl.xz")
    except FileNotFoundError as error:
        click.echo(f"{step.name}: left out, {error}", err=True)
        return False
    return True


def measured(step: Step, place: Path) -> bool:
    """Run a step; return whether each run ended well."""
    ends = [
        run(step.module, (*step.arguments, "--record", str(folder)))
        for folder in step.folders(place)
    ]
    return all(ends)


def reported(step: Step, place: Path, *, is_strict: bool) -> bool:
    """Report and draw a step; return whether nothing is wrong."""
    folders = [folder for folder in step.folders(place) if (folder / ROWS).exists()]
    if not folders or not (folders[0] / ROWS).read_text().partition("\n")[2]:
        return False
    beside = ("--others", str(place / step.beside)) if step.beside else ()
    click.echo(f"\n== {step.name}")
    options = (*beside, *(("--strict",) if is_strict else ()))
    is_right = run("report", (*map(str, folders), *options))
    if step.draws is not None and find_spec("matplotlib") is not None:
        run("plots", (str(folders[0]), *beside, *step.draws))
    return is_right


def run(module: str, arguments: Sequence[str]) -> bool:
    """Run a module of this package in a process; return whether it ended well."""
    sys.stdout.flush()
    command = (sys.executable, "-m", f"benchmarks.{module}", *arguments)
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own command


if __name__ == "__main__":
    main()
