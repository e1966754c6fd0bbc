"""The functions of SMT-LIB 2.7's theories Core, Ints, Reals and Unicode Strings, as tables.

A Bool is a bool, an Int an int, a Real a Fraction, a String a str and a RegLan a Regex. A function
takes its indices, then its arguments. Where a theory leaves a value open, as of `(div x 0)`, and
where a value would be too large to hold, it raises Unsupported.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import combinations, groupby, pairwise
from typing import Any, TypeVar

from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT
from automaton.evaluate import matches
from automaton.regex import Regex
from automaton.verdict import Unsupported, Value
from encoders.smtlib.languages import are_equal, first_match

Meaning = Value | Regex
Number = int | Fraction
Function = Callable[..., Meaning]
Divisor = TypeVar("Divisor", int, Fraction)

MAX_CHARS = 1 << 26
"""The greatest length of a string."""

MAX_PARTS = 1 << 20
"""The greatest number of parts of a concatenation of languages."""

MAX_BITS = 1 << 20
"""The greatest size of a number."""

CHUNK = 500
"""How many digits are read or written at a time: Python bounds them, to 640 or more."""


def _equal(*parts: Meaning) -> bool:
    return all(_same(left, right) for left, right in pairwise(parts))


def _distinct(*parts: Meaning) -> bool:
    if isinstance(parts[0], Regex):
        return not any(_same(left, right) for left, right in combinations(parts, 2))
    return len(set(parts)) == len(parts)


def _same(left: Meaning, right: Meaning) -> bool:
    if isinstance(left, Regex) and isinstance(right, Regex):
        return are_equal(left, right)
    return left == right


def _chain(compare: Callable[[Any, Any], bool]) -> Function:
    return lambda *parts: all(compare(left, right) for left, right in pairwise(parts))


def _sum(*parts: Number) -> Number:
    return _bounded(sum(parts))


def _minus(first: Number, *others: Number) -> Number:
    return _bounded(first - sum(others) if others else -first)


def _product(*parts: Number) -> Number:
    if sum(map(_bits, parts)) > MAX_BITS:
        raise Unsupported(f"a number of more than {MAX_BITS} bits")
    return math.prod(parts)


def _bounded(value: Number) -> Number:
    if _bits(value) > MAX_BITS:
        raise Unsupported(f"a number of more than {MAX_BITS} bits")
    return value


def _bits(value: Number) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _quotient(first: Fraction, *others: Fraction) -> Number:
    return _product(first, *(1 / _divisor(lower) for lower in others))


def _div(first: int, *others: int) -> int:
    return reduce(_div_by, others, first)


def _div_by(upper: int, lower: int) -> int:
    return (upper - upper % abs(_divisor(lower))) // lower


def _mod(first: int, *others: int) -> int:
    return reduce(lambda upper, lower: upper % abs(_divisor(lower)), others, first)


def _divisor(value: Divisor) -> Divisor:
    if value == 0:
        raise Unsupported("division by zero")
    return value


def _concatenation(*parts: str) -> str:
    _check_length(sum(map(len, parts)))
    return "".join(parts)


def _check_length(length: int) -> None:
    if length > MAX_CHARS:
        raise Unsupported(f"a string of more than {MAX_CHARS} characters")


def _substr(text: str, start: int, length: int) -> str:
    return text[start : start + length] if start >= 0 and length > 0 else ""


def _indexof(text: str, word: str, start: int) -> int:
    return text.find(word, start) if 0 <= start <= len(text) else -1


def _replace(text: str, old: str, new: str) -> str:
    _check_length(len(text) + len(new))
    return text.replace(old, new, 1)


def _replace_all(text: str, old: str, new: str) -> str:
    if not old:
        return text
    _check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _replace_re(text: str, regex: Regex, new: str) -> str:
    found = first_match(regex, text, may_be_empty=True)
    if found is None:
        return text
    start, end = found
    return _concatenation(text[:start], new, text[end:])


def _replace_re_all(text: str, regex: Regex, new: str) -> str:
    pieces, done = [], 0
    for start, end in _matches(regex, text):
        pieces += [text[done:start], new]
        done = end
    return _concatenation(*pieces, text[done:])


def _matches(regex: Regex, text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the matches with a character, each starting after the last one's end."""
    end = 0
    while found := first_match(regex, text, end, may_be_empty=False):
        yield found
        end = found[1]


def _is_digit(text: str) -> bool:
    return len(text) == 1 and "0" <= text <= "9"


