"""The formula that says whether a stack of policies allows a request.

`stack_evaluate` has the same functions in the same order for one concrete request, with the
sentences of AWS's pages behind each.
"""

from __future__ import annotations

from dataclasses import replace

from automaton import regex as rx
from automaton import terms
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.terms import Formula
from encoders.iam import authorize
from encoders.iam.policy import (
    Effect,
    PolicyType,
    Principal,
    PrincipalKind,
    Principals,
    Statement,
)
from encoders.iam.principals import ANONYMOUS, SESSION, principal_regex
from encoders.iam.request import ACTION, PRINCIPAL, RESOURCE, SymbolicRequest
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
from encoders.iam.wildcard import ANY_BUT_COLON

SymbolicCase = Case[SymbolicRequest]


def stack_allows(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the stack allows the request.

    Raise Unsupported iff a policy holds a construct that is not modelled.
    """
    require_supported_stack(case.stack)
    return terms.disjunction(
        needs_no_permission(),
        terms.conjunction(
            terms.negation(is_denied(case)),
            organization_allows(case),
            endpoint_allows(case),
            is_heard(case),
            is_granted(case),
        ),
    )


def needs_no_permission() -> Formula:
    """Return the formula that holds iff no policy has a say: someone asks who he is."""
    asks = terms.equals(ACTION, GET_CALLER_IDENTITY)
    return terms.conjunction(asks, terms.disjunction(is_root(), is_entity()))


def is_denied(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff a Deny statement of an applicable policy matches."""
    return terms.disjunction(
        *(
            terms.conjunction(applies(kind, case), matches(statement, case))
            for kind in case.stack.levels
            for named in case.stack.named(kind)
            for statement in named.policy.statements
            if statement.effect is Effect.DENY
        )
    )


def applies(kind: PolicyType, case: SymbolicCase) -> Formula:
    """Return the formula that holds iff policies of `kind` bear on the request."""
    match kind:
        case PolicyType.IDENTITY | PolicyType.BOUNDARY:
            return is_entity()
        case PolicyType.SESSION:
            return terms.disjunction(is_role_session(), is_federated_session())
        case PolicyType.SCP:
            in_account = terms.disjunction(is_root(), is_entity())
            return terms.conjunction(in_account, _is_in_reach_of_scps(case))
        case PolicyType.RCP:
            return _is_in_reach_of_rcps(case)
        case _:
            return terms.TRUE


def _is_in_reach_of_scps(case: SymbolicCase) -> Formula:
    manages = lies_in(case.facts.management_account)
    return terms.negation(terms.disjunction(manages, is_service_linked(case)))


def _is_in_reach_of_rcps(case: SymbolicCase) -> Formula:
    owner, manager = case.facts.resource_account, case.facts.management_account
    manages = lies_in(manager) if owner is None else terms.constant(owner == manager)
    retires = terms.equals(ACTION, RETIRE_GRANT)
    return terms.negation(terms.disjunction(manages, retires, is_service_linked(case)))


def organization_allows(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff every level of the organisation allows the request."""
    levels = case.stack.levels[PolicyType.SCP]
    allowed = terms.conjunction(*(level_allows(level, case) for level in levels))
    return terms.implication(applies(PolicyType.SCP, case), allowed)


def endpoint_allows(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the endpoint lets the request through."""
    levels = case.stack.levels[PolicyType.ENDPOINT]
    return terms.conjunction(*(level_allows(level, case) for level in levels))


def is_heard(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the service takes such a request from such a caller."""
    assumes = terms.equals(ACTION, ASSUME_ROLE)
    return terms.negation(
        terms.disjunction(
            terms.conjunction(assumes, is_root()),
            terms.conjunction(resource_decides(case), is_anonymous()),
        )
    )


def is_granted(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the policies that grant, and those that limit, allow."""
    return terms.if_then_else(
        is_in_one_account(case), is_granted_within(case), is_granted_across(case)
    )


def is_granted_within(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff a caller of the resource's account gets access."""
    gated = resource_decides(case)
    delegated = terms.implication(gated, resource_grants(case, Naming.ACCOUNT))
    by_identity = terms.conjunction(identity_grants(case), delegated)
    by_entity = terms.disjunction(resource_grants(case, Naming.ENTITY), by_identity)
    return terms.disjunction(
        resource_grants(case, Naming.DIRECT),
        terms.conjunction(is_root(), delegated),
        terms.conjunction(is_entity(), by_entity, is_within_limits(case)),
    )


def is_granted_across(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff a caller of another account, or of none, gets access."""
    by_resource = terms.disjunction(*(resource_grants(case, naming) for naming in Naming))
    by_own_account = terms.conjunction(identity_grants(case), is_within_limits(case))
    return terms.conjunction(by_resource, terms.implication(is_entity(), by_own_account))


def identity_grants(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff an identity policy of the caller allows the request."""
    levels = case.stack.levels[PolicyType.IDENTITY]
    return terms.disjunction(*(level_allows(level, case) for level in levels))


def is_within_limits(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff boundary and session policies allow, so far as they are."""
    bounds, sessions = (
        terms.conjunction(*(level_allows(level, case) for level in case.stack.levels[kind]))
        for kind in (PolicyType.BOUNDARY, PolicyType.SESSION)
    )
    return terms.conjunction(bounds, terms.implication(applies(PolicyType.SESSION, case), sessions))


def resource_grants(case: SymbolicCase, naming: Naming) -> Formula:
    """Return the formula that holds iff the resource policy allows the caller, so named."""
    return terms.disjunction(
        *(
            terms.conjunction(names(statement.principals, naming, case), fits(statement, case))
            for named in case.stack.named(PolicyType.RESOURCE)
            for statement in named.policy.statements
            if statement.effect is Effect.ALLOW
        )
    )


def level_allows(level: Level, case: SymbolicCase) -> Formula:
    """Return the formula that holds iff an Allow statement of a policy of `level` matches."""
    return terms.disjunction(
        *(
            matches(statement, case)
            for named in level
            for statement in named.policy.statements
            if statement.effect is Effect.ALLOW
        )
    )


def matches(statement: Statement, case: SymbolicCase) -> Formula:
    """Return the formula that holds iff `statement` matches, however it names the caller."""
    principals = statement.principals
    named = terms.disjunction(*(names(principals, naming, case) for naming in Naming))
    if principals is not None and principals.negated and statement.effect is Effect.DENY:
        bounded = terms.constant(bool(case.stack.boundary))
        named = terms.disjunction(named, terms.conjunction(bounded, is_entity()))
    return terms.conjunction(named, fits(statement, case))


def fits(statement: Statement, case: SymbolicCase) -> Formula:
    """Return the formula that holds iff `statement` matches but for its principals."""
    anyone = replace(statement, principals=None)
    return authorize.statement_matches(anyone, case.request, case.reading)


def names(principals: Principals | None, naming: Naming, case: SymbolicCase) -> Formula:
    """Return the formula that holds iff `principals` name the caller in this way."""
    if principals is None:
        return terms.constant(naming is Naming.DIRECT)
    if principals.negated:
        listed = replace(principals, negated=False)
        everyhow = terms.disjunction(*(names(listed, one, case) for one in Naming))
        return terms.conjunction(terms.constant(naming is Naming.DIRECT), terms.negation(everyhow))
    named = [one for one in principals.values if naming_of(one) is naming]
    covered = terms.in_regex(PRINCIPAL, rx.union(*map(principal_regex, named)))
    if naming is not Naming.ENTITY:
        return covered
    return terms.disjunction(covered, _is_behind_session(principals, case))


def _is_behind_session(principals: Principals, case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the user who federated the caller is listed."""
    facts = case.facts
    is_listed = any(
        one.kind is PrincipalKind.AWS and one.value == facts.federated_by
        for one in principals.values
    )
    federated = terms.conjunction(is_federated_session(), lies_in(facts.federating_account))
    return terms.conjunction(terms.constant(is_listed), federated)


def resource_decides(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the resource policy itself must allow."""
    return terms.conjunction(terms.constant(case.stack.resource is not None), is_role_or_key())


def is_role_or_key() -> Formula:
    """Return the formula that holds iff the request is to STS for a role, or to KMS for a key."""
    to_sts, to_kms = (terms.in_regex(ACTION, rx.glob(f"{name}:*")) for name in ("sts", "kms"))
    return terms.disjunction(
        terms.conjunction(to_sts, _IS_ROLE), terms.conjunction(to_kms, _IS_KEY)
    )


def is_in_one_account(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the caller's account owns the resource."""
    in_account = terms.disjunction(is_root(), is_entity())
    owner = case.facts.resource_account
    return in_account if owner is None else terms.conjunction(in_account, lies_in(owner))


def lies_in(account: str | None) -> Formula:
    """Return the formula that holds iff the caller belongs to `account`."""
    if account is None:
        return terms.FALSE
    return terms.in_regex(PRINCIPAL, principal_regex(Principal(PrincipalKind.AWS, account, "")))


def is_service_linked(case: SymbolicCase) -> Formula:
    """Return the formula that holds iff the caller is a session of a service-linked role."""
    return terms.conjunction(terms.constant(case.facts.service_linked_role), is_role_session())


def is_anonymous() -> Formula:
    """Return the formula that holds iff nobody signed the request."""
    return terms.equals(PRINCIPAL, ANONYMOUS.text)


def is_root() -> Formula:
    """Return the formula that holds iff the caller is the root user of an account."""
    return terms.in_regex(PRINCIPAL, _ROOT)


def is_entity() -> Formula:
    """Return the formula that holds iff the caller is a user or a session, with policies."""
    return terms.disjunction(
        terms.in_regex(PRINCIPAL, _USER), is_role_session(), is_federated_session()
    )


def is_role_session() -> Formula:
    """Return the formula that holds iff the caller is a session of a role."""
    return terms.in_regex(PRINCIPAL, _ROLE_SESSION)


def is_federated_session() -> Formula:
    """Return the formula that holds iff the caller is a session that a user federated."""
    return terms.in_regex(PRINCIPAL, _FEDERATED_SESSION)


def _callers(service: str, name: Regex) -> Regex:
    """Return the callers of accounts whose ARN, as the solver has it, ends in `name`."""
    account = rx.loop(rx.char_range("0", "9"), 12, 12)
    partition = rx.plus(ANY_BUT_COLON)
    services = rx.literal(f":{service}::")
    return rx.concat(rx.literal("AWS:arn:"), partition, services, account, rx.literal(":"), name)


_NAME, _PATH = rx.plus(rx.chars(~CharSet.chars(SESSION))), rx.plus(rx.ANY)
_ROOT = _callers("iam", rx.literal("root"))
_USER = _callers("iam", rx.concat(rx.literal("user/"), _PATH))
_ROLE_SESSION = _callers("iam", rx.concat(rx.literal("role/"), _NAME, rx.literal(SESSION), _PATH))
_FEDERATED_SESSION = _callers("sts", rx.concat(rx.literal("federated-user/"), _PATH))


def _resources(service: str, name: str) -> Formula:
    """Return the formula that holds iff the resource is one of `service` whose name starts so."""
    segment, colon = rx.star(ANY_BUT_COLON), rx.literal(":")
    start = rx.concat(rx.literal("arn:"), segment, rx.literal(f":{service}:"), segment, colon)
    rest = rx.concat(segment, rx.literal(f":{name}/"), rx.ALL)
    return terms.in_regex(RESOURCE, rx.concat(start, rest))


_IS_ROLE = _resources("iam", "role")
_IS_KEY = _resources("kms", "key")
