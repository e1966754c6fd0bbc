"""The questions one asks about policies, each a reduction to implication or disjointness.

A question's problem is unsatisfiable iff the answer is PASS. A model of it is a request that shows
why not: `replay` confirms it with the concrete evaluator, `explain` says it in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automaton import terms
from automaton.terms import Formula, Problem
from automaton.verdict import Model
from encoders.iam import authorize, evaluate, strangers, trust_zone
from encoders.iam.believable import believable_witness
from encoders.iam.explain import Explanation, NamedPolicy, spelled, why_allowed, why_refused
from encoders.iam.policy import Effect, Patterns, Policy, PolicyType, Statement
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.resource_types import RESOURCE_TYPES, access_of
from encoders.iam.trust_zone import TrustZone
from encoders.iam.wildcard import ArnWildcards, reads_alike

SEGMENTS = ArnWildcards.SEGMENTS


@dataclass(frozen=True)
class Claim:
    """What a request must show for FAIL: `granting` allows it, and what else is asked for holds.

    Else: `refusing` does not allow it; `access` allows it; it is of a stranger to `strange_to`; it
    is of a principal outside a zone of trust, as the keys tell that a policy mentions.
    """

    granting: NamedPolicy
    refusing: NamedPolicy | None = None
    access: Policy | None = None
    strange_to: Policy | None = None
    outside: tuple[TrustZone, Policy] | None = None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy that the claim speaks of."""
        refusing = None if self.refusing is None else self.refusing.policy
        mentioning = None if self.outside is None else self.outside[1]
        others = (refusing, self.access, self.strange_to, mentioning)
        return (self.granting.policy, *(policy for policy in others if policy is not None))

    def formula(self, request: SymbolicRequest, reading: ArnWildcards) -> Formula:
        """Return the formula that holds iff a request shows what is claimed."""
        return terms.conjunction(*self._parts(request, reading))

    def _parts(self, request: SymbolicRequest, reading: ArnWildcards) -> Iterator[Formula]:
        yield authorize.is_allowed(self.granting.policy, request, reading)
        if self.refusing is not None:
            yield terms.negation(authorize.is_allowed(self.refusing.policy, request, reading))
        if self.access is not None:
            yield authorize.is_allowed(self.access, request, reading)
        if self.strange_to is not None:
            yield strangers.is_stranger(self.strange_to, request)
        if self.outside is not None:
            yield trust_zone.is_outside(*self.outside, request)

    def holds(self, request: Request, reading: ArnWildcards) -> bool:
        """Return True iff the concrete `request` shows what is claimed."""
        return (
            evaluate.is_allowed(self.granting.policy, request, reading)
            and not (
                self.refusing is not None
                and evaluate.is_allowed(self.refusing.policy, request, reading)
            )
            and (self.access is None or evaluate.is_allowed(self.access, request, reading))
            and (self.strange_to is None or strangers.comes_from_stranger(self.strange_to, request))
            and (self.outside is None or trust_zone.comes_from_outside(*self.outside, request))
        )


