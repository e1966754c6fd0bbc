"""Who a request comes from, and whom a principal of a policy covers, twice.

To the solver a caller is one text: `AWS:<arn>`, `Service:<name>`, `Federated:<provider>`,
`CanonicalUser:<id>`, or `*` for an anonymous one. The session of a role is written as the ARN of
the role with its path, a `#`, and the name of the session, so that each key that follows from the
caller is a part of the text. `principal_regex` gives the callers that a principal covers to the
solver; `covers` decides one caller by plain string code.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from automaton import regex as rx
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.verdict import Unsupported
from encoders.iam.policy import Principal, PrincipalKind

_ACCOUNT = re.compile(r"[0-9]{12}")
_ARN = re.compile(
    r"arn:[^:*?]+:"
    r"(iam::[0-9]{12}:(root|(user|role)/[^*?]+)"
    r"|iam::cloudfront:user/[^*?]+"
    r"|sts::[0-9]{12}:(assumed-role/[^/*?]+|federated-user)/[^*?]+)"
)

_SESSION = re.compile(r"arn:([^:]+):sts::([0-9]{12}):assumed-role/([^/]+)/(.+)", re.DOTALL)

SESSION = "#"
"""What stands between a role and the name of its session; neither may hold it."""


@dataclass(frozen=True)
class Caller:
    """Who makes a request. The kind ANYONE stands for an anonymous caller, whose value is `*`."""

    kind: PrincipalKind
    value: str

    @property
    def text(self) -> str:
        """The caller as one text for the solver; the role of a session has no path."""
        return self.text_with(role_arn=None)

    def text_with(self, role_arn: str | None) -> str:
        """Return the caller as one text, the session of a role as one of the role `role_arn`."""
        if self.kind is PrincipalKind.ANYONE:
            return self.value
        found = _SESSION.fullmatch(self.value) if self.kind is PrincipalKind.AWS else None
        if found is None:
            return f"{self.kind.value}:{self.value}"
        partition, account, role, session = found.groups()
        arn = role_arn or f"arn:{partition}:iam::{account}:role/{role}"
        return f"AWS:{arn}{SESSION}{session}"

    @staticmethod
    def from_text(text: str) -> "Caller":
        """Return the caller that `text` stands for."""
        if text == ANONYMOUS.value:
            return ANONYMOUS
        kind, value = text.split(":", 1)
        if SESSION not in value:
            return Caller(PrincipalKind(kind), value)
        role_arn, session = value.split(SESSION, 1)
        _, partition, _, _, account, path = role_arn.split(":", 5)
        role = path.rsplit("/", 1)[-1]
        arn = f"arn:{partition}:sts::{account}:assumed-role/{role}/{session}"
        return Caller(PrincipalKind.AWS, arn)


ANONYMOUS = Caller(PrincipalKind.ANYONE, "*")
SOMEBODY = Caller(PrincipalKind.AWS, "arn:aws:iam::111122223333:user/somebody")


def require_known_form(principal: Principal) -> None:
    """Raise Unsupported iff it is not documented whom a principal of this form covers."""
    if not _has_known_form(principal.kind, principal.value):
        raise Unsupported(f"the principal `{principal.value}`", principal.path)


def _has_known_form(kind: PrincipalKind, value: str) -> bool:
    if kind is PrincipalKind.AWS and SESSION in value:
        return False
    if kind is PrincipalKind.AWS:
        return bool(_ACCOUNT.fullmatch(value) or _ARN.fullmatch(value))
    return value == "*" or not {"*", "?"} & set(value)


def principal_regex(principal: Principal) -> Regex:
    """Return the callers that `principal`, which is of a known form, covers.

    An account is every AWS principal in it; a role is its sessions; `*` under a kind is everyone
    of that kind; all else is exactly itself.
    """
    return _covered(principal.kind, principal.value)


@lru_cache(1 << 14)
def _covered(kind: PrincipalKind, value: str) -> Regex:
    if kind is PrincipalKind.ANYONE:
        return rx.ALL
    if kind is PrincipalKind.AWS:
        return rx.concat(rx.literal("AWS:"), _covered_arns(value))
    name = rx.ALL if value == "*" else rx.literal(value)
    return rx.concat(rx.literal(f"{kind.value}:"), name)


def _covered_arns(value: str) -> Regex:
    if _ACCOUNT.fullmatch(value):
        return _account_arns(value)
    _, partition, _, _, account, name = value.split(":", 5)
    if name == "root":
        return _account_arns(account)
    if name.startswith("role/"):
        return _sessions(partition, account, name.rsplit("/", 1)[-1], rx.plus(rx.ANY))
    if name.startswith("assumed-role/"):
        _, role, session = name.split("/", 2)
        return _sessions(partition, account, role, rx.literal(session))
    return rx.literal(value)


def _sessions(partition: str, account: str, role: str, session: Regex) -> Regex:
    """Return the sessions of a role, whatever its path: names are unique in an account."""
    path = rx.optional(rx.concat(rx.plus(rx.chars(~CharSet.chars(SESSION))), rx.literal("/")))
    start = rx.literal(f"arn:{partition}:iam::{account}:role/")
    return rx.concat(start, path, rx.literal(f"{role}{SESSION}"), session)


def _account_arns(account: str) -> Regex:
    """Return the principals of an account, whose id says which partition it is in."""
    partition = rx.plus(_CHARS_OF_SEGMENT)
    services = rx.union(rx.literal(":iam::"), rx.literal(":sts::"))
    return rx.concat(rx.literal("arn:"), partition, services, rx.literal(f"{account}:"), rx.ALL)


def covers(principal: Principal, caller: Caller) -> bool:
    """Return True iff `principal`, which is of a known form, covers `caller`."""
    if principal.kind is PrincipalKind.ANYONE:
        return True
    if principal.kind is not caller.kind:
        return False
    if principal.kind is not PrincipalKind.AWS:
        return principal.value in ("*", caller.value)
    return _covers_arn(principal.value, caller.value)


def _covers_arn(value: str, arn: str) -> bool:
    _, partition, service, region, account, name = arn.split(":", 5)
    if ":" not in value:
        return (service in ("iam", "sts"), region, account) == (True, "", value)
    _, wanted_partition, _, _, wanted_account, wanted_name = value.split(":", 5)
    if wanted_name == "root":
        return (service in ("iam", "sts"), region, account) == (True, "", wanted_account)
    if (wanted_partition, wanted_account) != (partition, account):
        return False
    if wanted_name.startswith("role/"):
        role = wanted_name[wanted_name.rindex("/") + 1 :]
        return service == "sts" and not region and name.startswith(f"assumed-role/{role}/")
    return value == arn


def _of(ranges: str, others: str = "") -> CharSet:
    """Return the characters of `ranges`, pairs of a first and a last one, and of `others`."""
    pairs = zip(ranges[::2], ranges[1::2], strict=True)
    return CharSet.of(*((ord(low), ord(high)) for low, high in pairs)) | CharSet.chars(others)


def _some(charset: CharSet) -> Regex:
    return rx.plus(rx.chars(charset))


_CHARS_OF_SEGMENT = rx.chars(~CharSet.chars(":"))
_NAME = _of("azAZ09", "_+=,.@-")
_PATH = CharSet.of((0x21, 0x7E)) - CharSet.chars(f"*?{SESSION}")
"""Paths of users and roles: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html"""

NAMES = _some(_NAME)
"""The names of users."""


def _believable_arns() -> Regex:
    """Return the ARNs of AWS principals that make requests: root users, users and sessions."""
    account = rx.loop(rx.char_range("0", "9"), 12, 12)
    path = rx.optional(rx.concat(rx.plus(rx.chars(_PATH)), rx.literal("/")))
    name = rx.concat(path, NAMES)
    user = rx.concat(rx.literal("user/"), name)
    session = rx.concat(rx.literal("role/"), name, rx.literal(SESSION), _some(_NAME))
    federated = rx.concat(rx.literal("federated-user/"), _some(_NAME))
    colon = rx.literal(":")
    return rx.concat(
        rx.literal("arn:aws"),
        rx.star(rx.chars(_of("az", "-"))),
        rx.union(
            rx.concat(
                rx.literal(":iam::"), account, colon, rx.union(rx.literal("root"), user, session)
            ),
            rx.concat(rx.literal(":sts::"), account, colon, federated),
            rx.concat(
                rx.literal(":iam::cloudfront:user/CloudFront Origin Access Identity "),
                _some(_of("AZ09")),
            ),
        ),
    )


def _believable_providers() -> Regex:
    """Return what federates: an identity provider of an account, or a provider's domain name."""
    provider = rx.union(rx.literal("saml-provider/"), rx.literal("oidc-provider/"))
    account = rx.loop(rx.char_range("0", "9"), 12, 12)
    return rx.union(
        rx.concat(
            rx.literal("arn:aws"),
            rx.star(rx.chars(_of("az", "-"))),
            rx.literal(":iam::"),
            account,
            rx.literal(":"),
            provider,
            _some(_PATH),
        ),
        _some(_of("azAZ09", ".-")),
    )


BELIEVABLE = rx.union(
    rx.literal(ANONYMOUS.value),
    rx.concat(rx.literal("AWS:"), _believable_arns()),
    rx.concat(rx.literal("Service:"), _some(_of("azAZ09", ".-"))),
    rx.concat(rx.literal("Federated:"), _believable_providers()),
    rx.concat(rx.literal("CanonicalUser:"), _some(_of("afAF09"))),
)
"""The callers that exist, by the shape of their names."""
