"""Scripts that ask several things about the same one or two terms.

What solvers know of a term comes from several of their parts: its length from one, its language
from another, its value from an equation. Here all of them speak of one term.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.smtlib.term import Term
from portfolio.differential.strategies.atoms import AFFIXES
from portfolio.differential.strategies.languages import CONSTRUCTIONS, Construction, languages
from portfolio.differential.strategies.shapes import Script, Scripts, unless
from portfolio.differential.strategies.words import Terms, numbers, words
from portfolio.differential.terms import call


class Question(NamedTuple):
    """A fact about a term: what makes it, and the kinds of its arguments.

    These are t, the term; o, the other; a word, a language, a number; c, what makes a language
    of another.
    """

    build: Callable[..., Term]
    kinds: str


def _on(operator: str, kinds: str) -> Question:
    return Question(partial(call, operator), kinds)


def _measured(measure: str, comparison: str) -> Question:
    return Question(lambda term, size: call(comparison, call(measure, term), size), "tn")


def _in_language_of(word: Term, row: Construction, term: Term) -> Term:
    return call("str.in_re", word, row.build(call("str.to_re", term)))


QUESTIONS = (
    *(_on("=", kinds) for kinds in ("tw", "tw", "to")),
    *(_on("str.in_re", "tl"),) * 3,
    *(_measured("str.len", name) for name in ("=", "<=", ">")),
    *(_measured(name, "=") for name in ("str.to_int", "str.to_code")),
    *(_on(name, kinds) for name in AFFIXES for kinds in ("wt", "to")),
    *(_on("str.contains", kinds) for kinds in ("tw", "ot")),
    *(_on("str.<", "tw"), _on("str.is_digit", "t"), _on("distinct", "to")),
)
NAMED_QUESTIONS = (
    *QUESTIONS,
    *(Question(_in_language_of, kinds) for kinds in ("wct", "oct") for _ in range(3)),
)
"""Also whether a word is in a language that hangs on the term."""


@st.composite
def _asked(draw: DrawFn, terms: Terms, questions: SearchStrategy[list[Question]]) -> Script:
    known = {"t": draw(terms), "o": draw(terms)}
    found = []
    for question in draw(questions):
        arguments = (
            known[kind] if kind in known else draw(_drawn(kind)) for kind in question.kinds
        )
        found.append(unless(draw(_MOSTLY), question.build(*arguments)))
    return tuple(found)


_MOSTLY = st.sampled_from((True, True, False))
_UNARY = tuple(row for row in CONSTRUCTIONS if row.arity == 1)


@cache
def _drawn(kind: str) -> SearchStrategy[object]:
    match kind:
        case "w":
            return words()
        case "n":
            return numbers()
        case "l":
            return languages(1)
    return st.sampled_from(_UNARY)


def asked(terms: Terms, *, with_named_languages: bool = False) -> Scripts:
    """Draw several facts about the same one or two terms, each in either sign."""
    rows = st.sampled_from(NAMED_QUESTIONS if with_named_languages else QUESTIONS)
    return _asked(terms, st.lists(rows, min_size=2, max_size=4))
