"""From a model back to words: the witness request, and the statements that decided about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from encoders.iam import evaluate
from encoders.iam.policy import Effect, Policy, PrincipalKind, Statement
from encoders.iam.principals import Caller
from encoders.iam.request import Request
from encoders.iam.wildcard import ArnWildcards

Json = None | int | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True)
class NamedPolicy:
    """A policy under the name that its question gives it: `new`, `existing`, `policy`."""

    name: str
    policy: Policy


@dataclass(frozen=True)
class Reason:
    """Why a request is allowed or not; `statement` None says it of the whole policy."""

    description: str
    policy: str
    statement: Statement | None = None

    def to_json(self) -> Json:
        """Return the reason as the result of a check shows it."""
        return {
            "description": self.description,
            "policy": self.policy,
            "statementIndex": None if self.statement is None else self.statement.index,
            "statementId": None if self.statement is None else self.statement.sid,
        }


@dataclass(frozen=True)
class Explanation:
    """A request that shows a finding, and why it does."""

    witness: Request
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the `witness` and `reasons` of the result of a check."""
        return {
            "witness": request_to_json(self.witness),
            "reasons": [reason.to_json() for reason in self.reasons],
        }


def request_to_json(request: Request) -> dict[str, Json]:
    """Return `request` in the words of IAM policies."""
    return {
        "principal": None if request.principal is None else _caller_to_json(request.principal),
        "action": request.action,
        "resource": request.resource,
        "context": dict(request.context),
    }


def _caller_to_json(caller: Caller) -> Json:
    is_anonymous = caller.kind is PrincipalKind.ANYONE
    return caller.value if is_anonymous else {caller.kind.value: caller.value}


def spelled(request: Request, policies: Iterable[Policy]) -> Request:
    """Return `request` with its action in the letters of a policy that names it, if one does."""
    named = (
        action
        for policy in policies
        for statement in policy.statements
        for action in statement.actions.values
        if action.lower() == request.action
    )
    return replace(request, action=next(named, request.action))


def why_allowed(named: NamedPolicy, request: Request, reading: ArnWildcards) -> Iterator[Reason]:
    """Yield each statement that allows `request`, which the policy does."""
    description = f"`{named.name}` allows the request"
    for statement in _matching(named.policy, Effect.ALLOW, request, reading):
        yield Reason(description, named.name, statement)


def why_refused(named: NamedPolicy, request: Request, reading: ArnWildcards) -> Iterator[Reason]:
    """Yield each statement that denies `request`, or that none allows it, whichever decides."""
    if not any(_matching(named.policy, Effect.ALLOW, request, reading)):
        yield Reason(f"no statement of `{named.name}` allows the request", named.name)
        return
    for statement in _matching(named.policy, Effect.DENY, request, reading):
        yield Reason(f"`{named.name}` denies the request", named.name, statement)


def _matching(
    policy: Policy, effect: Effect, request: Request, reading: ArnWildcards
) -> Iterator[Statement]:
    for statement in policy.statements:
        is_match = evaluate.statement_matches(statement, request, reading)
        if statement.effect is effect and is_match:
            yield statement
