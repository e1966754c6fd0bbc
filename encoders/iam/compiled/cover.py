"""Which part of a statement no other statement is seen to cover.

A statement covers what another matches if its elements, one by one, hold of whatever the other's
do. Of several that differ in their actions, or in their resources, each may cover a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from encoders.iam.compiled.globs import are_apart
from encoders.iam.compiled.row import Row
from encoders.iam.compiled.sets import (
    PatternSet,
    may_share_actions,
    names_all,
    uncovered_actions,
    uncovered_resources,
)


def uncovered(row: Row, covers: Sequence[Row]) -> list[str]:
    """Return the action patterns of `row` that `covers` are not seen to cover.

    Empty iff whatever `row` matches is seen to be matched by one of `covers`. NotAction counts as
    the pattern of all actions.
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
        return [] if is_covered else [EVERY_ACTION]
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
    """Return action patterns of which both `row` and `other` may name an action.

    Those come first of which both name all. Empty iff no action is seen to be of both.
    """
    mine, theirs = row.actions, other.actions
    if not _may_meet(mine, theirs):
        return []
    own = (EVERY_ACTION,) if mine.negated else mine.texts
    other_texts = () if theirs.negated else theirs.texts
    both = [atom for atom in other_texts if not uncovered_actions((atom,), mine)]
    both += _covered_actions(own, theirs)
    return both or list(own)


def _covered_actions(atoms: Iterable[str], cover: PatternSet) -> list[str]:
    """Return the action patterns of which `cover` is seen to name all."""
    left = set(uncovered_actions(atoms, cover))
    return [atom for atom in atoms if atom not in left]


def _may_meet(mine: PatternSet, theirs: PatternSet) -> bool:
    """Return False only if no action is of both."""
    if mine.negated or theirs.negated:
        some, excluded = (mine, theirs) if theirs.negated else (theirs, mine)
        return some.negated or not some.exact <= excluded.exact
    if not mine.exact.isdisjoint(theirs.exact):
        return True
    if not (mine.wild or theirs.wild):
        return False
    return not all(are_apart(one, other) for one in mine.texts for other in theirs.texts)


EVERY_ACTION = "*"
