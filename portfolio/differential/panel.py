"""The members that are compared, and what each says to a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.soft_limits import told
from portfolio.limits import Limits
from portfolio.members.base import Member, Outcome, crashed

PATIENCE_S = 5.0
"""How long beyond its limit a member may take to end before it is called off."""

Outcomes = Mapping[str, Outcome]
"""What each member says, by its name."""

DEFAULT_LIMITS = Limits(wall_s=1.0, memory_mib=1024)


@dataclass(frozen=True)
class Panel:
    """Members that are asked one after another, each within `limits`.

    A member that keeps a limit on time by itself is killed only well after it.
    """

    members: Sequence[Member]
    limits: Limits = DEFAULT_LIMITS

    def ask(self, case: Case) -> Outcomes:
        """Return what each member says to a case. Nothing that a member does raises here."""
        return {member.name: _outcome(member, limits, case) for member, limits in self._told}

    @cached_property
    def _told(self) -> list[tuple[Member, Limits]]:
        return [told(member, self.limits) for member in self.members]

    def only(self, *names: str) -> Panel:
        """Return the panel of those members that have one of these names."""
        return Panel([member for member in self.members if member.name in names], self.limits)

    def versions(self) -> dict[str, str]:
        """Return the version of each member."""
        return {member.name: member.version() for member in self.members}


def _outcome(member: Member, limits: Limits, case: Case) -> Outcome:
    try:
        run = member.start(case.question, limits)
        outcome = run.wait(limits.wall_s + PATIENCE_S)
        if outcome is None:
            run.cancel()
            outcome = run.wait(PATIENCE_S)
        return outcome or Outcome(End.TIMED_OUT, detail="did not stop when told")
    except Exception as error:
        return crashed(error)
