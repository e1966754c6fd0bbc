"""Answers that need no race: compiled policies, held against each other.

They are the automaton's, who leads a staggered race: nobody else is started.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache

from automaton.verdict import Sat, Unsat
from encoders.iam.compiled import decide
from encoders.iam.compiled.library import Library
from encoders.iam.compiled.row import Compiled
from encoders.iam.compiled.tell import absent_keys, explanation
from encoders.iam.symbols import ACTION, RESOURCE
from encoders.iam.wildcard import ArnWildcards
from portfolio.answer import Answer, End, MemberReport
from portfolio.check import Result
from portfolio.limits import Schedule
from portfolio.members import Member, available

LIBRARY = Library()
"""The statements that this process has met."""


def leads(members: Sequence[Member] | None, schedule: Schedule) -> bool:
    """Return True iff the automaton alone is asked first in a race of `members`, None being all."""
    if schedule is not Schedule.STAGGERED:
        return False
    return members is None or (len(members) > 0 and members[0].name == _AUTOMATON)


_AUTOMATON = "automaton"


def no_new_access(
    existing: tuple[str, Compiled],
    new: tuple[str, Compiled],
    *,
    reading: ArnWildcards,
    members: Sequence[Member] | None,
) -> Result | None:
    """Return what is found about `new` against `existing`, None iff that is left to a race.

    Each policy comes with the name that the question gives it; `members` None are all installed.
    """
    started_at = time.perf_counter()
    found = decide.no_new_access(existing[1], new[1])
    if found is None:
        return None
    wall_s = time.perf_counter() - started_at
    name, shown = "no-new-access", found if isinstance(found, decide.Shown) else None
    if shown is None:
        return Result(question=name, answer=_answer(Unsat(), wall_s, members), reading=reading)
    request = shown.request
    model = {ACTION.name: request.action.lower(), RESOURCE.name: str(request.resource)}
    return Result(
        question=name,
        answer=_answer(Sat(model), wall_s, members),
        reading=reading,
        explanation=explanation(shown, existing, new, reading),
        absent=absent_keys(shown, existing[1], new[1]),
    )


def _answer(verdict: Sat | Unsat, wall_s: float, members: Sequence[Member] | None) -> Answer:
    version, idle = _of_all() if members is None else _of(members)
    report = MemberReport(
        name=_AUTOMATON, version=version, end=End.ANSWERED, wall_s=wall_s, verdict=verdict
    )
    return Answer(verdict=verdict, winner=_AUTOMATON, wall_s=wall_s, members=(report, *idle))


@cache
def _of_all() -> tuple[str, tuple[MemberReport, ...]]:
    # PERF: looking who is installed costs more than most answers.
    return _of(available())


def _of(members: Sequence[Member]) -> tuple[str, tuple[MemberReport, ...]]:
    """Return the version of the leader, and the reports of the others, who were not needed."""
    leader, *others = members
    idle = (
        MemberReport(
            name=member.name, version="", end=End.CANCELLED, wall_s=0.0, detail="not started"
        )
        for member in others
    )
    return leader.version(), tuple(idle)
