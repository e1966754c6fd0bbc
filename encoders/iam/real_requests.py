"""Requests that could be made: real actions on resources that they take, as one request suggests.

The suggestion comes from a model, which knows of patterns only. Nothing here says whether a request
still shows what the model's did; the best guesses come first, and whoever asks decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from encoders.iam.actions import (
    REGION,
    REGIONS,
    Action,
    ResourceKind,
    action_named,
    actions_of,
    is_for_all_actions,
    is_service,
)
from encoders.iam.policy import Effect, Patterns, Policy, Statement
from encoders.iam.request import NO_RESOURCE, ContextValue, Request
from encoders.iam.wildcard import action_matches, glob_matches

Signature = tuple[bool, ...]
"""Whether the action is one of each statement's: all that a policy can tell of an action."""

FAMILIAR = (
    *("s3:GetObject", "s3:ListBucket", "ec2:DescribeInstances", "ec2:RunInstances"),
    *("iam:PassRole", "iam:CreateUser", "sts:AssumeRole", "lambda:InvokeFunction"),
    *("kms:Decrypt", "dynamodb:GetItem", "sqs:SendMessage", "sns:Publish"),
    *("secretsmanager:GetSecretValue", "ssm:GetParameter", "logs:PutLogEvents"),
)
"""Actions that people know, the best known first."""

MOST_SERVICES = 4
MOST_ACTIONS = 600
MOST_FILLINGS = 3
"""How far the search goes: services, actions of all of them, ARNs of a kind from one pattern."""


def real_requests(request: Request, policies: Sequence[Policy]) -> Iterator[Request]:
    """Yield requests like `request`, each with a real action and a resource that this one takes."""
    for action in real_actions(request, policies):
        spelled = replace(request, action=action.name)
        for resource in _resources(action, request, policies):
            yield replace(spelled, resource=resource)


def real_actions(request: Request, policies: Sequence[Policy]) -> Iterator[Action]:
    """Yield real actions, each of which stands for those that no policy tells from it.

    First is that of `request`, where it is real and takes the condition keys that are present.
    """
    own = action_named(request.action)
    if own is not None and not _strange_keys(own, request):
        yield own
    statements = [statement for policy in policies for statement in policy.statements]
    seen: set[object] = set()
    for signature, action in islice(_others(request, statements), MOST_ACTIONS):
        kind = (signature, action.kinds, _strange_keys(action, request))
        if kind not in seen:
            seen.add(kind)
            yield action


def _others(
    request: Request, statements: Sequence[Statement]
) -> Iterator[tuple[Signature, Action]]:
    """Yield real actions, service by service, first those that no statement tells from ours."""
    unlike: list[tuple[Signature, list[str]]] = []
    named = {value.lower() for one in statements for value in one.actions.values}
    for service in _services(request, statements):
        matchers = [action_matcher(one.actions, service) for one in statements]
        wanted = tuple(matches(request.action.lower()) for matches in matchers)
        groups = _alike(actions_of(service), service, statements, matchers)
        for action in _sorted(groups.pop(wanted, []), named, request):
            yield wanted, action
        unlike += [item for item in groups.items() if _may_allow(item[0], statements)]
    for signature, names in unlike:
        for action in _sorted(names, named, request):
            yield signature, action


def _alike(
    names: Iterable[str],
    service: str,
    statements: Sequence[Statement],
    matchers: Sequence[Callable[[str], bool]],
) -> dict[Signature, list[str]]:
    """Return the actions of a service by the statements that name them."""
    # PERF: of thousands of statements few say anything that tells actions of one service apart.
    telling = [n for n, one in enumerate(statements) if may_name_some(one.actions, service)]
    found: dict[Signature, list[str]] = {}
    for name in names:
        found.setdefault(tuple([matchers[n](name) for n in telling]), []).append(name)
    base = [one.actions.negated for one in statements]
    return {_filled(base, telling, signature): group for signature, group in found.items()}


def _filled(base: Sequence[bool], places: Sequence[int], values: Signature) -> Signature:
    filled = [*base]
    for place, value in zip(places, values, strict=True):
        filled[place] = value
    return tuple(filled)


def _may_allow(signature: Signature, statements: Sequence[Statement]) -> bool:
    pairs = zip(signature, statements, strict=True)
    return any(is_one and one.effect is Effect.ALLOW for is_one, one in pairs)


def _sorted(names: Iterable[str], named: set[str], request: Request) -> Iterator[Action]:
    """Yield actions: first those that take the keys present, are in a policy, are familiar."""
    familiar = {name.lower(): rank for rank, name in enumerate(FAMILIAR)}
    ranked = sorted(
        names,
        key=lambda name: (name not in named, familiar.get(name, len(familiar)), len(name), name),
    )
    actions = (action for action in map(action_named, ranked) if action is not None)
    # PERF: most requests carry no key that only some actions take; then nothing is read ahead.
    if all(is_for_all_actions(key) for key in request.context):
        return actions
    return iter(sorted(actions, key=lambda action: _strange_keys(action, request)))


def _strange_keys(action: Action, request: Request) -> int:
    """Return how many condition keys of `request` AWS does not document for `action`."""
    return sum(not action.takes_key(key) for key in request.context)


