"""What a problem is known by: names and order do not matter, everything else does."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget
from automaton.evaluate import evaluate
from automaton.solver import solve
from automaton.terms import And, Atom, Formula, Or, Problem, Sort, Variable
from automaton.verdict import Sat, Unknown
from portfolio.cache_key import canonical
from portfolio.differential.strategies.problems import problems, wildcard_problems
from tests.sum_strategies import sums
from tests.template_strategies import template_problems

ANY = st.one_of(
    problems(),
    wildcard_problems(),
    template_problems(),
    st.lists(sums(), max_size=3).map(lambda parts: Problem(tuple(parts))),
)
SMALL = problems(
    tuple(Variable(name, Sort.STRING) for name in "xy"),
    st.sampled_from([rx.glob("a*"), rx.glob("*b"), rx.literal("ab")]),
    max_leaves=3,
)
X, Y, Z = (Variable(name, Sort.STRING) for name in "xyz")


def renamed(problem: Problem, seed: int) -> Problem:
    """Return the problem with other names, its parts built in another order."""
    chance = random.Random(seed)
    names = [f"v{number}" for number in range(len(problem.variables))]
    chance.shuffle(names)
    pairs = zip(problem.variables, names, strict=True)
    others = {variable: Variable(name, variable.sort) for variable, name in pairs}
    assertions = [_rebuilt(part, others, chance) for part in problem.assertions]
    chance.shuffle(assertions)
    declared = [others[variable] for variable in problem.declared]
    return Problem(tuple(assertions), tuple(declared))


def _rebuilt(formula: Formula, others: dict[Variable, Variable], chance: random.Random) -> Formula:
    if isinstance(formula, And | Or):
        parts = [*formula.parts]
        chance.shuffle(parts)
        build = t.conjunction if isinstance(formula, And) else t.disjunction
        return build(*(_rebuilt(part, others, chance) for part in parts))
    if not isinstance(formula, Atom):
        return formula
    if isinstance(formula, t.SumAtMost):
        summands = [(factor, others[variable]) for factor, variable in formula.summands]
        return t.sum_at_most(summands, formula.bound)
    positive = _positive(formula, others)
    return positive if formula.positive else t.negation(positive)


def _positive(atom: Atom, others: dict[Variable, Variable]) -> Formula:
    variable = others[atom.variable]
    match atom:
        case t.Truth():
            return t.is_true(variable)
        case t.InRegex():
            return t.in_regex(variable, atom.regex)
        case t.InTemplate():
            pieces = (others[p] if isinstance(p, Variable) else p for p in atom.pieces)
            return t.in_template(variable, *pieces)
        case t.AtMost():
            build = t.less if atom.strict else t.at_most
            return build(variable, atom.bound)
    raise TypeError(type(atom).__name__)


@given(ANY, st.integers(0, 100))
def test_a_problem_with_other_names_in_another_order_is_known(problem: Problem, seed: int) -> None:
    other = renamed(problem, seed)
    # What is put together anew may simplify further, and then says the same in other words.
    assume(nodes(other.formula) == nodes(problem.formula))

    assert canonical(other).digest == canonical(problem).digest


def nodes(formula: Formula) -> Counter[str]:
    """Return how often each kind of formula occurs."""
    found: dict[Formula, str] = {}
    stack = [formula]
    while stack:
        node = stack.pop()
        found[node] = type(node).__name__
        stack += [part for part in getattr(node, "parts", ()) if part not in found]
    return Counter(found.values())


@given(ANY, st.integers(0, 100))
def test_the_numbers_of_variables_carry_models_over(problem: Problem, seed: int) -> None:
    verdict = solve(problem, Budget(wall_s=5))
    assume(isinstance(verdict, Sat))
    assert isinstance(verdict, Sat)
    own, other = canonical(problem), canonical(renamed(problem, seed))
    assume(own.digest == other.digest)

    values = [verdict.model[variable.name] for variable in own.variables]
    named = zip(other.variables, values, strict=True)
    model = {variable.name: value for variable, value in named}

    assert evaluate(renamed(problem, seed).formula, model)


@given(st.lists(SMALL, min_size=4, max_size=8))
def test_problems_that_are_known_as_one_have_one_verdict(drawn: list[Problem]) -> None:
    verdicts: dict[bytes, set[type]] = {}
    for problem in drawn:
        verdict = type(solve(problem, Budget(wall_s=5)))
        verdicts.setdefault(canonical(problem).digest, set()).add(verdict)

    assert Unknown not in set().union(*verdicts.values())
    assert {len(kinds) for kinds in verdicts.values()} == {1}


@given(ANY)
def test_the_negation_of_a_problem_is_another_one(problem: Problem) -> None:
    opposite = Problem((t.negation(problem.formula),), problem.variables)

    assert canonical(opposite).digest != canonical(problem).digest


def known(*parts: Formula, declared: tuple[Variable, ...] = ()) -> bytes:
    return canonical(Problem(parts, declared)).digest


def test_what_is_said_of_two_variables_is_not_what_is_said_of_one() -> None:
    starts, ends = rx.glob("a*"), rx.glob("*b")

    together = known(t.in_regex(X, starts), t.in_regex(X, ends), declared=(X, Y))
    apart = known(t.in_regex(X, starts), t.in_regex(Y, ends), declared=(X, Y))

    assert together != apart


def test_sorts_bounds_and_unused_variables_matter() -> None:
    whole, real = Variable("n", Sort.INT), Variable("n", Sort.REAL)
    keys = [
        known(t.at_most(whole, 3)),
        known(t.at_most(whole, 4)),
        known(t.at_most(real, 3)),
        known(t.less(real, 3)),
        known(t.at_least(whole, 3)),
        known(t.at_most(whole, 3), declared=(X,)),
        known(),
    ]

    assert len({*keys}) == len(keys)


def test_variables_that_only_their_places_tell_apart_are_numbered_by_these() -> None:
    p, q = Variable("p", Sort.BOOL), Variable("q", Sort.BOOL)

    def problem(one: Variable, two: Variable) -> Problem:
        starts = [t.in_regex(variable, rx.glob("a*")) for variable in (one, two)]
        alike = t.sum_at_most([(1, one), (1, two)], 9)
        first = t.conjunction(starts[0], t.is_true(p), t.is_true(q))
        return Problem((alike, t.disjunction(first, t.conjunction(starts[1], t.is_true(q)))))

    assert canonical(problem(X, Y)).digest == canonical(problem(Y, X)).digest


def test_equal_strings_are_equal_either_way_round() -> None:
    one = known(t.in_template(X, Y), t.in_regex(X, rx.glob("a*")))
    other = known(t.in_template(Z, X), t.in_regex(Z, rx.glob("a*")))

    assert one == other


def test_texts_do_not_run_into_one_another() -> None:
    one = known(t.in_regex(X, rx.union(rx.literal("a,b"), rx.literal("c"))))
    other = known(t.in_regex(X, rx.union(rx.literal("a"), rx.literal("b,c"))))

    assert one != other


def test_a_deep_problem_is_known() -> None:
    formula: Formula = t.TRUE
    for number in range(5000):
        atom = t.equals(X, f"a{number}")
        formula = t.disjunction(atom, formula) if number % 2 else t.conjunction(atom, formula)

    assert len(known(formula)) == 32
