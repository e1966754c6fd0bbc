"""Questions about compiled policies, where the answer can be seen at once.

A PASS is a proof: each Allow of the new policy is covered, part by part, by an Allow of the
existing one or a Deny of its own, and each Deny of the existing one by a Deny of the new. A FAIL is
a request, which the concrete evaluator has looked at under both readings of ARNs. Everything else
is left open: then the question goes to the solvers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from automaton.verdict import Unsupported
from encoders.iam.compiled.block import Use
from encoders.iam.compiled.context import World, world_of
from encoders.iam.compiled.cover import MOST_PAIRS, Cover, are_resources_apart, shared_actions
from encoders.iam.compiled.guess import guesses
from encoders.iam.compiled.row import Compiled, Row, are_allowing, matching
from encoders.iam.request import Request
from encoders.iam.wildcard import ArnWildcards

Matched = Mapping[ArnWildcards, Sequence[Row]]

MOST_GUESSES, MOST_OF_ONE = 75, 25
"""How many requests are looked at before a question is left open, and how many of one statement."""


@dataclass(frozen=True)
class Covered:
    """The proof that no request shows what is asked for."""


@dataclass(frozen=True)
class Shown:
    """A request that shows what is asked for, read either way.

    `granting` and `refusing` are the rows that match it, by the reading of ARNs: of the policy that
    allows it, and of the one that does not, if there is such a policy.
    """

    request: Request
    granting: Matched
    refusing: Matched


def no_new_access(existing: Compiled, new: Compiled) -> Covered | Shown | None:
    """Return whether `new` allows nothing that `existing` does not, None iff that is left open."""
    requests = _Requests(
        lambda request: _new_access(request, existing, new), (*new.uses, *existing.uses)
    )
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


def access_not_granted(policy: Compiled, access: Compiled) -> Covered | Shown | None:
    """Return whether `policy` allows no request that `access`, one Allow, does; None iff open."""
    requests = _Requests(
        lambda request: _granted(request, policy, access), (*policy.uses, *access.uses)
    )
    (asked,) = access.allows
    cover, is_open = Cover(policy.denies, (*policy.allows, asked)), False
    for row in policy.allows if cover.uncovered(asked) else ():
        atoms = [] if are_resources_apart(row, asked) else shared_actions(row, asked)
        if atoms and cover.uncovered(row):
            is_open = True
            found = requests.first_shown((row, asked), atoms, policy.denies)
            if found is not None:
                return found
    return None if is_open else Covered()


class _Requests:
    """Looks at requests, as many as a question is worth; `shows` says what one shows, if it does.

    `uses` are all uses of condition keys in the question.
    """

    def __init__(self, shows: Callable[[Request], Shown | None], uses: Sequence[Use]) -> None:
        self._shows = shows
        self._uses = uses
        self._left = MOST_GUESSES

    @cached_property
    def _world(self) -> World:
        return world_of(self._uses)

    def first_shown(
        self, rows: Sequence[Row], atoms: Sequence[str], others: Sequence[Row]
    ) -> Shown | None:
        """Return what a request that matches `rows` shows, None iff none was found.

        Its action is one of `atoms`, and `others` do not match it, if possible.
        """
        most = min(self._left, MOST_OF_ONE)
        for request in islice(guesses(rows, atoms, self._world, others), most):
            self._left -= 1
            found = self._shows(request)
            if found is not None:
                return found
        return None


def _new_access(request: Request, existing: Compiled, new: Compiled) -> Shown | None:
    granting = _allowing(new, request)
    if granting is None:
        return None
    try:
        refusing = matching(existing.naming(request), request)
    except Unsupported:
        return None
    is_allowed = any(map(are_allowing, refusing.values()))
    return None if is_allowed else Shown(request, granting, refusing)


def _granted(request: Request, policy: Compiled, access: Compiled) -> Shown | None:
    granting = _allowing(policy, request)
    if granting is None or _allowing(access, request) is None:
        return None
    return Shown(request, granting, {})


def _allowing(policy: Compiled, request: Request) -> Matched | None:
    """Return the rows that match `request`, None iff `policy` does not allow it, read either way.

    What is not modelled of a request is not said to be allowed.
    """
    try:
        found = matching(policy.naming(request), request)
    except Unsupported:
        return None
    return found if all(map(are_allowing, found.values())) else None
