"""An access policy as written: every element of the grammar, nothing interpreted.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
Each part carries its JSON path (`$.Statement[0].Action`), so that whatever is said of it later
can name the place. `parse` builds these; `authorize` and `evaluate` give them meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Effect(Enum):
    """What a statement does to the requests it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class PolicyType(Enum):
    """Where a policy is attached, which decides the elements it may hold."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    SCP = "scp"
    RCP = "rcp"
    BOUNDARY = "boundary"
    SESSION = "session"
    ENDPOINT = "endpoint"
    TRUST = "trust"

    @property
    def has_principal(self) -> bool:
        """True iff statements of this type name principals."""
        return self in _WITH_PRINCIPAL


_WITH_PRINCIPAL = (PolicyType.RESOURCE, PolicyType.RCP, PolicyType.ENDPOINT, PolicyType.TRUST)


class PrincipalKind(Enum):
    """The kinds of principal; ANYONE is `"*"` and `{"AWS": "*"}`."""

    ANYONE = "*"
    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


class Quantifier(Enum):
    """The set operators of a condition."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True)
class InLowerCase:
    """Patterns by how they are matched: without wildcards; ending in their only one, a `*`; others.

    The second kind stands without its `*`. `texts` are all of them, distinct and in order.
    """

    texts: tuple[str, ...]
    plain: frozenset[str]
    starts: tuple[str, ...]
    globs: tuple[str, ...]


@dataclass(frozen=True)
class Patterns:
    """The values of Action or Resource, or (`negated`) of NotAction or NotResource.

    `${` starts a policy variable in them iff `has_variables`; see `variables`.
    """

    values: tuple[str, ...]
    negated: bool
    path: str
    has_variables: bool = False

    @cached_property
    def in_lower_case(self) -> InLowerCase:
        """The values in lower case."""
        lower = dict.fromkeys(map(str.lower, self.values))
        wild = [value for value in lower if "*" in value or "?" in value]
        return InLowerCase(
            texts=tuple(lower),
            plain=frozenset(lower).difference(wild),
            starts=tuple(value[:-1] for value in wild if is_start(value)),
            globs=tuple(value for value in wild if not is_start(value)),
        )


def is_start(value: str) -> bool:
    """Return True iff a `*` at the end is the only wildcard of `value`."""
    return value.endswith("*") and not ("*" in value[:-1] or "?" in value)


@dataclass(frozen=True)
class Principal:
    """One principal of a statement; `value` is `*` iff the kind is ANYONE."""

    kind: PrincipalKind
    value: str
    path: str


@dataclass(frozen=True)
class Principals:
    """The values of Principal, or (`negated`) of NotPrincipal."""

    values: tuple[Principal, ...]
    negated: bool
    path: str


@dataclass(frozen=True)
class Test:
    """One key under one condition operator, e.g. `ForAnyValue:StringLikeIfExists`.

    `operator` is the bare name (`StringLike`); JSON numbers and Booleans in `values` are their
    JSON text. `${` starts a policy variable in them iff `has_variables`; see `variables`.
    """

    operator: str
    quantifier: Quantifier | None
    if_exists: bool
    key: str
    values: tuple[str, ...]
    path: str
    has_variables: bool = False

    __test__ = False  # not a pytest class


@dataclass(frozen=True)
class Statement:
    """One statement; all of `tests` must hold.

    `principals` is None in policies without principals, `resources` in trust policies and other
    resource policies without resources.
    """

    index: int
    sid: str | None
    effect: Effect
    principals: Principals | None
    actions: Patterns
    resources: Patterns | None
    tests: tuple[Test, ...]
    path: str


@dataclass(frozen=True)
class Policy:
    """A policy document. `version` is `2008-10-17` where the document names none."""

    version: str
    id: str | None
    statements: tuple[Statement, ...]
    policy_type: PolicyType
