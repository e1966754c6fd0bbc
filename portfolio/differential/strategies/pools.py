"""What policies and requests are drawn from: callers, targets and condition keys.

The pools are small and their members overlap, so that patterns hit and miss in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/path/admin"
SERVICE_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"
)


@dataclass(frozen=True)
class Target:
    """Actions of one service and resources of one type that they go with."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True)
class Who:
    """A caller: how a simulation writes it, what it adds to the request and to its context.

    One with a `target` asks for nothing else.
    """

    principal: object
    account: str | None
    facts: dict[str, str] = field(default_factory=dict)
    has_session: bool = False
    more: dict[str, object] = field(default_factory=dict)
    target: Target | None = None

    @property
    def text(self) -> str:
        """The name of the caller without its kind."""
        if isinstance(self.principal, dict):
            return str(next(iter(self.principal.values())))
        return str(self.principal)


def _aws(text: str, kind: str, userid: str, arn: str | None = None, **more: str) -> Who:
    account = text.split(":")[4]
    facts = {
        "aws:PrincipalArn": arn or text,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": kind,
        "aws:userid": userid,
        "aws:PrincipalIsAWSService": "false",
        **{f"aws:{key}": value for key, value in more.items()},
    }
    return Who(text, account, facts, kind in ("AssumedRole", "FederatedUser"))


def _user(name: str, account: str = ACCOUNT) -> Who:
    text, friendly = f"arn:aws:iam::{account}:user/{name}", name.rsplit("/", 1)[-1]
    return _aws(text, "User", f"AIDA{friendly.upper()}{account[0]}", username=friendly)


def _session(role: str, session: str, arn: str | None = None) -> Who:
    text = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"
    role_arn = arn or f"arn:aws:iam::{ACCOUNT}:role/{role}"
    return _aws(text, "AssumedRole", f"AROA{role.upper()}:{session}", role_arn)


def _root(account: str) -> Who:
    return _aws(f"arn:aws:iam::{account}:root", "Account", account)


USERS = (_user("ann"), _user("team/bob"), _user("ann", OTHER_ACCOUNT))
SESSIONS = (
    _session("admin", "bob", ROLE),
    _session("admin", "ann", ROLE),
    _session("administrator", "bob"),
)
FEDERATED_USER = replace(
    _aws(f"arn:aws:sts::{ACCOUNT}:federated-user/ann", "FederatedUser", f"{ACCOUNT}:ann"),
    more={"federatedBy": f"arn:aws:iam::{ACCOUNT}:user/ann"},
)
ROOTS = (_root(ACCOUNT), _root(OTHER_ACCOUNT))
SERVICE_LINKED = replace(
    _session("AWSServiceRoleForSupport", "support", SERVICE_ROLE), more={"serviceLinkedRole": True}
)
NOBODY = {"aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous"}
ANONYMOUS = Who("*", None, {**NOBODY, "aws:userid": "anonymous"})
OF_SERVICES = {
    "aws:PrincipalAccount": "777788889999",
    "aws:PrincipalType": "Service",
    "aws:PrincipalIsAWSService": "true",
}
SERVICES = tuple(
    Who({"Service": f"{name}.amazonaws.com"}, None, {**OF_SERVICES, "aws:userid": f"AROA1:{name}"})
    for name in ("ec2", "lambda")
)

PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
OF_OTHERS = {
    **OF_SERVICES,
    "aws:PrincipalType": "Other",
    "aws:PrincipalIsAWSService": "false",
    "aws:userid": "other",
}
TO_ASSUME = Target(
    ("sts:AssumeRoleWithSAML", "sts:TagSession"), (ROLE, f"arn:aws:iam::{ACCOUNT}:role/target")
)
SAML_PROVIDER = Who({"Federated": PROVIDER}, None, OF_OTHERS, target=TO_ASSUME)
CANONICAL_ID = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

