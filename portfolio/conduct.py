"""The questions with the races they are put to: what the command line and `batch` ask.

A policy that holds what is not modelled gives an unknown result that names the policy and place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from automaton import clock
from automaton.verdict import Reason, Unknown, Unsupported
from encoders.iam import questions
from encoders.iam.compiled.library import PolicyText
from encoders.iam.explain import NamedPolicy
from encoders.iam.parse import PolicyError, policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.questions import Claim, Question
from encoders.iam.trust_zone import TrustZone
from encoders.iam.wildcard import ArnWildcards
from portfolio import at_once
from portfolio.answer import Answer
from portfolio.check import CORE_WALL_S, Comparison, Part, Result, check, core_of
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members import Member
from portfolio.trust import TRUSTING, Confirm, Scrutiny

if TYPE_CHECKING:
    from encoders.iam.stack.questions import StackQuestion
    from encoders.iam.stack.stack import Facts, Stack
    from portfolio.cache import Store
    from portfolio.cancel import Cancel


@dataclass(frozen=True, kw_only=True)
class Conduct:
    """How races are run; `members` is None for all that are installed.

    The wall time of `limits` is that of a question, whose races follow one another within it.
    `core_wall_s` is how long to look for the statements that a PASS needs; 0 leaves them out.
    `scrutiny` says what an unsat needs and where disagreements are written; `cancel` calls every
    race off; `store` keeps verdicts of races, None keeps none.
    """

    members: Sequence[Member] | None = None
    limits: Limits = DEFAULT_LIMITS
    schedule: Schedule = Schedule.STAGGERED
    reading: ArnWildcards = ArnWildcards.SEGMENTS
    core_wall_s: float = CORE_WALL_S
    scrutiny: Scrutiny = TRUSTING
    cancel: Cancel | None = None
    store: Store | None = None

    def no_new_access(self, existing: Policy, new: Policy) -> Result:
        """Return whether `new` allows nothing that `existing` does not."""
        return self._added(NamedPolicy("existing", existing), NamedPolicy("new", new))

    def no_new_access_of_stacks(self, existing: Stack, new: Stack, facts: Facts) -> Result:
        """Return whether the stack `new` allows nothing that `existing` does not.

        Raise ValueError iff a stack has a resource policy and the owner of the resource is unknown.
        """
        # Policies that stand alone need none of this.
        from encoders.iam.stack.questions import no_new_access_of_stacks  # noqa: PLC0415

        return self._ask(
            "no-new-access",
            lambda: no_new_access_of_stacks(existing, new, facts=facts, reading=self.reading),
            {},
        )

    def no_public_access(self, policy: Policy, resource_type: str | None = None) -> Result:
        """Return whether `policy` lets no stranger in, of those who may call what it protects.

        Raise ValueError iff it names nobody or there is no such resource type.
        """
        return self._ask(
            "no-public-access",
            lambda: questions.no_public_access(policy, resource_type, reading=self.reading),
            {"policy": policy},
        )

    def no_cross_account_access(self, policy: Policy, zone: TrustZone) -> Result:
        """Return whether `policy` lets nobody in from outside `zone`.

        Raise ValueError iff it names nobody.
        """
        return self._ask(
            "no-cross-account-access",
            lambda: questions.no_cross_account_access(policy, zone, reading=self.reading),
            {"policy": policy},
        )

    def access_not_granted(
        self, policy: Policy, actions: Sequence[str], resources: Sequence[str]
    ) -> Result:
        """Return whether `policy` allows none of `actions` on any of `resources`.

        Of several actions or resources each pair is a part of the result. Raise ValueError iff one
        of them is malformed, or both lists are empty.
        """
        _require_access(actions, resources)
        deadline = clock.now() + self.limits.wall_s
        whole = self._access(policy, actions, resources)
        pairs = [*product(actions or ("",), resources or ("",))]
        if len(pairs) < 2:
            return whole
        parts = (self._until(deadline)._part(policy, whole, *pair) for pair in pairs)
        return replace(whole, parts=tuple(parts))

    def _part(self, policy: Policy, whole: Result, action: str, resource: str) -> Part:
        """Return the result for one pair, which is that of all pairs if none is granted."""
        if whole.passed:
            return Part(action=action, resource=resource, result=whole)
        actions, resources = [action] if action else [], [resource] if resource else []
        found = self._access(policy, actions, resources)
        return Part(action=action, resource=resource, result=found)

    def _access(self, policy: Policy, actions: Sequence[str], resources: Sequence[str]) -> Result:
        def build() -> Question:
            return questions.access_not_granted(policy, actions, resources, reading=self.reading)

        def look() -> Result | None:
            access = at_once.LIBRARY.compile(questions.access_policy(actions, resources))
            compiled = at_once.LIBRARY.compile(policy)
            return at_once.access_not_granted(("policy", compiled), access, self)

        return self._ask("access-not-granted", build, {"policy": policy}, look)

    def compare(self, first: Policy, second: Policy) -> Comparison:
        """Return how `second` stands to `first`."""
        one, other = NamedPolicy("first", first), NamedPolicy("second", second)
        deadline = clock.now() + self.limits.wall_s
        added = self._added(one, other)
        return Comparison(added=added, removed=self._until(deadline)._added(other, one))

    def _until(self, deadline: float) -> Conduct:
        """Return the conduct of races that share the time of one question."""
        limits = replace(self.limits, wall_s=max(deadline - clock.now(), 0.0))
        return replace(self, limits=limits)

    def no_new_access_at_once(
        self, existing: PolicyText, new: PolicyText, policy_type: PolicyType | None = None
    ) -> Result | None:
        """Return the answer to `no_new_access` of the texts of two policies, without a race.

        None iff that takes more than a look: a text may be no policy, or the question is open, or
        the reasons of a PASS are wanted.
        """
        if not self._may_look:
            return None
        before = at_once.LIBRARY.read(existing, policy_type)
        after = None if before is None else at_once.LIBRARY.read(new, policy_type)
        found = at_once.no_new_access(("existing", before), ("new", after), self)
        return None if found is None or (found.passed and self.core_wall_s) else found

    @property
    def _may_look(self) -> bool:
        """Whether an answer counts that the automaton gives alone."""
        is_trusting = self.scrutiny.confirm is Confirm.NOTHING
        return is_trusting and at_once.leads(self.members, self.schedule)

    def _added(self, before: NamedPolicy, after: NamedPolicy) -> Result:
        claim = Claim(after, refusing=before)

        def build() -> Question:
            return questions.ask("no-new-access", claim, self.reading)

        def look() -> Result | None:
            one, other = (
                (named.name, at_once.LIBRARY.compile(named.policy)) for named in (before, after)
            )
            return at_once.no_new_access(one, other, self)

        policies = {named.name: named.policy for named in (before, after)}
        return self._ask("no-new-access", build, policies, look)

    def _with_core(self, result: Result, build: Callable[[], Question | StackQuestion]) -> Result:
        """Return a result with the statements that a PASS needs, if they are wanted."""
        if not (result.passed and self.core_wall_s):
            return result
        try:
            question = build()
        except Unsupported:
            # What hinders the solvers, say two uses of one key, did not matter to the answer.
            return result
        return replace(result, core=core_of(question, self.core_wall_s))

    def _ask(
        self,
        name: str,
        build: Callable[[], Question | StackQuestion],
        policies: Mapping[str, Policy],
        look: Callable[[], Result | None] = lambda: None,
    ) -> Result:
        """Return what a look tells, if the automaton leads and there is one, else the race."""
        found = look() if self._may_look else None
        if found is not None:
            return self._with_core(found, build)
        try:
            question = build()
        except Unsupported as gap:
            verdict = Unknown(Reason.UNSUPPORTED, _place(gap, policies))
            answer = Answer(verdict=verdict, winner=None, wall_s=0.0, members=())
            return Result(question=name, answer=answer, reading=self.reading)
        return check(
            question,
            members=self.members,
            limits=self.limits,
            schedule=self.schedule,
            core_wall_s=self.core_wall_s,
            scrutiny=self.scrutiny,
            cancel=self.cancel,
            store=self.store,
        )


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
