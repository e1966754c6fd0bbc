"""Who is outside a zone of trust: the accounts and organizations whose principals may get in.

Inside is the caller of a trusted account, a SAML provider of one, and whoever a condition key says
to belong to a trusted account or organization: the caller by the keys of the principal, or, by
`aws:SourceAccount` and its like, the one for whom an AWS service calls. Only AWS sets those keys.
An AWS service is inside too, as with `strangers`: whom it acts for is told by those keys alone, so
a policy that lets a service in for anybody is not blamed here. Outside is everybody else: anonymous
callers, web identities whatever their audience, canonical users and unknown ids, whose account no
policy tells; and where a caller comes from, an address, a network or an access point, tells nothing
about whose principal it is. An account may belong to a trusted organization, but only a condition
on the organization shows it.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from automaton import regex as rx
from automaton import terms
from automaton.charset import CharSet
from automaton.terms import Formula
from automaton.verdict import Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.conditions import Family, operator_of
from encoders.iam.context_keys import is_known_multi_valued, name_of, references_in
from encoders.iam.keys import IS_AWS_SERVICE, SERVICE_NAMES
from encoders.iam.policy import (
    Policy,
    Principal,
    PrincipalKind,
    Principals,
    Quantifier,
    Test,
)
from encoders.iam.principals import Caller
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.symbols import PRINCIPAL

ACCOUNT_KEYS = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"}
)
ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn"})
ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:sourceorgid"})
PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})
TELLING = ACCOUNT_KEYS | ARN_KEYS | ORGANIZATION_KEYS | PATH_KEYS
"""Keys that tell whose principal calls, or for whom a service does."""

_ACCOUNT = re.compile(r"[0-9]{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_SAML = re.compile(r"arn:[^:]+:iam::([0-9]{12}):saml-provider/.+", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class TrustZone:
    """The ids of the accounts and of the organizations whose principals are trusted.

    Raise ValueError iff one of them is no such id, or there are none.
    """

    accounts: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in sorted(self.accounts):
            if not _ACCOUNT.fullmatch(name):
                raise ValueError(f"`{name}` is not the id of an account")
        for name in sorted(self.organizations):
            if not _ORGANIZATION.fullmatch(name):
                raise ValueError(f"`{name}` is not the id of an organization")
        if not self.accounts and not self.organizations:
            raise ValueError("name an account or an organization to trust")


def is_outside(zone: TrustZone, policy: Policy, request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff the request is of a principal outside `zone`.

    Keys that `policy`, of which `request` is made, does not mention are taken as absent. Raise
    Unsupported iff it reads one that tells whose the principal is as anything but text.
    """
    tests = (authorize.test_holds(test, request) for test in inner_tests(zone, policy))
    named = authorize.principals_match(inner_principals(zone))
    return terms.negation(terms.disjunction(named, _is_inner_provider(zone), *tests))


def comes_from_outside(zone: TrustZone, policy: Policy, request: Request) -> bool:
    """Return True iff the concrete `request` is of a principal outside `zone`."""
    if evaluate.principals_match(inner_principals(zone), request):
        return False
    if request.principal is not None and _is_of_inner_provider(zone, request.principal):
        return False
    return not any(evaluate.test_holds(test, request) for test in inner_tests(zone, policy))


def inner_principals(zone: TrustZone) -> Principals:
    """Return the principals that are inside by their name: of trusted accounts, and services."""
    services = Principal(PrincipalKind.SERVICE, "*", path="")
    accounts = (Principal(PrincipalKind.AWS, name, path="") for name in sorted(zone.accounts))
    return Principals((services, *accounts), negated=False, path="")


def _is_inner_provider(zone: TrustZone) -> Formula:
    start = rx.literal(Caller(PrincipalKind.FEDERATED, "arn:").text)
    partition = rx.plus(rx.chars(~CharSet.chars(":")))
    accounts = rx.union(*map(rx.literal, sorted(zone.accounts)))
    providers = rx.concat(rx.literal(":saml-provider/"), rx.plus(rx.ANY))
    arns = rx.concat(start, partition, rx.literal(":iam::"), accounts, providers)
    return terms.in_regex(PRINCIPAL, arns)


def _is_of_inner_provider(zone: TrustZone, caller: Caller) -> bool:
    found = _SAML.fullmatch(caller.value) if caller.kind is PrincipalKind.FEDERATED else None
    return found is not None and found[1] in zone.accounts


def inner_tests(zone: TrustZone, policy: Policy) -> tuple[Test, ...]:
    """Return tests of keys that `policy` mentions; one holds iff the keys tell of an insider."""
    tests = (_inner_test(zone, key, path) for key, path in _mentioned(policy).items())
    return tuple(test for test in tests if test is not None and test.values)


def _mentioned(policy: Policy) -> dict[str, str]:
    """Return the names of the keys in the tests and variables of `policy`, each with a place."""
    found: dict[str, str] = {}
    for statement in policy.statements:
        for test in statement.tests:
            _require_readable(test)
            found.setdefault(name_of(test.key), test.path)
        for reference, part in references_in(statement):
            found.setdefault(name_of(reference.key), part.path)
    return found


def _require_readable(test: Test) -> None:
    family = operator_of(test).family
    if name_of(test.key) in TELLING and family not in (Family.TEXT, Family.PRESENCE):
        raise Unsupported(f"`{test.operator}` on `{test.key}`", test.path)


def _inner_test(zone: TrustZone, key: str, path: str) -> Test | None:
    """Return the test of `key` that holds for insiders only, None iff the key does not tell."""
    if key in SERVICE_NAMES:
        return _test("Null", key, ("false",), path)
    if key == IS_AWS_SERVICE:
        return _test("Bool", key, ("true",), path)
    if key in ACCOUNT_KEYS:
        return _test("StringEquals", key, tuple(sorted(zone.accounts)), path)
    if key in ORGANIZATION_KEYS:
        return _test("StringEquals", key, tuple(sorted(zone.organizations)), path)
    if key in ARN_KEYS:
        return _test(
            "ArnLike", key, tuple(f"arn:*:*:*:{name}:*" for name in sorted(zone.accounts)), path
        )
    if key in PATH_KEYS:
        return _test(
            "StringLike", key, tuple(f"{name}/*" for name in sorted(zone.organizations)), path
        )
    return None


def _test(operator: str, key: str, values: tuple[str, ...], path: str) -> Test:
    is_several = operator != "Null" and is_known_multi_valued(key)
    quantifier = Quantifier.FOR_ANY_VALUE if is_several else None
    return Test(operator, quantifier, if_exists=False, key=key, values=values, path=path)
