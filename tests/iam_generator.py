"""A seeded generator of policies, requests and simulations over the whole policy language.

Everything is drawn with `Random.random` alone, whose numbers for a seed do not change between
versions of Python. A policy may be drawn near a request: its patterns are then mostly the request's
own action, resource and values with something changed, so that hits and misses at each border are
both frequent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from portfolio.differential.strategies.pools import (
    ACCOUNT,
    ACTION_PATTERNS,
    CALLERS,
    ENTRIES,
    KEY_ACTIONS,
    ODD,
    OTHER_ACCOUNT,
    PRINCIPALS,
    S3_TARGET,
    SECONDS,
    SESSIONS,
    TARGETS,
    TRUST_PATTERNS,
    USERS,
    Entry,
    Target,
    Who,
)
from tests.iam_generator_parts import (
    Json,
    action_pattern,
    chance,
    draw_condition,
    draw_resource,
    one_or_list,
    pick,
    several,
)

Context = dict[str, str | list[str]]

WITH_PRINCIPAL = ("resource", "rcp", "endpoint", "trust", "key")
POLICY_TYPES = ("identity", "resource", "boundary", "session", "scp", "rcp", "endpoint")


@dataclass(frozen=True)
class Mood:
    """The shares of statements that deny, have conditions, and have patterns other than `*`."""

    denies: float = 0.22
    conditions: float = 0.5
    patterns: float = 1.0


EVERYTHING = Mood()
BARE = Mood(conditions=0.1, patterns=0.15)
"""Mostly `*` without a condition, so that the kinds of policies decide."""


def draw_simulation(
    rng: Random, *, callers: Sequence[Who] = CALLERS, odd_values: bool = False
) -> Json:
    """Return a request and a stack of policies around it, as `simulate` reads them.

    A third hangs on one test or one statement alone, a third on which kinds of policies there are.
    If `odd_values`, a key of a request may have a value that is none.
    """
    simulation = _draw_single(rng) if chance(rng, 0.33) else _draw_whole(rng, callers)
    if odd_values and chance(rng, 0.3):
        _make_odd(rng, simulation)
    return simulation


def _make_odd(rng: Random, simulation: Json) -> None:
    """Give some of the keys that hang on nothing else a value that is none."""
    request = simulation["request"]
    assert isinstance(request, dict)
    free = {entry.name for entry in ENTRIES if entry.presence == "maybe"}
    for name, value in request["context"].items():
        if name in free and chance(rng, 0.4):
            odd = pick(rng, ODD)
            request["context"][name] = [odd, *value[1:]] if isinstance(value, list) else odd


def _draw_whole(rng: Random, callers: Sequence[Who]) -> Json:
    who = pick(rng, callers)
    request = draw_request(rng, who)
    mood = pick(rng, (EVERYTHING, BARE))
    return {"request": request, "policies": _stack(rng, who, request, mood)}


def _draw_single(rng: Random) -> Json:
    """Return a request for an object, which one statement of an identity policy allows or not."""
    request = draw_request(rng, pick(rng, (*USERS, *SESSIONS)), S3_TARGET)
    statement: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if chance(rng, 0.8):
        statement["Condition"] = draw_condition(rng, request, most=1)
    else:
        statement = _statement(rng, "identity", request, Mood(denies=0, conditions=0))
    version = _version(rng, "identity")
    policy: Json = {"Version": version} if version else {}
    policy["Statement"] = [statement]
    return {"request": request, "policies": {"identity": [policy], "boundary": []}}


def _stack(rng: Random, who: Who, request: Json, mood: Mood) -> Json:
    is_signed = who.account is not None
    is_entity = is_signed and not who.text.endswith(":root")
    policies: Json = {
        "identity": _some_policies(rng, "identity", request, mood) if is_entity else [],
        "boundary": [],
    }
    resource = _resource_policy(rng, request, mood)
    if resource is not None:
        policies["resource"] = resource
    if is_entity and chance(rng, 0.25):
        policies["boundary"] = [_guard(rng, "boundary", request, mood)]
    if who.has_session and chance(rng, 0.3):
        policies["session"] = [_guard(rng, "session", request, mood)]
    if is_signed and chance(rng, 0.25):
        policies["scp"] = several(rng, lambda: _level(rng, "scp", request, mood), 3)
    if chance(rng, 0.15):
        policies["rcp"] = several(rng, lambda: _level(rng, "rcp", request, mood), 3)
    if chance(rng, 0.12):
        policies["endpoint"] = [_guard(rng, "endpoint", request, mood)]
    return policies


def _some_policies(rng: Random, policy_type: str, request: Json, mood: Mood) -> list[Json]:
    if chance(rng, 0.15):
        return []
    return several(rng, lambda: draw_policy(rng, policy_type, request, mood), 2)


def _guard(rng: Random, policy_type: str, request: Json, mood: Mood) -> Json:
    """Return a policy that only limits; half of the time it lets everything else through."""
    policy = draw_policy(rng, policy_type, request, mood)
    if chance(rng, 0.5):
        everything = _full_access(policy_type)["Statement"]
        policy["Statement"] = [*_statements(policy), *_statements({"Statement": everything})]
    return policy


def _statements(policy: Json) -> list[object]:
    statement = policy["Statement"]
    return list(statement) if isinstance(statement, list) else [statement]


def _full_access(policy_type: str) -> Json:
    statement: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if policy_type in WITH_PRINCIPAL:
        statement["Principal"] = "*"
    return {"Version": "2012-10-17", "Statement": [statement]}


def _level(rng: Random, policy_type: str, request: Json, mood: Mood) -> list[Json]:
    """Return the policies of one level of an organisation, mostly with the default one of SCPs."""
    policies = [] if chance(rng, 0.3) else [draw_policy(rng, policy_type, request, mood)]
    if policy_type == "scp" and chance(rng, 0.85):
        policies.append(_full_access(policy_type))
    return policies


def _resource_policy(rng: Random, request: Json, mood: Mood) -> Json | None:
    """Return the resource's own policy; a role and a KMS key always have one."""
    action = str(request["action"])
    if action.startswith("sts:"):
        return draw_policy(rng, "trust", request, mood)
    if action in KEY_ACTIONS:
        return draw_policy(rng, "key", request, mood)
    return draw_policy(rng, "resource", request, mood) if chance(rng, 0.6) else None


