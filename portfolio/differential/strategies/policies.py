"""Access policies of AWS as JSON documents, over the whole language.

Every document is one that the grammar allows: `encoders.iam.parse` reads it. Simple ones come
first: one statement that allows everything. Biased to what tools get wrong: negated operators on
keys that are absent, `IfExists`, set operators on keys of one value and none on lists, values that
are nearly alike, variables with defaults or without a value, `Not...` elements, patterns that
overlap or lie across the colons of a name, and forms that are odd but legal: nothing where a list
is, a single statement, no version, numbers and Booleans without quotes, names in other cases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.iam.policy import PolicyType
from portfolio.differential.strategies.pools import (
    ACTION_PATTERNS,
    ENTRIES,
    PRINCIPALS,
    TARGETS,
    TRUST_PATTERNS,
    VARIABLES,
    WITH_VARIABLES,
    Entry,
)
from portfolio.differential.strategies.words import weighted

Json = dict[str, object]

POLICY_TYPES = tuple(kind.value for kind in PolicyType)
WITH_PRINCIPAL = frozenset(kind.value for kind in PolicyType if kind.has_principal)
QUANTIFIERS = ("", "", "ForAnyValue:", "ForAllValues:")
SUFFIXES = ("", "", "IfExists")
VERSIONS = ("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", "")

ACTIONS = tuple(dict.fromkeys(action for target in TARGETS for action in target.actions))
RESOURCES = tuple(dict.fromkeys(name for target in TARGETS for name in target.resources))
ODD_RESOURCES = (
    *("arn:aws:s3:::**", "arn:aws:s3:::*", "arn:aws:s3*", "arn:*", "arn:*:s3:::bucket/?nn/*"),
    *("arn:aws:ec2:*:*:instance/i-*", "arn:aws:*:111122223333:*", "arn:aws:s3:::bucket/a*b", "*:*"),
    *("arn:aws:sqs:us-east-1:*", "arn:aws:S3:::bucket/ann/a", "arn:aws:s3", "execute-api:/*"),
)
"""Patterns with wildcards where colons are, with fewer parts than a name has, in another case."""


def policies(policy_type: str | None = None) -> SearchStrategy[Json]:
    """Draw a policy document of a type, the value of a `PolicyType`; of any iff none is named."""
    if policy_type is None:
        return st.sampled_from(POLICY_TYPES).flatmap(_policies)
    return _policies(PolicyType(policy_type).value)


@cache
def _policies(policy_type: str) -> SearchStrategy[Json]:
    found = st.lists(statements(policy_type), min_size=1, max_size=3)
    version = st.sampled_from(VERSIONS)
    return st.tuples(found, version, st.integers(0, 9)).map(_document)


def _document(row: tuple[list[Json], str, int]) -> Json:
    found, version, form = row
    named = [
        {"Sid": f"S{place}", **statement} if form == 7 else statement
        for place, statement in enumerate(found)
    ]
    return {
        **({"Version": version} if version else {}),
        **({"Id": "policy"} if form == 8 else {}),
        "Statement": named[0] if form == 9 and len(named) == 1 else named,
    }


@cache
def statements(policy_type: str) -> SearchStrategy[Json]:
    """Draw a statement of a policy of that type."""
    effects = st.sampled_from(("Allow", "Allow", "Deny")).map(lambda effect: {"Effect": effect})
    condition = weighted((2, st.just({})), (3, conditions().map(lambda one: {"Condition": one})))
    parts = [effects, _principals(policy_type), _actions(policy_type), _resources(policy_type)]
    drawn = st.tuples(*parts, condition).map(_joined)
    return weighted((1, st.builds(everything_allowed, st.just(policy_type))), (11, drawn))


def everything_allowed(policy_type: str) -> Json:
    """Return the statement of a policy of that type that allows everything."""
    has_principal = policy_type in WITH_PRINCIPAL
    has_resource = policy_type != PolicyType.TRUST.value
    return {
        "Effect": "Allow",
        **({"Principal": "*"} if has_principal else {}),
        "Action": "*" if has_resource else "sts:*",
        **({"Resource": "*"} if has_resource else {}),
    }


def _joined(parts: Sequence[Mapping[str, object]]) -> Json:
    return {name: value for part in parts for name, value in part.items()}


def _element(name: str, patterns: SearchStrategy[str]) -> SearchStrategy[Json]:
    """Draw an element of texts or its negation: one text, a list, now and then an empty one."""
    one_or_several: SearchStrategy[object] = st.one_of(
        patterns, st.lists(patterns, min_size=1, max_size=3)
    )
    negated = one_or_several.map(lambda found: _just(f"Not{name}", found))
    return weighted(
        (3, st.builds(_just, st.just(name), st.just("*"))),
        (6, one_or_several.map(lambda found: _just(name, found))),
        (2, negated),
        (1, st.builds(_just, st.just(name), _no_values())),
    )


def _just(name: str, value: object) -> Json:
    return {name: value}


def _no_values() -> SearchStrategy[object]:
    """Draw a list without values, a new one each time."""
    return st.builds(list)


def _actions(policy_type: str) -> SearchStrategy[Json]:
    if policy_type == PolicyType.TRUST.value:
        return _element("Action", _near_actions(("sts:AssumeRole", "sts:TagSession")))
    return _element("Action", _near_actions(ACTIONS))


def _near_actions(names: tuple[str, ...]) -> SearchStrategy[str]:
    """Draw names of actions, and patterns that fit some of them or just miss them."""
    cut = st.tuples(st.sampled_from(names), st.integers(0, 9), st.sampled_from(CUTS))
    patterns = TRUST_PATTERNS if names[0].startswith("sts:") else ACTION_PATTERNS
    return weighted(
        (2, st.sampled_from(patterns)), (3, st.sampled_from(names)), (4, cut.map(_cut_action))
    )


CUTS = ("{0}*", "{0}*{1}", "*{1}", "{0}?{2}", "{0}{1}", "{0}{1}?", "{0}*{1}s", "{0}{1}x", "{0}?*")
"""Patterns of a text that is cut in two; the last part again without its first character."""


def _cut(text: str, place: int, pattern: str) -> str:
    place %= len(text) + 1
    return pattern.format(text[:place], text[place:], text[place + 1 :])


def _cut_action(row: tuple[str, int, str]) -> str:
    action, place, pattern = row
    service, name = action.split(":")
    found = f"{service}:{_cut(name, place, pattern)}"
    return (found, found, found.lower(), found.upper())[place % 4]


def _principals(policy_type: str) -> SearchStrategy[Json]:
    if policy_type not in WITH_PRINCIPAL:
        return st.just({})
    named: SearchStrategy[object] = st.sampled_from(PRINCIPALS)
    nobody: SearchStrategy[object] = st.builds(_just, st.just("AWS"), _no_values())
    return weighted(
        (3, st.builds(_just, st.just("Principal"), st.just("*"))),
        (6, st.builds(_just, st.just("Principal"), named)),
        (1, st.builds(_just, st.just("NotPrincipal"), named)),
        (1, st.builds(_just, st.just("Principal"), nobody)),
    )


def _resources(policy_type: str) -> SearchStrategy[Json]:
    if policy_type == PolicyType.TRUST.value:
        return st.just({})
    return _element("Resource", resource_patterns())


@cache
def resource_patterns() -> SearchStrategy[str]:
    """Draw names of resources, and patterns that fit some of them or just miss them."""
    names = st.sampled_from(RESOURCES)
    parts = st.sampled_from((5, 5, 5, 5, 1, 2, 3, 4))
    row = st.tuples(names, parts, st.integers(0, 12), st.sampled_from(CUTS))
    with_variable = st.tuples(names, st.integers(0, 12), st.sampled_from(VARIABLES))
    return weighted(
        (2, names),
        (2, st.sampled_from(ODD_RESOURCES)),
        (4, row.map(_cut_resource)),
        (1, with_variable.map(_put_variable)),
    )


def _cut_resource(row: tuple[str, int, int, str]) -> str:
    resource, part, place, pattern = row
    parts = resource.split(":", 5)
    if len(parts) <= part:
        return resource
    parts[part] = _cut(parts[part], place, pattern)
    return ":".join(parts)


def _put_variable(row: tuple[str, int, str]) -> str:
    resource, place, variable = row
    head, colon, name = resource.rpartition(":")
    place %= len(name) + 1
    return f"{head}{colon or ':'}{name[:place]}{variable}{name[place + place % 3 :]}"


@cache
def conditions() -> SearchStrategy[Json]:
    """Draw a Condition of up to three tests; one that tests nothing is rare."""
    return st.lists(condition_tests(), min_size=0, max_size=3).map(_condition)


def _condition(found: list[tuple[str, str, object]]) -> Json:
    condition: dict[str, Json] = {}
    for operator, key, values in found:
        keys = condition.setdefault(operator, {})
        if key.lower() not in map(str.lower, keys):
            keys[key] = values
    return dict(condition)


@st.composite
def _tests(draw: DrawFn) -> tuple[str, str, object]:
    entry = draw(_ENTRY)
    key = draw(_SPELLING)(entry.name)
    operator, values = draw(_operators(entry))
    if operator == "Null":
        return operator, key, draw(_NULLS)
    quantifier, suffix = draw(_QUANTIFIER), draw(_SUFFIX)
    found = draw(_lists_of(operator, values))
    return f"{quantifier}{operator}{suffix}", key, _unquoted(found) if draw(_FORM) else found


def condition_tests() -> SearchStrategy[tuple[str, str, object]]:
    """Draw the operator, the key and the values of a test.

    The operator is mostly one that reads what the key holds, now and then any.
    """
    return _tests()


_ENTRY = st.sampled_from(ENTRIES)
_QUANTIFIER, _SUFFIX = st.sampled_from(QUANTIFIERS), st.sampled_from(SUFFIXES)
_NULLS: SearchStrategy[object] = st.sampled_from(("true", "false", True, False))
_SPELLINGS: tuple[Callable[[str], str], ...] = (str, str, str, str.lower, str.upper)
_SPELLING = st.sampled_from(_SPELLINGS)
_FORM = st.sampled_from((False, False, False, True))


def _family_values() -> Mapping[str, tuple[str, ...]]:
    """Return for each operator what a policy may hold it against."""
    known: dict[str, tuple[str, ...]] = {}
    for entry in ENTRIES:
        for operator in entry.operators:
            known.setdefault(operator, entry.patterns)
    return known


_VALUES = _family_values()
_ANY_OPERATOR = tuple(_VALUES.items())
_NULL: tuple[str, tuple[str, ...]] = ("Null", ())


@cache
def _operators(entry: Entry) -> SearchStrategy[tuple[str, tuple[str, ...]]]:
    own = tuple((operator, entry.patterns) for operator in entry.operators)
    return weighted(
        (7, st.sampled_from(own)), (1, st.just(_NULL)), (1, st.sampled_from(_ANY_OPERATOR))
    )


@cache
def _lists_of(operator: str, values: tuple[str, ...]) -> SearchStrategy[object]:
    """Draw values of a test: one without brackets or several; nothing is rare.

    So is a date that may be read in two ways, which careful tools refuse.
    """
    value = st.sampled_from(values)
    if operator in WITH_VARIABLES:
        references = st.tuples(st.sampled_from(VARIABLES), st.sampled_from(AROUND))
        value = weighted((5, value), (1, references.map(lambda row: row[1].format(row[0]))))
    if operator.startswith("Date"):
        value = weighted((16, value), (1, st.sampled_from(ODD_DATES)))
    several: SearchStrategy[object] = st.lists(value, min_size=1, max_size=3)
    return weighted((6, value), (8, several), (1, _no_values()))


ODD_DATES = ("2024", "2024-5-1")
"""A year or seconds; a month or a day of one digit."""

AROUND = ("{}", "{}*", "a{}", "arn:aws:s3:::{}", "*{}?")
"""What may stand around a policy variable."""


def _unquoted(values: object) -> object:
    """Return texts as JSON numbers and Booleans, where JSON has them in that form."""
    if isinstance(values, list):
        return [_unquoted(value) for value in values]
    try:
        found = json.loads(str(values))
    except ValueError:
        return values
    return found if isinstance(found, int | float) else values
