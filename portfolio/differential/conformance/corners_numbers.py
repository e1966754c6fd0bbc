"""Arguments of the functions of Core, Ints and Reals at which solvers go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product

from encoders.smtlib.term import Constant, Term
from portfolio.differential.terms import call

Arguments = tuple[Constant | Term, ...]


def grid(*axes: Iterable[Constant | Term]) -> tuple[Arguments, ...]:
    """Return every choice of an argument from each axis."""
    return tuple(product(*axes))


BIG = 10**20
TRUTHS = (True, False)
HALF = Fraction(1, 2)
THIRD = Fraction(1, 3)

_ALIKE: tuple[Arguments, ...] = (
    *product(TRUTHS, repeat=2),
    *((True, True, True), (True, False, True), (False, False, False)),
    *((0, 0), (0, -1), (BIG, BIG), (BIG, BIG + 1), (1, 1, 1), (1, 2, 1), (1, 2, 3)),
    *((HALF, HALF), (HALF, -HALF), (THIRD, THIRD, HALF)),
    *(("", ""), ("", "a"), ("a", "b"), ("ab", "ab"), ("a", "a", "b"), ("a", "b", "a")),
    *(("a", "b", "ab"), ("\\u{61}", "a"), ("\U0002ffff", "\uffff"), ("A", "a")),
)
_CONNECTED = (*grid(TRUTHS, TRUTHS), *grid(TRUTHS, TRUTHS, TRUTHS))
_WHOLE_SUMS: tuple[Arguments, ...] = (
    *product((0, 7, BIG), (0, -3, BIG)),
    *((1, 2, 3), (5, -5, 0), (BIG, -BIG, 1)),
)
_REAL_SUMS: tuple[Arguments, ...] = (
    *product((Fraction(0), HALF, Fraction(-3, 4)), (THIRD, Fraction(-2))),
    (HALF, -HALF, Fraction(1)),
)
_COMPARED: tuple[Arguments, ...] = (
    *product((-1, 0, BIG), repeat=2),
    *((0, 1, 2), (0, 2, 1), (1, 1, 1), (2, 1, 0)),
    *product((THIRD, -HALF), repeat=2),
    (-HALF, Fraction(0), THIRD),
)
_DIVIDED = (*product((7, -7, 0, 6), (2, -2, 3, -3)), (BIG, 7), (-BIG, 7), (0, -1))

NUMBERS: Mapping[str, tuple[Arguments, ...]] = {
    "not": grid(TRUTHS),
    **dict.fromkeys(("and", "or", "xor", "=>"), _CONNECTED),
    **dict.fromkeys(("=", "distinct"), _ALIKE),
    "-": (*((n,) for n in (0, 1, -1, BIG, HALF, -THIRD)), *_WHOLE_SUMS, *_REAL_SUMS),
    **dict.fromkeys(("+", "*"), (*_WHOLE_SUMS, *_REAL_SUMS)),
    **dict.fromkeys(("<", "<=", ">", ">="), _COMPARED),
    **dict.fromkeys(("div", "mod"), _DIVIDED),
    "abs": ((0,), (5,), (-5,), (-BIG,)),
    "/": grid((Fraction(0), Fraction(1), Fraction(-3, 2)), (HALF, Fraction(-2), Fraction(3))),
    "to_real": ((0,), (-3,), (BIG,)),
    "to_int": grid((Fraction(0), HALF, -HALF, Fraction(-3, 2), Fraction(2), BIG + HALF)),
    "is_int": grid((Fraction(0), HALF, Fraction(-2), -THIRD, Fraction(BIG))),
}
"""Functions without indices, and the lists of arguments to try."""


def uses_of_numbers() -> Iterator[Term]:
    """Yield each function of Core, Ints and Reals applied to such arguments."""
    for operator, tried in NUMBERS.items():
        yield from (call(operator, *arguments) for arguments in tried)
    for divisor, number in product((1, 2, 3, 4), (0, 6, -6, 7)):
        yield call("divisible", number, indices=(divisor,))
    yield from _choices()


def _choices() -> Iterator[Term]:
    pairs: tuple[Arguments, ...] = (
        *((True, False), (0, -1), (HALF, -THIRD), ("", "a")),
        (call("str.to_re", ""), call("re.none")),
    )
    for is_first, (then, otherwise) in product(TRUTHS, pairs):
        yield call("ite", is_first, then, otherwise)