def draw_request(rng: Random, who: Who | None = None, target: Target | None = None) -> Json:
    """Return a request that AWS could get: who, what, on which resource, with which keys."""
    caller = who or pick(rng, CALLERS)
    target = target or caller.target or pick(rng, TARGETS)
    resource = pick(rng, target.resources)
    owner = resource.split(":")[4] if resource != "*" else ""
    request: Json = {
        "principal": caller.principal,
        "action": pick(rng, target.actions),
        "resource": resource,
        "resourceAccount": owner or _owner(rng, caller, resource),
        "context": _context(rng, caller),
        **caller.more,
    }
    return request


def _owner(rng: Random, caller: Who, resource: str) -> str:
    """Return the account of a resource whose ARN names none; `*` is the caller's own account."""
    home = caller.account or ACCOUNT
    return home if resource == "*" or chance(rng, 0.7) else OTHER_ACCOUNT


def _context(rng: Random, caller: Who) -> Context:
    context: Context = dict(caller.facts)
    through_endpoint = chance(rng, 0.3)
    excluded = "aws:SourceIp" if through_endpoint else "aws:VpcSourceIp"
    for entry in ENTRIES:
        if entry.name != excluded and _is_carried(rng, entry, caller):
            context[entry.name] = _request_value(rng, entry)
    context["aws:EpochTime"] = SECONDS[str(context["aws:CurrentTime"])]
    if "aws:MultiFactorAuthAge" in context:
        context["aws:MultiFactorAuthPresent"] = "true"
    if chance(rng, 0.1):
        context = {name.upper(): value for name, value in context.items()}
    return context


