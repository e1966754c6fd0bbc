"""Answers that need no race: compiled policies, held against each other.

They are the automaton's, who leads a staggered race: nobody else is started.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

from automaton.verdict import Sat, Unsat
from encoders.iam.compiled import decide
from encoders.iam.compiled.library import Library
from encoders.iam.compiled.row import Compiled
from encoders.iam.compiled.tell import Named, absent_keys, explanation
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


MaybeNamed = tuple[str, Compiled | None]
"""A policy under the name that the question gives it, None iff it cannot be compiled."""


def no_new_access(existing: MaybeNamed, new: MaybeNamed, asking: Asking) -> Result | None:
    """Return what is found about `new` against `existing`, None iff that is left to a race."""
    (before, one), (after, other) = existing, new
    if one is None or other is None:
        return None
    return _result(
        "no-new-access",
        lambda: decide.no_new_access(one, other),
        (after, other),
        (before, one),
        asking,
    )


def access_not_granted(
    policy: MaybeNamed, access: Compiled | None, asking: Asking
) -> Result | None:
    """Return what is found about `access`, one Allow, None iff that is left to a race."""
    name, one = policy
    if one is None or access is None:
        return None
    return _result(
        "access-not-granted",
        lambda: decide.access_not_granted(one, access),
        (name, one),
        None,
        asking,
    )


class Asking(Protocol):
    """How a question is asked; `members` None are all that are installed."""

    @property
    def reading(self) -> ArnWildcards:
        """The reading of ARNs."""

    @property
    def members(self) -> Sequence[Member] | None:
        """The members of a race."""


def _result(
    name: str,
    look: Callable[[], decide.Covered | decide.Shown | None],
    granting: Named,
    refusing: Named | None,
    asking: Asking,
) -> Result | None:
    started_at = time.perf_counter()
    found = look()
    wall_s = time.perf_counter() - started_at
    if found is None:
        return None
    if isinstance(found, decide.Covered):
        answer = _answer(Unsat(), wall_s, asking.members)
        return Result(question=name, answer=answer, reading=asking.reading)
    request = found.request
    model = {ACTION.name: request.action.lower(), RESOURCE.name: str(request.resource)}
    policies = [granting[1], *([] if refusing is None else [refusing[1]])]
    return Result(
        question=name,
        answer=_answer(Sat(model), wall_s, asking.members),
        reading=asking.reading,
        explanation=explanation(found, granting, refusing, asking.reading),
        absent=absent_keys(found, policies),
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
