"""Where compiled statements are kept: one look-up for a statement that was met before.

What is kept is what a policy says, never an answer. A statement is known by its text, whatever its
id, so that nothing about it is checked twice; and by its elements, so that what is written alike is
one object, wherever it stands. What says the same in another order has a row of its own, which is
known to do so: a request that is found for a policy must not hang on what was compiled before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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

STATEMENTS_KEPT = 1 << 15
"""How many statements are kept; all are dropped once there are more."""

_FIRST_SID = re.compile(rb'\{\s*"Sid"\s*:\s*"([A-Za-z0-9]*)"\s*,')
_LAST_SID = re.compile(rb',\s*"Sid"\s*:\s*"([A-Za-z0-9]*)"\s*\}\Z')
"""How most statements begin or end. Without it, what is left is a statement that says the same."""

LAST_BYTES = 160
"""Where a statement with its id at the end has it."""

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
    _written: dict[object, Row | None] = field(default_factory=dict)
    _rows: dict[object, Row] = field(default_factory=dict)
    _meanings: dict[object, object] = field(default_factory=dict)
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
            known = kept.get(statement)
            if known is None:
                known = _known_but_for_sid(statement, kept)
            if known is None:
                known = self._learn(statement, text.version, policy_type, kept)
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
        row = self._row(found)
        without = _without_sid(text)
        if without is not None:
            _keep(kept, without[1], _Known(None, row))
        return _keep(kept, text, _Known(found.sid, row))

    def _row(self, statement: Statement) -> Row | None:
        """Return the row of a statement, None iff it names principals or not all is modelled."""
        if statement.principals is not None or statement.resources is None:
            return None
        key = _elements(statement, statement.resources)
        if key not in self._written:
            _keep(self._written, key, self._new_row(statement, statement.resources))
        return self._written.get(key)

    def _new_row(self, statement: Statement, resources: Patterns) -> Row | None:
        if not _is_modelled(statement):
            return None
        with self._lock:
            actions = self._set(actions_of(statement.actions))
            named = self._set(resources_of(resources))
            block = _keep(self._blocks, _written_tests(statement), block_of(statement.tests))
            uses = uses_of_references(resources.values, resources.has_variables)
            is_allow = statement.effect is Effect.ALLOW
            said = (is_allow, actions.meaning, named.meaning, block.demands)
            meaning = _keep(self._meanings, said, object())
            row = Row(statement, is_allow, actions, named, block, (*uses, *block.uses), meaning)
            return _keep(self._rows, (is_allow, actions, named, block), row)

    def _set(self, found: PatternSet) -> PatternSet:
        return _keep(self._sets, (found.negated, found.texts), found)


def _known_but_for_sid(text: bytes, kept: Mapping[bytes, _Known]) -> _Known | None:
    """Return what is known of a statement without its id, None iff it is new, or has none."""
    without = _without_sid(text)
    known = None if without is None else kept.get(without[1])
    if without is None or known is None or known.sid is not None:
        return None
    return _Known(without[0], known.row)


def _without_sid(text: bytes) -> tuple[str, bytes] | None:
    """Return the id of a statement, and the text without it; None iff it stands at neither end."""
    found = _FIRST_SID.match(text)
    if found is not None:
        return found[1].decode(), b"{" + text[found.end() :]
    found = _LAST_SID.search(text, max(0, len(text) - LAST_BYTES))
    return None if found is None else (found[1].decode(), text[: found.start()] + b"}")


def _elements(statement: Statement, resources: Patterns) -> object:
    """Return what a statement says, as it is written, but for its id and its place."""
    actions = statement.actions
    return (
        statement.effect is Effect.ALLOW,
        (actions.values, actions.negated),
        (resources.values, resources.negated, resources.has_variables),
        *_written_tests(statement),
    )


def _written_tests(statement: Statement) -> tuple[object, ...]:
    """Return what the tests of a statement say, as they are written, but for their place."""
    return (
        *(
            (test.operator, test.quantifier, test.if_exists, test.key, test.values)
            for test in statement.tests
        ),
        any(test.has_variables for test in statement.tests),
    )


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