def _services(request: Request, statements: Sequence[Statement]) -> Iterator[str]:
    """Yield services whose action may stand in: that of the request first, then familiar ones."""
    resource = request.resource or NO_RESOURCE
    near = [request.action, resource.partition("arn:aws:")[2]]
    for statement in statements:
        if statement.effect is Effect.ALLOW and not statement.actions.negated:
            near += statement.actions.values
    prefixes = (name.lower().partition(":")[0] for name in (*near, *FAMILIAR))
    yield from islice(filter(is_service, dict.fromkeys(prefixes)), MOST_SERVICES)


def _is_named(action: str, patterns: Patterns) -> bool:
    return any(action_matches(pattern, action) for pattern in patterns.values)


def may_name_some(patterns: Patterns, service: str) -> bool:
    """Return False only if none of the patterns names an action of `service`."""
    start = f"{service}:"
    return any(
        _has_wildcard(prefix) or prefix == start
        for prefix in (pattern[: len(start)].lower() for pattern in patterns.values)
    )


def action_matcher(patterns: Patterns, service: str) -> Callable[[str], bool]:
    """Return what tells whether an action of `service`, in lower case, is one of `patterns`.

    It does the work that is the same for all actions of the service once.
    """
    exact: set[str] = set()
    starts: list[str] = []
    globs: list[str] = []
    for pattern in map(str.lower, patterns.values):
        bare = pattern.removesuffix("*")
        if not _has_wildcard(pattern):
            exact.add(pattern)
        elif not _has_wildcard(bare):
            starts.append(bare)
        elif _has_wildcard(pattern.partition(":")[0]) or pattern.startswith(f"{service}:"):
            globs.append(pattern)
    beginnings = tuple(starts)

    def matches(action: str) -> bool:
        is_named = (
            action in exact
            or action.startswith(beginnings)
            or any(glob_matches(pattern, action) for pattern in globs)
        )
        return is_named is not patterns.negated

    return matches


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _resources(
    action: Action, request: Request, policies: Sequence[Policy]
) -> Iterator[str | None]:
    """Yield resources that `action` takes: its own example, then what policies and model name."""
    if request.resource is None:
        yield None
        return
    if not action.kinds:
        yield NO_RESOURCE
        return
    yield from _arns(action, request.resource, request, policies)
    # What only the text of the partition tells apart is told apart by a real one.
    if not request.resource.startswith((NO_RESOURCE, "arn:aws:")):
        yield from map(_in_china, _arns(action, request.resource, request, policies))


def _arns(action: Action, own: str, request: Request, policies: Sequence[Policy]) -> Iterator[str]:
    """Yield distinct ARNs that `action` takes."""
    named = (substituted(one, request.context) for one in _resource_patterns(action, policies))
    patterns = chain(named, [own])
    guesses = chain(
        (kind.example for kind in action.kinds),
        (arn for one in patterns for kind in action.kinds for arn in fillings(one, kind)),
        (arn for arn in [own] if action.takes(arn)),
    )
    seen: set[str] = set()
    for arn in guesses:
        if arn not in seen:
            seen.add(arn)
            yield arn


def _in_china(arn: str) -> str:
    return arn.replace("arn:aws:", "arn:aws-cn:", 1).replace(f":{REGION}:", ":cn-north-1:", 1)


def _resource_patterns(action: Action, policies: Sequence[Policy]) -> Iterator[str]:
    """Yield the resource patterns that stand beside `action` in an Allow statement."""
    for policy in policies:
        for statement in policy.statements:
            resources = statement.resources
            if statement.effect is not Effect.ALLOW or resources is None or resources.negated:
                continue
            if _is_named(action.name, statement.actions) is not statement.actions.negated:
                yield from resources.values


def substituted(pattern: str, context: Mapping[str, ContextValue]) -> str:
    """Return a resource pattern with values for its policy variables, if it has any."""
    values = {key.lower(): value for key, value in context.items()}
    return _VARIABLE.sub(lambda found: str(values.get(found[1].lower(), "acme")), pattern)


_VARIABLE = re.compile(r"\$\{([^},]*)[^}]*\}")


def fillings(pattern: str, kind: ResourceKind) -> Iterator[str]:
    """Yield ARNs of the kind that a resource pattern, or an incomplete ARN, suggests."""
    wanted, example = pattern.split(":", 5), kind.example.split(":", 5)
    if len(wanted) < 6:
        return
    head = [_segment(*pair) for pair in zip(wanted[:5], example[:5], strict=True)]
    found = (":".join([*head, rest]) for rest in _rests(wanted[5], example[5]))
    yield from islice(filter(kind.fits, found), MOST_FILLINGS)


def _segment(wanted: str, example: str) -> str:
    """Return what stands for a segment before the name: of regions, a real one."""
    if not wanted:
        return example
    found = (text for text in (example, *REGIONS) if glob_matches(wanted, text))
    return next(found, wanted.replace("*", "").replace("?", "1"))


def _rests(wanted: str, example: str) -> Iterator[str]:
    if glob_matches(wanted, example):
        yield example
    for name in ("acme", "my"):
        for filler in (name, f"{name}/{name}", f"{name}:{name}"):
            yield re.sub(r"\*+", filler, wanted).replace("?", "1")
    yield f"{wanted}acme"
