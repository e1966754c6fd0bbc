"""What Hypothesis draws for the IAM encoder: policies, requests that nearly fit them, and models.

Everything comes from small pools whose members overlap, so that patterns hit and miss in turn.
"""

from __future__ import annotations

from fractions import Fraction
from ipaddress import ip_address

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton.evaluate import evaluate as holds
from automaton.verdict import Model, Value
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key
from encoders.iam.policy import (
    Effect,
    Patterns,
    Policy,
    PolicyType,
    Principal,
    PrincipalKind,
    Principals,
    Quantifier,
    Statement,
    Test,
)
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import (
    ACTION,
    NO_RESOURCE,
    PRINCIPAL,
    RESOURCE,
    ContextValue,
    Request,
    SymbolicRequest,
    ipv4_of,
    ipv6_of,
    is_ipv6,
    presence_of,
    value_of,
)
from encoders.iam.symbols import is_list
from encoders.iam.values import read_date, read_number

ACTION_PATTERNS = ("*", "s3:*", "s3:Get*", "s3:GetObject", "S3:getobjec?", "ec2:*", "*:Get*")
ACTIONS = ("s3:getobject", "s3:getobjects", "s3:putobject", "ec2:getobject", "ec2:run")

RESOURCE_PATTERNS = (
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::b?cket/a",
    "arn:aws:*:table/x",
    "arn:aws:ec2:*:*:instance/i-*",
    "arn:aws:ec2*",
    "arn:*:x",
    "**",
    "arn:aws:s3:::bucket/${aws:username}",
    "arn:aws:s3:::${ex:Text, 'bucket'}/*",
    "arn:aws:ec2:${ex:Age}:*:instance/i-${*}",
)
RESOURCES = (
    NO_RESOURCE,
    "arn:aws:s3:::bucket/a",
    "arn:aws:s3:::bucket/a:b",
    "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
    "arn:aws:ec2:a:b:instance/i-1:table/x",
    "arn:aws:ec2:::x",
    "arn:aws:s3:::bucket/ann",
    "arn:aws:ec2:3600:a:instance/i-*",
)

PRINCIPALS = (
    (PrincipalKind.ANYONE, "*"),
    (PrincipalKind.AWS, "111122223333"),
    (PrincipalKind.AWS, "arn:aws:iam::111122223333:root"),
    (PrincipalKind.AWS, "arn:aws:iam::111122223333:user/ann"),
    (PrincipalKind.AWS, "arn:aws:iam::111122223333:role/path/admin"),
    (PrincipalKind.AWS, "arn:aws:sts::111122223333:assumed-role/admin/bob"),
    (PrincipalKind.AWS, "arn:aws:sts::444455556666:federated-user/bob"),
    (PrincipalKind.SERVICE, "ec2.amazonaws.com"),
    (PrincipalKind.SERVICE, "*"),
    (PrincipalKind.FEDERATED, "accounts.google.com"),
    (PrincipalKind.CANONICAL_USER, "79a59df900b949e5"),
)
CALLERS = (
    ANONYMOUS,
    Caller(PrincipalKind.AWS, "arn:aws:iam::111122223333:root"),
    Caller(PrincipalKind.AWS, "arn:aws-cn:iam::111122223333:root"),
    Caller(PrincipalKind.AWS, "arn:aws:iam::111122223333:user/ann"),
    Caller(PrincipalKind.AWS, "arn:aws:sts::111122223333:assumed-role/admin/bob"),
    Caller(PrincipalKind.AWS, "arn:aws:sts::111122223333:assumed-role/administrator/bob"),
    Caller(PrincipalKind.AWS, "arn:aws:sts::444455556666:federated-user/bob"),
    Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com"),
    Caller(PrincipalKind.SERVICE, "s3.amazonaws.com"),
    Caller(PrincipalKind.FEDERATED, "accounts.google.com"),
    Caller(PrincipalKind.CANONICAL_USER, "79a59df900b949e5"),
)

_STRING_OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    *("StringLike", "StringNotLike", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
)
_ORDER = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_DATES = ("2024-05-01", "2024-05-01T12:00:00Z", "2024-05-01T12:00:00.5+02:00", "1714564800")
_TEXTS = (
    *("abc", "ABC", "a*", "*:b?", "a:b:c:d:e:f", "a:*:c:d:e:f*"),
    *("${ex:Word}", "a${ex:Word, '*'}*", "a:${ex:Text}:c:d:e:*", "${*}", "${aws:username}"),
)
_NUMBERS = ("3600", "3600.5", "-1", "0")
_NETWORKS = ("10.0.0.0/8", "10.1.2.3", "10.1.2.3/16", "2001:db8::/32", "::1")

KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "ex:Text": (_STRING_OPERATORS, _TEXTS, ("abc", "aBC", "b", "a:b:c:d:e:f", "a::c:d:e:f:g")),
    "aws:UserAgent": (_STRING_OPERATORS, _TEXTS, ("abc", "aBC", "x:by", "*")),
    "aws:TagKeys": (_STRING_OPERATORS, _TEXTS, ("abc", "aBC", "b", "true", "a:b:c:d:e:f")),
    "ex:Tags": (_STRING_OPERATORS, _TEXTS, ("abc", "aBC", "b", "True")),
    "ex:Bytes": (("BinaryEquals",), ("QQ==", "QR==", "YWJj"), ("QQ==", "YWJj", "QUI=")),
    "ex:Ages": (tuple(f"Numeric{name}" for name in _ORDER), _NUMBERS, (*_NUMBERS, "3600.25")),
    "ex:Sources": (
        ("IpAddress", "NotIpAddress"),
        _NETWORKS,
        ("10.1.2.3", "10.1.9.9", "11.0.0.1", "2001:db8::7", "::1", "::2"),
    ),
    "aws:PrincipalArn": (
        ("StringEquals", "StringLike", "ArnLike", "ArnNotLike", "StringNotEquals"),
        (
            *("arn:aws:iam::111122223333:user/ann", "*admin", "arn:aws:iam::*:role/path/*", "*"),
            "arn:aws:iam::${aws:PrincipalAccount}:*",
        ),
        (),
    ),
    "aws:PrincipalAccount": (
        ("StringEquals", "StringLike", "StringNotEquals"),
        ("111122223333", "4*", "${ex:Text}"),
        (),
    ),
    "aws:username": (("StringEquals", "StringLike"), ("ann", "a*"), ()),
    "aws:PrincipalType": (("StringEquals", "StringNotEquals"), ("User", "Anonymous"), ()),
    "ex:Flag": (("Bool",), ("true", "false"), ("true", "false")),
    "aws:SecureTransport": (("Bool",), ("true", "false"), ("true", "false")),
    "ex:Word": (("Bool", "StringEquals"), ("true", "false"), ("True", "false")),
    "ex:Age": (tuple(f"Numeric{name}" for name in _ORDER), _NUMBERS, (*_NUMBERS, "3600.25")),
    "ex:Time": (tuple(f"Date{name}" for name in _ORDER), _DATES, (*_DATES, "2024-05-02")),
    "aws:SourceIp": (
        ("IpAddress", "NotIpAddress"),
        _NETWORKS,
        ("10.1.2.3", "10.1.9.9", "11.0.0.1", "2001:db8::7", "::1", "::2"),
    ),
}
"""A key -> operators that read it, values in a policy, values in a request.

A key without values in a request follows from the caller.
"""

MULTI_VALUED = ("aws:TagKeys", "ex:Tags", "ex:Ages", "ex:Sources")
"""The keys of which a request carries a list; the first is one by its name alone."""


def _some(pool: tuple[str, ...], max_size: int = 2) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(pool), min_size=1, max_size=max_size, unique=True).map(tuple)


def _one(pool: tuple[str, ...]) -> SearchStrategy[str]:
    return st.sampled_from(pool)


@st.composite
def conditions(draw: st.DrawFn) -> Test:
    """Draw one test of a condition, on one of KEYS."""
    key = draw(st.sampled_from(tuple(KEYS)))
    operators, values, _ = KEYS[key]
    spelling = draw(st.sampled_from([key, key.upper()]))
    if draw(st.integers(0, 5)) == 0:
        return Test("Null", None, False, spelling, draw(_some(("true", "false"))), "$")
    operator = draw(st.sampled_from(operators))
    quantifiers: list[Quantifier | None] = [None] if key not in MULTI_VALUED[1:] else []
    if key in MULTI_VALUED or key.startswith("aws:"):
        quantifiers += Quantifier
    quantifier = draw(st.sampled_from(quantifiers))
    pool = values if "IgnoreCase" not in operator else tuple(v for v in values if "${" not in v)
    return Test(operator, quantifier, draw(st.booleans()), spelling, draw(_some(pool)), "$", True)


@st.composite
def statements(draw: st.DrawFn, policy_type: PolicyType) -> Statement:
    """Draw a statement whose parts are of the pools above."""
    principals = draw(st.lists(st.sampled_from(PRINCIPALS), min_size=1, max_size=2))
    named = tuple(Principal(kind, value, "$") for kind, value in principals)
    return Statement(
        index=0,
        sid=None,
        effect=draw(st.sampled_from(Effect)),
        principals=Principals(named, draw(st.booleans()), "$")
        if policy_type.has_principal
        else None,
        actions=Patterns(draw(_some(ACTION_PATTERNS)), draw(st.booleans()), "$"),
        resources=draw(
            st.none()
            | st.builds(
                Patterns, _some(RESOURCE_PATTERNS), st.booleans(), st.just("$"), st.just(True)
            )
        ),
        tests=tuple(draw(st.lists(conditions(), max_size=2))),
        path="$",
    )


