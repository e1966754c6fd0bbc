"""Which part of a statement no other statement is seen to cover.

A statement covers what another matches if its elements, one by one, hold of whatever the other's
do. Of several that differ in their actions, or in their resources, each may cover a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice

from encoders.iam.compiled.globs import are_apart, whole
from encoders.iam.compiled.row import Row
from encoders.iam.compiled.sets import (
    PatternSet,
    may_share_actions,
    names_all,
    uncovered_actions,
    uncovered_resources,
)

MOST_PAIRS = 1 << 12
PAIRS_OF_ONE = 16
"""How many pairs of statements are compared before no more is seen: in all, and so many more for
each statement that is to be covered.
"""

TEXTS_OF_A_PAIR = 16
"""So many resource patterns of a statement count as another pair."""


class Cover:
    """Statements that together may cover `others`. The number of looks at pairs is limited."""

    def __init__(self, rows: Sequence[Row], others: Sequence[Row]) -> None:
        self._rows = rows
        self._known = frozenset([one.meaning for one in rows])
        self._pairs = MOST_PAIRS + PAIRS_OF_ONE * len(others)

    def uncovered(self, row: Row) -> list[str]:
        """Return the action patterns of `row` that the statements are not seen to cover.

        Empty iff whatever `row` matches is seen to be matched by one of them. NotAction counts as
        the pattern of all actions.
        """
        if row.meaning in self._known:
            return []
        near = self._near(row)
        over = [one for one in near if _names_all_resources(one, row)]
        if row.actions.negated:
            is_covered = any(names_all(row.actions, one.actions, uncovered_actions) for one in over)
            return [] if is_covered else [EVERY_ACTION]
        left = _uncovered_by(over, row.actions.texts)
        if row.resources.negated or len(near) < len(over) + 2:
            return left
        parts = [one for one in near if one not in over]
        return [atom for atom in left if not _is_covered_in_parts(row, atom, parts)]

    def _near(self, row: Row) -> list[Row]:
        """Return the statements that may cover a part of `row`: their conditions hold with its."""
        rows = self._rows if len(self._rows) <= FEW_ROWS else self._with_actions_of(row)
        near = [
            one
            for one in islice(rows, max(self._pairs, 0))
            if may_share_actions(row.actions, one.actions) and row.block.implies(one.block)
        ]
        self._pairs -= sum(1 + len(one.resources.texts) // TEXTS_OF_A_PAIR for one in rows)
        return near

    def _with_actions_of(self, row: Row) -> Sequence[Row]:
        """Return the statements that name an action pattern of `row`, or have wildcards."""
        if row.actions.negated:
            return self._rows
        found = (one for text in row.actions.texts for one in self._by_action.get(text, ()))
        return [*dict.fromkeys((*self._wild, *found))]

    @cached_property
    def _wild(self) -> list[Row]:
        return [one for one in self._rows if one.actions.negated or one.actions.wild]

    @cached_property
    def _by_action(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self._rows:
            for text in row.actions.texts:
                found.setdefault(text, []).append(row)
        return found


FEW_ROWS = 32
"""So many statements are compared one by one before any is looked up."""


def _uncovered_by(rows: Sequence[Row], atoms: Sequence[str]) -> list[str]:
    """Return the action patterns of which no one of `rows` is seen to name all."""
    named = set().union(*(one.actions.exact for one in rows if not one.actions.negated))
    left = [atom for atom in atoms if atom not in named]
    for one in rows:
        if left and (one.actions.wild or one.actions.negated):
            left = uncovered_actions(left, one.actions)
    return left


def _names_all_resources(cover: Row, row: Row) -> bool:
    return names_all(row.resources, cover.resources, uncovered_resources)


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
    if len(mine.texts) * len(theirs.texts) > MOST_PAIRS:
        return True
    return not all(are_apart(one, other) for one in mine.texts for other in theirs.texts)


EVERY_ACTION = "*"


def are_resources_apart(row: Row, other: Row) -> bool:
    """Return True only if no resource is of both."""
    mine, theirs = row.resources, other.resources
    if mine.negated or theirs.negated or mine.is_all or theirs.is_all:
        return False
    if len(mine.texts) * len(theirs.texts) > MOST_PAIRS:
        return False
    return all(are_apart(whole(one), whole(two)) for one in mine.texts for two in theirs.texts)
