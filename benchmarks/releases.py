"""What releases of a solver say to a script: `python -m benchmarks releases z3 F 4.12.0.0 5.0.0.0`.

Releases are installed where they are not. Of a model it is told whether the script holds under it,
so that the first release that is right again is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from automaton.verdict import Sat
from encoders.smtlib.script import assertions_of
from portfolio.differential.case import Case
from portfolio.differential.checks import word_of
from portfolio.differential.panel import Panel
from portfolio.differential.proof import holds
from portfolio.limits import Limits
from portfolio.members import close_all, versions
from portfolio.members.base import Outcome

LIMITS = Limits(wall_s=10.0, memory_mib=2048)


def said(solver: str, case: Case, releases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each release with what it says. Raise ValueError iff one is none."""
    for release in releases:
        name = f"{solver}@{release}"
        try:
            member = versions.install(name)
        except versions.InstallError as error:
            yield release, f"is not installed: {str(error).splitlines()[-1]}"
            continue
        yield release, _in_words(case, Panel([member], LIMITS).ask(case)[name])


def _in_words(case: Case, outcome: Outcome) -> str:
    word = word_of(outcome)
    if isinstance(outcome.verdict, Sat) and holds(case, outcome.verdict.model) is False:
        return f"{word}, with a model that does not satisfy the script"
    return word or f"{outcome.end.value} {outcome.detail}".strip()


@click.command()
@click.argument("solver", type=click.Choice(list(versions.SOLVERS)))
@click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("releases", nargs=-1, required=True)
def main(solver: str, script: Path, releases: tuple[str, ...]) -> None:
    """Tell what RELEASES of a SOLVER say to a SCRIPT, a line each."""
    assertions, _ = assertions_of(script.read_text())
    case = Case(tuple(assertions), script.name)
    try:
        for release, words in said(solver, case, releases):
            click.echo(f"{release:12}  {words}")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    finally:
        close_all()


if __name__ == "__main__":
    main()
