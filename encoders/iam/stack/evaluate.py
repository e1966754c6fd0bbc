"""Whether a stack of policies allows one concrete request, with the page behind each rule.

`stack_authorize` has the same functions in the same order for all requests at once; neither uses
the other. Rules without a page are of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
and pages without an address stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from encoders.iam import evaluate
from encoders.iam.policy import Effect, PolicyType, Principal, PrincipalKind, Principals, Statement
from encoders.iam.principals import Caller, covers
from encoders.iam.request import NO_RESOURCE, Request
from encoders.iam.stack.stack import (
    ASSUME_ROLE,
    GET_CALLER_IDENTITY,
    RETIRE_GRANT,
    Case,
    Level,
    Naming,
    naming_of,
    require_supported_stack,
)

ConcreteCase = Case[Request]


def stack_allows(case: ConcreteCase) -> bool:
    """Return True iff the stack allows the request.

    Raise Unsupported iff a policy holds a construct that is not modelled.
    """
    require_supported_stack(case.stack)
    return needs_no_permission(case) or (
        not is_denied(case)
        and organization_allows(case)
        and endpoint_allows(case)
        and is_heard(case)
        and is_granted(case)
    )


def needs_no_permission(case: ConcreteCase) -> bool:
    """Return True iff no policy has a say: someone asks who he is, which no Deny prevents.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    asks = case.request.action.lower() == GET_CALLER_IDENTITY
    return asks and (is_root(case) or is_entity(case))


def is_denied(case: ConcreteCase) -> bool:
    """Return True iff a Deny statement of an applicable policy, of whatever kind, matches."""
    return any(
        statement.effect is Effect.DENY and applies(kind, case) and matches(statement, case)
        for kind in case.stack.levels
        for named in case.stack.named(kind)
        for statement in named.policy.statements
    )


def applies(kind: PolicyType, case: ConcreteCase) -> bool:
    """Return True iff policies of `kind` bear on the request.

    Identity policies and boundaries belong to users and roles, session policies to the sessions of
    roles and federated users (access_policies.html). SCPs limit the users, sessions and root users
    of member accounts, not those of the management account, nor service-linked roles:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    RCPs limit access to resources of member accounts, but not by service-linked roles:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    nor for `kms:RetireGrant`:
    https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
    Which other services heed RCPs is not looked up: one applies to whatever it names.
    """
    match kind:
        case PolicyType.IDENTITY | PolicyType.BOUNDARY:
            return is_entity(case)
        case PolicyType.SESSION:
            return is_role_session(case) or is_federated_session(case)
        case PolicyType.SCP:
            in_account = is_root(case) or is_entity(case)
            return in_account and _is_in_reach_of_scps(case)
        case PolicyType.RCP:
            return _is_in_reach_of_rcps(case)
        case _:
            return True


def _is_in_reach_of_scps(case: ConcreteCase) -> bool:
    return not lies_in(case.facts.management_account, case) and not is_service_linked(case)


def _is_in_reach_of_rcps(case: ConcreteCase) -> bool:
    owner = case.facts.resource_account or _account_of(case)
    is_managers = owner is not None and owner == case.facts.management_account
    retires = case.request.action.lower() == RETIRE_GRANT
    return not (is_managers or retires or is_service_linked(case))


def organization_allows(case: ConcreteCase) -> bool:
    """Return True iff every level of the organisation allows the request.

    An SCP of the root, of each organisational unit on the path and of the account must allow it:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    RCPs need no look: every level has `RCPFullAWSAccess`, and the others only deny:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    """
    levels = case.stack.levels[PolicyType.SCP]
    is_free = not applies(PolicyType.SCP, case)
    return is_free or all(level_allows(level, case) for level in levels)


