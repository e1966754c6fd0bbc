"""Random terms of SMT-LIB over every function; simple ones first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton.charset import MAX_CODE_POINT
from encoders.smtlib.term import Constant, Term, TermSort
from portfolio.differential.strategies.words import weighted
from portfolio.differential.terms import (
    HERE,
    ODD_CODES,
    POOL,
    SIGNATURE,
    L,
    Row,
    S,
    call,
    constant,
)


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
    return weighted(*((1, leaf) for leaf in leaves), (2, calls))


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