CALLERS = (
    *(USERS * 4),
    *(SESSIONS * 4),
    *(FEDERATED_USER,) * 3,
    *ROOTS,
    SERVICE_LINKED,
    ANONYMOUS,
    *SERVICES,
    SAML_PROVIDER,
)
MORE_CALLERS = (
    *CALLERS,
    Who({"Federated": "accounts.google.com"}, None, OF_OTHERS),
    Who({"CanonicalUser": CANONICAL_ID}, None, OF_OTHERS),
)
"""With those whom not every simulator knows."""

PRINCIPALS: tuple[object, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    {"AWS": OTHER_ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"},
    {"AWS": [f"arn:aws:iam::{OTHER_ACCOUNT}:user/ann", f"arn:aws:iam::{ACCOUNT}:user/team/bob"]},
    {"AWS": [ROLE]},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:role/administrator"},
    {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/bob"},
    {"AWS": [ACCOUNT, ROLE, f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/ann"]},
    {"AWS": f"arn:aws:sts::{ACCOUNT}:federated-user/ann"},
    {"AWS": SERVICE_ROLE},
    {"Service": "ec2.amazonaws.com"},
    {"Service": ["lambda.amazonaws.com", "s3.amazonaws.com"]},
    {"Federated": "accounts.google.com"},
    {"Federated": PROVIDER},
    {"CanonicalUser": CANONICAL_ID},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:user/team/bob", "Service": "ec2.amazonaws.com"},
)


TRUST_ACTIONS = ("sts:AssumeRole", "sts:TagSession")
TRUST_PATTERNS = ("sts:*", "sts:AssumeRole*", "sts:TagSession")
ACTION_PATTERNS = ("*", "s3:*", "s3:Get*", "ec2:*Instances", "sqs:*", "kms:*", "iam:?etUser")
KEY_ACTIONS = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
ROLES = (ROLE, f"arn:aws:iam::{ACCOUNT}:role/target", f"arn:aws:iam::{OTHER_ACCOUNT}:role/target")
KEYS_OF_KMS = tuple(
    f"arn:aws:kms:us-east-1:{account}:key/1234abcd" for account in (ACCOUNT, OTHER_ACCOUNT)
)
BUCKETS = ("arn:aws:s3:::bucket/ann/a", "arn:aws:s3:::bucket/a:b", "arn:aws:s3:::other/*x")
S3_TARGET = Target(("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"), BUCKETS)
TARGETS = (
    S3_TARGET,
    S3_TARGET,
    Target(
        ("ec2:StartInstances", "ec2:StopInstances", "ec2:RunInstances"),
        tuple(
            f"arn:aws:ec2:{region}:{account}:instance/i-{number}"
            for region, account, number in (
                ("us-east-1", ACCOUNT, 1),
                ("us-west-2", ACCOUNT, 12),
                ("us-east-1", OTHER_ACCOUNT, 1),
            )
        ),
    ),
    Target(
        ("sqs:SendMessage", "sqs:ReceiveMessage"),
        (f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue", f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:ann"),
    ),
    Target(
        ("logs:PutLogEvents", "logs:GetLogEvents"),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:ann:log-stream:bob",),
    ),
    Target(("iam:GetUser", "iam:DeleteUser"), (f"arn:aws:iam::{ACCOUNT}:user/team/bob",)),
    Target(("s3:ListAllMyBuckets",), ("*",)),
    Target(TRUST_ACTIONS, ROLES),
    Target(KEY_ACTIONS, KEYS_OF_KMS),
)

_EQUALS = ("Equals", "NotEquals")
_ORDER = (*_EQUALS, "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
STRING_OPERATORS = tuple(
    f"String{name}"
    for name in (*_EQUALS, "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
)
ARN_OPERATORS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
NUMBER_OPERATORS = tuple(f"Numeric{name}" for name in _ORDER)
DATE_OPERATORS = tuple(f"Date{name}" for name in _ORDER)
ADDRESS_OPERATORS = ("IpAddress", "NotIpAddress")
WITH_VARIABLES = frozenset((*STRING_OPERATORS, *ARN_OPERATORS))

ODD = ("", "abc", "12abc", "1e3", "2024-13-01", "10.0.0.0/16", "010.1.2.3", "arn:aws:s3", "%%%")
"""Texts that are no value of most keys; AWS does not send them, but whoever simulates may."""

_TEXTS = ("abc", "ABC", "a*", "*b?", "ann", "b?b", "Finance", "fin*", "*", "a:b:c:d:e:f", "k*")
_RARE = ("a?b", "a*b", "\u017f", "\u03a3", "\u1e9e", "\u00dcN\u00cf")
_RARE_VALUES = ("a\nb", "a\U0001f600b", "s", "\u03c2", "\u00df", "\u00fcn\u00ef")
_TEXT_VALUES = ("abc", "ABC", "aBC", "ann", "bob", "finance", "a:b:c:d:e:f", "a*", "*")
_NAMES = ("team", "Team", "cost", "project", "t*")
_NUMBERS = ("3600", "3600.5", "3600.50", "-1", "0", "10", "010", "0.1")
_TIMES = (
    *("2024-05-01", "2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00", "2024-05"),
    *("2024-05-01T12:00:00.500Z", "2024-05-01T12:00Z", "2025-01-01T00:00:00-05:00", "1714564800"),
)
_TIME_VALUES = (
    *("2024-05-01T00:00:00Z", "2024-05-01T12:00:00Z", "2024-05-01T12:00:00.5Z"),
    *("2024-05-02T00:00:00Z", "2025-01-01T05:00:00Z", "2024-04-30T23:59:59Z"),
)
_MOMENTS = tuple(value for value in _TIME_VALUES if "." not in value)
SECONDS = {
    value: str(int(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()))
    for value in _MOMENTS
}
_NETWORKS = (
    *("10.0.0.0/8", "10.1.2.3", "10.1.2.3/16", "10.1.2.2/31", "203.0.113.0/24", "0.0.0.0/1"),
    *("2001:db8::/32", "2001:DB8:0:0::7", "::1", "::/0", "10.1.2.3/32", "0.0.0.0/0"),
)
_ADDRESSES = (
    *("10.1.2.3", "10.1.2.4", "10.255.255.255", "11.0.0.0", "203.0.113.0", "203.0.113.255"),
    *("203.0.114.0", "2001:db8::7", "2001:db9::", "::1", "200.1.1.1"),
)
_ARNS = (
    *("arn:aws:s3:::bucket", "arn:aws:s3:::*", "arn:*:s3:::b?cket", "arn:aws:sns:*:*:topic:*"),
    *("arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:iam::*:role/*", "*", "arn:aws:sns:*"),
    *("arn:aws:sns:us-*-1:1*:t?pic", "arn:aws:sns:*:topic", "arn:aws:sns:*:*:*", "arn:aws:s*"),
)
_ARN_VALUES = (
    *("arn:aws:s3:::bucket", "arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:s3:::ann"),
    *("arn:aws:sns:us-east-1:111122223333:topic:sub:x", f"{ROLE}", "arn:aws-cn:s3:::bucket"),
)
_BLOBS = ("YWJj", "YWJk", "YQ==", "YR==")
_FLAGS = ("true", "false", "True")


@dataclass(frozen=True)
class Entry:
    """A condition key: operators that read it, values in policies, values in requests.

    `many`: a request carries a list of values. `presence` says when a request carries the key:
    `always`, `maybe`, `caller` (it follows from the caller), `clock` (it follows from the time),
    `signed` (not for an anonymous caller), `temporary` (with temporary credentials).
    """

    name: str
    operators: tuple[str, ...]
    patterns: tuple[str, ...]
    values: tuple[str, ...]
    many: bool = False
    presence: str = "maybe"


def _texts(name: str, presence: str = "maybe", *, many: bool = False) -> Entry:
    return Entry(name, STRING_OPERATORS, _TEXTS, _TEXT_VALUES, many, presence)


ENTRIES = (
    _texts("ex:Text"),
    _texts("s3:prefix"),
    _texts("aws:UserAgent", "always"),
    _texts("aws:PrincipalTag/Team", "signed"),
    _texts("aws:RequestTag/Team"),
    Entry("ex:Rare", STRING_OPERATORS, _RARE, _RARE_VALUES),
    Entry("ex:Names", STRING_OPERATORS, _NAMES, _NAMES, many=True),
    Entry("aws:TagKeys", STRING_OPERATORS, _NAMES, _NAMES, many=True),
    Entry(
        "aws:RequestedRegion",
        STRING_OPERATORS,
        ("us-east-1", "us-*", "US-EAST-1", "eu-west-?"),
        ("us-east-1", "us-west-2", "eu-west-1"),
        presence="always",
    ),
    Entry("s3:max-keys", NUMBER_OPERATORS, _NUMBERS, _NUMBERS),
    Entry("aws:MultiFactorAuthAge", NUMBER_OPERATORS, _NUMBERS, _NUMBERS, presence="temporary"),
    Entry("ex:Ages", NUMBER_OPERATORS, _NUMBERS, _NUMBERS, many=True),
    Entry("aws:CurrentTime", DATE_OPERATORS, _TIMES, _MOMENTS, presence="always"),
    Entry(
        "aws:EpochTime",
        (*NUMBER_OPERATORS, *DATE_OPERATORS),
        (*SECONDS.values(), "1714564799.5"),
        (),
        presence="clock",
    ),
    Entry("aws:TokenIssueTime", DATE_OPERATORS, _TIMES, _TIME_VALUES, presence="temporary"),
    Entry("ex:Times", DATE_OPERATORS, _TIMES, _TIME_VALUES, many=True),
    Entry("aws:SecureTransport", ("Bool",), _FLAGS, ("true", "false"), presence="always"),
    Entry("aws:ViaAWSService", ("Bool",), _FLAGS, ("true", "false"), presence="always"),
    Entry("ex:Flag", ("Bool",), _FLAGS, _FLAGS),
    Entry("ex:Flags", ("Bool",), _FLAGS, _FLAGS, many=True),
    Entry("ex:Blob", ("BinaryEquals",), _BLOBS, _BLOBS),
    Entry("ex:Blobs", ("BinaryEquals",), _BLOBS, _BLOBS, many=True),
    Entry("aws:SourceIp", ADDRESS_OPERATORS, _NETWORKS, _ADDRESSES),
    Entry("aws:VpcSourceIp", ADDRESS_OPERATORS, _NETWORKS, _ADDRESSES),
    Entry("ex:Addresses", ADDRESS_OPERATORS, _NETWORKS, _ADDRESSES, many=True),
    Entry("aws:SourceArn", (*ARN_OPERATORS, "StringLike"), _ARNS, _ARN_VALUES),
    Entry("ex:Arns", ARN_OPERATORS, _ARNS, _ARN_VALUES, many=True),
    Entry(
        "aws:PrincipalArn",
        (*ARN_OPERATORS, "StringLike", "StringEquals"),
        (ROLE, f"arn:aws:iam::{ACCOUNT}:*", "arn:aws:iam::*:user/*", "arn:aws:iam::*:role/*admin*"),
        (),
        presence="caller",
    ),
    Entry(
        "aws:PrincipalAccount",
        ("StringEquals", "StringNotEquals"),
        (ACCOUNT, OTHER_ACCOUNT),
        (),
        presence="caller",
    ),
    Entry(
        "aws:PrincipalType",
        ("StringEquals", "StringNotLike"),
        ("User", "A*", "AssumedRole"),
        (),
        presence="caller",
    ),
    Entry(
        "aws:userid",
        ("StringEquals", "StringLike", "StringNotLike"),
        ("AROAADMIN:*", "AIDA*", "*:ann", ACCOUNT),
        (),
        presence="caller",
    ),
    Entry(
        "aws:username",
        STRING_OPERATORS,
        ("ann", "ANN", "bob", "a*"),
        (),
        presence="caller",
    ),
)

VARIABLES = (
    *("${aws:username}", "${aws:PrincipalTag/Team}", "${AWS:UserName}", "${ex:Text}"),
    *("${aws:username, 'ann'}", "${s3:prefix, 'abc'}", "${aws:PrincipalAccount}"),
    *("${*}", "${?}", "${$}"),
)
