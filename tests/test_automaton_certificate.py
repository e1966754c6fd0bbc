"""Certificates: every unsat gets one, and none is ever accepted for what is satisfiable."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget, LimitReached
from automaton.certificate import Certificate, certify_unsat
from automaton.certificate_clauses import Clauses
from automaton.certificate_heads import Heads
from automaton.certificate_states import ClosedSet, closed_set
from automaton.certificate_tables import Tables
from automaton.certify import CertificateError, check
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable
from automaton.verdict import Sat, Unsat, Unsupported
from portfolio.differential.strategies.characters import LETTERS
from portfolio.differential.strategies.problems import (
    STRING,
    VARIABLES,
    atoms,
    formulas,
    many_prefixes,
    one_variable_problems,
    problems,
    wildcard_problems,
)
from portfolio.differential.strategies.regexes import regexes
from tests import naive
from tests.broken_certificates import break_somewhere, problem_of

OTHER = Variable("t", Sort.STRING)
NUMBER = Variable("n", Sort.INT)


def disguised(formula: Formula, cut: Regex) -> Formula:
    """Return an equivalent formula in whose regexes a `cut` tells the matches apart."""
    match formula:
        case t.And():
            return t.conjunction(*(disguised(part, cut) for part in formula.parts))
        case t.Or():
            return t.disjunction(*(disguised(part, cut) for part in formula.parts))
        case t.InRegex():
            regex = formula.regex
            inside, outside = rx.intersection(regex, cut), rx.difference(regex, cut)
            positive = t.in_regex(formula.variable, rx.union(inside, outside))
            return positive if formula.positive else t.negation(positive)
    return formula


def contradictions(drawn: st.SearchStrategy[Formula]) -> st.SearchStrategy[Problem]:
    """Problems that say something and its negation in other words."""
    return st.builds(
        lambda formula, cut: Problem((formula, t.negation(disguised(formula, cut)))),
        drawn,
        regexes(max_leaves=3),
    )


SEVERAL = contradictions(
    formulas((STRING, OTHER, *VARIABLES[2:]), regexes(max_leaves=3), max_leaves=5)
)
POLICIES = contradictions(wildcard_problems().map(lambda problem: problem.formula))
PREFIXES = contradictions(many_prefixes())


def literals() -> st.SearchStrategy[Problem]:
    """Two regexes that match a string and one, of what both match, that does not."""
    inner = regexes(max_leaves=3)
    return st.builds(
        lambda one, two, cut: Problem(
            (
                t.in_regex(STRING, one),
                t.in_regex(STRING, two),
                t.negation(disguised(t.in_regex(STRING, rx.intersection(one, two)), cut)),
            )
        ),
        inner,
        inner,
        inner,
    )


def flags() -> st.SearchStrategy[Problem]:
    """Problems about the truth of a few variables, or the sign of a few numbers."""
    numbers = [Variable(f"n{number}", Sort.INT) for number in range(4)]
    sign = st.booleans()
    atom = st.builds(
        lambda variable, holds: t.at_most(variable, 0) if holds else t.greater(variable, 1),
        st.sampled_from(numbers),
        sign,
    )
    clause = st.lists(atom, min_size=2, max_size=3).map(lambda parts: t.disjunction(*parts))
    return st.lists(clause, min_size=12, max_size=25).map(lambda parts: Problem(tuple(parts)))


@pytest.mark.parametrize(
    "drawn",
    [
        one_variable_problems(),
        problems(max_leaves=12),
        wildcard_problems(),
        SEVERAL,
        POLICIES,
        PREFIXES,
    ],
    ids=["one string", "all sorts", "policies", "no sorts", "no policies", "no prefixes"],
)
def test_an_unsat_has_a_certificate_and_a_sat_has_none(drawn: st.SearchStrategy[Problem]) -> None:
    @given(drawn)
    def holds(problem: Problem) -> None:
        verdict = solve(problem, Budget(wall_s=20))
        if isinstance(verdict, Sat):
            with pytest.raises(ValueError, match="the problem is satisfiable"):
                certify_unsat(problem)
        else:
            assert verdict == Unsat()
            certificate = certify_unsat(problem)
            assert Certificate.from_json(certificate.to_json()) == certificate
            check(problem, certificate.to_json())

    holds()


@pytest.mark.parametrize(
    "drawn",
    [SEVERAL, POLICIES, PREFIXES, literals(), flags()],
    ids=["sorts", "policies", "prefixes", "literals", "flags"],
)
def test_what_is_accepted_is_unsatisfiable(drawn: st.SearchStrategy[Problem]) -> None:
    """A certificate may be broken so that it proves something else, but nothing that is false."""

    @settings(max_examples=max(1, settings().max_examples // 3))
    @given(drawn, st.integers(0, 2**32))
    def holds(problem: Problem, seed: int) -> None:
        if isinstance(solve(problem, Budget(wall_s=20)), Sat):
            return
        document = json.loads(certify_unsat(problem).to_json())
        chance = random.Random(seed)
        for _ in range(10):
            broken = copy.deepcopy(document)
            for _ in range(chance.randint(1, 2)):
                break_somewhere(broken, chance)
            is_accepted(problem, broken)
            claimed = problem_of(broken)
            if claimed is not None and is_accepted(claimed, broken):
                assert solve(claimed, Budget(wall_s=20)) == Unsat(), json.dumps(broken)

    holds()


def is_accepted(problem: Problem, document: Mapping[str, Any]) -> bool:
    try:
        check(problem, json.dumps(document))
    except CertificateError:
        return False
    return True


@given(SEVERAL, problems())
def test_a_certificate_is_refused_for_another_problem(one: Problem, other: Problem) -> None:
    assume(one.formula is not other.formula)

    assert not is_accepted(other, certify_unsat(one).document)


def test_a_formula_that_is_false_needs_no_lemma() -> None:
    problem = Problem((t.is_true(VARIABLES[2]), t.negation(t.is_true(VARIABLES[2]))))
    certificate = certify_unsat(problem)

    check(problem, certificate.to_json())
    assert certificate.document["lemmas"] == []


def test_a_formula_that_is_true_has_no_certificate() -> None:
    with pytest.raises(ValueError, match="the problem is satisfiable"):
        certify_unsat(Problem(()))


@given(
    st.sampled_from(VARIABLES[3:]).flatmap(
        lambda variable: st.lists(atoms((variable,)), min_size=2, max_size=4)
    )
)
def test_comparisons_are_a_lemma_iff_no_number_satisfies_them(parts: list[Formula]) -> None:
    problem = Problem(tuple(atom for part in parts for atom in t.atoms(part)))
    literals = [*t.atoms(problem.formula)]
    document = Tables(problem.formula).document([(literals, ClosedSet({}))], [])

    satisfiable = isinstance(solve(problem, Budget(wall_s=20)), Sat)
    if problem.formula not in (t.TRUE, t.FALSE):
        assert is_accepted(problem, document) != satisfiable


THIRD = Variable("u", Sort.STRING)
A, B = rx.literal("a"), rx.literal("b")


@pytest.mark.parametrize(
    "parts",
    [
        (t.in_template(STRING, OTHER, A), t.equals(STRING, "b")),
        (t.in_template(STRING, OTHER), t.equals(STRING, "b"), t.equals(OTHER, "a")),
        (t.in_template(STRING, OTHER, A), t.in_template(STRING, THIRD, B)),
        (
            t.in_template(STRING, OTHER, A, OTHER),
            t.in_template(OTHER, THIRD, B),
            t.negation(t.in_regex(THIRD, rx.star(A))),
            t.in_regex(STRING, rx.plus(rx.union(A, rx.concat(A, B)))),
            t.negation(t.in_regex(STRING, rx.concat(rx.ALL, B, B, rx.ALL))),
            t.in_regex(THIRD, rx.star(rx.concat(B, B))),
        ),
        (
            t.sum_at_most([(1, NUMBER), (-1, STRING)], -1),
            t.in_template(STRING, OTHER, A),
            t.disjunction(t.equals(STRING, "b"), t.in_template(STRING, THIRD, B)),
        ),
    ],
)
def test_what_follows_from_templates_as_they_narrow_variables_has_a_certificate(
    parts: tuple[Formula, ...],
) -> None:
    problem = Problem(parts)

    check(problem, certify_unsat(problem).to_json())


def test_what_does_not_follow_from_narrowing_has_no_certificate() -> None:
    commuting = (t.in_template(THIRD, STRING, A), t.in_template(THIRD, B, STRING))

    assert solve(Problem(commuting)) == Unsat()
    with pytest.raises(Unsupported, match="in_template"):
        certify_unsat(Problem(commuting))


def test_a_satisfiable_template_has_no_certificate() -> None:
    with pytest.raises(ValueError, match="the problem is satisfiable"):
        certify_unsat(Problem((t.in_template(STRING, OTHER, A), t.equals(OTHER, "b"))))


def test_the_budget_ends_the_search_for_a_certificate() -> None:
    tail = rx.loop(rx.ANY, 10, 10)
    smaller = rx.concat(rx.ALL, rx.char_range("a", "b"), tail)
    bigger = rx.union(*(rx.concat(rx.ALL, rx.literal(letter), tail) for letter in "ab"))
    problem = Problem((t.in_regex(STRING, rx.difference(smaller, bigger)),))

    with pytest.raises(LimitReached):
        certify_unsat(problem, Budget(max_steps=100))


def test_a_text_with_surrogates_is_written_by_its_code_points() -> None:
    pair = "\ud83d\ude00"
    problem = Problem((t.equals(STRING, pair), t.in_regex(STRING, rx.loop(rx.ANY, 3, None))))

    check(problem, certify_unsat(problem).to_json())


def test_deep_nesting_is_no_obstacle() -> None:
    nested, flags = rx.literal("b"), t.in_regex(STRING, rx.literal("b"))
    for number in range(4_000):
        nested = rx.union(rx.literal("b"), rx.concat(rx.literal("a"), rx.star(nested)))
        both = (t.conjunction, t.disjunction)[number % 2]
        flags = both(flags, t.is_true(Variable(f"p{number}", Sort.BOOL)))
    problem = Problem((t.in_regex(STRING, nested), flags, t.in_regex(STRING, rx.literal("c"))))

    check(problem, certify_unsat(problem).to_json())


@given(st.lists(regexes(max_leaves=3), max_size=2), st.lists(regexes(max_leaves=3), max_size=2))
def test_there_is_a_closed_set_iff_there_is_no_string(
    matching: list[Regex], others: list[Regex]
) -> None:
    parts = [t.in_regex(STRING, regex) for regex in matching]
    parts += [t.negation(t.in_regex(STRING, regex)) for regex in others]
    verdict = solve(Problem(tuple(parts)), Budget(wall_s=20))

    found = closed_set(matching, others, Budget(wall_s=20))

    assert (found is None) == isinstance(verdict, Sat)


@given(regexes(), st.sampled_from([*LETTERS, "\x00", "\U0002ffff"]))
def test_a_linear_form_tells_what_is_left_after_each_character(regex: Regex, first: str) -> None:
    heads = Heads([regex, rx.literal(first)])
    bit = heads.masks[CharSet.chars(first)]
    tails = [tail for tail, mask in heads.form(regex).items() if mask & bit]

    for rest in naive.strings(LETTERS, 2):
        expected = naive.matches(regex, first + rest)
        assert any(naive.matches(tail, rest) for tail in tails) == expected


def clause_lists() -> st.SearchStrategy[list[list[int]]]:
    literals = st.integers(1, 5).flatmap(lambda number: st.sampled_from([number, -number]))
    return st.lists(st.lists(literals, min_size=1, max_size=3), max_size=30)


@given(clause_lists())
def test_clauses_are_refuted_iff_no_assignment_satisfies_them(given_: list[list[int]]) -> None:
    clauses = Clauses(Budget(wall_s=20))
    numbers = [clauses.add(clause) for clause in given_]
    free = list(range(1, 6))
    clauses.settle()
    while not clauses.refuted and any(
        n not in clauses.true and -n not in clauses.true for n in free
    ):
        clauses.decide(next(n for n in free if n not in clauses.true and -n not in clauses.true))
        clauses.settle()

    if clauses.refuted:
        used, steps = clauses.needed()
        kept = [clause for number, clause in zip(numbers, given_, strict=True) if number in used]
        assert not is_satisfiable(kept)
        for step in steps:
            assert not is_satisfiable([*kept, *([-literal] for literal in step)])
    else:
        assert all(not clauses.true.isdisjoint(clause) for clause in given_)


def is_satisfiable(clauses: Sequence[Sequence[int]]) -> bool:
    return any(
        all(any(literal in chosen for literal in clause) for clause in clauses)
        for chosen in assignments(5)
    )


def assignments(count: int) -> Iterator[set[int]]:
    for signs in itertools.product((1, -1), repeat=count):
        yield {sign * number for number, sign in enumerate(signs, 1)}
