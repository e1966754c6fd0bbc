"""Lines of a batch that need no second thought: read and answered in one go.

A statement that was met before is known by its bytes, so that most of a line is passed over, not
read. What is passed over was read strictly when it was new. Whatever is not plain, a fault in the
line included, is left to those who read every line.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from encoders.iam.compiled.library import PolicyText
from encoders.iam.policy import PolicyType
from portfolio.check import Result
from portfolio.conduct import Conduct

Raw = msgspec.Raw
_NONE = Raw()


class _Policy(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    Statement: Raw
    Version: Raw = _NONE


class _Line(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: Raw
    question: Raw
    existing: _Policy
    new: _Policy
    policyType: Raw = _NONE  # noqa: N815 - the name of the element


_LINE = msgspec.json.Decoder(_Line)
_STATEMENTS = msgspec.json.Decoder(list[Raw])

_QUESTION = b'"no-new-access"'
_TYPES = {b"": None, **{f'"{kind.value}"'.encode(): kind for kind in PolicyType}}
_VERSIONS = {b"": None, **{f'"{text}"'.encode(): text for text in ("2008-10-17", "2012-10-17")}}

_ID = re.compile(rb'"[^"]*"|[1-9][0-9]{0,14}')
"""An id that means the same to whoever reads it."""

_KEY = re.compile(rb'\s*([{,])\s*"(\w+)"\s*:\s*')
_END = re.compile(rb"\s*\}\s*")


def answered(line: bytes, conduct: Conduct) -> tuple[object, Result] | None:
    """Return the id and the answer of a line that asks for new access, None iff it is not plain."""
    asked = read(line)
    if asked is None:
        return None
    identity, existing, new, policy_type = asked
    found = conduct.no_new_access_at_once(existing, new, policy_type)
    return None if found is None else (identity, found)


_Read = tuple[object, PolicyText, PolicyText, PolicyType | None]


def read(line: bytes) -> _Read | None:
    """Return what a line asks about, None iff it is no such question, or not in plain ASCII."""
    if b"\\" in line or not line.isascii():
        return None
    try:
        asked = _LINE.decode(line)
        if _end_of(line, 0, asked) != len(line) or bytes(asked.question) != _QUESTION:
            return None
        identity, existing, new = bytes(asked.id), _text(asked.existing), _text(asked.new)
    except msgspec.DecodeError:
        return None
    policy_type = bytes(asked.policyType)
    if existing is None or new is None or policy_type not in _TYPES or not _ID.fullmatch(identity):
        return None
    return msgspec.json.decode(identity), existing, new, _TYPES[policy_type]


def _text(policy: _Policy) -> PolicyText | None:
    version = bytes(policy.Version)
    if version not in _VERSIONS:
        return None
    return PolicyText(_VERSIONS[version], [*map(bytes, _STATEMENTS.decode(policy.Statement))])


def _end_of(line: bytes, start: int, value: Any) -> int:
    """Return where the object that was read from `start` on ends; -1 iff a key occurs twice.

    A reader keeps the last value of such a key: then what it read does not stand where the first
    one does, or stands for one entry too few.
    """
    left: dict[str, Any] = {name: getattr(value, name) for name in value.__struct_fields__}
    position, opening = start, b"{"
    while found := _KEY.match(line, position):
        name = found[2].decode()
        if found[1] != opening or name not in left:
            return -1
        position, opening = _end_of_value(line, found.end(), left.pop(name)), b","
        if position < 0:
            return -1
    end = _END.match(line, position)
    return -1 if end is None else end.end()


def _end_of_value(line: bytes, start: int, value: Any) -> int:
    if isinstance(value, Raw):
        text = bytes(value)
        return start + len(text) if line.startswith(text, start) else -1
    return _end_of(line, start, value)
