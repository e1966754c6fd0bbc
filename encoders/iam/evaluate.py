"""Whether a policy allows one concrete request, by plain code on strings, numbers and addresses.

`authorize` has the same functions in the same order for all requests at once. Nothing here uses
its regular expressions or formulas, so that each checks the other.
"""

import operator as ordering
from collections.abc import Callable
from fractions import Fraction
from ipaddress import ip_address

from encoders.iam.conditions import (
    Comparison,
    Family,
    Operator,
    operator_of,
    read_bool,
    values_of,
)
from encoders.iam.policy import Effect, Patterns, Policy, Principals, Statement, Test
from encoders.iam.principals import covers
from encoders.iam.request import NO_RESOURCE, Request
from encoders.iam.support import require_supported
from encoders.iam.values import read_date, read_network, read_number
from encoders.iam.wildcard import (
    ArnWildcards,
    action_matches,
    arn_matches,
    folded_matches,
    glob_matches,
    resource_matches,
)


def is_allowed(policy: Policy, request: Request, reading: ArnWildcards) -> bool:
    """Return True iff an Allow statement matches and no Deny statement does.

    Raise Unsupported iff the policy holds a construct that is not modelled.
    """
    require_supported(policy)
    effects = {
        statement.effect
        for statement in policy.statements
        if statement_matches(statement, request, reading)
    }
    return effects == {Effect.ALLOW}


def statement_matches(statement: Statement, request: Request, reading: ArnWildcards) -> bool:
    """Return True iff every element of `statement` matches the request."""
    return (
        principals_match(statement.principals, request)
        and actions_match(statement.actions, request)
        and resources_match(statement.resources, request, reading)
        and condition_holds(statement.tests, request)
    )


def principals_match(principals: Principals | None, request: Request) -> bool:
    """Return True iff the caller is one of `principals`, which None leaves open.

    Raise ValueError iff the request has no caller to compare.
    """
    if principals is None:
        return True
    if request.principal is None:
        raise ValueError("a policy with principals needs a request with one")
    is_named = any(covers(principal, request.principal) for principal in principals.values)
    return is_named is not principals.negated


def actions_match(actions: Patterns, request: Request) -> bool:
    """Return True iff the action is one of Action, or none of NotAction."""
    is_named = any(action_matches(pattern, request.action) for pattern in actions.values)
    return is_named is not actions.negated


def resources_match(resources: Patterns | None, request: Request, reading: ArnWildcards) -> bool:
    """Return True iff the resource is one of Resource, or none of NotResource.

    A statement without either applies to every resource.
    """
    if resources is None:
        return True
    resource = NO_RESOURCE if request.resource is None else request.resource
    is_named = any(resource_matches(pattern, resource, reading) for pattern in resources.values)
    return is_named is not resources.negated


def condition_holds(tests: tuple[Test, ...], request: Request) -> bool:
    """Return True iff every test of a condition holds."""
    return all(test_holds(test, request) for test in tests)


def test_holds(test: Test, request: Request) -> bool:
    """Return True iff `test` holds.

    Values are alternatives; a negated operator holds iff none fits. Where the key is absent, a
    positive operator fails, and a negated one and one with IfExists hold.
    """
    operator, value = operator_of(test), request.value(test.key)
    if operator.family is Family.PRESENCE:
        is_absent = value is None or value == ""
        return is_absent in values_of(test, read_bool)
    if value is None:
        return operator.negated or test.if_exists
    return _fits(test, operator, value) is not operator.negated


def _fits(test: Test, operator: Operator, value: str) -> bool:
    """Return True iff the value of the request fits a value of the test."""
    match operator.family:
        case Family.TEXT:
            fits = _TEXTS[operator.comparison]
            return any(fits(wanted, value) for wanted in test.values)
        case Family.BOOL:
            wanted_words = map(str, values_of(test, read_bool))
            return any(folded_matches(word, value) for word in wanted_words)
        case Family.ADDRESS:
            address = ip_address(value)
            return any(address in network for network in values_of(test, read_network))
    read = read_date if operator.family is Family.DATE else read_number
    number, compare = read(value), _NUMBERS[operator.comparison]
    return any(compare(number, wanted) for wanted in values_of(test, read))


_TEXTS: dict[Comparison, Callable[[str, str], bool]] = {
    Comparison.EQUAL: ordering.eq,
    Comparison.EQUAL_FOLDED: folded_matches,
    Comparison.LIKE: glob_matches,
    Comparison.ARN_LIKE: arn_matches,
}

_NUMBERS: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    Comparison.EQUAL: ordering.eq,
    Comparison.LESS: ordering.lt,
    Comparison.AT_MOST: ordering.le,
    Comparison.GREATER: ordering.gt,
    Comparison.AT_LEAST: ordering.ge,
}
