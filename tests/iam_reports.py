"""Acting on reports: policies whose parts have their JSON paths, and what is left of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from encoders.iam.policy import Patterns, Policy, Statement, Test


def placed(policy: Policy) -> Policy:
    """Return `policy` with the index of each statement and the path of each part."""
    statements = enumerate(policy.statements)
    return replace(policy, statements=tuple(_placed(s, index) for index, s in statements))


def _placed(statement: Statement, index: int) -> Statement:
    path = f"$.Statement[{index}]"
    resources = statement.resources
    return replace(
        statement,
        index=index,
        path=path,
        actions=replace(statement.actions, path=f"{path}.Action"),
        resources=None if resources is None else replace(resources, path=f"{path}.Resource"),
        tests=tuple(replace(t, path=f"{path}.{n}") for n, t in enumerate(statement.tests)),
    )


def without(policy: Policy, paths: Collection[str]) -> Policy:
    """Return `policy` without the statements and values at `paths`."""
    left = (_without(s, paths) for s in policy.statements if s.path not in paths)
    return replace(policy, statements=tuple(left))


def _without(statement: Statement, paths: Collection[str]) -> Statement:
    resources = statement.resources
    return replace(
        statement,
        actions=_left(statement.actions, paths),
        resources=None if resources is None else _left(resources, paths),
        tests=tuple(_left(test, paths) for test in statement.tests),
    )


Listed = TypeVar("Listed", Patterns, Test)


def _left(part: Listed, paths: Collection[str]) -> Listed:
    values = enumerate(part.values)
    return replace(part, values=tuple(v for n, v in values if f"{part.path}[{n}]" not in paths))
