"""JSON text, read strictly: the whole of it or an error that names the place.

Refused: what is not UTF-8 or not JSON (NaN and Infinity included), a key that an object holds
twice, numbers beyond any use, nesting too deep to read, and the characters that no string of a
problem can hold (lone surrogates and those above 0x2FFFF).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache
from typing import cast

from automaton.charset import MAX_CODE_POINT

MAX_NUMBER_CHARACTERS = 40
"""The longest number; AWS's own have at most ten digits."""

SHOWN_CHARACTERS = 80
"""How much of what the user wrote a message repeats."""


class PolicyError(ValueError):
    """The input is not a policy: what is wrong, and the JSON path of the place."""

    def __init__(self, message: str, path: str = "$") -> None:
        super().__init__(f"{message} (at {path})")
        self.message = message
        self.path = path


class Number(float):
    """A JSON number with a fraction or an exponent, and the text that wrote it."""

    __slots__ = ("text",)
    text: str


class _Refusal(Exception):  # noqa: N818 - becomes a PolicyError once its place is known
    """A part of a JSON text is refused; the message says why."""


def json_value(source: str | bytes) -> object:
    """Return the value of a JSON text; raise PolicyError iff any part of it is refused."""
    text = source if isinstance(source, str) else _decoded(source)
    try:
        value = _read(_STRICT, text)
    except _Refusal:
        # PERF: places are worth a second reading only once something is wrong.
        _refuse_marked(_read(_MARKING, text))
        raise
    if not text.isascii() or "\\u" in text:
        _refuse_marked(value)
    return value


def _decoded(source: bytes) -> str:
    try:
        return source.decode()
    except UnicodeDecodeError as error:
        raise PolicyError(f"not UTF-8: {error.reason} at byte {error.start}") from error


def _read(decoder: json.JSONDecoder, text: str) -> object:
    try:
        return cast("object", decoder.decode(text))
    except json.JSONDecodeError as error:
        raise PolicyError(_why_not_json(text, error)) from error
    except RecursionError as error:
        raise PolicyError("nested too deeply") from error


def _why_not_json(text: str, error: json.JSONDecodeError) -> str:
    if text.startswith("\ufeff"):
        return "not JSON: it starts with a byte order mark, at line 1, column 1"
    reason = error.msg[:1].lower() + error.msg[1:]
    return f"not JSON: {reason}, at line {error.lineno}, column {error.colno}"


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refusal("a key occurs twice")
    return found


def _whole(text: str) -> int | Number:
    if len(text) > MAX_NUMBER_CHARACTERS:
        raise _Refusal(f"a number of more than {MAX_NUMBER_CHARACTERS} characters")
    return _real(text) if text == "-0" else int(text)


def _real(text: str) -> Number:
    if len(text) > MAX_NUMBER_CHARACTERS:
        raise _Refusal(f"a number of more than {MAX_NUMBER_CHARACTERS} characters")
    number = Number(text)
    if math.isinf(number):
        raise _Refusal(f"the number `{text}` is too large")
    number.text = text
    return number


def _constant(name: str) -> float:
    raise _Refusal(f"not JSON: `{name}`")


class _Pairs(list[tuple[str, object]]):
    """The pairs of an object as written, duplicates included."""


def _marked(read: Callable[[str], object]) -> Callable[[str], object]:
    """Return a hook that gives the refusal itself as the value in place of raising it."""

    def read_or_mark(text: str) -> object:
        try:
            return read(text)
        except _Refusal as refusal:
            return refusal

    return read_or_mark


_STRICT = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_real, parse_constant=_constant
)
_MARKING = json.JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_int=_marked(_whole),
    parse_float=cast("Callable[[str], float]", _marked(_real)),
    parse_constant=_marked(_constant),
)

_Place = tuple["_Place", str] | None
"""The steps from the root to a value, the last one first."""


def _refuse_marked(value: object) -> None:
    """Raise PolicyError for the first part of `value` that is refused, if there is one."""
    for part, place in _parts(value):
        if isinstance(part, _Refusal):
            raise PolicyError(str(part), _path(place))
        fault = refused_character(part) if isinstance(part, str) else None
        if fault is not None:
            raise PolicyError(fault, _path(place))


