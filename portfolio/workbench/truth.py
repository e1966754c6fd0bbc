"""What is known of the right verdict of a query from rows, and who is wrong.

A vote proves nothing, for solvers share bugs. What proves something is a model that holds: the
query is then sat for certain, and an unsat is wrong. Runs end a model that does not hold as
`WRONG_MODEL`; a sat whose model the referee could not check says so in its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portfolio.workbench.record import Run
from portfolio.workbench.row import DECIDED, Row

RACE = "race:"
"""What the name of a schedule follows in the name of a whole portfolio as a member."""

UNCHECKED = "its model was not checked"
"""What the detail of a sat says whose model the referee could not read."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the rows of a record prove: for each query that is sat for certain, by whose model."""

    proved: Mapping[str, str]

    def is_wrong(self, row: Row) -> bool:
        """Return whether a row is known to be wrong."""
        return row.is_wrong or (
            row.is_solved and row.verdict == "unsat" and row.query in self.proved
        )


def truth_of(rows: Iterable[Row]) -> Truth:
    """Return what rows prove."""
    proved: dict[str, str] = {}
    for row in rows:
        if is_proved(row):
            proved.setdefault(row.query, row.member)
    return Truth(proved=proved)


def is_proved(row: Row) -> bool:
    """Return whether the row is a sat whose model the referee accepted.

    A race does not tell whether its model was checked; the rows of its members do.
    """
    is_checked = UNCHECKED not in row.detail and not row.member.startswith(RACE)
    return row.is_solved and row.verdict == "sat" and is_checked


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A query that members answered differently: who said what, and what is proved of it."""

    query: str
    family: str
    said: Mapping[str, tuple[str, ...]]
    support: tuple[str, ...]


def disagreements(runs: Sequence[Run]) -> list[Disagreement]:
    """Return the queries on which members came to different verdicts, or to a wrong model."""
    by_query: dict[str, list[Row]] = defaultdict(list)
    for run in runs:
        for row in run.rows:
            by_query[row.query].append(row)
    return [found for rows in by_query.values() if (found := _disagreement(rows))]


def _disagreement(rows: Sequence[Row]) -> Disagreement | None:
    said: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.is_wrong:
            said["a model that does not hold"].append(row.member)
        elif row.is_solved:
            said[row.verdict].append(row.member)
    if len(said) < 2 and not any(row.is_wrong for row in rows):
        return None
    return Disagreement(
        query=rows[0].query,
        family=rows[0].family,
        said={what: tuple(members) for what, members in said.items()},
        support=support((), rows),
    )


def support(rows: Sequence[Row], others: Sequence[Row]) -> tuple[str, ...]:
    """Return what speaks for the verdicts that `rows` differ in, a sentence each.

    That is a model that holds, whosever it is, else which of `others` say the same.
    """
    accepted = [row.member for row in (*rows, *others) if is_proved(row)]
    if accepted:
        return (f"sat is proved: the referee accepts the model of {accepted[0]}",)
    said = {verdict: _sayers(verdict, others) for verdict in DECIDED}
    return tuple(f"{verdict} is what {names} says too" for verdict, names in said.items() if names)


def _sayers(verdict: str, rows: Iterable[Row]) -> str:
    return ", ".join(row.member for row in rows if row.is_solved and row.verdict == verdict)
