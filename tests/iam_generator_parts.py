"""The parts of what the generator draws: patterns near an action or a resource, and conditions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from portfolio.differential.strategies.pools import ENTRIES, VARIABLES, WITH_VARIABLES, Entry

Json = dict[str, object]
Item = TypeVar("Item")


def pick(rng: Random, pool: Sequence[Item]) -> Item:
    """Return one of `pool`."""
    return pool[int(rng.random() * len(pool))]


def chance(rng: Random, share: float) -> bool:
    """Return True in this share of the draws."""
    return rng.random() < share


def several(rng: Random, draw: Callable[[], Item], most: int) -> list[Item]:
    """Return one to `most` draws, more often few."""
    found = [draw()]
    while len(found) < most and chance(rng, 0.35):
        found.append(draw())
    return found


def one_or_list(rng: Random, values: list[str]) -> object:
    """Return the values as JSON: a single one often without brackets."""
    return values[0] if len(values) == 1 and chance(rng, 0.6) else values


def action_pattern(rng: Random, action: str, others: Sequence[str]) -> str:
    """Return a pattern that hits `action` or just misses it, now and then one of `others`."""
    if chance(rng, 0.15):
        return pick(rng, others)
    service, name = action.split(":")
    cut = 1 + int(rng.random() * (len(name) - 1))
    return pick(
        rng,
        (
            action,
            action.lower(),
            action.upper(),
            f"{service}:*",
            f"{service}:{name[:cut]}*",
            f"{service.upper()}:*{name[cut:]}",
            f"{service}:{name[:cut]}?{name[cut + 1 :]}",
            f"{service}:{name}?",
            f"{service}:{name[:cut]}*{name[-1]}s",
            f"{service}:{name}Version",
        ),
    )


def draw_resource(rng: Random, policy_type: str, resource: str) -> Json:
    """Return a Resource or NotResource whose patterns hit `resource` or just miss it."""
    patterns = several(rng, lambda: _resource_pattern(rng, resource), 3)
    negated = chance(rng, 0.12) and policy_type != "key"
    return {"NotResource" if negated else "Resource": one_or_list(rng, patterns)}


def _resource_pattern(rng: Random, resource: str) -> str:
    if resource == "*" or chance(rng, 0.3):
        return pick(
            rng,
            (
                "*",
                "*",
                "arn:aws:s3:::**",
                "arn:aws:s3:::bucket/*",
                "arn:aws:*:*:*:*",
                "arn:aws:s3:::*",
            ),
        )
    parts = resource.split(":", 5)
    if chance(rng, 0.12):
        return _short(rng, parts)
    at = int(rng.random() * 6)
    if chance(rng, 0.6):
        at = 5
    parts[at] = _vary(rng, parts[at]) if at else parts[at]
    if chance(rng, 0.15):
        parts[5] = _with_variable(rng, parts[5])
    return ":".join(parts)


def _short(rng: Random, parts: list[str]) -> str:
    """Return an ARN pattern with a wildcard where colons are, or with fewer than six parts."""
    return pick(
        rng,
        (
            ":".join(parts[:3]) + ":*",
            ":".join(parts[:3]) + "*",
            ":".join(parts[:4]) + ":*",
            ":".join(parts[:2]) + ":*:" + parts[5],
            ":".join(parts[:3]) + ":*:" + parts[4] + ":" + parts[5],
            ":".join(parts[:5]),
            "arn:*",
        ),
    )


def _vary(rng: Random, text: str) -> str:
    """Return a pattern that hits `text` or just misses it."""
    cut = int(rng.random() * (len(text) + 1))
    return pick(
        rng,
        (
            "*",
            text,
            text[:cut] + "*",
            "*" + text[cut:],
            text[:cut] + "?" + text[cut + 1 :],
            text[:cut] + "*" + text[cut:],
            text + "?",
            text[:cut] + "*" + text[cut + 1 :],
            text.upper(),
            text + "x",
        ),
    )


def _with_variable(rng: Random, text: str) -> str:
    """Return `text` with a variable in place of a name that it may stand for, or added."""
    variable = pick(rng, VARIABLES)
    names = [name for name in ("ann", "bob") if name in text]
    return text.replace(pick(rng, names), variable) if names else text + variable


def draw_condition(rng: Random, request: Json, most: int = 3) -> Json:
    """Return a Condition of up to `most` tests, whose values are often the request's own."""
    condition: dict[str, Json] = {}
    for operator, name, values in several(rng, lambda: _test(rng, request), most):
        keys = condition.setdefault(operator, {})
        if name.lower() not in map(str.lower, keys):
            keys[name] = values
    return dict(condition)


def _test(rng: Random, request: Json) -> tuple[str, str, object]:
    """Return an operator, a key and values of a test."""
    entry = pick(rng, ENTRIES)
    name = pick(rng, (entry.name,) * 3 + (entry.name.lower(), entry.name.upper()))
    has_quantifier = chance(rng, 0.85) if entry.many else chance(rng, 0.08)
    quantifier = pick(rng, ("ForAllValues:", "ForAnyValue:")) if has_quantifier else ""
    if chance(rng, 0.08):
        return "Null", name, pick(rng, ("true", "false"))
    operator = pick(rng, entry.operators)
    suffix = "IfExists" if chance(rng, 0.2) else ""
    texts = several(rng, lambda: _value(rng, entry, operator, request), 3)
    if chance(rng, 0.02):
        texts = []
    values = one_or_list(rng, texts)
    if operator.startswith(("Numeric", "Bool")) and chance(rng, 0.2):
        values = _unquoted(values)
    return f"{quantifier}{operator}{suffix}", name, values


def _unquoted(values: object) -> object:
    """Return texts as JSON numbers and Booleans, where JSON has them in that form."""
    if isinstance(values, list):
        return [_unquoted(value) for value in values]
    try:
        return json.loads(str(values))
    except ValueError:
        return values


def _value(rng: Random, entry: Entry, operator: str, request: Json) -> str:
    if operator in WITH_VARIABLES and chance(rng, 0.15):
        variable = pick(rng, VARIABLES)
        return variable if operator.startswith("String") else f"arn:aws:s3:::{variable}"
    if chance(rng, 0.35):
        found = _carried_value(request, entry)
        if found is not None and entry.operators[0] not in ("IpAddress",):
            return found
    return pick(rng, entry.patterns)


def _carried_value(request: Json, entry: Entry) -> str | None:
    """Return a value that the request carries for the key, so that equality is no rarity."""
    context = request["context"]
    assert isinstance(context, dict)
    value = context.get(entry.name)
    if isinstance(value, list):
        return str(value[0]) if value else None
    return None if value is None else str(value)
