"""Problems with templates against the referee, brute force and the other solvers.

A sat is settled by the referee. An unsat is refuted by any model over short strings; where every
string is bounded, brute force is conclusive both ways.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget
from automaton.charset import CharSet
from automaton.evaluate import evaluate
from automaton.regex import Regex
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable
from automaton.verdict import Reason, Sat, Unknown, Unsat
from portfolio.differential.strategies.regexes import bounded_regexes
from tests import naive
from tests.template_strategies import (
    STRINGS,
    policy_problems,
    straight_line_problems,
    template_formulas,
    template_problems,
)

X, Y, Z = STRINGS
OTHER_Y, OTHER_Z = Variable("other y", Sort.STRING), Variable("other z", Sort.STRING)
DOMAINS = {variable: [*naive.strings("ab:", 2)] for variable in STRINGS}

A, B, C, SLASH = (rx.literal(char) for char in "abc/")
ALL, ONE = rx.ALL, rx.ANY
SEGMENT = rx.star(rx.chars(~CharSet.chars(":")))
NAME = rx.star(rx.chars(~CharSet.chars("/")))
ACCOUNT = rx.loop(rx.char_range("0", "9"), 12, 12)


def verdict_on(problem: Problem) -> Sat | Unsat | Unknown:
    """Return the verdict, after the referee has confirmed its model or brute force found none."""
    verdict = solve(problem, Budget(wall_s=20))
    if isinstance(verdict, Sat):
        assert set(verdict.model) == {variable.name for variable in problem.variables}
        assert evaluate(problem.formula, verdict.model)
    return verdict


@given(template_problems())
def test_no_short_strings_refute_an_unsat(problem: Problem) -> None:
    if isinstance(verdict_on(problem), Unsat):
        assert naive.first_model(problem.formula, DOMAINS) is None


@given(straight_line_problems())
def test_straight_line_problems_are_decided(problem: Problem) -> None:
    assert not isinstance(verdict_on(problem), Unknown)


@given(policy_problems())
def test_policy_shaped_problems_are_decided(problem: Problem) -> None:
    assert not isinstance(verdict_on(problem), Unknown)


@given(st.lists(bounded_regexes("ab", max_leaves=2), min_size=3, max_size=3), template_formulas())
def test_over_bounded_strings_the_verdict_is_that_of_brute_force(
    bounds: list[Regex], formula: Formula
) -> None:
    bounding = map(t.in_regex, STRINGS, bounds)
    problem = Problem((*bounding, formula), declared=STRINGS)
    short = [*naive.strings("ab", 2)]
    domains = {
        variable: [text for text in short if naive.matches(bound, text)]
        for variable, bound in zip(STRINGS, bounds, strict=True)
    }
    expected = naive.first_model(problem.formula, domains)

    assert isinstance(verdict_on(problem), Sat) == (expected is not None)


def no(formula: Formula) -> Formula:
    return t.negation(formula)


def names(*variables: Variable) -> list[Formula]:
    return [t.in_regex(variable, NAME) for variable in variables]


SOME_Y = no(t.equals(Y, ""))
WITHIN = t.in_template(X, B, SLASH, Y, ALL)
WITHIN_FOLDER = t.in_template(X, B, SLASH, Y, SLASH, ALL)
FILE = t.in_template(X, B, SLASH, Y, SLASH, C)
ANY_FILE = t.in_regex(X, rx.concat(B, SLASH, rx.plus(ONE), SLASH, C))
CUT_TWICE = (t.in_template(X, Y, SLASH, Z), t.in_template(X, OTHER_Y, SLASH, OTHER_Z))

UNSAT: dict[str, Sequence[Formula]] = {
    "a longer template is within a shorter one": [WITHIN_FOLDER, no(WITHIN)],
    "a value is not empty": [FILE, no(ANY_FILE), SOME_Y],
    "an end is an end": [t.in_template(X, SEGMENT, SLASH, Y), no(t.in_template(X, ALL, Y))],
    "equality is transitive": [t.in_template(X, Y), t.in_template(Y, Z), no(t.in_template(X, Z))],
    "equal strings share a pattern": [
        t.in_template(X, Y),
        t.in_regex(X, rx.glob("a*")),
        no(t.in_regex(Y, rx.glob("a*"))),
    ],
    "equal strings share a bound": [
        t.in_regex(Y, ACCOUNT),
        t.in_template(X, Y),
        no(t.in_regex(X, ACCOUNT)),
    ],
    "one string has one end": [
        t.in_template(X, A, Y),
        t.in_template(X, A, Z),
        no(t.in_template(Y, Z)),
    ],
    "a separator cuts in one place": [
        *CUT_TWICE,
        *names(Y, Z, OTHER_Y, OTHER_Z),
        no(t.in_template(Y, OTHER_Y)),
    ],
    "the first separator is the first": [
        t.in_template(X, A, SLASH, Y, SLASH, ALL),
        t.in_template(X, A, SLASH, Z, SLASH, ALL),
        *names(Y, Z),
        no(t.in_template(Y, Z)),
    ],
    "alternatives are all refuted": [
        t.disjunction(t.in_template(X, B, SLASH, Y), t.in_template(X, C, SLASH, Y)),
        no(t.in_template(X, B, SLASH, Y)),
        no(t.in_template(X, C, SLASH, Y, ALL)),
    ],
    "a value of few words is taken word by word": [
        t.in_template(X, Y, B),
        t.in_template(Z, OTHER_Y, B),
        t.in_regex(Y, rx.union(A, C)),
        t.in_regex(OTHER_Y, rx.union(A, C)),
        no(t.in_template(X, Z)),
        no(t.in_regex(X, rx.concat(A, B))),
        no(t.in_regex(Z, rx.concat(A, B))),
    ],
    "three names for two values": [
        *(t.in_regex(variable, rx.union(A, B)) for variable in STRINGS),
        no(t.in_template(X, Y)),
        no(t.in_template(Y, Z)),
        no(t.in_template(X, Z)),
    ],
    "a chain of definitions": [
        t.in_template(X, A, Y),
        t.in_template(Y, B, Z),
        t.in_regex(Z, C),
        no(t.equals(X, "abc")),
    ],
    "a string is no longer than itself": [
        t.in_template(X, A, Y),
        t.in_template(Y, X, ALL),
    ],
}

SAT: dict[str, Sequence[Formula]] = {
    "a shorter template is wider": [WITHIN, no(WITHIN_FOLDER)],
    "a value may be empty": [FILE, no(ANY_FILE)],
    "what precedes an end is open": [
        t.in_template(X, ALL, Y),
        no(t.in_template(X, SEGMENT, SLASH, Y)),
    ],
    "accounts differ": [
        t.in_regex(X, ACCOUNT),
        t.in_regex(Y, ACCOUNT),
        no(t.in_template(X, Y)),
    ],
    "a separator may cut in two places": [*CUT_TWICE, no(t.in_template(Y, OTHER_Y))],
    "two ends of one string": [
        t.in_template(X, A, SLASH, Y, ALL),
        t.in_template(X, A, SLASH, Z, SLASH, ALL),
        no(t.in_template(Y, Z)),
    ],
    "a value twice": [t.in_template(X, Y, B, Y), no(t.in_template(X, ALL, Z, ALL)), SOME_Y],
    "a value over few letters": [
        t.in_template(X, ACCOUNT, Y, ACCOUNT),
        t.in_regex(Y, ACCOUNT),
        no(t.in_template(X, ACCOUNT, ACCOUNT, Y)),
        no(t.in_template(X, Y, ALL)),
    ],
    "pieces of each other": [no(t.in_template(X, ALL, Y, ALL)), no(t.in_template(Y, ALL, X, ALL))],
    "mirrored cuts": [t.in_template(X, Y, Z), t.in_template(X, Z, Y), SOME_Y],
    "a Bool beside": [
        t.disjunction(WITHIN, t.is_true(Variable("p", Sort.BOOL))),
        no(t.in_template(X, B, ALL, Y, ALL)),
    ],
}


@pytest.mark.parametrize("name", UNSAT)
def test_what_follows_is_proved(name: str) -> None:
    assert solve(Problem(tuple(UNSAT[name]))) == Unsat()


@pytest.mark.parametrize("name", SAT)
def test_what_does_not_follow_has_a_model(name: str) -> None:
    assert isinstance(verdict_on(Problem(tuple(SAT[name]))), Sat)


def test_a_witness_with_templates_is_readable() -> None:
    assert solve(Problem((WITHIN_FOLDER, SOME_Y))) == Sat({"x": "b/a/", "y": "a"})
    assert solve(Problem((WITHIN, no(WITHIN_FOLDER)))) == Sat({"x": "b/a", "y": "a"})


def test_strings_that_commute_are_given_up() -> None:
    repeated = t.in_regex(Y, rx.star(A))
    problem = Problem((repeated, t.in_template(X, A, Y), no(t.in_template(X, Y, A))))

    verdict = solve(problem)

    assert isinstance(verdict, Unknown)
    assert verdict.reason is Reason.INCOMPLETE


def test_a_search_over_templates_keeps_to_its_budget() -> None:
    problem = Problem((*CUT_TWICE, t.in_template(X, Z, OTHER_Y), no(t.in_template(Y, OTHER_Y))))

    verdict = solve(problem, Budget(max_steps=3))

    assert isinstance(verdict, Unknown)
    assert verdict.reason is Reason.STEPS
