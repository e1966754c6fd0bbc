"""The rows of a record, in `rows.csv` of its folder, and what is beside them in `run.json`."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks import machine

RIGHT, WRONG = "right", "wrong"
"""The verdicts of a member that answered many questions: all as expected, or not."""

DECIDED = ("sat", "unsat", RIGHT, WRONG)
TIMEOUT = "timeout"
SLOWER = "slower"
"""The verdict of a member that was stopped because another had been faster."""

ROWS = "rows.csv"
ABOUT = "run.json"


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How a member came to an end, and what it took.

    A `verdict` is `sat`, `unsat`, `unknown`, `timeout` or an error; `peak_mib` is the most memory
    that its process had, and 0 iff that was not looked at.
    """

    verdict: str
    wall_s: float
    cpu_s: float
    peak_mib: float = 0.0


@dataclass(frozen=True)
class Row:
    """What one member did with one case.

    `family` is what the suite tells apart, `expected` the verdict, each empty iff not known. In
    records from before processor time was kept, `cpu_s` is the wall time. `size` is the size of a
    case that grows, `count` the number of questions that the times are for, `peak_mib` the most
    memory of the processes; 0 where there is none.
    """

    case: str
    family: str
    member: str
    version: str
    verdict: str
    expected: str
    wall_s: float
    cpu_s: float
    size: int = 0
    count: int = 1
    peak_mib: float = 0.0

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
    path = folder / ROWS
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
        size=int(cells.get("size") or 0),
        count=int(cells.get("count") or 1),
        peak_mib=float(cells.get("peak_mib") or 0.0),
    )


class Writer:
    """Writes rows below those that a record has already.

    Raises ValueError iff these have other columns.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / ROWS
        is_new = not path.exists()
        if not is_new and path.read_text().partition("\n")[0].split(",") != list(FIELDS):
            raise ValueError(f"`{path}` has other columns: it cannot be gone on with")
        self._file = path.open("a", newline="")
        self._rows = csv.DictWriter(self._file, FIELDS, lineterminator="\n")
        if is_new:
            self._rows.writeheader()

    def write(self, row: Row) -> None:
        """Write a row for good."""
        times = {"wall_s": f"{row.wall_s:.6f}", "cpu_s": f"{row.cpu_s:.6f}"}
        self._rows.writerow({**asdict(row), **times, "peak_mib": f"{row.peak_mib:.1f}"})
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def describe(folder: Path, module: str, **about: object) -> None:
    """Write what the record was made by and on: the command, the machine, the versions."""
    folder.mkdir(parents=True, exist_ok=True)
    command = " ".join(("python -m", module, *sys.argv[1:]))
    text = json.dumps({"command": command, **about, **machine.description()}, indent=1)
    (folder / ABOUT).write_text(text + "\n")


def about(folder: Path) -> Mapping[str, object]:
    """Return what the record was made by and on; nothing iff it does not say."""
    path = folder / ABOUT
    return json.loads(path.read_text()) if path.exists() else {}
