"""A statement compiled: what its elements name, free of its place, and of its policy's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from encoders.iam import evaluate
from encoders.iam.compiled.block import Block, Use
from encoders.iam.compiled.globs import has_plain_head, has_wildcard
from encoders.iam.compiled.sets import PatternSet
from encoders.iam.policy import Statement
from encoders.iam.request import Request
from encoders.iam.wildcard import ArnWildcards


@dataclass(frozen=True, eq=False)
class Row:
    """A statement without principals. Two that are written alike are one object within a `Library`.

    `statement` is one that is written so; its index, its path and its Sid mean nothing. `uses`: how
    it uses condition keys. Two with the same `meaning` say the same.
    """

    statement: Statement
    is_allow: bool
    actions: PatternSet
    resources: PatternSet
    block: Block
    uses: tuple[Use, ...]
    meaning: object

    @cached_property
    def reads_alike(self) -> bool:
        """True only if both readings of ARNs say the same of every request."""
        return all(map(_reads_alike, self.resources.texts))


def _reads_alike(pattern: str) -> bool:
    if "${" in pattern:
        return False
    return pattern == "*" or not has_wildcard(pattern) or has_plain_head(pattern)


@dataclass(frozen=True, eq=False)
class Compiled:
    """A policy compiled: the rows of its statements in order, and those of either effect once.

    `sids` are the ids of the statements.
    """

    rows: tuple[Row, ...]
    sids: tuple[str | None, ...]
    allows: tuple[Row, ...]
    denies: tuple[Row, ...]

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """How the statements use condition keys, in the order of the statements, each way once."""
        return tuple(dict.fromkeys(chain.from_iterable(row.uses for row in self.rows)))

    def naming(self, request: Request) -> list[Row]:
        """Return the rows that name the action of `request`: no other one matches it."""
        return [
            row
            for row in (*self.allows, *self.denies)
            if evaluate.actions_match(row.statement.actions, request)
        ]

    def in_place(self, rows: Collection[Row]) -> Iterator[Statement]:
        """Yield the statements of the policy that say what one of `rows` does, in order."""
        for index, row in enumerate(self.rows):
            if row in rows:
                path = f"$.Statement[{index}]"
                yield replace(row.statement, index=index, sid=self.sids[index], path=path)


def matching(rows: Sequence[Row], request: Request) -> Mapping[ArnWildcards, Sequence[Row]]:
    """Return those of `rows`, which name the action of `request`, that match it, by the reading.

    Raise Unsupported as `evaluate` does.
    """
    first = _matching(rows, request, _FIRST)
    for row in rows:
        if not row.reads_alike:
            return {_FIRST: first, _OTHER: _matching(rows, request, _OTHER)}
    return {_FIRST: first, _OTHER: first}


_FIRST, _OTHER = ArnWildcards


def _matching(rows: Sequence[Row], request: Request, reading: ArnWildcards) -> Sequence[Row]:
    """Return those of `rows`, which name the action and no principal, that match `request`."""
    return [
        row
        for row in rows
        if evaluate.resources_match(row.statement.resources, request, reading)
        and evaluate.condition_holds(row.statement.tests, request)
    ]


def are_allowing(rows: Collection[Row]) -> bool:
    """Return True iff a policy allows a request that these rows of it match."""
    return bool(rows) and all(row.is_allow for row in rows)
