"""Scripts without variables, which solvers fold: each says what a term of constants amounts to."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from automaton.verdict import Unsupported
from encoders.smtlib.evaluate import values
from encoders.smtlib.term import Term
from portfolio.differential.strategies.atoms import language_facts
from portfolio.differential.strategies.languages import languages
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.strategies.words import (
    Terms,
    any_of,
    applied,
    number,
    numbers,
    weighted,
    words,
)
from portfolio.differential.terms import B, I, S, call, constant


@cache
def foldable() -> Terms:
    """Functions of constants: places that are negative or beyond the end, empty words, numbers."""
    index = numbers()
    return weighted(
        (4, applied("str.in_re", words(), languages(2))),
        (1, applied("str.at", words(), index)),
        (2, applied("str.substr", words(), index, index)),
        (2, applied("str.indexof", words(), words(), index)),
        (2, any_of(("str.replace", "str.replace_all"), words(), words(), words())),
        (2, any_of(("str.replace_re", "str.replace_re_all"), words(), languages(1), words())),
        (1, any_of(("str.<", "str.<=", "str.prefixof", "str.suffixof"), words(), words())),
        (1, applied("str.contains", words(), words())),
        (2, any_of(("str.to_int", "str.to_code", "str.is_digit", "str.len"), words())),
        (1, any_of(("str.from_int", "str.from_code"), index)),
        (1, any_of(("div", "mod"), index, index)),
        *((2, random_terms(sort, 3)) for sort in (S, I, B)),
    )


@cache
def foldings() -> Terms:
    """Facts about terms of constants: half of them are so, half of them are not.

    What a term amounts to is told by the referee; where a theory leaves it open, it equals itself.
    """
    return weighted((24, _folding(foldable())), (1, language_facts()))


_SIGN = st.sampled_from((True, False))


@st.composite
def _folding(draw: DrawFn, terms: Terms) -> Term:
    term = draw(terms)
    fact = call("=", term, _amount(term))
    return fact if draw(_SIGN) else call("not", fact)


def _amount(term: Term) -> Term:
    """Return the value of a term of constants as a term."""
    try:
        (found,) = values((term,), {})
    except Unsupported:
        return term
    return number(int(found)) if term.sort is I else constant(found)
