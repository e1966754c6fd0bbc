"""Requests that may show that one policy allows what another does not, the likeliest first.

Nothing here says whether they do: whoever asks has the concrete evaluator look at each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice

from encoders.iam.actions import ACCOUNT, REGION, Action, action_named, actions_of
from encoders.iam.compiled.context import Context, World, contexts
from encoders.iam.compiled.globs import covers, has_wildcard
from encoders.iam.compiled.row import Row
from encoders.iam.compiled.sets import uncovered_actions, uncovered_resources
from encoders.iam.real_requests import FAMILIAR, fillings, substituted
from encoders.iam.request import NO_RESOURCE, Request

MOST_ATOMS = 12
MOST_ACTIONS = 3
MOST_RESOURCES = 4
"""How many are tried: patterns of a statement, actions of a pattern, resources of an action."""

AT_ONCE = 5
"""How many actions are tried by turns."""

FILLINGS_KEPT = 1 << 16

_ACTION = re.compile(r"[a-z0-9-]+:[a-z0-9-]+")
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:[\s\S]+")


def guesses(
    rows: Sequence[Row], atoms: Sequence[str], world: World, others: Sequence[Row]
) -> Iterator[Request]:
    """Yield requests of an action of `atoms` that may match all `rows`, and none of `others`."""
    streams = (
        _requests(rows, atom, named, world, others)
        for atom in atoms[:MOST_ATOMS]
        for named in islice(_actions(atom, rows, others), MOST_ACTIONS)
    )
    # PERF: mostly the first one does; nobody else is looked at before it is tried.
    group = [*islice(streams, 1)]
    yield from chain.from_iterable(islice(stream, 1) for stream in group)
    while group := [*group, *islice(streams, AT_ONCE - len(group))]:
        yield from _by_turns(group)
        group = []


def _requests(
    rows: Sequence[Row],
    atom: str,
    named: tuple[str, Action | None],
    world: World,
    others: Sequence[Row],
) -> Iterator[Request]:
    """Yield requests of one action that an action pattern names."""
    name, action = named
    near = [one for one in others if not uncovered_actions((atom,), one.actions)]
    patterns = _patterns(rows, near)
    seen: list[Context] = []
    for context in contexts(rows, name.lower(), world, near):
        seen.append(context)
        for resource in islice(_resources(patterns, action, context), 1):
            yield Request(None, name, resource, context)
    for context in seen:
        for resource in islice(_resources(patterns, action, context), 1, MOST_RESOURCES):
            yield Request(None, name, resource, context)


def _by_turns(streams: Sequence[Iterator[Request]]) -> Iterator[Request]:
    """Yield the first of each stream, then the second of each, and so on."""
    while streams:
        left = []
        for stream in streams:
            request = next(stream, None)
            if request is not None:
                left.append(stream)
                yield request
        streams = left


def _patterns(rows: Sequence[Row], near: Iterable[Row]) -> Sequence[str]:
    """Return the resource patterns of one of `rows`, those first that `near` do not cover.

    Those are left out that a statement of `near` covers whose condition holds. Where none of `rows`
    names but some resources, they are what a NotResource of `near` leaves out, or none.
    """
    some = [row.resources for row in rows if not (row.resources.negated or row.resources.is_all)]
    if not some:
        return next((one.resources.texts for one in near if one.resources.negated), ())
    left = first = some[-1].texts
    for one in near:
        if not (one.resources.is_all or one.resources.negated):
            first = tuple(uncovered_resources(first, one.resources))
            if any(row.block.implies(one.block) for row in rows):
                left = tuple(uncovered_resources(left, one.resources)) or left
    return tuple(dict.fromkeys((*first, *left)))


def _actions(
    atom: str, rows: Sequence[Row], others: Sequence[Row]
) -> Iterator[tuple[str, Action | None]]:
    """Yield actions that a pattern and `rows` name, as AWS spells them if it knows them."""
    for name in chain(_names(atom, others), _merged(atom, rows)):
        if all(not uncovered_actions((name,), row.actions) for row in rows):
            action = action_named(name)
            yield name if action is None else action.name, action


def _names(atom: str, others: Sequence[Row]) -> Iterator[str]:
    """Yield actions, in lower case, that a pattern names, those first that `others` do not."""
    if has_wildcard(atom):
        sets = {row.actions for row in others}
        named = ""
        for name in _real(atom):
            if all(uncovered_actions((name,), one) for one in sets):
                yield name
            else:
                named = named or name
        if named:
            yield named
    made = _FILLED if atom == "*" else atom.replace("*", "acme").replace("?", "a")
    if _ACTION.fullmatch(made):
        yield made


def _merged(atom: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield made up actions of a pattern, with a text in them that `rows` have between stars."""
    globs = (glob for row in rows for glob in row.actions.globs)
    pieces = dict.fromkeys(glob.partition(":")[2].strip("*") for glob in globs)
    for piece in pieces if "*" in atom else ():
        made = atom.replace("*", piece, 1).replace("*", "")
        if _ACTION.fullmatch(made):
            yield made


_FILLED = "acme:acme"


def _real(pattern: str) -> Iterable[str]:
    """Return the real actions, in lower case, that a pattern names, of one service."""
    if pattern == "*":
        return (name.lower() for name in FAMILIAR)
    service = pattern.partition(":")[0]
    if has_wildcard(service):
        return ()
    return (name for name in actions_of(service) if covers(pattern, name))


def _resources(patterns: Sequence[str], action: Action | None, context: Context) -> Iterator[str]:
    """Yield resources that the patterns name, those first that the action takes; none name all."""
    if not patterns:
        if action is not None:
            yield from (kind.example for kind in action.kinds[:1])
        yield from (NO_RESOURCE, _SOMETHING)
    name = "" if action is None else action.name
    for text in patterns:
        yield from _fillings(name, substituted(text, context) if "${" in text else text)


_SOMETHING = f"arn:aws:acme:{REGION}:{ACCOUNT}:acme"


@lru_cache(FILLINGS_KEPT)
def _fillings(action: str, pattern: str) -> tuple[str, ...]:
    """Return a resource that the pattern names and the action takes, and one of the former."""
    found = action_named(action) if action else None
    kinds = () if found is None else found.kinds
    real = next((arn for kind in kinds for arn in fillings(pattern, kind)), None)
    made = pattern.replace("*", "acme").replace("?", "1")
    return tuple(arn for arn in (real, made) if arn is not None and _ARN.fullmatch(arn))
