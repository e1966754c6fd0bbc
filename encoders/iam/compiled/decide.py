"""Questions about compiled policies, where the answer can be seen at once.

A PASS is a proof: each Allow of the new policy is covered, part by part, by an Allow of the
existing one or a Deny of its own, and each Deny of the existing one by a Deny of the new. A FAIL is
a request, which the concrete evaluator has looked at under both readings of ARNs. Everything else
is left open: then the question goes to the solvers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from automaton.verdict import Unsupported
from encoders.iam.compiled.block import Use
from encoders.iam.compiled.context import World, world_of
from encoders.iam.compiled.cover import Cover, are_resources_apart, shared_actions
from encoders.iam.compiled.guess import guesses
from encoders.iam.compiled.row import Compiled, Row, are_allowing, matching
from encoders.iam.request import Request
from encoders.iam.wildcard import ArnWildcards

MOST_S = 1.0
"""How long a question is looked at, but for the statement that is looked at when time is over."""

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
    found = _beyond_allows(existing, new, requests)
    if found is None and new.allows:
        found = _beyond_denies(existing, new, requests)
    return found if found is not None or requests.is_open else Covered()


def _beyond_allows(existing: Compiled, new: Compiled, requests: _Requests) -> Shown | None:
    """Return a request that an Allow of `new` matches, and none of `existing`."""
    cover = Cover([*existing.allows, *new.denies], new.allows)
    for row in requests.in_time(new.allows):
        atoms = cover.uncovered(row)
        found = requests.first_shown((row,), atoms, existing.allows) if atoms else None
        if found is not None:
            return found
    return None


def _beyond_denies(existing: Compiled, new: Compiled, requests: _Requests) -> Shown | None:
    """Return a request that `new` allows, and a Deny of `existing` matches."""
    cover = Cover(new.denies, existing.denies)
    denies = [deny for deny in requests.in_time(existing.denies) if cover.uncovered(deny)]
    for deny in requests.in_time(denies):
        for row in requests.in_time(new.allows):
            atoms = [] if row.block.excludes(deny.block) else shared_actions(row, deny)
            found = requests.first_shown((row, deny), atoms, new.denies) if atoms else None
            if found is not None:
                return found
    return None


def access_not_granted(policy: Compiled, access: Compiled) -> Covered | Shown | None:
    """Return whether `policy` allows no request that `access`, one Allow, does; None iff open."""
    requests = _Requests(
        lambda request: _granted(request, policy, access), (*policy.uses, *access.uses)
    )
    (asked,) = access.allows
    cover = Cover(policy.denies, (*policy.allows, asked))
    for row in requests.in_time(policy.allows if cover.uncovered(asked) else ()):
        atoms = [] if are_resources_apart(row, asked) else shared_actions(row, asked)
        if atoms and cover.uncovered(row):
            found = requests.first_shown((row, asked), atoms, policy.denies)
            if found is not None:
                return found
    return None if requests.is_open else Covered()


class _Requests:
    """Looks at requests, as many as a question is worth; `shows` says what one shows, if it does.

    `uses` are all uses of condition keys in the question. `is_open` tells whether something was not
    seen to be covered, or not looked at.
    """

    def __init__(self, shows: Callable[[Request], Shown | None], uses: Sequence[Use]) -> None:
        self.is_open = False
        self._shows = shows
        self._uses = uses
        self._left = MOST_GUESSES
        self._until = time.monotonic() + MOST_S

    @cached_property
    def _world(self) -> World:
        return world_of(self._uses)

    def in_time(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield statements until the question has been looked at for long enough."""
        for row in rows:
            if time.monotonic() > self._until:
                self.is_open = True
                return
            yield row

    def first_shown(
        self, rows: Sequence[Row], atoms: Sequence[str], others: Sequence[Row]
    ) -> Shown | None:
        """Return what a request that matches `rows` shows, None iff none was found.

        Its action is one of `atoms`, and `others` do not match it, if possible.
        """
        self.is_open = True
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
