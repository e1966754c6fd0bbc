"""Terms of SMT-LIB for tests: made by hand with `call`, or drawn at random over every function.

The signature stands here once more, so that tests of the parser do not lean on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

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
    return POOL.constant(value, sort_of(value), HERE)


def sort_of(value: Constant) -> TermSort:
    match value:
        case bool():
            return B
        case int():
            return I
        case Fraction():
            return R
    return S


def variable(name: str, sort: TermSort) -> Term:
    return POOL.variable(name, sort, HERE)


@cache
def constants(sort: TermSort) -> SearchStrategy[Term]:
    """Constants as a script can write them: no negative number, no fraction that is no decimal."""
    return _values(sort).map(constant)


def _values(sort: TermSort) -> SearchStrategy[Constant]:
    match sort:
        case TermSort.BOOL:
            return st.booleans()
        case TermSort.INT:
            return st.one_of(st.integers(0, 3), st.sampled_from([0x61, 10**20, MAX_CODE_POINT + 1]))
        case TermSort.REAL:
            return st.sampled_from([Fraction(part, 4) for part in (0, 2, 4, 5, 12)])
        case TermSort.STRING:
            letters = st.sampled_from("aab01" + "".join(map(chr, ODD_CODES)))
            return st.text(letters, max_size=4)
    raise TypeError(sort)


@cache
def random_terms(
    sort: TermSort, depth: int = 3, variables: Sequence[Term] = ()
) -> SearchStrategy[Term]:
    """Terms of every function, over constants and the given variables; simple ones first."""
    named = [var for var in variables if var.sort is sort]
    leaves = [st.sampled_from(named)] if named else []
    if sort is L:
        leaves.append(_languages())
    else:
        leaves.append(constants(sort))
    if depth == 0:
        return st.one_of(leaves)
    rows = [row for row in SIGNATURE if row.result is sort and row.arguments]
    calls = st.sampled_from(rows).flatmap(lambda row: _calls(row, depth - 1, variables))
    return st.one_of(*leaves, calls, calls)


def _languages() -> SearchStrategy[Term]:
    letters = constants(S).map(lambda text: call("str.to_re", text))
    ranges = st.tuples(constants(S), constants(S)).map(lambda ends: call("re.range", *ends))
    named = st.sampled_from([call(name) for name in ("re.none", "re.all", "re.allchar")])
    return st.one_of(letters, named, ranges)


@cache
def _calls(row: Row, depth: int, variables: Sequence[Term]) -> SearchStrategy[Term]:
    required = [random_terms(sort, depth, variables) for sort in row.arguments]
    others = st.lists(required[-1], max_size=row.more)
    indices = st.tuples(*(st.integers(0 if row.result is L else 1, most) for most in row.indices))
    return st.builds(
        lambda parts, more, numbers: POOL.application(
            row.operator, (*parts, *more), row.result, indices=numbers, place=HERE
        ),
        st.tuples(*required),
        others,
        indices,
    )
