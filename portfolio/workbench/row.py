"""A row: what one member did with one query."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from portfolio.answer import End

DECIDED = ("sat", "unsat")

WRONG_MODEL = "wrong model"
"""The end of a member whose model the referee refuted: no `End`, for the member had answered."""

ENDS = (*(end.value for end in End), WRONG_MODEL)


class RowError(ValueError):
    """What is read is no row."""


def is_of(value: object, kinds: type | tuple[type, ...]) -> bool:
    """Return whether what was read is of a kind; a number counts or measures, so is not below 0."""
    if isinstance(value, bool) or not isinstance(value, kinds):
        return False
    return not isinstance(value, int | float) or 0 <= value < math.inf


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one member did with one query.

    `verdict` is what it said: `sat`, `unsat` or `unknown`. `end` is one of `ENDS`. `cpu_s` is the
    processor time of the member for this query, `peak_mib` the most memory that its processes had;
    each is 0 iff that is not known.
    """

    query: str
    family: str
    member: str
    version: str
    options: str
    verdict: str
    end: str
    wall_s: float
    cpu_s: float
    peak_mib: float
    detail: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether the member gave a model that does not hold."""
        return self.end == WRONG_MODEL

    @property
    def is_solved(self) -> bool:
        """Whether the member came to a verdict that nothing is known against."""
        return self.verdict in DECIDED and self.end == End.ANSWERED.value

    def to_json(self) -> dict[str, Any]:
        """Return the row as a file holds it; times to the microsecond."""
        times = {"wall_s": round(self.wall_s, 6), "cpu_s": round(self.cpu_s, 6)}
        return {**asdict(self), **times, "peak_mib": round(self.peak_mib, 1)}

    @classmethod
    def from_json(cls, read: object) -> Row:
        """Return the row that `to_json` made it of; raise RowError iff it is none."""
        if not isinstance(read, dict) or not set(read) <= _KINDS.keys():
            raise RowError("expected the fields of a row")
        missing = [name for name in _KINDS if name != "detail" and name not in read]
        if missing:
            raise RowError(f"`{missing[0]}` is missing")
        for name, value in read.items():
            if not is_of(value, _KINDS[name]):
                raise RowError(f"`{json.dumps(value)}` cannot be `{name}`")
        row = cls(**read)
        if row.verdict not in (*DECIDED, "unknown") or row.end not in ENDS:
            raise RowError(f"`{row.verdict}`, `{row.end}` are no verdict and end")
        return row


_KINDS: dict[str, type | tuple[type, ...]] = {
    field.name: (int, float) if field.type == "float" else str for field in fields(Row)
}
