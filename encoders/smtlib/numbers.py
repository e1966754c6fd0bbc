"""Numbers of scripts: linear sums of variables and of measures of strings, and what bounds them.

A bound on one measure of one string (its length, its code point, its decimal value) is regular.
Sums of lengths and variables become sums of the problem. Nothing else is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from automaton import regex as rx
from automaton import terms
from automaton.charset import MAX_CODE_POINT, CharSet
from automaton.regex import Regex
from automaton.sorts import Number, Sort, Variable
from automaton.terms import FALSE, Formula, conjunction, disjunction, in_regex, negation
from automaton.verdict import Unsupported

DIGIT = rx.char_range("0", "9")


class Measure(Enum):
    """Which number of a variable is meant; the value is the function's name in SMT-LIB."""

    VALUE = "the value"
    LENGTH = "str.len"
    CODE = "str.to_code"
    DECIMAL = "str.to_int"


Measured = tuple[Measure, Variable]
SUMMABLE = frozenset({Measure.VALUE, Measure.LENGTH})


@dataclass(frozen=True)
class Sum:
    """Measures of variables, each times its factor, none of which is 0, and a constant."""

    constant: Number = 0
    factors: Mapping[Measured, Number] = field(default_factory=dict)

    @property
    def number(self) -> Number | None:
        """The sum itself, or None iff it depends on a variable."""
        return None if self.factors else self.constant


def measure(kind: Measure, variable: Variable) -> Sum:
    """Return the sum that is one measure of a variable."""
    return Sum(0, {(kind, variable): 1})


def add(sums: Iterable[Sum]) -> Sum:
    """Return the sum of all."""
    constant: Number = 0
    factors: Counter[Measured] = Counter()
    for one in sums:
        constant += one.constant
        for measured, factor in one.factors.items():
            factors[measured] += factor  # type: ignore[assignment]  # fractions count too
    return Sum(constant, {measured: factor for measured, factor in factors.items() if factor})


def scale(factor: Number, one: Sum) -> Sum:
    """Return the sum times a number."""
    if factor == 0:
        return Sum(0)
    return Sum(factor * one.constant, {m: factor * f for m, f in one.factors.items()})


def at_most(left: Sum, right: Sum, *, strict: bool = False) -> Formula:
    """Return `left <= right`, or `left < right` iff `strict`.

    Raise Unsupported iff it cannot be said of lengths and variables, or of one measure alone.
    """
    rest = add([left, scale(-1, right)])
    bound = -rest.constant
    if not rest.factors:
        return terms.constant(bound > 0 or (bound == 0 and not strict))
    if any(variable.sort is Sort.REAL for _, variable in rest.factors):
        return _real_at_most(rest, bound, strict=strict)
    bound = math.ceil(bound) - 1 if strict else math.floor(bound)
    if SUMMABLE.issuperset(kind for kind, _ in rest.factors):
        summands = ((int(f), variable) for (_, variable), f in rest.factors.items())
        return terms.sum_at_most(summands, bound)
    if len(rest.factors) > 1:
        kinds = sorted({kind.value for kind, _ in rest.factors} - {Measure.VALUE.value})
        raise Unsupported(f"`{kinds[-1]}` in a sum")
    (((kind, variable), factor),) = rest.factors.items()
    if factor > 0:
        return _measure_at_most(kind, variable, bound // int(factor))
    return negation(_measure_at_most(kind, variable, -(bound // -int(factor)) - 1))


def _real_at_most(rest: Sum, bound: Number, *, strict: bool) -> Formula:
    if len(rest.factors) > 1:
        raise Unsupported("a sum of real numbers")
    (((_, variable), factor),) = rest.factors.items()
    limit = Fraction(bound) / factor
    if factor > 0:
        return terms.less(variable, limit) if strict else terms.at_most(variable, limit)
    return terms.greater(variable, limit) if strict else terms.at_least(variable, limit)


def equal(left: Sum, right: Sum) -> Formula:
    """Return `left = right`; raise Unsupported as `at_most` does."""
    rest = add([left, scale(-1, right)])
    match [*rest.factors.items()]:
        case [((Measure.LENGTH, variable), factor)]:
            count = Fraction(-rest.constant) / factor
            if count.denominator > 1 or count < 0:
                return FALSE
            if count < terms.MAX_COUNTED:
                return in_regex(variable, rx.loop(rx.ANY, int(count), int(count)))
    return conjunction(at_most(left, right), at_most(right, left))


def _measure_at_most(kind: Measure, variable: Variable, bound: int) -> Formula:
    """Return `measure <= bound` for a measure that is -1 where a string has none."""
    if bound < -1:
        return FALSE
    measured, small = _LANGUAGES[kind]
    return disjunction(negation(in_regex(variable, measured)), in_regex(variable, small(bound)))


def _codes_at_most(bound: int) -> Regex:
    return rx.chars(CharSet.of((0, min(bound, MAX_CODE_POINT)))) if bound >= 0 else rx.NONE


def decimals_at_most(bound: int) -> Regex:
    """Return the digits, with any zeros before, whose decimal value is at most `bound`."""
    if bound < 0:
        return rx.NONE
    digits = str(bound)
    fewer = rx.loop(DIGIT, 1, len(digits) - 1)
    found = rx.literal("")
    for place in range(len(digits) - 1, -1, -1):
        below = rx.chars(CharSet.of((ord("0"), ord(digits[place]) - 1)))
        rest = len(digits) - 1 - place
        found = rx.union(
            rx.concat(below, rx.loop(DIGIT, rest, rest)),
            rx.concat(rx.literal(digits[place]), found),
        )
    return rx.concat(rx.star(rx.literal("0")), rx.union(fewer, found))


_LANGUAGES = {
    Measure.CODE: (rx.ANY, _codes_at_most),
    Measure.DECIMAL: (rx.plus(DIGIT), decimals_at_most),
}
"""For a measure that not every string has: the strings that have it, and those of a small one."""