@st.composite
def policies(draw: st.DrawFn, policy_type: PolicyType | None = None) -> Policy:
    """Draw a policy of one to three statements, an identity or a resource policy."""
    pool = [PolicyType.IDENTITY, PolicyType.RESOURCE]
    kind = policy_type or draw(st.sampled_from(pool))
    parts = draw(st.lists(statements(kind), min_size=1, max_size=3))
    return Policy("2012-10-17", None, tuple(parts), kind)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request that carries what every request does and some of the other keys."""
    always = {"aws:UserAgent", "aws:SecureTransport"}
    carried = [key for key in KEYS if KEYS[key][2] and (key in always or draw(st.booleans()))]
    caller = draw(st.sampled_from(CALLERS))
    context: dict[str, ContextValue] = {
        key: draw(_some(KEYS[key][2], 3)) if key in MULTI_VALUED else draw(_one(KEYS[key][2]))
        for key in carried
    }
    return Request(
        principal=caller,
        action=draw(st.sampled_from(ACTIONS)),
        resource=draw(st.sampled_from(RESOURCES)),
        context={**context, **following(caller, path=draw(st.sampled_from(["", "path/"])))},
    )


def following(caller: Caller, path: str = "") -> dict[str, str]:
    """Return the keys that follow from `caller`, whose role, if it is a session, has that path."""
    arn, account, name = caller.value, "555566667777", ""
    if caller.kind is PrincipalKind.AWS:
        partition, account, name = arn.split(":")[1], arn.split(":")[4], arn.split(":", 5)[5]
    kind, _, rest = name.partition("/")
    if kind == "assumed-role":
        role = rest.partition("/")[0]
        arn = f"arn:{partition}:iam::{account}:role/{path}{role}"
    carries_arn = caller.kind is PrincipalKind.AWS
    types = {"root": "Account", "user": "User", "assumed-role": "AssumedRole"}
    others = {"federated-user": "FederatedUser", "": "Anonymous"}
    is_anonymous = caller.kind is PrincipalKind.ANYONE
    return {
        **({"aws:PrincipalArn": arn} if carries_arn else {}),
        "aws:PrincipalAccount": account,
        **({"aws:username": rest.rpartition("/")[2]} if kind == "user" else {}),
        "aws:PrincipalType": (
            {**types, **others}[kind] if carries_arn or is_anonymous else "Unknown"
        ),
    }


def model_of(request: Request, symbolic: SymbolicRequest) -> Model:
    """Return the assignment of the variables of `symbolic` that stands for `request`.

    Of the claims about values it knows those of the formulas made before.
    """
    caller = ANONYMOUS if request.principal is None else request.principal
    role = request.value("aws:PrincipalArn")
    model: dict[str, Value] = {
        PRINCIPAL.name: caller.text_with(role),
        ACTION.name: request.action.lower(),
        RESOURCE.name: NO_RESOURCE if request.resource is None else request.resource,
    }
    lists = (request.values(key.name) for key in symbolic.keys.values() if key.is_multi_valued)
    slots = max([1, *(len(values) for values in lists if isinstance(values, tuple))])
    for key in symbolic.keys.values():
        value = request.values(key.name)
        values = (value,) if isinstance(value, str) else value or ()
        model[presence_of(key.name).name] = bool(values)
        if key.may_be_single:
            model[is_list(key).name] = not isinstance(value, str)
        for slot in range(slots if key.is_multi_valued else 1):
            chosen = values[min(slot, len(values) - 1)] if values else None
            model.update(_values(key.at(slot), chosen))
    for variable, claim in symbolic.claims.meaning.items():
        model[variable.name] = holds(claim.in_slots(slots), model)
    return model


def _values(key: Key, value: str | None) -> Model:
    """Return the variables of the value of `key`; some value for those of an absent one."""
    match key.family:
        case Family.TEXT | Family.BINARY | Family.PRESENCE:
            return {value_of(key).name: value or ""}
        case Family.BOOL:
            return {value_of(key).name: (value or "").lower() == "true"}
        case Family.NUMBER:
            return {value_of(key).name: read_number(value or "0")}
        case Family.DATE | Family.EPOCH:
            return {value_of(key).name: Fraction(0) if value is None else read_date(value)}
        case Family.ADDRESS:
            address = ip_address(value or "0.0.0.0")
            four, six = (int(address), 0) if address.version == 4 else (0, int(address))
            version = {is_ipv6(key).name: address.version == 6}
            return {**version, ipv4_of(key).name: four, ipv6_of(key).name: six}
