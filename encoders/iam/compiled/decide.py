"""Whether one compiled policy allows what another does not, where that can be seen at once.

A PASS is a proof: each Allow of the new policy is covered, part by part, by an Allow of the
existing one or a Deny of its own, and each Deny of the existing one by a Deny of the new. A FAIL is
a request, which the concrete evaluator has looked at under both readings of ARNs. Everything else
is left open: then the question goes to the solvers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automaton.verdict import Unsupported
from encoders.iam.compiled.context import World, world_of
from encoders.iam.compiled.cover import MOST_PAIRS, Cover, shared_actions
from encoders.iam.compiled.guess import guesses
from encoders.iam.compiled.row import Compiled, Row, are_allowing, matching
from encoders.iam.request import Request
from encoders.iam.wildcard import ArnWildcards

MOST_GUESSES = 24
"""How many requests are looked at before a question is left open."""


@dataclass(frozen=True)
class Covered:
    """The proof that nothing new is allowed."""


@dataclass(frozen=True)
class Shown:
    """A request that the new policy allows and the existing one does not, read either way.

    `new` and `existing` are the rows of the policies that match it, by the reading of ARNs.
    """

    request: Request
    new: Mapping[ArnWildcards, Sequence[Row]]
    existing: Mapping[ArnWildcards, Sequence[Row]]


def no_new_access(existing: Compiled, new: Compiled) -> Covered | Shown | None:
    """Return whether `new` allows nothing that `existing` does not, None iff that is left open."""
    requests = _Requests(existing, new)
    cover, is_open = Cover([*existing.allows, *new.denies], new.allows), False
    for row in new.allows:
        atoms = cover.uncovered(row)
        if atoms:
            is_open = True
            found = requests.first_shown((row,), atoms, existing.allows)
            if found is not None:
                return found
    own_denies = Cover(new.denies, existing.denies)
    denies = [deny for deny in existing.denies if new.allows and own_denies.uncovered(deny)]
    if len(denies) * len(new.allows) > MOST_PAIRS:
        return None
    for deny in denies:
        for row in new.allows:
            atoms = [] if row.block.excludes(deny.block) else shared_actions(row, deny)
            if atoms:
                is_open = True
                found = requests.first_shown((row, deny), atoms, new.denies)
                if found is not None:
                    return found
    return None if is_open else Covered()


class _Requests:
    """Looks at requests, as many as a question is worth."""

    def __init__(self, existing: Compiled, new: Compiled) -> None:
        self._existing = existing
        self._new = new
        self._world: World | None = None
        self._left = MOST_GUESSES

    def first_shown(
        self, rows: Sequence[Row], atoms: Sequence[str], others: Sequence[Row]
    ) -> Shown | None:
        """Return a request that matches `rows` and shows something new, None iff none was found."""
        if self._world is None:
            self._world = world_of((*self._new.uses, *self._existing.uses))
        if self._left:
            for request in guesses(rows, atoms, self._world, others):
                found = shown(request, self._existing, self._new)
                if found is not None:
                    return found
                self._left -= 1
                if not self._left:
                    break
        return None


def shown(request: Request, existing: Compiled, new: Compiled) -> Shown | None:
    """Return what `request` shows, None iff `new` does not allow it or `existing` does."""
    try:
        mine = matching(new.naming(request), request)
        if not all(map(are_allowing, mine.values())):
            return None
        theirs = matching(existing.naming(request), request)
    except Unsupported:
        return None
    return None if any(map(are_allowing, theirs.values())) else Shown(request, mine, theirs)
