"""Policy documents as JSON, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from portfolio.workbench.drawing.managed import Json, managed

VERSION = "2012-10-17"
T = TypeVar("T")


def statements_of(document: Json) -> list[Json]:
    """Return the statements of a document, each a copy that may be changed."""
    written = document["Statement"]
    statements = written if isinstance(written, list) else [written]
    return [_copy(one) for one in statements]


def _copy(statement: object) -> Json:
    assert isinstance(statement, dict)
    return dict(statement)


def document_of(statements: Sequence[Json]) -> Json:
    """Return the document of some statements."""
    return {"Version": VERSION, "Statement": list(statements)}


def listed(value: object) -> list[str]:
    """Return what an element lists: one text is a list of one."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def some(chance: Random, values: Sequence[T], most: int) -> list[T]:
    """Return one to `most` of the values, in their order."""
    count = chance.randint(1, min(most, len(values)))
    return [values[place] for place in sorted(chance.sample(range(len(values)), count))]


def service_of(statement: Json) -> str:
    """Return the service of the first action that a statement lists, or `s3` iff it has none."""
    for name in ("Action", "NotAction"):
        for action in listed(statement.get(name, [])):
            if ":" in action:
                return action.partition(":")[0].lower()
    return "s3"


def arn(chance: Random, service: str) -> str:
    """Return the pattern of some resources of a service."""
    region = chance.choice(("*", "", "eu-west-1", "us-*"))
    account = chance.choice(("*", "111122223333", "444455556666", ""))
    kind = chance.choice(("table", "function", "key", "log-group", "role", "instance", "topic"))
    name = chance.choice(("*", "prod-*", "app?/*", "*-eu-*", "data/2?/*", "team-a/*.json"))
    rest = name if service == "s3" else f"{kind}{chance.choice('/:')}{name}"
    return f"arn:aws:{service}:{region}:{account}:{rest}"


def other_action(chance: Random, service: str) -> str:
    """Return an action of a service, as some managed policy lists it."""
    known = managed().actions(service)
    return chance.choice(known) if known else f"{service}:*"
