"""The decision about one request in AWS's words: the outcome, the step that decided, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from encoders.iam.explain import Json, Reason, request_to_json
from encoders.iam.policy import Effect, PolicyType
from encoders.iam.request import Request
from encoders.iam.stack import evaluate as stack
from encoders.iam.stack.evaluate import ConcreteCase
from encoders.iam.stack.stack import Naming


class Outcome(Enum):
    """What becomes of a request; the values are the policy simulator's words."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


class Step(Enum):
    """The step of the evaluation that decided; the value is its name for people."""

    NO_PERMISSION = "no permission is needed"
    DENY = "explicit deny"
    SCP = "service control policies"
    ENDPOINT = "endpoint policies"
    SERVICE = "the service"
    ROOT = "the root user"
    RESOURCE = "resource policy"
    IDENTITY = "identity policies"
    BOUNDARY = "permissions boundary"
    SESSION = "session policies"


@dataclass(frozen=True)
class Decision:
    """What is decided about `request`; `reasons` are the statements that decided, or their lack."""

    request: Request
    outcome: Outcome
    step: Step
    reasons: tuple[Reason, ...]

    @property
    def passed(self) -> bool:
        """True iff the request is allowed."""
        return self.outcome is Outcome.ALLOWED

    def to_json(self) -> dict[str, Json]:
        """Return the decision as `--format json` and `batch` print it."""
        return {
            "question": "simulate",
            "decision": self.outcome.value,
            "step": self.step.value,
            "reasons": [reason.to_json() for reason in self.reasons],
            "request": request_to_json(self.request),
        }


def decide(case: ConcreteCase) -> Decision:
    """Return what is decided about the request.

    Raise Unsupported iff a policy holds a construct that is not modelled.
    """
    is_allowed = stack.stack_allows(case)
    step = _granting_step(case) if is_allowed else _refusing_step(case)
    if is_allowed:
        outcome, reasons = Outcome.ALLOWED, _grants(step, case)
    elif step is Step.DENY:
        outcome, reasons = Outcome.EXPLICIT_DENY, _statements(Effect.DENY, tuple(PolicyType), case)
    else:
        outcome, reasons = Outcome.IMPLICIT_DENY, _lacks(step, case)
    return Decision(case.request, outcome, step, tuple(reasons))


def _granting_step(case: ConcreteCase) -> Step:
    """Return the step that decided for a request that is allowed."""
    if stack.needs_no_permission(case):
        return Step.NO_PERMISSION
    if stack.is_in_one_account(case):
        if stack.resource_grants(case, Naming.DIRECT):
            return Step.RESOURCE
        if stack.is_root(case):
            return Step.ROOT
    is_by_identity = stack.is_entity(case) and stack.identity_grants(case)
    return Step.IDENTITY if is_by_identity else Step.RESOURCE


def _refusing_step(case: ConcreteCase) -> Step:
    """Return the first step that refused a request that is not allowed."""
    if stack.is_denied(case):
        return Step.DENY
    if not stack.organization_allows(case):
        return Step.SCP
    if not stack.endpoint_allows(case):
        return Step.ENDPOINT
    if not stack.is_heard(case):
        return Step.SERVICE
    return _ungranted_step(case)


def _ungranted_step(case: ConcreteCase) -> Step:
    """Return the step that refused a request that is not granted."""
    is_named = any(stack.resource_grants(case, naming) for naming in Naming)
    needs_resource = stack.resource_decides(case) or not stack.is_in_one_account(case)
    if not stack.is_entity(case) or (needs_resource and not is_named):
        return Step.RESOURCE
    by_entity = stack.is_in_one_account(case) and stack.resource_grants(case, Naming.ENTITY)
    if not (by_entity or stack.identity_grants(case)):
        return Step.IDENTITY
    return Step.BOUNDARY if any(_silent(PolicyType.BOUNDARY, case)) else Step.SESSION


def _grants(step: Step, case: ConcreteCase) -> Iterator[Reason]:
    """Yield why a request is allowed."""
    if step in (Step.NO_PERMISSION, Step.ROOT):
        yield Reason(f"decided by what the caller is: {step.value}", step.value)
        return
    is_direct = step is Step.RESOURCE and stack.is_in_one_account(case)
    kinds = (PolicyType.RESOURCE,) if is_direct else _GRANTING
    yield from _statements(Effect.ALLOW, kinds, case)


def _lacks(step: Step, case: ConcreteCase) -> Iterator[Reason]:
    """Yield which policies allow nothing of a request that is implicitly denied."""
    if step is Step.SERVICE:
        yield Reason("the service takes no such request from such a caller", step.value)
        return
    kind = _KINDS[step]
    silent = [*_silent(kind, case)] if kind in (PolicyType.SCP, PolicyType.ENDPOINT) else []
    for name in silent or [kind.value]:
        yield Reason(f"no statement of `{name}` allows the request", name)


_GRANTING = (PolicyType.RESOURCE, PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION)
_KINDS = {
    Step.SCP: PolicyType.SCP,
    Step.ENDPOINT: PolicyType.ENDPOINT,
    Step.RESOURCE: PolicyType.RESOURCE,
    Step.IDENTITY: PolicyType.IDENTITY,
    Step.BOUNDARY: PolicyType.BOUNDARY,
    Step.SESSION: PolicyType.SESSION,
}


def _silent(kind: PolicyType, case: ConcreteCase) -> Iterator[str]:
    """Yield the name of each level of `kind` that allows nothing of the request."""
    for depth, level in enumerate(case.stack.levels[kind]):
        if not stack.level_allows(level, case):
            yield f"{kind.value}[{depth}]" if kind is PolicyType.SCP else kind.value


def _statements(
    effect: Effect, kinds: Iterable[PolicyType], case: ConcreteCase
) -> Iterator[Reason]:
    """Yield each statement of this effect of an applicable policy of `kinds` that matches."""
    verb = "allows" if effect is Effect.ALLOW else "denies"
    for kind in case.stack.levels:
        if kind in kinds and stack.applies(kind, case):
            for named in case.stack.named(kind):
                for statement in named.policy.statements:
                    if statement.effect is effect and stack.matches(statement, case):
                        yield Reason(f"`{named.name}` {verb} the request", named.name, statement)
