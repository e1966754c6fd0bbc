"""The AWS managed policies that PyPI's `moto` carries, as questions are drawn from them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from random import Random

from encoders.iam.parse import policy_from_json
from encoders.iam.policy import PolicyType

Json = dict[str, object]

BY_SIZE = 0.25
"""How often a policy is drawn by its size: else the few large ones would hardly come up."""


def managed_policies() -> dict[str, Json]:
    """Return the documents of the policies by name. Raise ModuleNotFoundError without `moto`."""
    from moto.iam.aws_managed_policies import (  # noqa: PLC0415 - megabytes, wanted here only
        aws_managed_policies_data,
    )

    return {
        name: entry["Document"] for name, entry in json.loads(aws_managed_policies_data).items()
    }


def prefixes_of(document: Json) -> set[str]:
    """Return the service prefixes of the actions that a policy lists."""
    policy = policy_from_json(document, PolicyType.IDENTITY)
    return {
        action.partition(":")[0].lower()
        for statement in policy.statements
        if not statement.actions.negated
        for action in statement.actions.values
    }


class Managed:
    """The managed policies, in an order that is the same everywhere."""

    def __init__(self, documents: Mapping[str, Json]) -> None:
        self.documents = documents
        self.names = sorted(documents)
        sizes = {name: len(json.dumps(documents[name])) for name in self.names}
        self._by_size = sorted(self.names, key=lambda name: (sizes[name], name))
        self._logs = [math.log(sizes[name]) for name in self._by_size]
        self._services = {name: sorted(prefixes_of(documents[name]) - {"*"}) for name in self.names}
        self._of_service: defaultdict[str, list[str]] = defaultdict(list)
        for name, services in self._services.items():
            for service in services:
                self._of_service[service].append(name)
        self._actions = _actions_of(documents.values())

    def draw(self, chance: Random) -> str:
        """Return the name of a policy: any one, or one of a size that is drawn before."""
        if chance.random() >= BY_SIZE:
            return chance.choice(self.names)
        wanted = chance.uniform(self._logs[0], self._logs[-1])
        nearest = range(len(self._logs))
        return self._by_size[min(nearest, key=lambda place: abs(self._logs[place] - wanted))]

    def neighbour(self, chance: Random, name: str) -> str | None:
        """Return another policy that shares a service with this one, or None iff there is none."""
        services = [one for one in self._services[name] if len(self._of_service[one]) > 1]
        if not services:
            return None
        of_service = self._of_service[chance.choice(services)]
        return chance.choice([other for other in of_service if other != name])

    def services(self, name: str) -> Sequence[str]:
        """Return the prefixes of the services that a policy names."""
        return self._services[name]

    def actions(self, service: str) -> Sequence[str]:
        """Return what policies list of the actions of a service."""
        return self._actions.get(service, ())


def _actions_of(documents: Iterable[Json]) -> dict[str, list[str]]:
    """Return what policies list of the actions of each service, in order."""
    listed: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents:
        policy = policy_from_json(document, PolicyType.IDENTITY)
        for statement in policy.statements:
            for action in statement.actions.values:
                listed[action.partition(":")[0].lower()].add(action)
    return {service: sorted(actions) for service, actions in listed.items()}


@cache
def managed() -> Managed:
    """Return the policies, read once a process. Raise ModuleNotFoundError without `moto`."""
    return Managed(managed_policies())
