"""A policy document -> `Policy`: the whole of it, or a PolicyError with the JSON path.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
What AWS would store is read. Where its services differ, the most generous one decides, so far as
the meaning is clear:
- An empty Action, Resource or Principal is legal and matches nothing (Access Analyzer has
  suggestions for them); an empty NotAction, NotResource or NotPrincipal is refused, as IAM does:
  AWS documents it as matching nothing, the logic of "not" says everything.
- A Sid is any string. IAM wants it unique; only policies that IAM alone stores are held to that.
- `Id` is taken everywhere: the guide keeps it to resource policies, but it has no meaning.
- An action is `*` or `prefix:name`. IAM takes `*` as the whole prefix, but no wildcard in one.
- A resource is `*` or has a colon, which is all that IAM itself asks for (`arn:*:s3:::a`,
  `arn:aws:waf:*`); API Gateway completes `execute-api:/*`. What is no ARN matches nothing real.
- Trust policies and policies of ECR repositories and EFS file systems may have no Resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from encoders.iam.json_text import (
    PolicyError,
    either,
    json_value,
    kind_of,
    object_of,
    places_of,
    refused_character,
    shown,
    strings_of,
)
from encoders.iam.parse_condition import parse_condition, require_variables
from encoders.iam.parse_principal import parse_principals
from encoders.iam.policy import Effect, Patterns, Policy, PolicyType, Statement, Test

__all__ = ["MAX_SIZE", "PolicyError", "json_value", "parse_policy", "policy_from_json"]

MAX_SIZE = 4 * 1024 * 1024
"""The largest text, in bytes or characters; the largest policy AWS stores has some 20 KiB."""

PATTERNS_KEPT = 1 << 17
"""How many patterns are known to be well formed between policies."""

FIRST_VERSION, VARIABLES_SINCE = "2008-10-17", "2012-10-17"
UNIQUE_SIDS = frozenset({PolicyType.IDENTITY, PolicyType.BOUNDARY})

_POLICY = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_EFFECTS = {effect.value: effect for effect in Effect}
_WITHOUT_RESOURCE = frozenset({"sts", "ecr", "ecr-public", "elasticfilesystem"})
_ACTION = re.compile(r"\*|(\*|[A-Za-z0-9.-]+):[^:]+")


@dataclass(frozen=True)
class _Rules:
    """What a document's type and version decide about its statements."""

    policy_type: PolicyType
    has_variables: bool


def parse_policy(source: str | bytes, policy_type: PolicyType | None = None) -> Policy:
    """Return the policy that a JSON text holds; raise PolicyError iff it holds none.

    Without a type, the policy is a resource policy iff a statement names principals, and else an
    identity policy. A text longer than `MAX_SIZE` is refused.
    """
    if len(source) > MAX_SIZE:
        raise PolicyError(f"longer than {MAX_SIZE // 1024**2} MiB")
    return policy_from_json(json_value(source), policy_type)


def policy_from_json(value: object, policy_type: PolicyType | None = None) -> Policy:
    """Return the policy that a value read from JSON is; raise PolicyError iff it is none.

    The type is decided as in `parse_policy`.
    """
    document = object_of(value, "$", _POLICY)
    version = _version(document)
    found = _statement_values(document)
    rules = _Rules(policy_type or _type_of(found), version == VARIABLES_SINCE)
    statements = tuple(
        _statement(item, index, path, rules) for index, (path, item) in enumerate(found)
    )
    if rules.policy_type in UNIQUE_SIDS:
        _require_unique_sids(statements)
    return Policy(version, _text(document, "Id", "$"), statements, rules.policy_type)


def _version(document: Mapping[str, object]) -> str:
    version = _text(document, "Version", "$")
    if version is None:
        return FIRST_VERSION
    if version in (FIRST_VERSION, VARIABLES_SINCE):
        return version
    message = f"the version {shown(version)} is neither `{VARIABLES_SINCE}` nor `{FIRST_VERSION}`"
    raise PolicyError(message, "$.Version")


def _statement_values(document: Mapping[str, object]) -> Sequence[tuple[str, object]]:
    if "Statement" not in document:
        raise PolicyError("`Statement` is missing")
    return [*places_of(document["Statement"], "$.Statement")]


def _type_of(statements: Sequence[tuple[str, object]]) -> PolicyType:
    named = {"Principal", "NotPrincipal"}
    has_principals = any(
        isinstance(item, dict) and not named.isdisjoint(item) for _, item in statements
    )
    return PolicyType.RESOURCE if has_principals else PolicyType.IDENTITY