def _parts(value: object) -> Iterator[tuple[object, _Place]]:
    """Yield each key and each value inside `value`, and `value`, with its place, in order."""
    pending: list[tuple[object, _Place]] = [(value, None)]
    while pending:
        part, place = pending.pop()
        yield part, place
        if isinstance(part, _Pairs):
            pending.extend(reversed([*_pairs(part, place)]))
        elif isinstance(part, dict):
            pending.extend(reversed([*_pairs(part.items(), place)]))
        elif isinstance(part, list):
            inner = [(item, (place, f"[{index}]")) for index, item in enumerate(part)]
            pending.extend(reversed(inner))


def _pairs(pairs: object, place: _Place) -> Iterator[tuple[object, _Place]]:
    seen: set[str] = set()
    for key, item in cast("list[tuple[str, object]]", pairs):
        inner = (place, step(key))
        if key in seen:
            yield _Refusal(f"the key {shown(key)} occurs twice"), inner
        seen.add(key)
        yield key, inner
        yield item, inner


def _path(place: _Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, last = place
        steps.append(last)
    return "".join(["$", *reversed(steps)])


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_CHARACTERS = re.compile(f"[\ud800-\udfff{chr(MAX_CODE_POINT + 1)}-\U0010ffff]")


@lru_cache(1 << 14)
def step(key: object) -> str:
    """Return the part of a JSON path that leads to `key`: `.Action` or `["aws:SourceIp"]`."""
    text = _cut(str(key))
    return f".{text}" if _NAME.fullmatch(text) else f"[{json.dumps(text)}]"


def shown(text: str) -> str:
    """Return what the user wrote in backticks, shortened, on one line, in printable characters."""
    return f"`{''.join(map(_printable, _cut(text)))}`"


def _printable(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def refused_character(text: str) -> str | None:
    """Return what is wrong with a character of `text`, None iff a string of a problem holds all."""
    found = None if text.isascii() else _NO_CHARACTERS.search(text)
    if found is None:
        return None
    code = ord(found[0])
    kind = "above U+2FFFF" if code > MAX_CODE_POINT else "a lone surrogate"
    return f"the character U+{code:04X} is {kind}"


_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a Boolean",
    int: "a number",
    float: "a number",
    Number: "a number",
    type(None): "null",
}


def kind_of(value: object) -> str:
    """Return the JSON type of `value` in words."""
    return _TYPES.get(type(value), f"a Python `{type(value).__name__}`")


def object_of(value: object, path: str, elements: Set[str]) -> Mapping[str, object]:
    """Return `value`, an object that has only `elements`; raise PolicyError iff it is not one."""
    if not isinstance(value, dict):
        raise PolicyError(f"expected an object, found {kind_of(value)}", path)
    if not value.keys() <= elements:
        unknown = next(key for key in value if key not in elements)
        raise PolicyError(f"unknown element {shown(str(unknown))}", path + step(unknown))
    return value


def either(element: Mapping[str, object], name: str, negated: str, path: str) -> str | None:
    """Return which of two names `element` has, None iff it has neither; both are refused."""
    if negated not in element:
        return name if name in element else None
    if name in element:
        raise PolicyError(f"both `{name}` and `{negated}`", path)
    return negated


def strings_of(value: object, path: str) -> tuple[str, ...]:
    """Return the strings of `value`, a string or an array of strings.

    Raise PolicyError iff it is neither, or holds a character that is refused.
    """
    values = value if isinstance(value, list) else [value]
    try:
        # PERF: one C loop sees that all are strings and that nearly all are plain ASCII.
        plain = "".join(cast("list[str]", values)).isascii()
    except TypeError:
        place, item = next(found for found in places_of(value, path) if not _is_text(found[1]))
        raise PolicyError(f"expected a string, found {kind_of(item)}", place) from None
    if not plain:
        _refuse_characters(value, path)
    return tuple(values)


def _refuse_characters(value: object, path: str) -> None:
    for place, item in places_of(value, path):
        fault = refused_character(str(item))
        if fault is not None:
            raise PolicyError(fault, place)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def places_of(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield the path and value of each item of an array, or of `value` itself where it is none."""
    if not isinstance(value, list):
        yield path, value
    else:
        for index, item in enumerate(value):
            yield f"{path}[{index}]", item
