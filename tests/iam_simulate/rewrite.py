"""Simulations with a contested construct put in other words, by what we say that it means.

A test of a condition that is contested is left out where it holds for the request, and replaced by
one that never holds where it does not; contested resources become `*` or one that nothing is.
What we decide stays the same. If the other side now decides the same, then that construct, and
nothing else, was the difference.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from encoders.iam import evaluate
from encoders.iam.parse import policy_from_json
from encoders.iam.parse_principal import parse_principals
from encoders.iam.policy import Patterns, PolicyType, Statement, Test
from encoders.iam.request import Request
from encoders.iam.wildcard import ArnWildcards
from tests.iam_simulate.ours import Simulation, request_of

Statements = dict[str, Any]

NOTHING = "arn:aws:nothing:::nothing"
NEVER_CARRIED = "ex:never-carried"

_ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}


@dataclass(frozen=True)
class Place:
    """Where a construct stands: the kind of policy, whether it has variables, for which request."""

    policy_type: str
    has_variables: bool
    request: Request


ContestsTest = Callable[[Test, Place], bool]
ContestsResources = Callable[[Patterns, Place], bool]


def documents(simulation: Simulation) -> Iterator[tuple[str, Statements]]:
    """Yield each policy of a simulation with its kind."""
    policies = simulation["policies"]
    for kind in ("identity", "boundary", "session", "endpoint"):
        for document in policies.get(kind, ()):
            yield kind, document
    for kind in ("scp", "rcp"):
        for level in policies.get(kind, ()):
            for document in level:
                yield kind, document
    if "resource" in policies:
        yield "resource", policies["resource"]


def statements(document: Statements) -> list[Statements]:
    """Return the statements of a policy document."""
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def places(simulation: Simulation) -> Iterator[tuple[Statements, Statement, Place]]:
    """Yield each statement as JSON and as parsed, without its principals, with its place."""
    request = request_of(simulation)
    for kind, document in documents(simulation):
        place = Place(kind, document.get("Version") == "2012-10-17", request)
        for written in statements(document):
            yield written, _parsed(document, written), place


def _parsed(document: Statements, written: Statements) -> Statement:
    bare = {name: value for name, value in written.items() if name in _ELEMENTS}
    if not {"Resource", "NotResource"} & bare.keys():
        bare["Resource"] = "*"
    alone = {**document, "Statement": bare}
    return policy_from_json(alone, PolicyType.IDENTITY).statements[0]


def with_tests_resolved(simulation: Simulation, contests: ContestsTest) -> Simulation:
    """Return the simulation with every contested test replaced by what it means to us."""
    resolved = copy.deepcopy(simulation)
    for written, statement, place in places(resolved):
        for test in statement.tests:
            if contests(test, place):
                _resolve_test(written["Condition"], test, place.request)
    return resolved


def _resolve_test(condition: Statements, test: Test, request: Request) -> None:
    quantifier = f"{test.quantifier.value}:" if test.quantifier else ""
    operator = f"{quantifier}{test.operator}{'IfExists' if test.if_exists else ''}"
    del condition[operator][test.key]
    if not condition[operator]:
        del condition[operator]
    if not evaluate.test_holds(test, request):
        condition.setdefault("Null", {})[NEVER_CARRIED] = "false"


def with_resources_resolved(simulation: Simulation, contests: ContestsResources) -> Simulation:
    """Return the simulation with all contested resources replaced by what they mean to us."""
    resolved = copy.deepcopy(simulation)
    for written, statement, place in places(resolved):
        if statement.resources is None or not contests(statement.resources, place):
            continue
        fits = evaluate.resources_match(statement.resources, place.request, ArnWildcards.SEGMENTS)
        del written["NotResource" if statement.resources.negated else "Resource"]
        written["Resource"] = "*" if fits else NOTHING
    return resolved


def with_endpoint_principals_resolved(simulation: Simulation) -> Simulation:
    """Return the simulation with endpoint policies that name everyone, or have no statement."""
    resolved = copy.deepcopy(simulation)
    request = request_of(simulation)
    for document in resolved["policies"].get("endpoint", ()):
        kept = [written for written in statements(document) if _names(written, request)]
        document["Statement"] = [{**written, "Principal": "*"} for written in kept]
    return resolved


def _names(written: Statements, request: Request) -> bool:
    principals = parse_principals(written, "$", PolicyType.ENDPOINT)
    return evaluate.principals_match(principals, request)