def _to_code(text: str) -> int:
    return ord(text) if len(text) == 1 else -1


def _from_code(code: int) -> str:
    return chr(code) if 0 <= code <= MAX_CODE_POINT else ""


def _to_int(text: str) -> int:
    if not all(map(_is_digit, text)) or not text:
        return -1
    value = 0
    for start in range(0, len(text), CHUNK):
        digits = text[start : start + CHUNK]
        value = int(_bounded(value * 10 ** len(digits) + int(digits)))
    return value


def _from_int(number: int) -> str:
    chunks: list[str] = []
    while number >= 10**CHUNK:
        number, low = divmod(number, 10**CHUNK)
        chunks.append(f"{low:0{CHUNK}d}")
    return "".join(reversed([*chunks, str(number)])) if number >= 0 else ""


def _sequence(*parts: Regex) -> Regex:
    if sum(map(_length, parts)) > MAX_PARTS:
        raise Unsupported(f"a regular expression of more than {MAX_PARTS} parts")
    # PERF: one long literal instead of as many as there are prefixes of it.
    return rx.concat(
        *(
            piece
            for is_text, run in groupby(parts, _is_literal)
            for piece in _joined(run, is_text=is_text)
        )
    )


def _is_literal(regex: Regex) -> bool:
    return isinstance(regex, rx.Literal)


def _joined(run: Iterable[Regex], *, is_text: bool) -> Iterable[Regex]:
    if not is_text:
        return run
    return (rx.literal("".join(part.text for part in run if isinstance(part, rx.Literal))),)


def _length(regex: Regex) -> int:
    """Return how much a concatenation copies of `regex`."""
    match regex:
        case rx.Literal():
            return len(regex.text)
        case rx.Concat():
            return len(regex.parts)
    return 1


LOGIC: Mapping[str, Function] = {
    "not": operator.not_,
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
    "xor": lambda *parts: sum(parts) % 2 == 1,
    "=>": lambda *parts: not all(parts[:-1]) or parts[-1],
    "ite": lambda condition, then, otherwise: then if condition else otherwise,
    "=": _equal,
    "distinct": _distinct,
}

NUMBERS: Mapping[str, Function] = {
    "+": _sum,
    "-": _minus,
    "*": _product,
    "/": _quotient,
    "div": _div,
    "mod": _mod,
    "abs": abs,
    "<": _chain(operator.lt),
    "<=": _chain(operator.le),
    ">": _chain(operator.gt),
    ">=": _chain(operator.ge),
    "divisible": lambda divisor, number: number % _divisor(divisor) == 0,
    "to_real": Fraction,
    "to_int": math.floor,
    "is_int": lambda number: number.denominator == 1,
}

STRINGS: Mapping[str, Function] = {
    "str.++": _concatenation,
    "str.len": len,
    "str.<": _chain(operator.lt),
    "str.<=": _chain(operator.le),
    "str.at": lambda text, place: _substr(text, place, 1),
    "str.substr": _substr,
    "str.prefixof": lambda word, text: text.startswith(word),
    "str.suffixof": lambda word, text: text.endswith(word),
    "str.contains": operator.contains,
    "str.indexof": _indexof,
    "str.replace": _replace,
    "str.replace_all": _replace_all,
    "str.replace_re": _replace_re,
    "str.replace_re_all": _replace_re_all,
    "str.is_digit": _is_digit,
    "str.to_code": _to_code,
    "str.from_code": _from_code,
    "str.to_int": _to_int,
    "str.from_int": _from_int,
    "str.in_re": lambda text, regex: matches(regex, text),
}

LANGUAGES: Mapping[str, Function] = {
    "str.to_re": rx.literal,
    "re.none": lambda: rx.NONE,
    "re.all": lambda: rx.ALL,
    "re.allchar": lambda: rx.ANY,
    "re.++": _sequence,
    "re.union": rx.union,
    "re.inter": rx.intersection,
    "re.diff": rx.difference,
    "re.comp": rx.complement,
    "re.*": rx.star,
    "re.+": rx.plus,
    "re.opt": rx.optional,
    "re.range": rx.char_range,
    "re.^": lambda times, part: rx.loop(part, times, times),
    "re.loop": lambda low, high, part: rx.loop(part, low, high),
}

FUNCTIONS: Mapping[str, Function] = {**LOGIC, **NUMBERS, **STRINGS, **LANGUAGES}
