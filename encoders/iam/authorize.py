"""The formula that says whether a policy allows a request, over the variables of the request.

`evaluate` has the same functions in the same order for one concrete request. Evaluation order:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from ipaddress import IPv4Network

from automaton import regex as rx
from automaton import terms
from automaton.regex import Regex
from automaton.terms import Formula, Variable
from encoders.iam.conditions import (
    Comparison,
    Family,
    Key,
    Operator,
    operator_of,
    read_bool,
    values_of,
)
from encoders.iam.policy import Effect, Patterns, Policy, Principals, Statement, Test
from encoders.iam.principals import principal_regex
from encoders.iam.request import (
    ACTION,
    PRINCIPAL,
    RESOURCE,
    SymbolicRequest,
    ipv4_of,
    ipv6_of,
    is_ipv6,
    present,
    value_of,
)
from encoders.iam.support import require_supported
from encoders.iam.values import Network, read_date, read_network, read_number
from encoders.iam.wildcard import (
    ArnWildcards,
    action_regex,
    arn_regex,
    folded_regex,
    resource_regex,
)

SETS_KEPT = 1 << 14
"""How many lists of patterns keep their union between questions."""


def is_allowed(policy: Policy, request: SymbolicRequest, reading: ArnWildcards) -> Formula:
    """Return the formula that holds iff an Allow statement matches and no Deny statement does.

    Raise Unsupported iff the policy holds a construct that is not modelled.
    """
    require_supported(policy)
    matching: dict[Effect, list[Formula]] = {effect: [] for effect in Effect}
    for statement in policy.statements:
        matching[statement.effect].append(statement_matches(statement, request, reading))
    allowed = terms.disjunction(*matching[Effect.ALLOW])
    denied = terms.disjunction(*matching[Effect.DENY])
    return terms.conjunction(allowed, terms.negation(denied))


def statement_matches(
    statement: Statement, request: SymbolicRequest, reading: ArnWildcards
) -> Formula:
    """Return the formula that holds iff every element of `statement` matches the request."""
    return terms.conjunction(
        principals_match(statement.principals),
        actions_match(statement.actions),
        resources_match(statement.resources, reading),
        condition_holds(statement.tests, request),
    )


def principals_match(principals: Principals | None) -> Formula:
    """Return the formula that holds iff the caller is one of `principals`, which None leaves open.

    NotPrincipal is the complement of Principal. AWS adds to this that a Deny with NotPrincipal
    meets every caller with a permissions boundary, and that it wants an account, a role and its
    sessions listed together; here a role stands for its sessions.
    """
    if principals is None:
        return terms.TRUE
    covered = rx.union(*map(principal_regex, principals.values))
    return _signed(terms.in_regex(PRINCIPAL, covered), negated=principals.negated)


def actions_match(actions: Patterns) -> Formula:
    """Return the formula that holds iff the action is one of Action, or none of NotAction."""
    named = terms.in_regex(ACTION, _any_action(actions.values))
    return _signed(named, negated=actions.negated)


def resources_match(resources: Patterns | None, reading: ArnWildcards) -> Formula:
    """Return the formula that holds iff the resource is one of Resource, or none of NotResource.

    A statement without either applies to every resource.
    """
    if resources is None:
        return terms.TRUE
    named = terms.in_regex(RESOURCE, _any_resource(resources.values, reading))
    return _signed(named, negated=resources.negated)


def condition_holds(tests: tuple[Test, ...], request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff every test of a condition holds."""
    return terms.conjunction(*(test_holds(test, request) for test in tests))


def test_holds(test: Test, request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff `test` holds.

    Values are alternatives; a negated operator holds iff none fits. Where the key is absent, a
    positive operator fails, and a negated one and one with IfExists hold.
    """
    operator, key = operator_of(test), request.key(test.key)
    if operator.family is Family.PRESENCE:
        wanted = values_of(test, read_bool)
        return terms.disjunction(*(_is_absent(key, absent) for absent in wanted))
    fits = _signed(_fits(test, operator, key), negated=operator.negated)
    if operator.negated or test.if_exists:
        return terms.implication(present(key), fits)
    return terms.conjunction(present(key), fits)


def _signed(formula: Formula, *, negated: bool) -> Formula:
    return terms.negation(formula) if negated else formula


@lru_cache(SETS_KEPT)
def _any_action(patterns: tuple[str, ...]) -> Regex:
    return rx.union(*map(action_regex, patterns))


@lru_cache(SETS_KEPT)
def _any_resource(patterns: tuple[str, ...], reading: ArnWildcards) -> Regex:
    return rx.union(*(resource_regex(pattern, reading) for pattern in patterns))


def _is_absent(key: Key, absent: bool) -> Formula:
    return _signed(present(key), negated=absent)


def _fits(test: Test, operator: Operator, key: Key) -> Formula:
    """Return the formula that holds iff the key's value, if present, fits a value of the test."""
    match operator.family:
        case Family.TEXT:
            return terms.in_regex(value_of(key), _any_text(operator.comparison, test.values))
        case Family.BOOL:
            alternatives = [_is_bool(key, wanted) for wanted in values_of(test, read_bool)]
        case Family.ADDRESS:
            alternatives = [_lies_in(key, network) for network in values_of(test, read_network)]
        case _:
            compare = _NUMBERS[operator.comparison]
            read = read_date if operator.family is Family.DATE else read_number
            alternatives = [compare(value_of(key), bound) for bound in values_of(test, read)]
    return terms.disjunction(*alternatives)


_TEXTS: dict[Comparison, Callable[[str], Regex]] = {
    Comparison.EQUAL: rx.literal,
    Comparison.EQUAL_FOLDED: folded_regex,
    Comparison.LIKE: rx.glob,
    Comparison.ARN_LIKE: arn_regex,
}

_NUMBERS: dict[Comparison, Callable[[Variable, Fraction], Formula]] = {
    Comparison.EQUAL: terms.equals,
    Comparison.LESS: terms.less,
    Comparison.AT_MOST: terms.at_most,
    Comparison.GREATER: terms.greater,
    Comparison.AT_LEAST: terms.at_least,
}


@lru_cache(SETS_KEPT)
def _any_text(comparison: Comparison, values: tuple[str, ...]) -> Regex:
    return rx.union(*map(_TEXTS[comparison], values))


def _is_bool(key: Key, wanted: bool) -> Formula:
    """Return the formula for a Boolean value; a key that is read as text too holds its word."""
    if key.family is Family.BOOL:
        return terms.equals(value_of(key), wanted)
    return terms.in_regex(value_of(key), folded_regex(str(wanted)))


def _lies_in(key: Key, network: Network) -> Formula:
    low, high = int(network.network_address), int(network.broadcast_address)
    six = terms.is_true(is_ipv6(key))
    if isinstance(network, IPv4Network):
        return terms.conjunction(terms.negation(six), terms.between(ipv4_of(key), low, high))
    return terms.conjunction(six, terms.between(ipv6_of(key), low, high))
