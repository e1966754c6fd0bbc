"""Which part of a statement no other statement is seen to cover.

A statement covers what another matches if its elements, one by one, hold of whatever the other's
do. Of several that differ in their actions, or in their resources, each may cover a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from encoders.iam.compiled.globs import are_apart, has_wildcard
from encoders.iam.compiled.row import Row
from encoders.iam.compiled.sets import (
    may_share_actions,
    names_all,
    uncovered_actions,
    uncovered_resources,
)


def uncovered(row: Row, covers: Sequence[Row]) -> list[str]:
    """Return the action patterns of `row` that `covers` are not seen to cover.

    They are its Action, or those of its NotAction if these are not covered as a whole: empty iff
    whatever `row` matches is seen to be matched by one of `covers`.
    """
    if row in covers:
        return []
    near = [
        one
        for one in covers
        if may_share_actions(row.actions, one.actions) and row.block.implies(one.block)
    ]
    whole = [one for one in near if names_all(row.resources, one.resources, uncovered_resources)]
    if row.actions.negated:
        is_covered = any(names_all(row.actions, one.actions, uncovered_actions) for one in whole)
        return [] if is_covered else list(row.actions.texts)
    left = list(row.actions.texts)
    for one in whole:
        left = uncovered_actions(left, one.actions)
    if row.resources.negated or len(near) < len(whole) + 2:
        return left
    parts = [one for one in near if one not in whole]
    return [atom for atom in left if not _is_covered_in_parts(row, atom, parts)]


def _is_covered_in_parts(row: Row, atom: str, parts: Iterable[Row]) -> bool:
    """Return True only if statements that name all of `atom` name all resources together."""
    left = list(row.resources.texts)
    for one in parts:
        if left and not uncovered_actions((atom,), one.actions):
            left = uncovered_resources(left, one.resources)
    return not left


def shared_actions(row: Row, other: Row) -> list[str]:
    """Return the action patterns of `row` of which `other` may name an action.

    They are those of its NotAction, if it has one: empty iff no action is seen to be of both.
    """
    atoms, theirs = row.actions.texts, other.actions
    if row.actions.negated:
        return list(atoms)
    if theirs.negated:
        return [atom for atom in atoms if atom not in theirs.exact]
    plain = theirs.exact
    wild = theirs.texts if any(map(has_wildcard, atoms)) else theirs.wild
    return [
        atom for atom in atoms if atom in plain or not all(are_apart(atom, one) for one in wild)
    ]
