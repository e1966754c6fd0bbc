"""The policies that bear on a request together, and the facts about it that no policy holds.

`stack_authorize` and `stack_evaluate` say what a stack allows, for all requests and for one. Kinds:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Generic, TypeVar

from automaton.verdict import Unsupported
from encoders.iam.explain import NamedPolicy
from encoders.iam.policy import Policy, PolicyType, Principal, PrincipalKind, Statement
from encoders.iam.support import require_supported
from encoders.iam.wildcard import ArnWildcards

Level = tuple[NamedPolicy, ...]
"""Policies that stand beside each other: an Allow of any one of them allows."""

ACCOUNT = re.compile(r"[0-9]{12}")

GET_CALLER_IDENTITY = "sts:getcalleridentity"
ASSUME_ROLE = "sts:assumerole"
RETIRE_GRANT = "kms:retiregrant"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Every policy that applies to a request, by kind; an empty kind is not attached.

    `identity`, `boundary`, `session` and `scp` are those of the caller, whoever it is; `resource`
    and `rcp` those of the resource. `scp` and `rcp` hold one tuple for each level from the root of
    the organisation to the account. A level of `scp` without policies allows nothing; every level
    of `rcp` also has `RCPFullAWSAccess`, which cannot be detached.
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundary: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    endpoint: tuple[Policy, ...] = ()
    scp: tuple[tuple[Policy, ...], ...] = ()
    rcp: tuple[tuple[Policy, ...], ...] = ()

    @cached_property
    def levels(self) -> dict[PolicyType, tuple[Level, ...]]:
        """The levels of each kind, none for a kind that is not attached."""
        resource = () if self.resource is None else ((NamedPolicy("resource", self.resource),),)
        return {
            PolicyType.RESOURCE: resource,
            PolicyType.IDENTITY: _one_level("identity", self.identity),
            PolicyType.BOUNDARY: _one_level("boundary", self.boundary),
            PolicyType.SESSION: _one_level("session", self.session),
            PolicyType.ENDPOINT: _one_level("endpoint", self.endpoint),
            PolicyType.SCP: _levels("scp", self.scp),
            PolicyType.RCP: _levels("rcp", self.rcp),
        }

    def named(self, *kinds: PolicyType) -> Iterator[NamedPolicy]:
        """Yield the policies of `kinds`, all of them where none is given."""
        for kind in kinds or self.levels:
            for level in self.levels[kind]:
                yield from level

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy of the stack."""
        return tuple(named.policy for named in self.named())

    def keeping(self, keeps: Callable[[str, Statement], bool]) -> Stack:
        """Return the stack with those statements alone that `keeps` by their policy's name."""

        def left(named: NamedPolicy) -> Policy:
            kept = (one for one in named.policy.statements if keeps(named.name, one))
            return replace(named.policy, statements=tuple(kept))

        levels = {
            kind: tuple(tuple(map(left, level)) for level in found)
            for kind, found in self.levels.items()
        }
        sides = {
            kind.value: tuple(policy for level in levels[kind] for policy in level)
            for kind in (
                PolicyType.IDENTITY,
                PolicyType.BOUNDARY,
                PolicyType.SESSION,
                PolicyType.ENDPOINT,
            )
        }
        resource = None if self.resource is None else levels[PolicyType.RESOURCE][0][0]
        return Stack(
            resource=resource, scp=levels[PolicyType.SCP], rcp=levels[PolicyType.RCP], **sides
        )


def _one_level(name: str, policies: tuple[Policy, ...]) -> tuple[Level, ...]:
    level = tuple(NamedPolicy(f"{name}[{index}]", policy) for index, policy in enumerate(policies))
    return (level,) if level else ()


def _levels(name: str, levels: tuple[tuple[Policy, ...], ...]) -> tuple[Level, ...]:
    return tuple(
        tuple(NamedPolicy(f"{name}[{depth}][{index}]", one) for index, one in enumerate(level))
        for depth, level in enumerate(levels)
    )


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known beside the policies.

    `resource_account`: the account that owns the resource, None for the caller's own, whichever it
    is. `management_account`: that of the organisation. `service_linked_role`: sessions of roles are
    ones of a service-linked role. `federated_by`: the ARN of the user whose credentials made the
    federated sessions of its account.
    """

    resource_account: str | None = None
    management_account: str | None = None
    service_linked_role: bool = False
    federated_by: str | None = None

    @property
    def federating_account(self) -> str | None:
        """The account of the user who federated."""
        return None if self.federated_by is None else self.federated_by.split(":")[4]


R = TypeVar("R")


@dataclass(frozen=True)
class Case(Generic[R]):
    """A stack with a request, concrete or symbolic, and how resource patterns are read."""

    stack: Stack
    request: R
    facts: Facts
    reading: ArnWildcards


class Naming(Enum):
    """How a principal of a resource policy names a caller, on which hangs what limits it.

    DIRECT: the user, the session or everyone. ENTITY: the role or user behind a session.
    ACCOUNT: the account, which leaves it to its identity policies.
    """

    DIRECT = "direct"
    ENTITY = "entity"
    ACCOUNT = "account"


def naming_of(principal: Principal) -> Naming:
    """Return how `principal` names those that it covers."""
    if principal.kind is not PrincipalKind.AWS:
        return Naming.DIRECT
    if ACCOUNT.fullmatch(principal.value):
        return Naming.ACCOUNT
    name = principal.value.rpartition(":")[2]
    if name == "root":
        return Naming.ACCOUNT
    return Naming.ENTITY if name.startswith("role/") else Naming.DIRECT


def require_supported_stack(stack: Stack) -> None:
    """Raise Unsupported, with the name of the policy, iff one holds what is not modelled."""
    for named in stack.named():
        try:
            require_supported(named.policy)
        except Unsupported as gap:
            raise Unsupported(f"{gap.feature} in `{named.name}`", gap.where) from gap
