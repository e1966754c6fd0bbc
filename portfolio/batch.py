"""Many questions, one JSON object a line; for each line exactly one answer line, in order.

A line is read, answered and handed over before the next one is read, so memory does not grow with
the input. A line that cannot be read gives an error object, and the run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from encoders.iam.json_text import kind_of, object_of, shown, strings_of
from encoders.iam.parse import PolicyError, json_value, policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.resource_types import RESOURCE_TYPES
from portfolio.check import Comparison, Result
from portfolio.conduct import Conduct

MAX_LINE_BYTES = 16 * 1024 * 1024
"""The longest line that is read; a longer one is an error."""

Json = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer to one line: the object to print, and what it means for the exit status."""

    content: Json
    passed: bool = False
    is_error: bool = False


def answer(source: IO[bytes], conduct: Conduct) -> Iterator[Reply]:
    """Yield the reply to each line of `source` as it arrives."""
    return (reply(line, conduct) for line in lines(source))


def lines(source: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line of `source` as it arrives, None for one that is longer than the limit."""
    while line := source.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
        else:
            while line and not line.endswith(b"\n"):
                line = source.readline(MAX_LINE_BYTES)
            yield None


def reply(line: bytes | None, conduct: Conduct) -> Reply:
    """Return the reply to one line, None being a line that is too long."""
    identity: object = None
    try:
        asked = _object(line)
        identity = asked.get("id")
        found = _found(asked, conduct)
    except PolicyError as error:
        told = {"message": error.message, "path": error.path}
        return Reply(content={"id": identity, "error": told}, is_error=True)
    return Reply(content={"id": identity, **found.to_json()}, passed=found.passed)


def _object(line: bytes | None) -> Json:
    if line is None:
        raise PolicyError(f"the line has more than {MAX_LINE_BYTES} bytes")
    value = json_value(line)
    if not isinstance(value, dict):
        raise PolicyError(f"expected an object, found {kind_of(value)}")
    return value


def _found(asked: Json, conduct: Conduct) -> Result | Comparison:
    _require(asked, "id")
    name = _require(asked, "question")
    if not isinstance(name, str) or name not in _QUESTIONS:
        message = f"{shown(str(name))} is not supported; known are {', '.join(_QUESTIONS)}"
        raise PolicyError(message, "$.question")
    elements, find = _QUESTIONS[name]
    return find(object_of(asked, "$", elements | _COMMON), conduct)


def _no_new_access(asked: Json, conduct: Conduct) -> Result:
    return conduct.no_new_access(_policy(asked, "existing"), _policy(asked, "new"))


def _compare(asked: Json, conduct: Conduct) -> Comparison:
    return conduct.compare(_policy(asked, "first"), _policy(asked, "second"))


def _no_public_access(asked: Json, conduct: Conduct) -> Result:
    _choice(asked, "resourceType", RESOURCE_TYPES)
    policy = _policy(asked, "policy", PolicyType.RESOURCE)
    try:
        return conduct.no_public_access(policy)
    except ValueError as error:
        raise PolicyError(str(error), "$.policy") from None


def _access_not_granted(asked: Json, conduct: Conduct) -> Result:
    access = object_of(_require(asked, "access"), "$.access", frozenset({"actions", "resources"}))
    actions, resources = (
        strings_of(access.get(name, []), f"$.access.{name}") for name in ("actions", "resources")
    )
    policy = _policy(asked, "policy")
    try:
        return conduct.access_not_granted(policy, actions, resources)
    except ValueError as error:
        raise PolicyError(str(error), "$.access") from None


_Find = Callable[[Json, Conduct], Result | Comparison]

_COMMON = frozenset({"id", "question", "policyType"})

_QUESTIONS: Mapping[str, tuple[frozenset[str], _Find]] = {
    "no-new-access": (frozenset({"existing", "new"}), _no_new_access),
    "no-public-access": (frozenset({"policy", "resourceType"}), _no_public_access),
    "access-not-granted": (frozenset({"policy", "access"}), _access_not_granted),
    "compare": (frozenset({"first", "second"}), _compare),
}


def _require(asked: Json, name: str) -> object:
    if name not in asked:
        raise PolicyError(f"`{name}` is missing")
    return asked[name]


def _policy(asked: Json, name: str, default: PolicyType | None = None) -> Policy:
    chosen = _choice(asked, "policyType", [one.value for one in PolicyType])
    policy_type = default if chosen is None else PolicyType(chosen)
    value = _require(asked, name)
    try:
        return policy_from_json(value, policy_type)
    except PolicyError as error:
        raise PolicyError(error.message, f"$.{name}{error.path.removeprefix('$')}") from None


def _choice(asked: Json, name: str, known: Sequence[str]) -> str | None:
    if name not in asked:
        return None
    value = asked[name]
    if not isinstance(value, str) or value not in known:
        message = f"{shown(str(value))} is none of {', '.join(known)}"
        raise PolicyError(message, f"$.{name}")
    return value
