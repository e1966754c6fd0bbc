"""Condition keys that follow from the caller: each is a part of the caller's text.

What a test asks of such a key it asks of the caller, so that no witness is an impossible request.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (the table of
what `aws:PrincipalType` and `aws:username` hold for each kind of caller).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from automaton import regex as rx
from automaton.charset import ANY_CHAR, CharSet
from automaton.regex import Regex
from encoders.iam.keys import IS_AWS_SERVICE
from encoders.iam.policy import PrincipalKind
from encoders.iam.principals import SESSION, Caller

PATTERNS_KEPT = 1 << 14

PRINCIPAL_TYPE = "aws:principaltype"
ACCOUNT, USER_NAME = "aws:principalaccount", "aws:username"


@dataclass(frozen=True)
class CallerPart:
    """The texts `head · value · tail` of callers that carry the key.

    The value has only characters of `chars`. `scope`: the callers of whom it is known whether they
    carry the key, and with which value.
    """

    head: Regex
    chars: CharSet
    tail: Regex
    scope: Regex

    def callers(self, values: Regex) -> Regex:
        """Return the callers whose value is matched by `values`."""
        return rx.concat(self.head, self.within(values), self.tail)

    def within(self, regex: Regex) -> Regex:
        """Return what `regex` matches of the texts that may stand in a value."""
        return _within(regex, self.chars)

    @property
    def values(self) -> Regex:
        """Every value that a caller may have."""
        return rx.plus(rx.chars(self.chars))


@lru_cache(PATTERNS_KEPT)
def _within(regex: Regex, chars: CharSet) -> Regex:
    """Return what `regex` matches of the strings that have only characters of `chars`."""
    match regex:
        case rx.Literal():
            return regex if all(ord(char) in chars for char in regex.text) else rx.NONE
        case rx.Chars():
            return rx.chars(regex.charset & chars)
        case rx.Concat():
            return rx.concat(*(_within(part, chars) for part in regex.parts))
        case rx.Union():
            return rx.union(*(_within(part, chars) for part in regex.parts))
        case rx.Loop():
            return rx.loop(_within(regex.part, chars), regex.low, regex.high)
        case _:
            return rx.intersection(regex, rx.star(rx.chars(chars)))


_SEGMENT = ~CharSet.chars(f":{SESSION}")
_SOME_SEGMENT = rx.plus(rx.chars(_SEGMENT))
_PATH = rx.plus(rx.chars(~CharSet.chars(SESSION)))
_AWS = rx.literal("AWS:")

USER_PATH = rx.concat(rx.literal(":user/"), rx.optional(rx.concat(_PATH, rx.literal("/"))))
"""What stands between the account and the name of a user."""

AWS_CALLERS = rx.concat(_AWS, rx.ALL)
SERVICE_CALLERS = rx.concat(rx.literal("Service:"), rx.ALL)
_ANONYMOUS = rx.literal("*")

PARTS = {
    "aws:principalarn": CallerPart(
        head=_AWS,
        chars=~CharSet.chars(SESSION),
        tail=rx.optional(rx.concat(rx.literal(SESSION), rx.plus(rx.ANY))),
        scope=rx.union(AWS_CALLERS, _ANONYMOUS),
    ),
    ACCOUNT: CallerPart(
        head=rx.concat(
            rx.literal("AWS:arn:"),
            _SOME_SEGMENT,
            rx.union(rx.literal(":iam::"), rx.literal(":sts::")),
        ),
        chars=_SEGMENT,
        tail=rx.concat(rx.literal(":"), rx.plus(rx.ANY)),
        scope=AWS_CALLERS,
    ),
    USER_NAME: CallerPart(
        head=rx.concat(
            rx.literal("AWS:arn:"),
            _SOME_SEGMENT,
            rx.literal(":iam::"),
            _SOME_SEGMENT,
            USER_PATH,
        ),
        chars=~CharSet.chars(f"/{SESSION}"),
        tail=rx.EPSILON,
        scope=rx.ALL,
    ),
    "aws:principalservicename": CallerPart(
        head=rx.literal("Service:"), chars=ANY_CHAR, tail=rx.EPSILON, scope=rx.ALL
    ),
}
"""The keys by name in lower case.

`aws:PrincipalAccount` of callers that are no AWS principals is not documented, nor is
`aws:PrincipalArn` of callers that are known by another name; they are left open.
"""


CASED = frozenset({"aws:principalarn", USER_NAME})
"""The parts that may have letters in upper case."""


def _arns(service: str, rest: Regex) -> Regex:
    head = rx.concat(rx.literal("AWS:arn:"), _SOME_SEGMENT, rx.literal(f":{service}::"))
    return rx.concat(head, _SOME_SEGMENT, rest)


TYPES = {
    "Account": _arns("iam", rx.literal(":root")),
    "User": _arns("iam", rx.concat(rx.literal(":user/"), rx.ALL)),
    "AssumedRole": _arns("iam", rx.concat(rx.literal(":role/"), rx.ALL)),
    "FederatedUser": _arns("sts", rx.concat(rx.literal(":federated-user/"), rx.ALL)),
    "Anonymous": _ANONYMOUS,
}
"""The callers of each value of `aws:PrincipalType`."""

FOLLOWING = frozenset({*PARTS, PRINCIPAL_TYPE, IS_AWS_SERVICE})
"""The keys that follow from the caller, by name in lower case."""


def value_of_caller(name: str, text: str) -> str | None:
    """Return the value of a key of `PARTS` for the caller that `text` stands for, None if absent.

    Where the caller is out of the part's scope, that is None too.
    """
    kind, _, rest = text.partition(":")
    if name == "aws:principalservicename":
        return rest if kind == PrincipalKind.SERVICE.value else None
    if kind != PrincipalKind.AWS.value:
        return None
    arn = rest.partition(SESSION)[0]
    _, _, _, _, account, path = arn.split(":", 5)
    if name == "aws:principalarn":
        return arn
    if name == ACCOUNT:
        return account
    return path.rsplit("/", 1)[-1] if path.startswith("user/") else None


def is_in_scope(name: str, caller: Caller) -> bool:
    """Return True iff it is known which value of the key of `PARTS` the caller carries, if any."""
    if name == "aws:principalarn":
        return caller.kind in (PrincipalKind.AWS, PrincipalKind.ANYONE)
    return name != ACCOUNT or caller.kind is PrincipalKind.AWS


def type_of_caller(caller: Caller) -> str | None:
    """Return the value of `aws:PrincipalType`; None for the callers of no type in `TYPES`."""
    if caller.kind is PrincipalKind.ANYONE:
        return "Anonymous"
    if caller.kind is not PrincipalKind.AWS:
        return None
    name = caller.value.split(":", 5)[5]
    for start, found in _STARTS.items():
        if name.startswith(start):
            return found
    return None


_STARTS = {
    "root": "Account",
    "user/": "User",
    "assumed-role/": "AssumedRole",
    "federated-user/": "FederatedUser",
}
