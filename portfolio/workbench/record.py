"""Records on disk: a run is a folder with its plan and its rows, a record a folder of runs.

A run has `run.json`, its plan, and `rows.jsonl`, a row a line in the order in which queries ended;
once it is done its rows may be kept as `rows.jsonl.xz`. A last line that was cut off counts as
never written. In a record each run is a folder named by its member; a folder that is a run is also
a record of that one.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from portfolio.workbench.row import Row, RowError, is_of

PLAN = "run.json"
ROWS = "rows.jsonl"
PACKED_ROWS = "rows.jsonl.xz"


class RecordError(ValueError):
    """A folder holds no record, or a file of it cannot be read; the message names the place."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run is of: which queries, which member, under which limits.

    `digest` and `count` are those of the whole query set; `sample` is how many of its queries were
    drawn with `seed`, None iff all of them are asked; `cpu_s` is None iff processor time was not
    limited. The other fields tell how the run was begun,
    and on what: another number of workers, say, does not make another plan.
    """

    queries: str
    digest: str
    count: int
    sample: int | None
    seed: int
    member: str
    version: str
    options: str
    wall_s: float
    memory_mib: int
    cpu_s: float | None = None
    workers: int = field(default=1, compare=False)
    executor: str = field(default="local", compare=False)
    command: str = field(default="", compare=False)
    started: str = field(default="", compare=False)
    machine: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def asked(self) -> int:
        """How many queries the run asks."""
        return self.count if self.sample is None else min(self.sample, self.count)

    def differences(self, other: Plan) -> list[str]:
        """Return the names of what differs, of all that makes a plan another one."""
        compared = (each.name for each in fields(self) if each.compare)
        return [name for name in compared if getattr(self, name) != getattr(other, name)]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as its file holds it."""
        return {**asdict(self), "machine": dict(self.machine)}

    @classmethod
    def from_json(cls, read: object) -> Plan:
        """Return the plan that `to_json` made it of; raise RecordError iff it is none."""
        known = {each.name for each in fields(cls)}
        if not isinstance(read, dict) or not set(read) <= known:
            raise RecordError("expected the fields of a plan")
        for each in fields(cls):
            if each.name in read and not _is_of_plan(read[each.name], each.name, str(each.type)):
                raise RecordError(f"`{json.dumps(read[each.name])}` cannot be `{each.name}`")
        try:
            return cls(**read)
        except TypeError as error:
            raise RecordError(str(error).partition("() ")[2]) from None


_KINDS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "int | None": (int, type(None)),
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "Mapping[str, str]": (dict,),
}


def _is_of_plan(value: object, name: str, kind: str) -> bool:
    """Return whether what was read can be the field of a plan; a limit leaves some time."""
    if name == "seed":
        return type(value) is int
    return is_of(value, _KINDS[kind]) and (name not in ("wall_s", "cpu_s") or value != 0)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it was read: its plan and the rows that it has, one a query, in file order."""

    folder: Path
    plan: Plan
    rows: tuple[Row, ...]

    @property
    def member(self) -> str:
        """The name of the member."""
        return self.plan.member

    @property
    def by_query(self) -> Mapping[str, Row]:
        """The rows by the name of their query."""
        return {row.query: row for row in self.rows}

    @property
    def is_complete(self) -> bool:
        """Whether there is a row for every query that was to be asked."""
        return len(self.rows) >= self.plan.asked


def is_run(folder: Path) -> bool:
    """Return whether a folder is a run."""
    return (folder / PLAN).is_file()


def read_record(folder: Path) -> Mapping[str, Run]:
    """Return the runs of a record by their members' names; raise RecordError iff there are none."""
    folders = [folder] if is_run(folder) else sorted(folder.glob(f"*/{PLAN}"))
    runs = [read_run(path if path == folder else path.parent) for path in folders]
    if not runs:
        raise RecordError(f"`{folder}` holds no run: no `{PLAN}` in it or below it")
    by_member = {run.member: run for run in sorted(runs, key=lambda run: run.member)}
    if len(by_member) < len(runs):
        raise RecordError(f"`{folder}` holds two runs of one member")
    return by_member


def read_run(folder: Path) -> Run:
    """Return the run in a folder; raise RecordError iff there is none, or it cannot be read."""
    return Run(folder=folder, plan=read_plan(folder), rows=tuple(read_rows(folder)))


def read_plan(folder: Path) -> Plan:
    """Return the plan of a run; raise RecordError iff it cannot be read."""
    path = folder / PLAN
    try:
        return Plan.from_json(json.loads(path.read_bytes()))
    except OSError as error:
        raise RecordError(f"`{path}`: {error.strerror}") from None
    except ValueError as error:
        raise RecordError(f"`{path}`: {error}") from None


def read_rows(folder: Path) -> Iterator[Row]:
    """Yield the rows of a run; raise RecordError iff a line, but one cut off, is no row.

    Of two rows for a query the first counts.
    """
    seen: set[str] = set()
    for place, line in _lines(folder):
        try:
            row = Row.from_json(json.loads(line))
        except (RowError, ValueError) as error:
            raise RecordError(f"{place}: {error}") from None
        if row.query not in seen:
            seen.add(row.query)
            yield row


def _lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each whole line with its place."""
    for path in (folder / PACKED_ROWS, folder / ROWS):
        if path.exists():
            *lines, _ = _content(path).split(b"\n")
            yield from ((f"`{path}`, line {at}", line) for at, line in enumerate(lines, 1))


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    try:
        return lzma.decompress(content) if path.suffix == ".xz" else content
    except lzma.LZMAError as error:
        raise RecordError(f"`{path}` cannot be unpacked: {error}") from None