def endpoint_allows(case: ConcreteCase) -> bool:
    """Return True iff the endpoint lets the request through, which replaces no other policy.

    An account stands for all of its principals, as it does at an interface endpoint:
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    levels = case.stack.levels[PolicyType.ENDPOINT]
    return all(level_allows(level, case) for level in levels)


def is_heard(case: ConcreteCase) -> bool:
    """Return True iff the service takes such a request from such a caller.

    A root user assumes no role:
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    Few services take requests that nobody signed, and neither STS nor KMS does
    (reference_policies_variables.html has anonymous callers for S3, SNS and SQS only).
    """
    assumes = case.request.action.lower() == ASSUME_ROLE
    return not (assumes and is_root(case)) and not (resource_decides(case) and is_anonymous(case))


def is_granted(case: ConcreteCase) -> bool:
    """Return True iff the policies that grant, and those that limit them, allow the request."""
    return is_granted_within(case) if is_in_one_account(case) else is_granted_across(case)


def is_granted_within(case: ConcreteCase) -> bool:
    """Return True iff a caller of the resource's account gets access.

    An identity policy or the resource policy must allow it. What the latter grants to the ARN of
    the user or session itself no silent policy limits; what it grants to the ARN of a role, or of
    the user who federated, needs no identity policy, but boundary and session policies limit it; an
    account is the leave to use identity policies, which only trust and key policies need to give.
    A root user has full access, to a key only if its policy names the account:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if resource_grants(case, Naming.DIRECT):
        return True
    is_delegated = not resource_decides(case) or resource_grants(case, Naming.ACCOUNT)
    if is_root(case):
        return is_delegated
    by_identity = identity_grants(case) and is_delegated
    by_entity = by_identity or resource_grants(case, Naming.ENTITY)
    return is_entity(case) and by_entity and is_within_limits(case)


def is_granted_across(case: ConcreteCase) -> bool:
    """Return True iff a caller of another account, or of none, gets access.

    Both accounts must allow it: the trusting one by the resource policy, whichever way it names the
    caller, and that of the caller by all the others
    (reference_policies_evaluation-logic-cross-account.html). A service, a federated or an anonymous
    caller has no such policies.
    """
    by_resource = any(resource_grants(case, naming) for naming in Naming)
    by_own_account = identity_grants(case) and is_within_limits(case)
    return by_resource and (not is_entity(case) or by_own_account)


def identity_grants(case: ConcreteCase) -> bool:
    """Return True iff an identity policy of the caller allows the request."""
    levels = case.stack.levels[PolicyType.IDENTITY]
    return any(level_allows(level, case) for level in levels)


def is_within_limits(case: ConcreteCase) -> bool:
    """Return True iff boundary and session policies allow, so far as there are any."""
    return all(
        level_allows(level, case)
        for kind in (PolicyType.BOUNDARY, PolicyType.SESSION)
        if applies(kind, case)
        for level in case.stack.levels[kind]
    )


def resource_grants(case: ConcreteCase, naming: Naming) -> bool:
    """Return True iff the resource policy allows the caller, so named.

    `*` names everyone directly: boundaries and session policies do not limit what it grants, as the
    guide has it for `*` with a condition on `aws:PrincipalArn`
    (reference_policies_elements_principal.html).
    """
    return any(
        statement.effect is Effect.ALLOW
        and names(statement.principals, naming, case)
        and fits(statement, case)
        for named in case.stack.named(PolicyType.RESOURCE)
        for statement in named.policy.statements
    )


def level_allows(level: Level, case: ConcreteCase) -> bool:
    """Return True iff an Allow statement of a policy of `level` matches."""
    return any(
        statement.effect is Effect.ALLOW and matches(statement, case)
        for named in level
        for statement in named.policy.statements
    )


def matches(statement: Statement, case: ConcreteCase) -> bool:
    """Return True iff `statement` matches, however it names the caller.

    A Deny with NotPrincipal meets every user and role with a permissions boundary, listed or not
    (access_policies_boundaries.html).
    """
    principals = statement.principals
    is_named = any(names(principals, naming, case) for naming in Naming)
    if principals is not None and principals.negated and statement.effect is Effect.DENY:
        is_named = is_named or (bool(case.stack.boundary) and is_entity(case))
    return is_named and fits(statement, case)


def fits(statement: Statement, case: ConcreteCase) -> bool:
    """Return True iff `statement` matches but for its principals."""
    anyone = replace(statement, principals=None)
    return evaluate.statement_matches(anyone, case.request, case.reading)


