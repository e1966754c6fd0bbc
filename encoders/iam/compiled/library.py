"""Where compiled statements are kept: one look-up for a statement that was met before.

What is kept is what a policy says, never an answer. A statement is known by its text, so that
nothing about it is checked twice; what it says is known by its elements, so that it is one object
wherever it stands and however it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from automaton.verdict import Unsupported
from encoders.iam.compiled.block import Block, block_of, uses_of_references
from encoders.iam.compiled.row import Compiled, Row
from encoders.iam.compiled.sets import PatternSet, actions_of, resources_of
from encoders.iam.json_text import PolicyError, json_value
from encoders.iam.parse import UNIQUE_SIDS, policy_from_json
from encoders.iam.policy import Effect, Patterns, Policy, PolicyType, Statement, Test
from encoders.iam.support import require_supported

STATEMENTS_KEPT = 1 << 16
"""How many statements are kept; all are dropped once there are more."""

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class PolicyText:
    """The text of a policy: its version, None iff it names none, and the text of each statement."""

    version: str | None
    statements: Sequence[bytes]


@dataclass(frozen=True)
class _Known:
    """A statement that was read: its Sid, and its row, None iff it cannot be compiled."""

    sid: str | None
    row: Row | None


@dataclass(eq=False)
class Library:
    """Compiles policies, and keeps their statements."""

    _read: dict[object, dict[bytes, _Known]] = field(default_factory=dict)
    _rows: dict[object, Row] = field(default_factory=dict)
    _sets: dict[object, PatternSet] = field(default_factory=dict)
    _blocks: dict[object, Block] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def read(self, text: PolicyText, policy_type: PolicyType | None = None) -> Compiled | None:
        """Return the policy of a text, None iff it cannot be compiled, or may be refused.

        What is refused, and why, `policy_from_json` says. `policy_type` None: an identity policy,
        if it names no principals.
        """
        kept = self._read.setdefault((text.version, policy_type), {})
        rows, sids = [], []
        for statement in text.statements:
            known = kept.get(statement) or self._learn(statement, text.version, policy_type, kept)
            if known is None or known.row is None:
                return None
            rows.append(known.row)
            sids.append(known.sid)
        return _compiled(rows, sids) if rows and _are_fine(sids, policy_type) else None

    def compile(self, policy: Policy) -> Compiled | None:
        """Return `policy` compiled, None iff something in it cannot be."""
        rows = [self._row(statement) for statement in policy.statements]
        if None in rows:
            return None
        found = [row for row in rows if row is not None]
        return _compiled(found, [statement.sid for statement in policy.statements])

    def _learn(
        self,
        text: bytes,
        version: str | None,
        policy_type: PolicyType | None,
        kept: dict[bytes, _Known],
    ) -> _Known | None:
        """Return what a new statement says, None iff it is refused."""
        named = {} if version is None else {"Version": version}
        try:
            document = {**named, "Statement": [json_value(text)]}
            policy = policy_from_json(document, policy_type or PolicyType.IDENTITY)
        except PolicyError:
            return None
        (found,) = policy.statements
        return _keep(kept, text, _Known(found.sid, self._row(found)))

    def _row(self, statement: Statement) -> Row | None:
        """Return the row of a statement, None iff it names principals or not all is modelled."""
        resources = statement.resources
        if statement.principals is not None or resources is None or not _is_modelled(statement):
            return None
        with self._lock:
            actions = self._set(actions_of(statement.actions))
            named = self._set(resources_of(resources))
            block = block_of(statement.tests)
            block = _keep(self._blocks, block.demands, block)
            uses = uses_of_references(resources.values, resources.has_variables)
            is_allow = statement.effect is Effect.ALLOW
            row = Row(statement, is_allow, actions, named, block, (*uses, *block.uses))
            return _keep(self._rows, (is_allow, actions, named, block), row)

    def _set(self, found: PatternSet) -> PatternSet:
        return _keep(self._sets, (found.negated, found.exact), found)


def _are_fine(sids: Sequence[str | None], policy_type: PolicyType | None) -> bool:
    if policy_type is not None and policy_type not in UNIQUE_SIDS:
        return True
    named = [sid for sid in sids if sid]
    return len(set(named)) == len(named)


def _keep(kept: dict[Key, Value], key: Key, value: Value) -> Value:
    """Return what is kept under `key`, which is `value` from now on if there was nothing."""
    if len(kept) >= STATEMENTS_KEPT:
        kept.clear()
    return kept.setdefault(key, value)


def _is_modelled(statement: Statement) -> bool:
    """Return True iff all of a statement is modelled, and `${` in it always starts a variable."""
    try:
        require_supported(Policy("", None, (statement,), PolicyType.IDENTITY))
    except Unsupported:
        return False
    parts: list[Patterns | Test] = list(statement.tests)
    if statement.resources is not None:
        parts.append(statement.resources)
    return all(part.has_variables or "${" not in "".join(part.values) for part in parts)


def _compiled(rows: Sequence[Row], sids: Sequence[str | None]) -> Compiled:
    distinct = dict.fromkeys(rows)
    return Compiled(
        rows=tuple(rows),
        sids=tuple(sids),
        allows=tuple([row for row in distinct if row.is_allow]),
        denies=tuple([row for row in distinct if not row.is_allow]),
    )
