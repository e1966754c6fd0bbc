"""Problems with templates: strings put together from patterns and from other strings."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton import terms as t
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import Formula, Problem, Sort, Variable
from tests.strategies import LETTERS, regexes, texts, wildcards

STRINGS = tuple(Variable(name, Sort.STRING) for name in "xyz")


def patterns(alphabet: str = LETTERS) -> SearchStrategy[Regex]:
    """Regexes as policies have them: literals first, then wildcards, within a segment too."""
    segment = rx.star(rx.difference(rx.ANY, rx.literal(":")))
    return st.one_of(
        texts(alphabet, 2).map(rx.literal),
        wildcards(alphabet, 3).map(rx.glob),
        st.builds(lambda head, tail: rx.concat(head, segment, tail), *[texts(alphabet, 1).map(rx.literal)] * 2),
        st.just(segment),
    )


def templates(
    variables: Sequence[Variable] = STRINGS, languages: SearchStrategy[Regex] | None = None
) -> SearchStrategy[Formula]:
    """Templates of up to five pieces; a variable may occur twice, and be its own piece."""
    languages = patterns() if languages is None else languages
    piece: SearchStrategy[Piece] = st.one_of(st.sampled_from(variables), languages)
    pieces = st.lists(piece, min_size=1, max_size=5)
    positive = st.builds(lambda variable, found: t.in_template(variable, *found), st.sampled_from(variables), pieces)
    return positive | positive.map(t.negation)


def template_formulas(
    variables: Sequence[Variable] = STRINGS, languages: SearchStrategy[Regex] | None = None
) -> SearchStrategy[Formula]:
    """Formulas of one to four atoms: templates, and memberships in regexes of the whole algebra."""
    languages = patterns() if languages is None else languages
    plain = st.builds(t.in_regex, st.sampled_from(variables), languages | regexes(max_leaves=3))
    atom = st.one_of(templates(variables, languages), plain, plain.map(t.negation))
    return st.recursive(atom, _larger, max_leaves=4)


def _larger(inner: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    several = st.lists(inner, min_size=2, max_size=3)
    return several.map(lambda parts: t.conjunction(*parts)) | several.map(
        lambda parts: t.disjunction(*parts)
    )


def template_problems() -> SearchStrategy[Problem]:
    """Problems of any shape over three strings."""
    parts = st.lists(template_formulas(), min_size=1, max_size=3)
    return parts.map(lambda found: Problem(tuple(found), declared=STRINGS))
