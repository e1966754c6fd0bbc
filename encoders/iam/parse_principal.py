"""The Principal or NotPrincipal of a statement, read strictly.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
A wildcard is everyone, alone, and never a part of a name. Under `AWS` stands an account id, an ARN
or the unique id (`AIDA...`, `AROA...`) that AWS puts in place of a deleted user or role; a group
is no principal. Whom an ARN covers is up to `principals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from encoders.iam.json_text import (
    PolicyError,
    either,
    kind_of,
    object_of,
    places_of,
    shown,
    strings_of,
)
from encoders.iam.policy import PolicyType, Principal, PrincipalKind, Principals

_KINDS = {kind.value: kind for kind in PrincipalKind if kind is not PrincipalKind.ANYONE}
_AWS = re.compile(
    r"[0-9]{12}"
    r"|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+"
    r"|A[A-Z]{3}[A-Z0-9]+(:.+)?",
    re.DOTALL,
)
_GROUP = re.compile(r"arn:[^:]+:iam::[^:]*:group/.+", re.DOTALL)


def parse_principals(
    element: Mapping[str, object], path: str, policy_type: PolicyType
) -> Principals | None:
    """Return the principals of a statement, None iff it has none and its type wants none.

    Raise PolicyError iff they are missing, misplaced or malformed.
    """
    chosen = either(element, "Principal", "NotPrincipal", path)
    if chosen is None:
        if policy_type.has_principal:
            raise PolicyError("`Principal` or `NotPrincipal` is missing", path)
        return None
    place = f"{path}.{chosen}"
    if not policy_type.has_principal:
        raise PolicyError(f"`{chosen}` in a policy of type `{policy_type.value}`", place)
    values = tuple(_principals(element[chosen], place))
    is_negated = chosen == "NotPrincipal"
    if is_negated and not values:
        raise PolicyError(f"`{chosen}` is empty", place)
    return Principals(values, is_negated, place)


def _principals(value: object, path: str) -> Iterator[Principal]:
    if isinstance(value, str):
        if value != "*":
            raise PolicyError(f"the principal {shown(value)} is neither `*` nor an object", path)
        yield Principal(PrincipalKind.ANYONE, value, path)
        return
    if not isinstance(value, dict):
        raise PolicyError(f"expected `*` or an object, found {kind_of(value)}", path)
    for name, names in object_of(value, path, _KINDS.keys()).items():
        place = f"{path}.{name}"
        strings_of(names, place)
        for inner, text in places_of(names, place):
            yield _principal(_KINDS[name], str(text), inner)


def _principal(kind: PrincipalKind, text: str, path: str) -> Principal:
    if text == "*":
        is_anyone = kind is PrincipalKind.AWS
        return Principal(PrincipalKind.ANYONE if is_anyone else kind, text, path)
    if "*" in text or "?" in text:
        raise PolicyError(f"a wildcard in the principal {shown(text)}", path)
    if not text or (kind is PrincipalKind.AWS and not _AWS.fullmatch(text)):
        wanted = "an account id, an ARN or a unique id" if kind is PrincipalKind.AWS else "a name"
        raise PolicyError(f"the principal {shown(text)} is not {wanted}", path)
    if kind is PrincipalKind.AWS and _GROUP.fullmatch(text):
        raise PolicyError(f"the group {shown(text)} is no principal", path)
    return Principal(kind, text, path)
