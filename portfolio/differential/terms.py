"""Terms of SMT-LIB made by hand: `call`, `constant`, `variable`, and the functions there are.

The signature stands here once more, so that what is generated does not lean on the parser's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from automaton.charset import MAX_CODE_POINT
from encoders.smtlib.term import Constant, Place, Pool, Term, TermSort

B, I, R, S, L = (  # noqa: E741 - the rows below are read best with one letter for each
    TermSort.BOOL,
    TermSort.INT,
    TermSort.REAL,
    TermSort.STRING,
    TermSort.REGLAN,
)
POOL = Pool()
HERE = Place(3, 7)

ODD_CODES = (0, 0x22, 0x5C, 0x7C, 0x7F, 0xFF, 0xD800, 0xFFFF, 0x10000, MAX_CODE_POINT)


@dataclass(frozen=True)
class Row:
    """A function: `more` of its last argument may follow; the largest of each index."""

    operator: str
    arguments: tuple[TermSort, ...]
    result: TermSort
    more: int = 0
    indices: tuple[int, ...] = ()


SIGNATURE = (
    Row("not", (B,), B),
    *(Row(name, (B, B), B, more=2) for name in ("and", "or", "xor", "=>")),
    *(Row(name, (sort, sort), B, more=1) for name in ("=", "distinct") for sort in (B, I, R, S)),
    *(Row("ite", (B, sort, sort), sort) for sort in TermSort),
    *(Row("-", (sort,), sort) for sort in (I, R)),
    *(Row(name, (sort, sort), sort, more=2) for name in ("+", "-", "*") for sort in (I, R)),
    *(Row(name, (sort, sort), B, more=1) for name in ("<", "<=", ">", ">=") for sort in (I, R)),
    *(Row(name, (I, I), I) for name in ("div", "mod")),
    Row("abs", (I,), I),
    Row("divisible", (I,), B, indices=(4,)),
    Row("/", (R, R), R),
    Row("to_real", (I,), R),
    Row("to_int", (R,), I),
    Row("is_int", (R,), B),
    Row("str.++", (S, S), S, more=2),
    Row("str.len", (S,), I),
    *(Row(name, (S, S), B, more=1) for name in ("str.<", "str.<=")),
    *(Row(name, (S, S), B) for name in ("str.prefixof", "str.suffixof", "str.contains")),
    Row("str.at", (S, I), S),
    Row("str.substr", (S, I, I), S),
    Row("str.indexof", (S, S, I), I),
    *(Row(name, (S, S, S), S) for name in ("str.replace", "str.replace_all")),
    *(Row(name, (S, L, S), S) for name in ("str.replace_re", "str.replace_re_all")),
    Row("str.is_digit", (S,), B),
    *(Row(name, (S,), I) for name in ("str.to_code", "str.to_int")),
    *(Row(name, (I,), S) for name in ("str.from_code", "str.from_int")),
    Row("str.in_re", (S, L), B),
    Row("str.to_re", (S,), L),
    *(Row(name, (), L) for name in ("re.none", "re.all", "re.allchar")),
    *(Row(name, (L, L), L, more=2) for name in ("re.++", "re.union", "re.inter", "re.diff")),
    *(Row(name, (L,), L) for name in ("re.comp", "re.*", "re.+", "re.opt")),
    Row("re.range", (S, S), L),
    Row("re.^", (L,), L, indices=(3,)),
    Row("re.loop", (L,), L, indices=(3, 3)),
)
RESULTS = {row.operator: row.result for row in SIGNATURE}
SAME_SORT = frozenset({"ite", "+", "-", "*"})
"""Functions whose result has the sort of their last argument."""

Argument = Term | Constant


def call(operator: str, *arguments: Argument, indices: tuple[int, ...] = ()) -> Term:
    """Return a function applied to terms and constants."""
    parts = tuple(arg if isinstance(arg, Term) else constant(arg) for arg in arguments)
    result = parts[-1].sort if operator in SAME_SORT else RESULTS.get(operator, B)
    return POOL.application(operator, parts, result, indices=indices, place=HERE)


def constant(value: Constant) -> Term:
    """Return the constant of a value."""
    return POOL.constant(value, sort_of(value), HERE)


def sort_of(value: Constant) -> TermSort:
    """Return the sort of a value."""
    match value:
        case bool():
            return B
        case int():
            return I
        case Fraction():
            return R
    return S


def variable(name: str, sort: TermSort) -> Term:
    """Return the variable of a name and a sort."""
    return POOL.variable(name, sort, HERE)
