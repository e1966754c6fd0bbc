"""The Condition of a statement, read strictly: operators, keys, and the values that they take.

Operators: IAM User Guide, "IAM JSON policy elements: Condition operators". Their names are read
case-sensitively: the guide writes each in one way only, IAM's own validation is reported to refuse
others, and none of AWS's managed policies has another.

An empty Condition, operator or list of values is legal (Access Analyzer has suggestions for them,
not errors): the former two test nothing, and of no values none fits.
A value is checked for its operator's family, generously: what a careful reader could still take
for a date passes, and the meaning is up to `conditions`. A policy variable may stand for any value.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from encoders.iam.conditions import OPERATORS, Family, read_bool
from encoders.iam.json_text import (
    MAX_NUMBER_CHARACTERS,
    Number,
    PolicyError,
    kind_of,
    object_of,
    places_of,
    refused_character,
    shown,
    step,
    strings_of,
)
from encoders.iam.policy import Quantifier, Test
from encoders.iam.values import read_network, read_number
from encoders.iam.variables import pieces_of

KEYS_KEPT = 1 << 14
"""How many condition keys are known to be well formed between policies."""

_MONTH, _DAY = r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12]\d|3[01])"
_HOUR, _SIXTIETH = r"([01]?\d|2[0-3])", r"[0-5]?\d"
_TIME = rf"[Tt]{_HOUR}(:{_SIXTIETH}(:{_SIXTIETH}(\.\d+)?)?)?([Zz]|[+-]\d\d(:?\d\d)?)?"
_DATE = re.compile(
    rf"-?\d{{1,19}}(\.\d+)?|\d{{4}}-{_MONTH}(-{_DAY}({_TIME})?)?",
    re.ASCII,
)


def _check_date(text: str) -> None:
    if not _DATE.fullmatch(text):
        raise ValueError("neither an ISO 8601 date nor seconds since 1970")


def _check_base64(text: str) -> None:
    base64.b64decode(text, validate=True)


_CHECKS: Mapping[Family, Callable[[str], object]] = {
    Family.PRESENCE: read_bool,
    Family.BOOL: read_bool,
    Family.NUMBER: read_number,
    Family.DATE: _check_date,
    Family.ADDRESS: read_network,
}

_EXPECTED: Mapping[Family, str] = {
    Family.PRESENCE: "`true` or `false`",
    Family.BOOL: "`true` or `false`",
    Family.NUMBER: "a number",
    Family.DATE: "an ISO 8601 date or seconds since 1970",
    Family.ADDRESS: "an IP address or a CIDR block",
}


@dataclass(frozen=True)
class _Form:
    """An operator as it stands in a policy: its bare name, what goes with it, how to check values.

    `check` is None where any text is a value, and raises ValueError iff a text is none.
    """

    operator: str
    quantifier: Quantifier | None
    if_exists: bool
    check: Callable[[str], object] | None
    expected: str


def _forms() -> Mapping[str, _Form]:
    checks = {
        name: (_CHECKS.get(operator.family), _EXPECTED.get(operator.family, "text"))
        for name, operator in OPERATORS.items()
    }
    checks["BinaryEquals"] = (_check_base64, "base64 text")
    return {
        f"{prefix}{name}{suffix}": _Form(name, quantifier, bool(suffix), check, expected)
        for name, (check, expected) in checks.items()
        for prefix, quantifier in [("", None), *((f"{kind.value}:", kind) for kind in Quantifier)]
        for suffix in ("", "IfExists")
        if (name, suffix) != ("Null", "IfExists")
    }


FORMS = _forms()
"""Every operator that the grammar knows, with its set operators and `IfExists`, by its name."""


def parse_condition(value: object, path: str, *, has_variables: bool) -> tuple[Test, ...]:
    """Return the tests of a Condition; raise PolicyError iff `value` is none.

    `${` starts a policy variable iff `has_variables`.
    """
    tests: list[Test] = []
    for name, keys in _mapping(value, path).items():
        inner = path + step(name)
        form = FORMS.get(name)
        if form is None:
            raise PolicyError(_why_unknown(str(name)), inner)
        for key, values in _keys(keys, inner).items():
            place = inner + step(key)
            texts = _values(values, place)
            require_variables(values, texts, place, has_variables=has_variables)
            wrong = None if form.check is None else _first_wrong(form, texts, has_variables)
            if wrong is not None:
                message = f"{shown(texts[wrong])} under `{form.operator}` is not {form.expected}"
                raise PolicyError(message, [at for at, _ in places_of(values, place)][wrong])
            test = Test(
                form.operator, form.quantifier, form.if_exists, key, texts, place, has_variables
            )
            tests.append(test)
    return tuple(tests)


def require_variables(
    value: object, texts: Sequence[str], path: str, *, has_variables: bool
) -> None:
    """Raise PolicyError iff what `${` starts in one of the `texts` of `value` is no variable."""
    # PERF: one look at all the texts together; most policies hold no `$`.
    if not has_variables or "${" not in "".join(texts):
        return
    for place, text in places_of(value, path):
        try:
            pieces_of(str(text), has_variables)
        except ValueError as error:
            raise PolicyError(str(error), place) from error


def _mapping(value: object, path: str) -> Mapping[str, object]:
    return object_of(value, path, value.keys() if isinstance(value, dict) else frozenset())


def _why_unknown(name: str) -> str:
    folded = name.lower()
    if folded.endswith("nullifexists"):
        return "`Null` with `IfExists`"
    meant = next((known for known in FORMS if known.lower() == folded), None)
    hint = "" if meant is None else f"; did you mean `{meant}`?"
    return f"unknown condition operator {shown(name)}{hint}"


def _keys(value: object, path: str) -> Mapping[str, object]:
    keys = _mapping(value, path)
    seen: set[str] = set()
    for key in keys:
        fault = _key_fault(key)
        if fault is None and key.lower() in seen:
            fault = f"the key {shown(key)} occurs twice (case is ignored)"
        if fault is not None:
            raise PolicyError(fault, path + step(key))
        seen.add(key.lower())
    return keys


@lru_cache(KEYS_KEPT)
def _key_fault(key: object) -> str | None:
    if not isinstance(key, str) or ":" not in key[1:-1]:
        return f"the condition key {shown(str(key))} is not of the form `service:name`"
    return refused_character(key)


def _values(value: object, path: str) -> tuple[str, ...]:
    """Return the values of a key as texts; a number or a Boolean is its JSON text."""
    values = value if isinstance(value, list) else [value]
    if not set(map(type, values)) <= {str}:
        values = [_text(item, place) for place, item in places_of(value, path)]
    return strings_of(values if len(values) != 1 else values[0], path)


def _text(value: object, path: str) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Number():
            return value.text
        case int() if abs(value) < 10**MAX_NUMBER_CHARACTERS:
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case int() | float():
            raise PolicyError("a number of a size that no JSON text here may have", path)
    raise PolicyError(f"expected a string, number or Boolean, found {kind_of(value)}", path)


def _first_wrong(form: _Form, texts: tuple[str, ...], has_variables: bool) -> int | None:
    """Return the number of the first of `texts` that is no value of the form, None iff all are."""
    check = cast("Callable[[str], object]", form.check)
    for number, text in enumerate(texts):
        if not (has_variables and "${" in text) and not _is_value(check, text):
            return number
    return None


def _is_value(check: Callable[[str], object], text: str) -> bool:
    try:
        check(text)
    except ValueError:
        return False
    return True
