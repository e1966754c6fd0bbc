"""The rows of a record, in `rows.csv` of its folder, and what is beside them in `run.json`."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks import machine

DECIDED = ("sat", "unsat")


@dataclass(frozen=True)
class Row:
    """What one member did with one case.

    `family` is what the suite tells apart, `expected` the verdict, each empty iff not known. In
    records from before processor time was kept, `cpu_s` is the wall time.
    """

    case: str
    family: str
    member: str
    version: str
    verdict: str
    expected: str
    wall_s: float
    cpu_s: float

    @property
    def is_decided(self) -> bool:
        """Whether the member came to a verdict, right or wrong."""
        return self.verdict in DECIDED

    @property
    def is_wrong(self) -> bool:
        """Whether the verdict is known to be wrong."""
        return self.is_decided and self.expected in DECIDED and self.verdict != self.expected

    @property
    def is_solved(self) -> bool:
        """Whether the member came to a verdict that is not known to be wrong."""
        return self.is_decided and not self.is_wrong


FIELDS = tuple(field.name for field in fields(Row))


def read(folder: Path) -> list[Row]:
    """Return the rows of a record, in order."""
    path = folder / "rows.csv"
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [_row(cells) for cells in csv.DictReader(file)]


def _row(cells: Mapping[str, str]) -> Row:
    wall = cells.get("wall_s") or cells["seconds"]
    return Row(
        case=cells["case"],
        family=cells.get("family", ""),
        member=cells["member"],
        version=cells["version"],
        verdict=cells["verdict"],
        expected=cells.get("expected", ""),
        wall_s=float(wall),
        cpu_s=float(cells.get("cpu_s") or wall),
    )


class Writer:
    """Writes rows below those that a record has already."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "rows.csv"
        is_new = not path.exists()
        self._file = path.open("a", newline="")
        self._rows = csv.DictWriter(self._file, FIELDS)
        if is_new:
            self._rows.writeheader()

    def write(self, row: Row) -> None:
        """Write a row for good."""
        cells = asdict(row)
        self._rows.writerow({**cells, "wall_s": f"{row.wall_s:.6f}", "cpu_s": f"{row.cpu_s:.6f}"})
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def describe(folder: Path, module: str, **about: object) -> None:
    """Write what the record was made by and on: the command, the machine, the versions."""
    folder.mkdir(parents=True, exist_ok=True)
    command = " ".join(("python -m", module, *sys.argv[1:]))
    text = json.dumps({"command": command, **about, **machine.description()}, indent=1)
    (folder / "run.json").write_text(text + "\n")
