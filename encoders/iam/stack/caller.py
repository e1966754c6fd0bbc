"""The caller of a concrete request as JSON, and the condition keys whose values follow from it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
and the table of principals in
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from encoders.iam.json_text import PolicyError, kind_of, object_of, shown
from encoders.iam.policy import PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller

_KINDS = {kind.value: kind for kind in PrincipalKind if kind is not PrincipalKind.ANYONE}
_AWS = re.compile(
    r"arn:[^:*?]+:"
    r"(iam::[0-9]{12}:(root|user/[^*?#]+)"
    r"|iam::cloudfront:user/[^*?#]+"
    r"|sts::[0-9]{12}:(assumed-role/[^/*?#]+/[^/*?#]+|federated-user/[^/*?#]+))"
)
_ROLE = re.compile(r"arn:[^:]+:iam::[0-9]{12}:role/.+")


def read_caller(value: object, path: str) -> Caller:
    """Return the caller that a value read from JSON is; raise PolicyError iff it is none."""
    if isinstance(value, str):
        return ANONYMOUS if value == "*" else _caller(PrincipalKind.AWS, value, path)
    if not isinstance(value, dict):
        raise PolicyError(f"expected `*`, an ARN or an object, found {kind_of(value)}", path)
    named = object_of(value, path, _KINDS.keys())
    if len(named) != 1:
        raise PolicyError("expected one principal", path)
    ((kind, name),) = named.items()
    return _caller(_KINDS[kind], name, f"{path}.{kind}")


def _caller(kind: PrincipalKind, value: object, path: str) -> Caller:
    if not isinstance(value, str):
        raise PolicyError(f"expected a string, found {kind_of(value)}", path)
    if kind is PrincipalKind.AWS and not _AWS.fullmatch(value):
        if _ROLE.fullmatch(value):
            form = "arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION"
            raise PolicyError(f"the role {shown(value)} acts through its sessions, `{form}`", path)
        raise PolicyError(f"{shown(value)} is not the ARN of a principal", path)
    if not value or {"*", "?"} & set(value):
        raise PolicyError(f"{shown(value)} is not the name of a principal", path)
    return Caller(kind, value)


@dataclass(frozen=True)
class _Known:
    """What is known of the value of a key: it fits `pattern`, and is `value` if left out.

    `pattern` None: the caller has no such key.
    """

    pattern: str | None
    value: str | None = None

    @staticmethod
    def exactly(value: str) -> _Known:
        """Return that a key has this value."""
        return _Known(re.escape(value), value)

    def is_met(self, value: str | tuple[str, ...]) -> bool:
        """Return True iff `value` is one that the key may have."""
        if self.pattern is None or not isinstance(value, str):
            return False
        return re.fullmatch(self.pattern, value, re.DOTALL) is not None


def complete_context(
    caller: Caller, context: Mapping[str, str | tuple[str, ...]], path: str
) -> dict[str, str | tuple[str, ...]]:
    """Return `context` with the keys that follow from the caller where it leaves them out.

    Raise PolicyError iff it gives one of them another value. A role is taken to have no path, and
    the id in `aws:userid` of users and roles is not known.
    """
    given = {key.lower(): key for key in context}
    missing: dict[str, str] = {}
    for key, known in _known_keys(caller).items():
        spelling = given.get(key.lower())
        if spelling is not None and not known.is_met(context[spelling]):
            message = f"the value of `{spelling}` does not fit the principal"
            raise PolicyError(message, f'{path}["{spelling}"]')
        if spelling is None and known.value is not None:
            missing[key] = known.value
    return {**context, **missing}


def _known_keys(caller: Caller) -> Mapping[str, _Known]:
    """Return what is known of the keys of a caller."""
    match caller.kind:
        case PrincipalKind.ANYONE:
            return _OF_ANONYMOUS
        case PrincipalKind.SERVICE:
            name = _Known.exactly(caller.value)
            return {**_of_service(is_service=True), "aws:PrincipalServiceName": name}
        case PrincipalKind.AWS:
            return {**_of_service(is_service=False), **_known_of_arn(caller.value)}
        case _:
            return {}


_NONE = _Known(None)
_OF_ANONYMOUS = {
    "aws:PrincipalType": _Known.exactly("Anonymous"),
    "aws:PrincipalAccount": _Known.exactly("anonymous"),
    "aws:userid": _Known.exactly("anonymous"),
    "aws:PrincipalArn": _NONE,
    "aws:PrincipalIsAWSService": _NONE,
    "aws:PrincipalServiceName": _NONE,
    "aws:PrincipalOrgID": _NONE,
    "aws:username": _NONE,
}


def _of_service(*, is_service: bool) -> Mapping[str, _Known]:
    word = "true" if is_service else "false"
    pattern = f"(?i:{word})"
    known = {"aws:PrincipalIsAWSService": _Known(pattern, word), "aws:username": _NONE}
    return known if is_service else {**known, "aws:PrincipalServiceName": _NONE}


def _known_of_arn(arn: str) -> Mapping[str, _Known]:
    """Return what is known of the keys of an AWS principal."""
    _, partition, _, _, account, name = arn.split(":", 5)
    kind, _, rest = name.partition("/")
    own = {"aws:PrincipalAccount": _Known.exactly(account), "aws:PrincipalArn": _Known.exactly(arn)}
    match kind:
        case "root":
            found = {"aws:PrincipalType": "Account", "aws:userid": account}
        case "user":
            found = {"aws:PrincipalType": "User", "aws:username": rest.rpartition("/")[2]}
        case "federated-user":
            found = {"aws:PrincipalType": "FederatedUser", "aws:userid": f"{account}:{rest}"}
        case _:
            role, _, session = rest.partition("/")
            start = f"arn:{partition}:iam::{account}:role/"
            pattern = f"{re.escape(start)}(?:[^#]+/)?{re.escape(role)}"
            own["aws:PrincipalArn"] = _Known(pattern, start + role)
            own["aws:userid"] = _Known(f"[^:]+:{re.escape(session)}")
            found = {"aws:PrincipalType": "AssumedRole"}
    return {**own, **{key: _Known.exactly(value) for key, value in found.items()}}
