"""Dense questions about few condition keys, and the requests that may be made, drawn naively.

A question is about two or three keys of one theme, so that its tests meet each other. What is
known of possible requests is written down here once more, by plain code, apart from `couplings`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from encoders.iam.conditions import OPERATORS, READERS
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
from encoders.iam.request import ANY_TEXT, ContextValue, Request
from encoders.iam.values import read_date
from tests.iam_strategies import following

_TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ArnLike", "ArnNotLike")
_FOLDED = ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
_ORDER = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_NUMERIC = tuple(f"Numeric{name}" for name in _ORDER)
_DATE = tuple(f"Date{name}" for name in _ORDER)
_ADDRESS = ("IpAddress", "NotIpAddress")


@dataclass(frozen=True)
class Pool:
    """Operators that read a key, values in a policy, and values in a request."""

    operators: Sequence[str]
    wanted: Sequence[str]
    carried: Sequence[str] = ()
    may_be_list: bool = False
    may_be_quantified: bool = True
    must_be_quantified: bool = False
    is_always_list: bool = False


_NETWORKS = ("10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "11.0.0.0/8", "2001:db8::/32", "::/0")
_ADDRESSES = ("10.1.2.3", "10.9.9.9", "11.0.0.1", "12.0.0.1", "2001:db8::7", "::2")
_USER = "arn:aws:iam::111122223333:user/ann"
_ACCOUNTS = ("111122223333", "444455556666")

POOLS: Mapping[str, Pool] = {
    "aws:TagKeys": Pool(
        (*_TEXT, *_FOLDED),
        ("a", "A", "b", "a*", "*", "?", "ab"),
        ("a", "A", "b", "ab", "c"),
        True,
        is_always_list=True,
    ),
    "ex:Tags": Pool(
        (*_TEXT, *_FOLDED),
        ("a", "b", "${aws:PrincipalTag/a}", "*${aws:PrincipalTag/b, 'b'}", "?"),
        ("a", "b", "ab", "c"),
        may_be_list=True,
        must_be_quantified=True,
    ),
    "ex:Ages": Pool(_NUMERIC, ("1", "2", "2.5"), ("0", "1", "1.5", "2", "2.5", "3"), True),
    "ex:Sources": Pool(_ADDRESS, _NETWORKS, _ADDRESSES, True),
    "ex:Words": Pool(
        (*_NUMERIC, *_TEXT, "Bool", "DateLessThan"),
        ("5", "50000", "true", "5*", "?", "1970-02-01", "a"),
        ("5", "50000", "true", "TRUE", "1970-02-01T00:00:00Z", "55", "a", "b"),
        may_be_list=True,
    ),
    "aws:RequestTag/a": Pool(
        (*_NUMERIC, "StringLike", "StringEquals", "DateGreaterThan", "IpAddress", "NotIpAddress"),
        ("5", "6.5", "*", "", "60000", "a", "10.0.0.0/8"),
        ("", "5", "6.5", "7", "a", "10.1.2.3", "60000"),
    ),
    "aws:PrincipalTag/a": Pool(
        (*_TEXT,),
        ("a", "b", "a*", "*", "${aws:PrincipalTag/b}", "${aws:PrincipalTag/b, 'a'}", "${*}"),
        ("a", "b", "ab", "*", "aa", ""),
    ),
    "aws:PrincipalTag/b": Pool(
        (*_TEXT, "StringEqualsIgnoreCase"), ("a", "b", "?", "${$}", ""), ("a", "b", "ab", "$", "")
    ),
    "ex:Fold": Pool(
        _FOLDED,
        ("Ab", "b", "x${ex:Other}", "${ex:Other, 'B'}"),
        ("ab", "b", "xb", "a", "x"),
        may_be_quantified=False,
    ),
    "ex:Other": Pool(_FOLDED, ("b", "A"), ("a", "b", "c"), may_be_quantified=False),
    "aws:CurrentTime": Pool(_DATE, ("1970-02-01", "1714564800", "2024-05-01T12:00:01Z")),
    "aws:EpochTime": Pool((*_DATE, *_NUMERIC), ("1714564800", "1714564801", "50000")),
    "aws:SourceIp": Pool(_ADDRESS, _NETWORKS, _ADDRESSES),
    "aws:VpcSourceIp": Pool(_ADDRESS, _NETWORKS[:3], _ADDRESSES[:3]),
    "aws:SourceVpc": Pool(("StringEquals", "StringNotEquals"), ("vpc-1", "vpc-2"), ("vpc-1", "v")),
    "aws:MultiFactorAuthPresent": Pool(("Bool",), ("true", "false"), ("true", "false")),
    "aws:MultiFactorAuthAge": Pool(_NUMERIC, ("1", "60"), ("0", "1", "30", "60", "61")),
    "s3:ResourceAccount": Pool(_TEXT[:4], (*_ACCOUNTS, "${aws:ResourceAccount}"), _ACCOUNTS),
    "aws:ResourceAccount": Pool(_TEXT[:4], (*_ACCOUNTS, "1*"), _ACCOUNTS),
    "aws:PrincipalArn": Pool(
        (*_TEXT, "StringEqualsIgnoreCase"),
        (
            *(_USER, "arn:aws:iam::*:role/*", "*admin", "*", "arn:*:sts::*"),
            *("arn:aws:iam::${aws:PrincipalAccount}:*", "*${aws:username}"),
        ),
    ),
    "aws:PrincipalAccount": Pool(_TEXT[:4], (*_ACCOUNTS, "1*", "${aws:ResourceAccount}")),
    "aws:username": Pool(_TEXT, ("ann", "a*", "bob", "${aws:PrincipalTag/a}")),
    "aws:PrincipalType": Pool(_TEXT[:2], ("User", "Anonymous", "AssumedRole", "Account")),
    "aws:PrincipalIsAWSService": Pool(("Bool",), ("true", "false")),
    "aws:PrincipalOrgID": Pool(_TEXT[:4], ("o-abcdefghij", "o-*"), ("o-abcdefghij", "o-other")),
}

THEMES = (
    ("aws:TagKeys",),
    ("aws:TagKeys", "ex:Tags", "aws:PrincipalTag/a"),
    ("ex:Ages", "ex:Sources"),
    ("ex:Words",),
    ("aws:RequestTag/a",),
    ("aws:RequestTag/a", "ex:Words"),
    ("ex:Tags", "aws:PrincipalTag/a", "aws:PrincipalTag/b"),
    ("aws:PrincipalTag/a", "aws:PrincipalTag/b"),
    ("ex:Fold", "ex:Other"),
    ("aws:CurrentTime", "aws:EpochTime"),
    ("aws:SourceIp", "aws:VpcSourceIp", "aws:SourceVpc"),
    ("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"),
    ("s3:ResourceAccount", "aws:ResourceAccount", "aws:PrincipalAccount"),
    ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:username"),
    ("aws:PrincipalArn", "aws:PrincipalType", "aws:PrincipalIsAWSService"),
    ("aws:username", "aws:PrincipalTag/a"),
    ("aws:PrincipalOrgID", "aws:PrincipalArn", "aws:SourceIp"),
)

_ACTIONS = ("*", "s3:*", "s3:Get*", "ec2:*")
_RESOURCES = ("*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:s3:::?/*", "arn:aws:*")
_VARIABLES = {
    "aws:PrincipalTag/a": (
        *("arn:aws:s3:::b/${aws:PrincipalTag/a}", "arn:aws:s3:::b/${aws:PrincipalTag/a, '*'}*"),
        "arn:aws:ec2:${aws:PrincipalTag/a}:*:i/*",
    ),
    "aws:username": ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${aws:username}*"),
    "aws:PrincipalAccount": ("arn:aws:ec2:*:${aws:PrincipalAccount}:*",),
}
_PRINCIPALS = (
    *((PrincipalKind.ANYONE, "*"), (PrincipalKind.ANYONE, "*")),
    *((PrincipalKind.AWS, "111122223333"), (PrincipalKind.AWS, _USER)),
    (PrincipalKind.AWS, "arn:aws:iam::111122223333:role/admin"),
    (PrincipalKind.AWS, "arn:aws:sts::111122223333:assumed-role/admin/ann"),
    *((PrincipalKind.SERVICE, "ec2.amazonaws.com"), (PrincipalKind.FEDERATED, "cognito.com")),
)


def draw_policies(rng: Random, kind: PolicyType, count: int) -> list[Policy]:
    """Return policies about the keys of one theme."""
    keys = rng.choice(THEMES)
    return [_draw_policy(rng, kind, keys) for _ in range(count)]


def _draw_policy(rng: Random, kind: PolicyType, keys: Sequence[str]) -> Policy:
    statements = (_draw_statement(rng, kind, keys) for _ in range(rng.choice((1, 1, 2, 3))))
    return Policy("2012-10-17", None, tuple(statements), kind)


def _draw_statement(rng: Random, kind: PolicyType, keys: Sequence[str]) -> Statement:
    pool = [*_RESOURCES, *(text for key in keys for text in _VARIABLES.get(key, ()) * 2)]
    values = tuple(rng.sample(pool, rng.choice((1, 1, 2))))
    return Statement(
        index=0,
        sid=None,
        effect=rng.choice((Effect.ALLOW, Effect.ALLOW, Effect.DENY)),
        principals=_draw_principals(rng) if kind.has_principal else None,
        actions=Patterns((rng.choice(_ACTIONS),), rng.random() < 0.1, "$"),
        resources=Patterns(values, rng.random() < 0.25, "$", has_variables=True),
        tests=tuple(_draw_test(rng, rng.choice(keys)) for _ in range(rng.choice((0, 1, 1, 2, 3)))),
        path="$",
    )


def _draw_principals(rng: Random) -> Principals:
    named = rng.sample(_PRINCIPALS, rng.choice((1, 1, 2)))
    found = tuple(Principal(kind, value, "$") for kind, value in named)
    return Principals(found, rng.random() < 0.15, "$")


def _draw_test(rng: Random, key: str) -> Test:
    pool = POOLS[key]
    if rng.random() < 0.2:
        return Test("Null", None, False, key, (rng.choice(("true", "false")),), "$")
    operator = rng.choice(pool.operators)
    wanted = [value for value in pool.wanted if _is_readable(operator, value)]
    values = tuple(rng.sample(wanted, min(len(wanted), rng.choice((1, 1, 2)))))
    quantifier: Quantifier | None = None
    is_list = pool.may_be_list and rng.random() < 0.9
    if pool.must_be_quantified or is_list or (pool.may_be_quantified and rng.random() < 0.15):
        quantifier = rng.choice([*Quantifier])
    if_exists = rng.random() < 0.25
    return Test(operator, quantifier, if_exists, key, values, "$", True)


def _is_readable(operator: str, value: str) -> bool:
    try:
        READERS[OPERATORS[operator].family](value)
    except ValueError:
        return False
    return True


CALLERS = (
    ANONYMOUS,
    *(
        Caller(PrincipalKind.AWS, arn)
        for arn in (
            *(_USER, "arn:aws:iam::444455556666:user/x/bob", "arn:aws:iam::111122223333:root"),
            "arn:aws:sts::111122223333:assumed-role/admin/ann",
            "arn:aws:sts::444455556666:federated-user/ann",
        )
    ),
    Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com"),
    Caller(PrincipalKind.FEDERATED, "cognito.com"),
)
_PLACES = (
    *("*", "arn:aws:s3:::b/a", "arn:aws:s3:::b/b", "arn:aws:s3:::b/ann", "arn:aws:s3:::c/ab"),
    *("arn:aws:s3:::b/*", "arn:aws:s3:::b/*a", "arn:aws:ec2:a:111122223333:i/x"),
)
_ALWAYS = ("aws:CurrentTime", "aws:EpochTime", "aws:PrincipalAccount", "aws:PrincipalType")
_MOMENTS = (0, 2678400, 49999, 50000, 50001, 1714564799, 1714564800, 1714564801, 1714564802)


def draw_requests(
    rng: Random, keys: Sequence[str], count: int, *, has_principal: bool
) -> Iterator[Request]:
    """Yield requests that somebody may make, with some of `keys`, named as in POOLS.

    Where no policy names principals, only AWS principals call.
    """
    callers = [c for c in CALLERS if has_principal or c.kind is PrincipalKind.AWS]
    for _ in range(count):
        caller, action = rng.choice(callers), rng.choice(("s3:getobject", "s3:put", "ec2:run"))
        context: dict[str, ContextValue] = {
            key: _draw_value(rng, POOLS[key])
            for key in keys
            if POOLS[key].carried and rng.random() < 0.7
        }
        context.update(_of_moment(rng.choice(_MOMENTS)))
        context.update(_of_caller(caller, rng.choice(("", "path/"))))
        _make_possible(context, caller, action)
        kept = {key: value for key, value in context.items() if key in keys or key in _ALWAYS}
        yield Request(caller, action, rng.choice(_PLACES), kept)


def _draw_value(rng: Random, pool: Pool) -> ContextValue:
    if not pool.may_be_list or (rng.random() < 0.3 and not pool.is_always_list):
        return rng.choice(pool.carried)
    return tuple(rng.sample(pool.carried, rng.choice((1, 1, 2, 2, 3))))


def _of_moment(seconds: int) -> dict[str, str]:
    moment = datetime.fromtimestamp(seconds, UTC)
    return {
        "aws:CurrentTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "aws:EpochTime": str(seconds),
    }


def _of_caller(caller: Caller, path: str) -> dict[str, str]:
    is_service = caller.kind is PrincipalKind.SERVICE
    is_anonymous = caller.kind is PrincipalKind.ANYONE
    told = {} if is_anonymous else {"aws:PrincipalIsAWSService": "true" if is_service else "false"}
    return {**following(caller, path), **told}


def _make_possible(context: dict[str, ContextValue], caller: Caller, action: str) -> None:
    """Take from `context` what no request carries beside the rest of it."""
    gone = set()
    if {"aws:VpcSourceIp", "aws:SourceVpc"} & context.keys():
        gone.add("aws:SourceIp")
    if "aws:MultiFactorAuthPresent" not in context:
        gone.add("aws:MultiFactorAuthAge")
    if caller.kind is PrincipalKind.ANYONE:
        gone |= {"aws:PrincipalTag/a", "aws:PrincipalTag/b", "aws:PrincipalOrgID"}
    if not action.startswith("s3:") or "aws:ResourceAccount" not in context:
        gone.add("s3:ResourceAccount")
    else:
        context["s3:ResourceAccount"] = context["aws:ResourceAccount"]
    for key in gone:
        context.pop(key, None)


def follows_from_caller(key: str) -> bool:
    """Return True iff the value of `key` follows from who calls."""
    return key in _OF_CALLER or key in ("aws:PrincipalType", "aws:PrincipalIsAWSService")


def is_possible(request: Request, keys: Collection[str]) -> bool:
    """Return True iff `request`, of a question with `keys`, breaks no rule of `draw_requests`."""
    carried = {key: value for key in keys if (value := request.values(key)) is not None}
    context = {key: value for key, value in carried.items() if value != ANY_TEXT}
    told = _told(request.principal) if request.principal is not None else _told_by_arn(context)
    if any(told.get(key, value) != value for key, value in context.items()):
        return False
    if any(first in carried and second in carried for first, second in _EXCLUSIVE):
        return False
    age, login = "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent"
    if age in carried and login in keys and login not in carried:
        return False
    return _is_one_owner(request, context, keys) and _is_one_moment(context)


_EXCLUSIVE = (("aws:SourceIp", "aws:VpcSourceIp"), ("aws:SourceIp", "aws:SourceVpc"))


def _told(caller: Caller) -> dict[str, str | None]:
    """Return what the keys of a caller hold, None where it carries none; open ones are left out."""
    told: dict[str, str | None] = {"aws:username": None, **_of_caller(caller, "")}
    kind = told["aws:PrincipalType"]
    if caller.kind is PrincipalKind.ANYONE:
        absent = ("Arn", "IsAWSService", "OrgID", "Tag/a", "Tag/b")
        told.update({f"aws:Principal{name}": None for name in absent})
    if caller.kind is not PrincipalKind.AWS:
        told.pop("aws:PrincipalAccount")
    if kind == "AssumedRole":
        told.pop("aws:PrincipalArn")
    if kind == "Unknown":
        told.pop("aws:PrincipalType")
    return told


def _told_by_arn(context: Mapping[str, ContextValue]) -> dict[str, str | None]:
    """Return what the ARN of the caller tells of the other keys."""
    arn = context.get("aws:PrincipalArn")
    if not isinstance(arn, str) or "*" in arn or len(context.keys() & _OF_CALLER) < 2:
        return {}
    session = re.sub(r":iam::(\d+):role/(.*/)?(.+)", r":sts::\1:assumed-role/\3/some", arn)
    told = _told(Caller(PrincipalKind.AWS, session))
    return {key: value for key, value in told.items() if key != "aws:PrincipalType"}


_OF_CALLER = {"aws:PrincipalArn", "aws:PrincipalAccount", "aws:username"}


def _is_one_owner(
    request: Request, context: Mapping[str, ContextValue], keys: Collection[str]
) -> bool:
    alias, owner = "s3:ResourceAccount", "aws:ResourceAccount"
    if alias not in keys or owner not in keys:
        return True
    expected = context.get(owner) if request.action.startswith("s3:") else None
    return alias not in context or context[alias] == expected


def _is_one_moment(context: Mapping[str, ContextValue]) -> bool:
    date, seconds = context.get("aws:CurrentTime"), context.get("aws:EpochTime")
    return date is None or seconds is None or read_date(str(date)) == read_date(str(seconds))
