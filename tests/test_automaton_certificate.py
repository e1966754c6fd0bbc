"""Certificates: every unsat gets one, and none is ever accepted for what is satisfiable."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
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
from automaton.certificate_states import closed_set
from automaton.certify import CertificateError, check
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.solver import solve
from automaton.terms import Formula, Problem, Sort, Variable
from automaton.verdict import Sat, Unsat, Unsupported
from tests import naive
from tests.strategies import (
    LETTERS,
    STRING,
    VARIABLES,
    formulas,
    many_prefixes,
    one_variable_problems,
    problems,
    regexes,
    wildcard_problems,
)

OTHER = Variable("t", Sort.STRING)


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
    "drawn", [SEVERAL, POLICIES, PREFIXES], ids=["sorts", "policies", "prefixes"]
)
def test_what_is_accepted_is_unsatisfiable(drawn: st.SearchStrategy[Problem]) -> None:
    """A certificate may be broken so that it proves something else, but nothing that is false."""

    @settings(max_examples=max(1, settings().max_examples // 2))
    @given(drawn, st.randoms(use_true_random=False))
    def holds(problem: Problem, chance: random.Random) -> None:
        document = json.loads(certify_unsat(problem).to_json())
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


def break_somewhere(document: dict[str, Any], chance: random.Random) -> None:
    """Change one number or word of the document, or drop, repeat or exchange rows."""
    node: Any = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = node[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.85:
            node = inner
            continue
        break
    if isinstance(node, list) and chance.random() < 0.5:
        other = chance.randrange(len(node))
        row = node.pop(key)
        if chance.random() < 0.7:
            node[other:other] = [row] * chance.choice([1, 2])
    else:
        words = ["at most", "less", "and", "or", "union", "intersection", "", "a"]
        numbers = [chance.randint(-2, 12), chance.randint(-2, 12)]
        node[key] = inner + 1 if isinstance(inner, int) else chance.choice([*words, *numbers])


def problem_of(document: Mapping[str, Any]) -> Problem | None:
    """Return the problem that a document is about, or None if it is about none."""
    try:
        regexes: list[Regex] = []
        for row in document["regexes"]:
            regexes.append(regex_of(row, regexes))
        variables = [Variable(name, Sort(sort)) for name, sort in document["variables"]]
        found: list[Formula] = []
        for row in document["formulas"]:
            found.append(formula_of(row, found, variables, regexes))
        return Problem((found[document["formula"]],))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def regex_of(row: Sequence[Any], known: Sequence[Regex]) -> Regex:
    several = {"concat": rx.concat, "union": rx.union, "intersection": rx.intersection}
    match row:
        case ["literal", text]:
            return rx.literal(text if isinstance(text, str) else "".join(map(chr, text)))
        case ["chars", intervals]:
            return rx.chars(CharSet.of(*map(tuple, intervals)))
        case ["complement", part]:
            return rx.complement(known[part])
        case ["loop", part, low, high]:
            return rx.loop(known[part], low, high)
    return several[row[0]](*(known[part] for part in row[1]))


def formula_of(
    row: Sequence[Any],
    known: Sequence[Formula],
    variables: Sequence[Variable],
    regexes: Sequence[Regex],
) -> Formula:
    match row:
        case ["true"] | ["false"]:
            return t.constant(row[0] == "true")
        case ["is", variable]:
            return t.is_true(variables[variable])
        case ["in", variable, regex]:
            return t.in_regex(variables[variable], regexes[regex])
        case ["not", part]:
            return t.negation(known[part])
        case [("and" | "or") as name, parts]:
            build = t.conjunction if name == "and" else t.disjunction
            return build(*(known[part] for part in parts))
    name, variable, top, bottom = row
    compare = {"at most": t.at_most, "less": t.less}[name]
    return compare(variables[variable], Fraction(top, bottom))


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


def test_an_atom_about_several_strings_has_no_certificate() -> None:
    problem = Problem((t.in_template(STRING, OTHER, rx.literal("a")), t.equals(STRING, "b")))

    with pytest.raises(Unsupported, match="in_template"):
        certify_unsat(problem)


def test_the_budget_ends_the_search_for_a_certificate() -> None:
    tail = rx.loop(rx.ANY, 10, 10)
    smaller = rx.concat(rx.ALL, rx.literal("a"), tail)
    bigger = rx.concat(rx.ALL, rx.char_range("a", "b"), tail)
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
