"""Templates, the atoms over several strings: their constructor and their meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.evaluate import evaluate
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import FALSE, TRUE, Formula, Sort, Variable
from automaton.verdict import Model
from portfolio.differential.strategies.characters import texts
from portfolio.differential.strategies.problems import models
from portfolio.differential.strategies.regexes import regexes
from tests import naive
from tests.template_strategies import STRINGS, patterns, template_formulas

X, Y, Z = STRINGS
SLASH = rx.literal("/")
values = st.fixed_dictionaries({variable.name: texts() for variable in STRINGS})


@given(template_formulas(), values | models(STRINGS))
def test_the_referee_means_what_the_definition_says(formula: Formula, model: Model) -> None:
    assert evaluate(formula, model) == naive.holds(formula, model)


@given(
    st.sampled_from(STRINGS),
    st.lists(st.sampled_from(STRINGS) | patterns(), min_size=1, max_size=4),
    values,
)
def test_a_template_is_a_concatenation_of_its_pieces(
    variable: Variable, pieces: list[Piece], model: dict[str, str]
) -> None:
    languages = [rx.literal(model[p.name]) if isinstance(p, Variable) else p for p in pieces]

    formula = t.in_template(variable, *pieces)

    assert naive.holds(formula, model) == naive.in_concat(languages, model[variable.name])


def test_a_template_without_variables_is_a_membership() -> None:
    assert t.in_template(X) is t.equals(X, "")
    assert t.in_template(X, SLASH, rx.ALL) is t.in_regex(X, rx.glob("/*"))
    assert t.in_template(X, rx.ALL) is TRUE
    assert t.in_template(X, Y, rx.NONE) is FALSE


def test_neighbouring_regexes_are_one() -> None:
    split = t.in_template(X, rx.literal("a"), rx.literal("b"), Y, rx.EPSILON, Y)
    assert split is t.in_template(X, rx.literal("ab"), Y, Y)


def test_equality_is_symmetric() -> None:
    assert t.in_template(X, Y) is t.in_template(Y, X)
    assert t.in_template(X, X) is TRUE


def test_a_string_within_itself_leaves_nothing_to_the_rest() -> None:
    assert t.in_template(X, SLASH, X) is FALSE
    assert t.in_template(X, rx.ALL, X, Y) is t.equals(Y, "")
    assert t.in_template(X, X, Y, X) is t.conjunction(t.equals(X, ""), t.equals(Y, ""))


def test_a_negated_template_is_a_template() -> None:
    template = t.in_template(X, SLASH, Y)
    assert t.negation(t.negation(template)) is template
    assert t.conjunction(template, t.negation(template)) is FALSE
    assert repr(t.negation(template)) == "(not (in_template x '/' y))"


def test_a_template_has_the_variables_of_its_pieces() -> None:
    template = t.in_template(X, Z, SLASH, Y, SLASH, Z)
    assert isinstance(template, t.Atom)
    assert t.variables_of(template) == (X, Z, Y)
    assert t.Problem((template,)).variables == (X, Z, Y)


@pytest.mark.parametrize("pieces", [(X, Variable("n", Sort.INT)), (Variable("n", Sort.INT), X)])
def test_a_template_is_of_strings(pieces: tuple[Variable, Variable]) -> None:
    with pytest.raises(TypeError, match="`n` is of sort Int"):
        t.in_template(*pieces)


@given(regexes())
def test_a_regex_is_nullable_iff_it_matches_nothing_at_all(regex: Regex) -> None:
    assert rx.is_nullable(regex) == naive.matches(regex, "")
