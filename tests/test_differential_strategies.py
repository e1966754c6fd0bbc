"""What strategies draw: everything that breaks solvers, by table; quickly, and the same again."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.budget import Budget
from automaton.verdict import Sat, Unsat
from encoders.smtlib.decide import decide
from encoders.smtlib.evaluate import values
from encoders.smtlib.script import assertions_of
from encoders.smtlib.term import VARIABLE, Term, TermSort
from portfolio.differential import strategies
from portfolio.differential.case import Case, Script, variables_of
from portfolio.differential.strategies import (
    FRAGMENTS,
    arn_wildcards,
    arns,
    samples,
    script_texts,
    scripts,
    two_ways,
)
from portfolio.differential.strategies.folding import foldings
from portfolio.differential.strategies.laws import LAWS, Law, Sides
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.words import X, weighted
from portfolio.differential.terms import SIGNATURE, call
from tests.script_features import OF_SCRIPTS, OF_TERMS, is_open, terms_of

DRAWS = 1200
"""So many of each fragment are looked at."""

each_fragment = pytest.mark.parametrize("fragment", [fragment.name for fragment in FRAGMENTS])


@cache
def drawn(fragment: str) -> list[Script]:
    return samples(scripts(fragment), 1, DRAWS)


@cache
def all_scripts() -> list[Script]:
    return [script for fragment in FRAGMENTS for script in drawn(fragment.name)]


@cache
def all_terms() -> list[Term]:
    return terms_of(*(fact for script in all_scripts() for fact in script))


@pytest.mark.parametrize("feature", OF_TERMS)
def test_terms_that_break_solvers_are_drawn(feature: str) -> None:
    assert any(map(OF_TERMS[feature], all_terms()))


@pytest.mark.parametrize("feature", OF_SCRIPTS)
def test_scripts_that_break_solvers_are_drawn(feature: str) -> None:
    assert any(map(OF_SCRIPTS[feature], all_scripts()))


def test_every_function_is_drawn_with_every_sort_of_arguments() -> None:
    wanted = {(row.operator, row.arguments[:1], row.result) for row in SIGNATURE}
    found = {
        (term.operator, tuple(part.sort for part in term.parts[:1]), term.sort)
        for term in all_terms()
    }

    assert wanted - found == set()


@each_fragment
def test_draws_are_the_same_again_and_hardly_any_twice(fragment: str) -> None:
    assert samples(scripts(fragment), 1, 50) == drawn(fragment)[:50]
    assert samples(scripts(fragment), 2, 50) != drawn(fragment)[:50]
    assert len(set(drawn(fragment))) > 0.9 * DRAWS


def test_scripts_of_any_fragment_and_as_text_are_drawn() -> None:
    texts = samples(script_texts(), 1, 40)

    assert [bool(assertions_of(text)[0]) for text in texts] == [True] * 40
    with pytest.raises(ValueError, match="no fragment `F9`; there are F0, F1, F1x, F2, F3, F4"):
        scripts("F9")


@each_fragment
def test_a_script_is_drawn_in_a_few_milliseconds(fragment: str) -> None:
    samples(scripts(fragment), 3, 20)
    start = time.process_time()
    samples(scripts(fragment), 4, 50)

    assert (time.process_time() - start) / 50 < 0.02


@given(fact=foldings())
def test_foldings_have_no_variable_and_a_value(fact: Term) -> None:
    claim = fact.parts[0] if fact.operator == "not" else fact

    assert not is_open(fact)
    if claim.parts[0].sort is not TermSort.REGLAN and claim.parts[0] is not claim.parts[1]:
        assert values((fact,), {}) == (fact is claim,)


def verdicts(sides: Sides) -> list[object]:
    """Return what our solver says of a word on one side alone, for each side."""
    one, two = (call("str.in_re", X, side) for side in sides)
    questions = ((one, call("not", two)), (two, call("not", one)))
    return [decide(both, [X], Budget(wall_s=5)) for both in questions]


@given(sides=two_ways(holds=True))
def test_a_law_gives_one_language_in_two_ways(sides: Sides) -> None:
    assert verdicts(sides) == [Unsat(), Unsat()]


@pytest.mark.parametrize("law", [law for law in LAWS if not law.holds], ids=lambda law: law.name)
def test_what_is_nearly_a_law_is_none(law: Law) -> None:
    languages = [call("str.to_re", letter) for letter in "abc"]
    found = verdicts(law.sides(*languages[: law.arity]))

    assert any(isinstance(verdict, Sat) for verdict in found)


def test_choices_are_drawn_as_often_as_their_weights_say() -> None:
    same = st.just("often")
    found = samples(weighted((1, st.just("first")), (8, same), (1, same.map(str.upper))), 1, 1000)

    assert found[0] == "first"
    assert 700 < found.count("often") < 900


@settings(max_examples=30)
@given(text=arns())
def test_an_arn_has_six_parts(text: str) -> None:
    assert text.startswith("arn:")
    assert text.count(":") >= 5


@pytest.mark.parametrize("name", strategies.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    assert name == "FRAGMENTS" or getattr(strategies, name).__doc__
    assert sorted(strategies.__all__) == strategies.__all__


def test_a_case_is_made_of_every_script() -> None:
    cases = [Case(script, "F4") for script in drawn("F4")[:50]]

    assert [case.question.declared for case in cases] == [
        variables_of(case.assertions) for case in cases
    ]
    assert all(t.operator == VARIABLE for case in cases for t in case.question.declared)


def test_wildcards_and_names_of_resources_are_drawn() -> None:
    assert any("*" in text for text in samples(wildcards(), 1, 30))
    assert any(text.count("*") > 1 for text in samples(arn_wildcards(), 1, 30))
