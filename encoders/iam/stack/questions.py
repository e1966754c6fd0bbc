"""The question whether a stack of policies allows what another one does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from automaton import regex as rx
from automaton import terms
from automaton.terms import Formula, Problem
from automaton.verdict import Model
from encoders.iam import authorize
from encoders.iam.believable import believable_witness
from encoders.iam.explain import Explanation, Reason, spelled
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, Test
from encoders.iam.request import RESOURCE, Request, SymbolicRequest
from encoders.iam.stack.authorize import stack_allows
from encoders.iam.stack.decision import decide
from encoders.iam.stack.stack import Case, Facts, Stack
from encoders.iam.wildcard import ANY_BUT_COLON, ArnWildcards, reads_alike

OWNER = "aws:resourceaccount"
"""The key that tells which account owns the resource."""

SEGMENTS = ArnWildcards.SEGMENTS

_ANY_REQUEST = policy_from_json(
    {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
)
"""Has requests have a caller and a resource: what a stack decides hangs on both."""


@dataclass(frozen=True)
class StackQuestion:
    """The question whether some request is one that `new` allows and `existing` does not.

    It has the interface of `questions.Question`. Make one with `no_new_access_of_stacks`.
    """

    name: str
    existing: Stack
    new: Stack
    facts: Facts
    reading: ArnWildcards
    request: SymbolicRequest
    problem: Problem

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy that the question is about."""
        return (*self.new.policies, *self.existing.policies)

    @property
    def may_depend_on_reading(self) -> bool:
        """Return False only if the question has the same answer under both readings of ARNs."""
        if all(map(_reads_alike, self.policies)):
            return False
        return self.under(self.reading.other).problem.formula is not self.problem.formula

    def under(self, reading: ArnWildcards) -> StackQuestion:
        """Return the same question under another reading of the wildcards of resource patterns."""
        return no_new_access_of_stacks(self.existing, self.new, facts=self.facts, reading=reading)

    def witness(self, model: Model) -> Request:
        """Return the request that a model of the problem describes."""
        return spelled(self.request.concrete(model), self.policies)

    def replay(self, model: Model) -> bool:
        """Return True iff the concrete evaluator agrees that only `new` allows the witness."""
        return self._shows(self.witness(model))

    def _shows(self, request: Request) -> bool:
        new, existing = (self._case(stack, request) for stack in (self.new, self.existing))
        return decide(new).passed and not decide(existing).passed

    def explain(self, model: Model) -> Explanation:
        """Return the smallest believable witness for `model`, which replays, and what decided."""
        witness = believable_witness(self.witness(model), self.policies, self._shows)
        reasons = [
            _of_stack(name, reason)
            for name, stack in (("new", self.new), ("existing", self.existing))
            for reason in decide(self._case(stack, witness)).reasons
        ]
        return Explanation(witness, tuple(reasons))

    def _case(self, stack: Stack, witness: Request) -> Case[Request]:
        return Case(stack, witness, self.facts, self.reading)


def no_new_access_of_stacks(
    existing: Stack, new: Stack, *, facts: Facts | None = None, reading: ArnWildcards = SEGMENTS
) -> StackQuestion:
    """Ask whether every request that `new` allows is one that `existing` allows.

    The policies of the caller belong to whoever makes the request. Without a resource account in
    `facts`, the resource is one of the caller's account, or of another that lets the caller in.
    Raise ValueError iff a stack has a resource policy all the same, since that decides who is let
    in, and Unsupported iff a policy holds a construct that is not modelled.
    """
    facts = facts or Facts()
    if facts.resource_account is None and (existing.resource or new.resource) is not None:
        raise ValueError("a stack with a resource policy needs the account of the resource")
    policies = (*new.policies, *existing.policies)
    request = SymbolicRequest.of((*policies, _ANY_REQUEST))
    cases = (Case(stack, request, facts, reading) for stack in (new, existing))
    allowed, known = map(stack_allows, cases)
    shown = terms.conjunction(allowed, terms.negation(known), _resource_is_owned(request, facts))
    problem = Problem((shown, request.believable(shown)))
    return StackQuestion("no-new-access", existing, new, facts, reading, request, problem)


def _resource_is_owned(request: SymbolicRequest, facts: Facts) -> Formula:
    """Return the formula that holds iff nothing says that the resource has another owner."""
    owner = facts.resource_account
    if owner is None:
        return terms.TRUE
    others = rx.difference(rx.loop(rx.char_range("0", "9"), 12, 12), rx.literal(owner))
    segment, colon = rx.star(ANY_BUT_COLON), rx.literal(":")
    start = rx.concat(rx.literal("arn:"), segment, colon, segment, colon, segment, colon)
    foreign = terms.in_regex(RESOURCE, rx.concat(start, others, colon, rx.ALL))
    if OWNER not in request.keys:
        return terms.negation(foreign)
    is_owner = Test("StringEquals", None, True, OWNER, (owner,), "")
    return terms.conjunction(terms.negation(foreign), authorize.test_holds(is_owner, request))


def _reads_alike(policy: Policy) -> bool:
    resources = (statement.resources for statement in policy.statements)
    return all(reads_alike(value) for one in resources if one is not None for value in one.values)


def _of_stack(name: str, reason: Reason) -> Reason:
    """Return `reason` with the name of the stack whose policy it is about."""
    description = f"in `{name}`: {reason.description}"
    return replace(reason, description=description, policy=f"{name}.{reason.policy}")
