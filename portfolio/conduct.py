"""The questions with the races they are put to: what the command line and `batch` ask.

A policy that holds what is not modelled gives an unknown result that names the policy and place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from automaton.verdict import Reason, Unknown, Unsupported
from encoders.iam import questions
from encoders.iam.explain import NamedPolicy
from encoders.iam.parse import PolicyError, policy_from_json
from encoders.iam.policy import Policy
from encoders.iam.questions import Claim, Question
from encoders.iam.wildcard import ArnWildcards
from portfolio.answer import Answer
from portfolio.check import Comparison, Result, check
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members import Member


@dataclass(frozen=True, kw_only=True)
class Conduct:
    """How races are run; `members` is None for all that are installed."""

    members: Sequence[Member] | None = None
    limits: Limits = DEFAULT_LIMITS
    schedule: Schedule = Schedule.STAGGERED
    reading: ArnWildcards = ArnWildcards.SEGMENTS

    def no_new_access(self, existing: Policy, new: Policy) -> Result:
        """Return whether `new` allows nothing that `existing` does not."""
        return self._added(NamedPolicy("existing", existing), NamedPolicy("new", new))

    def no_public_access(self, policy: Policy) -> Result:
        """Return whether `policy` lets no stranger in; raise ValueError iff it names nobody."""
        return self._ask(
            "no-public-access",
            lambda: questions.no_public_access(policy, reading=self.reading),
            {"policy": policy},
        )

    def access_not_granted(
        self, policy: Policy, actions: Sequence[str], resources: Sequence[str]
    ) -> Result:
        """Return whether `policy` allows none of `actions` on any of `resources`.

        Raise ValueError iff one of them is malformed, or both lists are empty.
        """
        _require_access(actions, resources)
        return self._ask(
            "access-not-granted",
            lambda: questions.access_not_granted(policy, actions, resources, reading=self.reading),
            {"policy": policy},
        )

    def compare(self, first: Policy, second: Policy) -> Comparison:
        """Return how `second` stands to `first`."""
        one, other = NamedPolicy("first", first), NamedPolicy("second", second)
        return Comparison(added=self._added(one, other), removed=self._added(other, one))

    def _added(self, before: NamedPolicy, after: NamedPolicy) -> Result:
        claim = Claim(after, refusing=before)
        return self._ask(
            "no-new-access",
            lambda: questions.ask("no-new-access", claim, self.reading),
            {named.name: named.policy for named in (before, after)},
        )

    def _ask(
        self, name: str, build: Callable[[], Question], policies: Mapping[str, Policy]
    ) -> Result:
        try:
            question = build()
        except Unsupported as gap:
            verdict = Unknown(Reason.UNSUPPORTED, _place(gap, policies))
            answer = Answer(verdict=verdict, winner=None, wall_s=0.0, members=())
            return Result(question=name, answer=answer, reading=self.reading)
        return check(question, members=self.members, limits=self.limits, schedule=self.schedule)


def _require_access(actions: Sequence[str], resources: Sequence[str]) -> None:
    """Raise ValueError iff `actions` and `resources` could not stand in a policy."""
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": [*resources]}
    try:
        policy_from_json({"Version": "2012-10-17", "Statement": statement})
    except PolicyError as error:
        raise ValueError(error.message) from None


def _place(gap: Unsupported, policies: Mapping[str, Policy]) -> str:
    """Return what is not modelled and where, with the name of the policy that holds it."""
    named = (f" in `{name}`" for name, policy in policies.items() if _holds(gap, policy))
    return f"{gap.feature}{next(named, '')}{f' at {gap.where}' if gap.where else ''}"


def _holds(gap: Unsupported, policy: Policy) -> bool:
    try:
        questions.no_new_access(policy, policy)
    except Unsupported as own:
        return str(own) == str(gap)
    return False
