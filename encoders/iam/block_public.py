"""What S3 Block Public Access means by public: each Allow statement by itself, as it is written.

A policy is public unless every Allow statement grants to fixed values only: of its principals, or
of one condition key that limits whom it lets in. A fixed value has no wildcard that is read as one
and no policy variable. Deny statements do not count. A test that holds where its key is absent, or
for all values but some, fixes nothing: IfExists, ForAllValues, Null and the negated operators.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
RFC 1918 ranges, which that page excepts from "too broad", are themselves no broader than /8.
`strangers` has the other definition, which no policy is public under that is not so here.
"""

from __future__ import annotations

from encoders.iam.conditions import OPERATORS, Family
from encoders.iam.explain import Reason
from encoders.iam.keys import is_limiting
from encoders.iam.policy import (
    Effect,
    Policy,
    Principal,
    PrincipalKind,
    Principals,
    Quantifier,
    Statement,
    Test,
)
from encoders.iam.strangers import (
    VIA_MOUNT_TARGET,
    has_variable,
    has_wildcard,
    is_narrow,
    is_session_of_role,
)

ACCESS_POINTS = frozenset(
    {"AWS::S3::AccessPoint", "AWS::S3Express::AccessPoint", "AWS::S3Outposts::AccessPoint"}
)
FILE_SYSTEM = "AWS::EFS::FileSystem"

ADDRESS_KEYS = frozenset({"aws:sourceip"})
ACCESS_POINT_ARN = "s3:dataaccesspointarn"
TEXT_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        ACCESS_POINT_ARN,
    }
)
"""Keys that limit by fixed values; those of the principal are one of the page's "for example"s."""


def public_statements(
    policy: Policy, resource_type: str | None = None, *, has_vpc_origin: bool = False
) -> tuple[Reason, ...]:
    """Return each statement that makes `policy` public, with the reason: none iff it is not public.

    An access point that takes requests from one VPC only (`has_vpc_origin`) is never public.
    Raise ValueError iff the policy names no principals, or `resource_type` has no network origin.
    """
    if not policy.policy_type.has_principal:
        raise ValueError(f"a policy of type `{policy.policy_type.value}` names no principals")
    if has_vpc_origin and resource_type not in ACCESS_POINTS:
        raise ValueError(f"`{resource_type}` is no access point, which alone has a network origin")
    if has_vpc_origin:
        return ()
    allowing = (one for one in policy.statements if one.effect is Effect.ALLOW)
    found = ((one, _why_public(one, resource_type)) for one in allowing)
    return tuple(Reason(why, "policy", one) for one, why in found if why is not None)


def _why_public(statement: Statement, resource_type: str | None) -> str | None:
    """Return why an Allow statement is public, None iff it is not."""
    if resource_type in ACCESS_POINTS:
        for test in statement.tests:
            if test.key.lower() == ACCESS_POINT_ARN:
                return f"`{test.key}` in the policy of an access point is public"
    open_one = _why_open(statement.principals)
    if open_one is None:
        return None
    is_web = _is_web_only(statement.principals)
    limiting = [one for one in statement.tests if _is_limiting_key(one, resource_type, is_web)]
    weak = [_why_weak(test) for test in limiting]
    if None in weak:
        return None
    return "; ".join([open_one, *map(str, weak)] if weak else [open_one, "no condition limits it"])


def _why_open(principals: Principals | None) -> str | None:
    """Return whom the principals of a statement leave open, None iff each is fixed."""
    if principals is None or principals.negated:
        return "everyone is let in but those under `NotPrincipal`"
    return next((why for why in map(_why_not_fixed, principals.values) if why), None)


def _why_not_fixed(principal: Principal) -> str | None:
    if principal.kind is PrincipalKind.ANYONE:
        return "the principal `*` is everyone"
    if principal.value == "*":
        return f"the principal `*` is everyone under `{principal.kind.value}`"
    if _is_web(principal):
        return f"the principal is any user of `{principal.value}`"
    return None


def _is_web(principal: Principal) -> bool:
    return principal.kind is PrincipalKind.FEDERATED and ":saml-provider/" not in principal.value


def _is_web_only(principals: Principals | None) -> bool:
    """Return True iff all principals that are not fixed are web identities."""
    if principals is None or principals.negated:
        return False
    return all(
        one.kind is PrincipalKind.FEDERATED or not _why_not_fixed(one) for one in principals.values
    )


def _is_limiting_key(test: Test, resource_type: str | None, is_web: bool) -> bool:
    name = test.key.lower()
    if name in TEXT_KEYS or name in ADDRESS_KEYS:
        return True
    if name == VIA_MOUNT_TARGET:
        return resource_type == FILE_SYSTEM
    is_of_web_identity = not name.startswith(("aws:", "s3:")) and is_limiting(name)
    return is_web and is_of_web_identity


def _why_weak(test: Test) -> str | None:
    """Return why a test of a limiting key limits nothing, None iff it limits."""
    if not _is_demanding(test):
        return f"`{_name_of(test)}` on `{test.key}` fixes no value"
    loose = next((value for value in test.values if not _is_fixed(test, value)), None)
    return None if loose is None else f"`{loose}` is no fixed value of `{test.key}`"


def _is_demanding(test: Test) -> bool:
    """Return True iff `test` holds only where its key is present, for one of its values."""
    operator, name = OPERATORS[test.operator], test.key.lower()
    wanted = Family.ADDRESS if name in ADDRESS_KEYS else Family.TEXT
    family = Family.BOOL if name == VIA_MOUNT_TARGET else wanted
    holds_in_absence = test.if_exists or test.quantifier is Quantifier.FOR_ALL_VALUES
    return operator.family is family and not operator.negated and not holds_in_absence


def _name_of(test: Test) -> str:
    quantifier = "" if test.quantifier is None else f"{test.quantifier.value}:"
    return f"{quantifier}{test.operator}{'IfExists' if test.if_exists else ''}"


def _is_fixed(test: Test, value: str) -> bool:
    name, operator = test.key.lower(), OPERATORS[test.operator]
    if has_variable(test, value):
        return False
    if operator.family is Family.ADDRESS:
        return is_narrow(value)
    if operator.family is Family.BOOL:
        return value.lower() == "true"
    if name == "aws:userid" and is_session_of_role(value):
        return False
    if name == ACCESS_POINT_ARN:
        return not has_wildcard(operator, ":".join(value.split(":", 5)[:5]))
    return not has_wildcard(operator, value)