def _statement(value: object, index: int, path: str, rules: _Rules) -> Statement:
    element = object_of(value, path, _STATEMENT)
    policy_type = rules.policy_type
    actions = _actions(element, path)
    return Statement(
        index=index,
        sid=_text(element, "Sid", path),
        effect=_effect(element, path),
        principals=parse_principals(element, path, policy_type),
        actions=actions,
        resources=_resources(element, path, actions, rules),
        tests=_tests(element, path, rules),
        path=path,
    )


def _text(element: Mapping[str, object], name: str, path: str) -> str | None:
    if name not in element:
        return None
    value, place = element[name], f"{path}.{name}"
    if not isinstance(value, str):
        raise PolicyError(f"expected a string, found {kind_of(value)}", place)
    fault = refused_character(value)
    if fault is not None:
        raise PolicyError(fault, place)
    return value


def _effect(element: Mapping[str, object], path: str) -> Effect:
    text = _text(element, "Effect", path)
    if text is None:
        raise PolicyError("`Effect` is missing", path)
    effect = _EFFECTS.get(text)
    if effect is None:
        message = f"the effect {shown(text)} is neither `Allow` nor `Deny`"
        raise PolicyError(message, f"{path}.Effect")
    return effect


def _actions(element: Mapping[str, object], path: str) -> Patterns:
    patterns = _patterns(element, "Action", "NotAction", path)
    if patterns is None:
        raise PolicyError("`Action` or `NotAction` is missing", path)
    if not all(map(_is_action, patterns.values)):
        value = element["NotAction" if patterns.negated else "Action"]
        _refuse_first(value, patterns.path, _is_action, "`*` or of the form `service:name`")
    return patterns


def _may_lack_resource(actions: Patterns, policy_type: PolicyType) -> bool:
    prefixes = {action.partition(":")[0].lower() for action in actions.values}
    if policy_type is PolicyType.TRUST:
        return True
    return policy_type is PolicyType.RESOURCE and prefixes <= _WITHOUT_RESOURCE


def _resources(
    element: Mapping[str, object], path: str, actions: Patterns, rules: _Rules
) -> Patterns | None:
    patterns = _patterns(element, "Resource", "NotResource", path)
    if patterns is None:
        if _may_lack_resource(actions, rules.policy_type):
            return None
        raise PolicyError("`Resource` or `NotResource` is missing", path)
    value = element["NotResource" if patterns.negated else "Resource"]
    if not all(map(_is_resource, patterns.values)):
        _refuse_first(value, patterns.path, _is_resource, "`*` or an ARN")
    require_variables(value, patterns.values, patterns.path, has_variables=rules.has_variables)
    return replace(patterns, has_variables=rules.has_variables)


def _tests(element: Mapping[str, object], path: str, rules: _Rules) -> tuple[Test, ...]:
    if "Condition" not in element:
        return ()
    place = f"{path}.Condition"
    return parse_condition(element["Condition"], place, has_variables=rules.has_variables)


def _patterns(
    element: Mapping[str, object], name: str, negated_name: str, path: str
) -> Patterns | None:
    chosen = either(element, name, negated_name, path)
    if chosen is None:
        return None
    place = f"{path}.{chosen}"
    values = strings_of(element[chosen], place)
    is_negated = chosen is negated_name
    if is_negated and not values:
        raise PolicyError(f"`{chosen}` is empty", place)
    return Patterns(values, is_negated, place)


@lru_cache(PATTERNS_KEPT)
def _is_action(text: str) -> bool:
    return _ACTION.fullmatch(text) is not None


def _is_resource(text: str) -> bool:
    return ":" in text or text == "*"


def _refuse_first(value: object, path: str, is_fine: Callable[[str], bool], wanted: str) -> None:
    """Raise PolicyError for the first of the strings of `value` that is not fine."""
    for place, text in places_of(value, path):
        if not is_fine(str(text)):
            raise PolicyError(f"{shown(str(text))} is not {wanted}", place)


def _require_unique_sids(statements: Sequence[Statement]) -> None:
    seen: set[str] = set()
    for statement in statements:
        if statement.sid in seen:
            path = f"{statement.path}.Sid"
            raise PolicyError(f"the statement id {shown(statement.sid)} occurs twice", path)
        if statement.sid:
            seen.add(statement.sid)
