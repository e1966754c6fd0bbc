"""Requests to AWS as JSON, in the form that `keyaki simulate` reads; also near a policy.

Callers, actions and resources go together, and what follows from the caller is in the context, so
that a request is one that AWS could get. Keys are often absent, lists often hold several values.
Near a policy, actions, resources and values are mostly those of its patterns with something in
place of the wildcards, so that hits and misses at each border are both frequent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from portfolio.differential.strategies.policies import POLICY_TYPES, Json, policies
from portfolio.differential.strategies.pools import (
    ACCOUNT,
    CALLERS,
    ENTRIES,
    OTHER_ACCOUNT,
    SECONDS,
    TARGETS,
    Entry,
    Who,
)

FILLINGS = ("", "a", "ann", "x/y", "a:b", "1")
"""What stands in a request where a policy has `*`."""

VARIABLE = re.compile(r"\$\{([^{}]*)\}")


def requests(near: Mapping[str, object] | None = None) -> SearchStrategy[Json]:
    """Draw a request, near the policy document `near` iff one is given."""
    return _requests() if near is None else _requests_near(near)


def policies_and_requests(policy_type: str | None = None) -> SearchStrategy[tuple[Json, Json]]:
    """Draw a policy document, of a type or of any, and a request near it."""
    kinds = POLICY_TYPES if policy_type is None else (policy_type,)
    return st.sampled_from(kinds).flatmap(policies).flatmap(_with_request)


def _with_request(policy: Json) -> SearchStrategy[tuple[Json, Json]]:
    return st.tuples(st.just(policy), requests(policy))


@st.composite
def _drawn(draw: DrawFn) -> Json:
    caller = draw(_CALLER)
    target = caller.target or draw(_TARGET)
    resource = draw(_one_of(target.resources))
    owner = resource.split(":")[4] if resource != "*" else ""
    home = caller.account or ACCOUNT
    owners = (home,) if resource == "*" else (home, home, OTHER_ACCOUNT)
    return {
        "principal": caller.principal,
        "action": draw(_one_of(target.actions)),
        "resource": resource,
        "resourceAccount": owner or draw(_one_of(owners)),
        "context": _context(draw, caller),
        **caller.more,
    }


def _context(draw: DrawFn, caller: Who) -> Json:
    context: Json = {**caller.facts}
    without = draw(_ENDPOINT)
    for entry in ENTRIES:
        if entry.name != without and draw(_presence(entry, caller)):
            context[entry.name] = draw(_carried(entry))
    return _with_what_follows(context)


def _with_what_follows(context: Json) -> Json:
    """Return a context with the time in seconds, and with the other key about second factors."""
    time = str(context["aws:CurrentTime"])
    has_age = "aws:MultiFactorAuthAge" in context
    return {
        **context,
        **({"aws:EpochTime": SECONDS[time]} if time in SECONDS else {}),
        **({"aws:MultiFactorAuthPresent": "true"} if has_age else {}),
    }


_CALLER = st.sampled_from(CALLERS)
_TARGET = st.sampled_from(TARGETS)
_ENDPOINT = st.sampled_from(("aws:VpcSourceIp", "aws:VpcSourceIp", "aws:SourceIp"))
"""An address belongs to a request from the internet or to one through an endpoint."""


@cache
def _requests() -> SearchStrategy[Json]:
    return _drawn()


@cache
def _one_of(pool: tuple[str, ...]) -> SearchStrategy[str]:
    return st.sampled_from(pool)


_NEVER, _ALWAYS = st.just(False), st.just(True)
_SOMETIMES = st.sampled_from((False, False, True))


def _presence(entry: Entry, caller: Who) -> SearchStrategy[bool]:
    match entry.presence:
        case "always":
            return _ALWAYS
        case "caller" | "clock":
            return _NEVER
        case "signed" if caller.account is None:
            return _NEVER
        case "temporary" if not caller.has_session:
            return _NEVER
    return _SOMETIMES


@cache
def _carried(entry: Entry) -> SearchStrategy[object]:
    values: SearchStrategy[object] = _one_of(entry.values)
    if not entry.many:
        return values
    several: SearchStrategy[object] = st.lists(values, max_size=3)
    return several


@st.composite
def _requests_near(draw: DrawFn, near: Mapping[str, object]) -> Json:
    request = draw(_requests())
    statements = [*_statements(near)]
    for element, name in (("action", "Action"), ("resource", "Resource")):
        patterns, is_near = [*_patterns(statements, name)], draw(_OFTEN)
        if patterns and is_near:
            request[element] = _filled(draw(st.sampled_from(patterns)), draw(_FILLING), request)
    request["context"] = _context_near(draw, statements, request)
    return {**request, "resourceAccount": _owner(request)}


_OFTEN = st.sampled_from((True, True, True, False))
_FILLING = st.sampled_from(FILLINGS)


def _owner(request: Json) -> object:
    """Return the account that the resource names, else the one that it is said to belong to."""
    parts = str(request["resource"]).split(":", 5)
    account = parts[4] if len(parts) == 6 else ""
    return account if re.fullmatch("[0-9]{12}", account) else request["resourceAccount"]


def _statements(policy: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    found = policy.get("Statement")
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping):
            yield statement


def _patterns(statements: list[Mapping[str, object]], name: str) -> Iterator[str]:
    """Yield the patterns of an element and of its negation but for `*`, which says nothing."""
    for statement in statements:
        for element in (name, f"Not{name}"):
            yield from (text for text in _texts(statement.get(element, [])) if text != "*")


def _texts(value: object) -> list[str]:
    """Return values of a policy as texts."""
    values = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def _filled(pattern: str, filling: str, request: Json) -> str:
    """Return a text that a pattern fits, with `filling` for `*`."""
    return _substituted(pattern, request).replace("*", filling).replace("?", "a")


def _substituted(pattern: str, request: Json) -> str:
    context = request["context"]
    assert isinstance(context, dict)
    return VARIABLE.sub(lambda found: _value(found[1], context), pattern)


def _value(reference: str, context: Mapping[str, object]) -> str:
    """Return what a policy variable stands for, its default or `ann` where it has no value."""
    key, _, rest = reference.partition(",")
    carried = {name.lower(): value for name, value in context.items()}.get(key.strip().lower())
    return carried if isinstance(carried, str) else rest.strip(" '") or "ann"


def _context_near(
    draw: DrawFn, statements: list[Mapping[str, object]], request: Json
) -> dict[str, object]:
    """Return the request's context in which some keys have values that the policy names."""
    context = request["context"]
    assert isinstance(context, dict)
    for key, values in _tested(statements):
        entry = _BY_NAME.get(key.lower())
        if values and entry is not None and entry.presence == "maybe" and draw(_OFTEN):
            text = _filled(draw(st.sampled_from(values)), draw(_FILLING), request)
            text = text.partition("/")[0] if entry.operators[0] == "IpAddress" else text
            context[entry.name] = [text, *draw(_others(entry))] if entry.many else text
    return context


_BY_NAME = {entry.name.lower(): entry for entry in ENTRIES}


@cache
def _others(entry: Entry) -> SearchStrategy[list[str]]:
    return st.lists(_one_of(entry.values), max_size=2)


def _tested(statements: list[Mapping[str, object]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys that conditions test, and the values that they are held against."""
    for statement in statements:
        condition = statement.get("Condition")
        if isinstance(condition, Mapping):
            for operator, keys in condition.items():
                if not str(operator).endswith("Null") and isinstance(keys, Mapping):
                    yield from ((str(key), _texts(values)) for key, values in keys.items())
