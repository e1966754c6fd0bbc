"""Who is the public: the strangers to a policy.

A stranger is a caller that the policy does not name, whose limiting keys each are absent or hold a
value that is none of the fixed values the policy names for them, and whose source address lies in
no narrow network that it names. AWS services are no strangers. A policy is public iff it allows a
request of a stranger, so that Deny statements and conditions joined by "and" count.
"""

from collections.abc import Iterator
from dataclasses import replace

from automaton import terms
from automaton.terms import Formula
from automaton.verdict import Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.catalogue import key_facts
from encoders.iam.conditions import Comparison, Family, Operator, operator_of
from encoders.iam.keys import IS_AWS_SERVICE, LIMITED_BY_ACCOUNT, SERVICE_NAMES, is_limiting
from encoders.iam.policy import Policy, Principal, PrincipalKind, Principals, Quantifier, Test
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.values import read_network

NARROW_PREFIX = {4: 8, 6: 32}
"""A network with a shorter prefix than this, by IP version, is as good as the whole internet."""

ROLE_ID = "AROA"
"""The letters that begin the id of a role in `aws:userid`, before the name of a session."""

LIMITED_BY_ORGANIZATION = frozenset(
    {"aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"}
)
"""Keys of paths that begin with the id of an organization, which if fixed keeps the public out."""

VIA_MOUNT_TARGET = "elasticfilesystem:accessedviamounttarget"
"""What is true under this key comes through a mount target, which stands in a network of the owner.

Source: https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html
"""


def is_stranger(policy: Policy, request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff the request comes from a stranger to `policy`."""
    familiar = [authorize.test_holds(test, request) for test in familiar_tests(policy)]
    named = authorize.principals_match(familiar_principals(policy))
    return terms.negation(terms.disjunction(named, *familiar))


def comes_from_stranger(policy: Policy, request: Request) -> bool:
    """Return True iff the concrete `request` comes from a stranger to `policy`."""
    if evaluate.principals_match(familiar_principals(policy), request):
        return False
    return not any(evaluate.test_holds(test, request) for test in familiar_tests(policy))


def familiar_principals(policy: Policy) -> Principals:
    """Return the callers that are no strangers: those that `policy` names, and every service."""
    services = Principal(PrincipalKind.SERVICE, "*", path="")
    named = (
        principal
        for statement in policy.statements
        if statement.principals is not None
        for principal in statement.principals.values
        if not _is_open(principal)
    )
    return Principals((services, *named), negated=False, path="")


def _is_open(principal: Principal) -> bool:
    """Return True iff anyone may become `principal`: everyone, or users of a web identity."""
    is_web = principal.kind is PrincipalKind.FEDERATED and ":saml-provider/" not in principal.value
    return principal.value == "*" or is_web


def familiar_tests(policy: Policy) -> tuple[Test, ...]:
    """Return tests of limiting keys, one of which holds iff a request is no stranger's by its keys.

    Each is a test of `policy` made positive and left with its fixed values.
    """
    tests = (test for statement in policy.statements for test in statement.tests)
    return tuple(familiar for test in tests for familiar in _familiar(test))


def _familiar(test: Test) -> Iterator[Test]:
    name, operator = test.key.lower(), operator_of(test)
    if operator.family is Family.PRESENCE:
        return
    if name in (IS_AWS_SERVICE, VIA_MOUNT_TARGET):
        _require_family(test, operator, Family.BOOL, Family.TEXT)
        yield replace(test, operator="Bool", quantifier=None, if_exists=False, values=("true",))
    elif name in SERVICE_NAMES:
        yield replace(test, operator="Null", quantifier=None, if_exists=False, values=("false",))
    elif is_limiting(name):
        _require_family(test, operator, Family.TEXT, Family.ADDRESS)
        positive = test.operator.replace("Not", "", 1)
        fixed = tuple(value for value in test.values if _is_fixed(test, operator, value))
        some = Quantifier.FOR_ANY_VALUE if _may_hold_several(test) else None
        yield replace(test, operator=positive, quantifier=some, if_exists=False, values=fixed)


def _may_hold_several(test: Test) -> bool:
    facts = key_facts(test.key)
    return test.quantifier is not None or (facts is not None and facts.multivalued)


def _require_family(test: Test, operator: Operator, *families: Family) -> None:
    if operator.family not in families:
        raise Unsupported(f"`{test.operator}` on the limiting key `{test.key}`", test.path)


def _is_fixed(test: Test, operator: Operator, value: str) -> bool:
    """Return True iff `value` keeps the public out when it is the only one of `test`."""
    name = test.key.lower()
    if has_variable(test, value):
        return False
    if operator.family is Family.ADDRESS:
        return is_narrow(value)
    if name == "aws:userid" and is_session_of_role(value):
        return False
    if not has_wildcard(operator, value):
        return True
    if name in LIMITED_BY_ORGANIZATION:
        return "/" in value and not {"*", "?"} & set(value.partition("/")[0])
    return name in LIMITED_BY_ACCOUNT and _has_fixed_account(operator, value)


def has_variable(test: Test, value: str) -> bool:
    """Return True iff `value`, one of those of `test`, holds a policy variable."""
    return test.has_variables and "${" in value


def is_narrow(value: str) -> bool:
    """Return True iff a CIDR text is of a network that keeps the public out."""
    network = read_network(value)
    return network.prefixlen >= NARROW_PREFIX[network.version]


def is_session_of_role(user_id: str) -> bool:
    """Return True iff a value of `aws:userid` is that of a session of a role."""
    return user_id.startswith(ROLE_ID) and ":" in user_id


def has_wildcard(operator: Operator, value: str) -> bool:
    """Return True iff `operator` reads a wildcard in `value`."""
    is_pattern = operator.comparison in (Comparison.LIKE, Comparison.ARN_LIKE)
    return is_pattern and bool({"*", "?"} & set(value))


def _has_fixed_account(operator: Operator, pattern: str) -> bool:
    """Return True iff every ARN that `pattern` matches belongs to the one account it names.

    A wildcard of StringLike may swallow a colon, so none may stand before the account's end.
    """
    segments = pattern.split(":", 5)
    if len(segments) < 6 or not segments[4]:
        return False
    decisive = segments[4] if operator.comparison is Comparison.ARN_LIKE else "".join(segments[:5])
    return not {"*", "?"} & set(decisive)