def names(principals: Principals | None, naming: Naming, case: ConcreteCase) -> bool:
    """Return True iff `principals` name the caller in this way.

    None and NotPrincipal name those whom they leave in directly. The ARN of the user who federated
    names a federated session as the ARN of a role names its sessions.
    """
    if principals is None:
        return naming is Naming.DIRECT
    hows = {how for one in principals.values for how in _hows(one, case)}
    if principals.negated:
        return naming is Naming.DIRECT and not hows
    return naming in hows


def _hows(principal: Principal, case: ConcreteCase) -> Iterator[Naming]:
    """Yield each way in which `principal` names the caller."""
    if covers(principal, _caller(case)):
        yield naming_of(principal)
    user = case.facts.federated_by
    is_behind = principal.kind is PrincipalKind.AWS and principal.value == user
    if is_behind and is_federated_session(case) and lies_in(case.facts.federating_account, case):
        yield Naming.ENTITY


def resource_decides(case: ConcreteCase) -> bool:
    """Return True iff the resource policy itself must allow: that of a role or of a key.

    Neither leaves access to identity policies unless it names the account. A stack without a
    resource policy is taken to leave it to them.
    """
    return case.stack.resource is not None and is_role_or_key(case)


def is_role_or_key(case: ConcreteCase) -> bool:
    """Return True iff the request is to STS for a role, or to KMS for a key."""
    service, _, _ = case.request.action.lower().partition(":")
    parts = (case.request.resource or NO_RESOURCE).split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return False
    if service == "sts":
        return parts[2] == "iam" and parts[5].startswith("role/")
    return service == "kms" and parts[2] == "kms" and parts[5].startswith("key/")


def is_in_one_account(case: ConcreteCase) -> bool:
    """Return True iff the caller's account owns the resource."""
    owner, account = case.facts.resource_account, _account_of(case)
    return account is not None and owner in (None, account)


def lies_in(account: str | None, case: ConcreteCase) -> bool:
    """Return True iff the caller belongs to `account`."""
    return account is not None and _account_of(case) == account


def is_service_linked(case: ConcreteCase) -> bool:
    """Return True iff the caller is a session of a service-linked role."""
    return case.facts.service_linked_role and is_role_session(case)


def is_anonymous(case: ConcreteCase) -> bool:
    """Return True iff nobody signed the request."""
    return _caller(case).kind is PrincipalKind.ANYONE


def is_root(case: ConcreteCase) -> bool:
    """Return True iff the caller is the root user of an account."""
    return _name_of(case) == "root"


def is_entity(case: ConcreteCase) -> bool:
    """Return True iff the caller is a user or a session, which have identity policies."""
    is_user = (_name_of(case) or "").startswith("user/")
    return is_user or is_role_session(case) or is_federated_session(case)


def is_role_session(case: ConcreteCase) -> bool:
    """Return True iff the caller is a session of a role."""
    return (_name_of(case) or "").startswith("assumed-role/")


def is_federated_session(case: ConcreteCase) -> bool:
    """Return True iff the caller is a session that a user federated."""
    return (_name_of(case) or "").startswith("federated-user/")


def _caller(case: ConcreteCase) -> Caller:
    """Return who makes the request; raise ValueError iff it names nobody."""
    if case.request.principal is None:
        raise ValueError("a stack of policies needs a request with a principal")
    return case.request.principal


_OF_ACCOUNT = re.compile(
    r"arn:[^:]+:(?:iam|sts)::([0-9]{12}):(root|user/.+|assumed-role/[^/]+/.+|federated-user/.+)",
    re.DOTALL,
)


def _account_of(case: ConcreteCase) -> str | None:
    """Return the account of the caller, None iff it has none."""
    found = _OF_ACCOUNT.fullmatch(_caller(case).value)
    return None if found is None else found[1]


def _name_of(case: ConcreteCase) -> str | None:
    """Return what the caller is within its account, None iff it has none."""
    found = _OF_ACCOUNT.fullmatch(_caller(case).value)
    return None if found is None else found[2]