@dataclass(frozen=True)
class Question:
    """Is there a request that shows what is claimed? Make one with the functions below.

    `problem` holds iff `request`, the request as variables, shows the claim under `reading`.
    """

    name: str
    claim: Claim
    reading: ArnWildcards
    request: SymbolicRequest
    problem: Problem

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy that the question is about."""
        return self.claim.policies

    @property
    def may_depend_on_reading(self) -> bool:
        """Return False only if the question has the same answer under both readings of ARNs.

        The first look is at the patterns alone; most questions need no second.
        """
        if all(map(reads_alike, _resource_patterns(self.policies))):
            return False
        return self.under(self.reading.other).problem.formula is not self.problem.formula

    def under(self, reading: ArnWildcards) -> "Question":
        """Return the same question under another reading of the wildcards of resource patterns."""
        return ask(self.name, self.claim, reading)

    def witness(self, model: Model) -> Request:
        """Return the request that a model of the problem describes."""
        return spelled(self.request.concrete(model), self.policies)

    def replay(self, model: Model) -> bool:
        """Return True iff the concrete evaluator agrees that the witness shows what is claimed."""
        return self.claim.holds(self.witness(model), self.reading)

    def explain(self, model: Model) -> Explanation:
        """Return the smallest believable witness for `model`, which replays, and what decided."""
        witness, refusing = self._believable(model), self.claim.refusing
        reasons = [*why_allowed(self.claim.granting, witness, self.reading)]
        if refusing is not None:
            reasons.extend(why_refused(refusing, witness, self.reading))
        return Explanation(witness, tuple(reasons))

    def _believable(self, model: Model) -> Request:
        def shows(request: Request) -> bool:
            return self.claim.holds(request, self.reading)

        return believable_witness(self.witness(model), self.policies, shows)


def no_new_access(existing: Policy, new: Policy, *, reading: ArnWildcards = SEGMENTS) -> Question:
    """Ask whether every request that `new` allows is one that `existing` allows."""
    claim = Claim(NamedPolicy("new", new), refusing=NamedPolicy("existing", existing))
    return ask("no-new-access", claim, reading)


def access_not_granted(
    policy: Policy,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    reading: ArnWildcards = SEGMENTS,
) -> Question:
    """Ask whether `policy` allows none of `actions` on any of `resources`; an empty list is any."""
    claim = Claim(NamedPolicy("policy", policy), access=access_policy(actions, resources))
    return ask("access-not-granted", claim, reading)


def no_public_access(
    policy: Policy, resource_type: str | None = None, *, reading: ArnWildcards = SEGMENTS
) -> Question:
    """Ask whether `policy` allows no request of a stranger, of those that its resource may get.

    Raise ValueError iff it names no principals or there is no such resource type.
    """
    _require_principals(policy)
    access = None if resource_type is None else _requests_to(resource_type)
    claim = Claim(NamedPolicy("policy", policy), access=access, strange_to=policy)
    return ask("no-public-access", claim, reading)


def no_cross_account_access(
    policy: Policy, zone: TrustZone, *, reading: ArnWildcards = SEGMENTS
) -> Question:
    """Ask whether `policy` allows no request of a principal outside `zone`.

    Raise ValueError iff it names no principals.
    """
    _require_principals(policy)
    claim = Claim(NamedPolicy("policy", policy), outside=(zone, policy))
    return ask("no-cross-account-access", claim, reading)


def _require_principals(policy: Policy) -> None:
    if not policy.policy_type.has_principal:
        raise ValueError(f"a policy of type `{policy.policy_type.value}` names no principals")


def _requests_to(resource_type: str) -> Policy:
    if resource_type not in RESOURCE_TYPES:
        raise ValueError(f"`{resource_type}` is no resource type with a public access check")
    return access_of(resource_type)


def compare(
    first: Policy, second: Policy, *, reading: ArnWildcards = SEGMENTS
) -> tuple[Question, Question]:
    """Ask whether `second` allows nothing new over `first`, and whether `first` does over `second`.

    Both PASS: they are equivalent. Only the first: `second` allows less; only the second: more.
    """
    forth = no_new_access(first, second, reading=reading)
    return forth, no_new_access(second, first, reading=reading)


def ask(name: str, claim: Claim, reading: ArnWildcards) -> Question:
    """Return the question whether some request shows `claim`.

    Raise Unsupported iff a policy holds a construct that is not modelled.
    """
    request = SymbolicRequest.of(claim.policies)
    shown = claim.formula(request, reading)
    problem = Problem((shown, request.believable(shown)))
    return Question(name, claim, reading, request, problem)


def access_policy(actions: Sequence[str], resources: Sequence[str]) -> Policy:
    """Return the policy that allows what is asked about; raise ValueError iff nothing is named."""
    if not actions and not resources:
        raise ValueError("name an action or a resource")
    statement = Statement(
        index=0,
        sid=None,
        effect=Effect.ALLOW,
        principals=None,
        actions=Patterns(tuple(actions) or ("*",), negated=False, path="$.actions"),
        resources=Patterns(tuple(resources) or ("*",), negated=False, path="$.resources"),
        tests=(),
        path="$",
    )
    return Policy("2012-10-17", None, (statement,), PolicyType.IDENTITY)


def _resource_patterns(policies: Sequence[Policy]) -> Iterator[str]:
    for policy in policies:
        for statement in policy.statements:
            if statement.resources is not None:
                yield from statement.resources.values