def _is_carried(rng: Random, entry: Entry, caller: Who) -> bool:
    match entry.presence:
        case "always":
            return True
        case "signed":
            return caller.account is not None and chance(rng, 0.6)
        case "temporary":
            return caller.has_session and chance(rng, 0.6)
        case "caller" | "clock":
            return False
    return chance(rng, 0.5)


def _request_value(rng: Random, entry: Entry) -> str | list[str]:
    if not entry.many:
        return pick(rng, entry.values)
    if chance(rng, 0.12):
        return []
    return several(rng, lambda: pick(rng, entry.values), 3)


def draw_policy(
    rng: Random, policy_type: str, near: Json | None = None, mood: Mood = EVERYTHING
) -> Json:
    """Return a policy document; `near` is a request that its patterns should nearly fit.

    The type is one of POLICY_TYPES, or `trust` (of a role) or `key` (of a KMS key).
    """
    request = near or draw_request(rng)
    version = _version(rng, policy_type)
    most = 3 if policy_type in ("identity", "resource") else 2
    statements = several(rng, lambda: _statement(rng, policy_type, request, mood), most)
    document: Json = {"Version": version} if version else {}
    is_single = len(statements) == 1 and chance(rng, 0.2)
    document["Statement"] = statements[0] if is_single else statements
    return document


def _version(rng: Random, policy_type: str) -> str:
    """Return a version of the language, the empty text for none."""
    is_new = policy_type in ("scp", "rcp") or chance(rng, 0.75)
    return "2012-10-17" if is_new else pick(rng, ("2008-10-17", ""))


def _statement(rng: Random, policy_type: str, request: Json, mood: Mood) -> Json:
    denies = 1.0 if policy_type == "rcp" else mood.denies
    statement: Json = {"Effect": "Deny" if chance(rng, denies) else "Allow"}
    if policy_type == "rcp":
        statement["Principal"] = "*"
    elif policy_type in WITH_PRINCIPAL:
        statement.update(_principal(rng, policy_type, request))
    statement.update(_actions(rng, policy_type, request, mood))
    if policy_type != "trust":
        has_pattern = chance(rng, mood.patterns)
        resource = draw_resource(rng, policy_type, str(request["resource"]))
        statement.update(resource if has_pattern else {"Resource": "*"})
    if chance(rng, mood.conditions):
        statement["Condition"] = draw_condition(rng, request)
    return statement


def _actions(rng: Random, policy_type: str, request: Json, mood: Mood) -> Json:
    action = str(request["action"])
    if not chance(rng, mood.patterns):
        return {"Action": "sts:*" if policy_type == "trust" else "*"}
    negated = chance(rng, 0.12) and policy_type not in ("trust", "rcp")
    others = TRUST_PATTERNS if policy_type == "trust" else ACTION_PATTERNS
    actions = several(rng, lambda: action_pattern(rng, action, others), 3)
    return {"NotAction" if negated else "Action": one_or_list(rng, actions)}


def _principal(rng: Random, policy_type: str, request: Json) -> Json:
    """Return a Principal, half of the time one that names the caller, or a NotPrincipal."""
    principal = pick(rng, PRINCIPALS)
    if chance(rng, 0.4):
        principal = _naming(rng, request["principal"])
    negated = chance(rng, 0.12) and policy_type in ("resource", "key")
    return {"NotPrincipal" if negated else "Principal": principal}


def _naming(rng: Random, caller: object) -> object:
    if caller == "*" or not isinstance(caller, str):
        return caller
    text, account = caller, caller.split(":")[4]
    return pick(rng, ("*", {"AWS": text}, {"AWS": text}, {"AWS": account}))
