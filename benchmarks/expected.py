"""Verdicts that members agreed upon: `python -m benchmarks verdicts SUITE FOLDER...`.

Of the suites whose verdicts nobody knows beforehand, `benchmarks/expected/SUITE.csv` has a line a
case: the verdict, and the members that came to it in the records it was made from. A case on which
members contradict each other, or the file that is there, stops everything.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from benchmarks.rows import Row, read

FOLDER = Path(__file__).parent / "expected"
FIELDS = ("case", "verdict", "by")


class ContradictionError(Exception):
    """Members came to two verdicts on a case."""


def verdicts(suite: str) -> dict[str, str]:
    """Return the agreed verdicts of a suite, by case."""
    return {case: verdict for case, (verdict, _) in agreed(suite).items()}


def agreed(suite: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the agreed verdicts of a suite with who came to them, by case."""
    path = FOLDER / f"{suite}.csv"
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {
            cells["case"]: (cells["verdict"], frozenset(cells["by"].split()))
            for cells in csv.DictReader(file)
        }


def merged(
    known: Mapping[str, tuple[str, frozenset[str]]], rows: Iterable[Row]
) -> dict[str, tuple[str, frozenset[str]]]:
    """Return what is known with what rows say; raise ContradictionError iff they do not agree."""
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for case, (verdict, by) in known.items():
        found[case][verdict] = by
    for row in rows:
        if row.is_decided:
            by = found[row.case].get(row.verdict, frozenset())
            found[row.case][row.verdict] = by | {row.member.partition("-")[0]}
    for case, ends in found.items():
        if len(ends) > 1:
            told = "; ".join(
                f"{verdict} say {', '.join(sorted(by))}" for verdict, by in ends.items()
            )
            raise ContradictionError(f"`{case}`: {told}")
    return {case: next(iter(ends.items())) for case, ends in found.items()}


@click.command()
@click.argument("suite")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path), required=True)
def main(suite: str, folders: tuple[Path, ...]) -> None:
    """Add to the agreed verdicts of SUITE what the records in FOLDERS say."""
    rows = [row for folder in folders for row in read(folder)]
    found = merged(agreed(suite), rows)
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{suite}.csv").open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(FIELDS)
        for case, (verdict, by) in sorted(found.items()):
            lines.writerow((case, verdict, " ".join(sorted(by))))
    alone = sum(len(by) < 2 for _, by in found.values())
    click.echo(f"{len(found)} verdicts, {alone} of them by one member alone")


if __name__ == "__main__":
    main()
