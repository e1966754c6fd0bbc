"""The constructors of formulas against the naive meaning of what they stand for."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.evaluate import evaluate
from automaton.terms import FALSE, TRUE, Formula, Number, Problem, Sort, Variable
from automaton.verdict import Model, Value
from portfolio.differential.strategies.characters import texts
from portfolio.differential.strategies.problems import (
    VARIABLES,
    formulas,
    models,
    numbers,
    problems,
    values,
)
from portfolio.differential.strategies.regexes import regexes
from tests import naive

SMALL = formulas(patterns=regexes(max_leaves=2), max_leaves=4)
PARTS = st.lists(SMALL, max_size=4)
BOOL, INT, REAL, STRING = (
    Variable(sort.value, sort) for sort in (Sort.BOOL, Sort.INT, Sort.REAL, Sort.STRING)
)

COMPARISONS: dict[Callable[[Variable, Number], Formula], Callable[[Number, Number], bool]] = {
    t.at_most: lambda value, bound: value <= bound,
    t.less: lambda value, bound: value < bound,
    t.at_least: lambda value, bound: value >= bound,
    t.greater: lambda value, bound: value > bound,
    t.equals: lambda value, bound: value == bound,
}


@given(st.data(), st.sampled_from(sorted(t.NUMERIC, key=str)))
def test_comparisons_compare(data: st.DataObject, sort: Sort) -> None:
    variable = Variable("v", sort)
    bound, value = data.draw(numbers(sort)), data.draw(values(sort))
    assert not isinstance(value, str)

    for build, compare in COMPARISONS.items():
        assert naive.holds(build(variable, bound), {"v": value}) == compare(value, bound)


@given(st.data(), st.sampled_from([Sort.INT, Sort.REAL, Sort.IPV4]))
def test_between_takes_both_ends(data: st.DataObject, sort: Sort) -> None:
    variable = Variable("v", sort)
    low, high, value = data.draw(numbers(sort)), data.draw(numbers(sort)), data.draw(values(sort))
    assert not isinstance(value, str)

    formula = t.between(variable, low, high)

    assert naive.holds(formula, {"v": value}) == (low <= value <= high)


@given(regexes(), texts())
def test_a_membership_is_a_match(regex: rx.Regex, text: str) -> None:
    assert naive.holds(t.in_regex(STRING, regex), {"String": text}) == naive.matches(regex, text)


@pytest.mark.parametrize(
    ("variable", "value", "other"), [(BOOL, True, False), (BOOL, False, True), (STRING, "a", "")]
)
def test_equality_holds_for_its_value_alone(variable: Variable, value: Value, other: Value) -> None:
    formula = t.equals(variable, value)

    assert naive.holds(formula, {variable.name: value})
    assert not naive.holds(formula, {variable.name: other})


@given(PARTS, models())
def test_a_conjunction_is_all_and_a_disjunction_any(parts: list[Formula], model: Model) -> None:
    truths = [naive.holds(part, model) for part in parts]

    assert naive.holds(t.conjunction(*parts), model) == all(truths)
    assert naive.holds(t.disjunction(*parts), model) == any(truths)


@given(SMALL, SMALL, SMALL, models())
def test_the_connectives(one: Formula, two: Formula, three: Formula, model: Model) -> None:
    first, second, third = (naive.holds(part, model) for part in (one, two, three))

    assert naive.holds(t.negation(one), model) == (not first)
    assert naive.holds(t.implication(one, two), model) == (not first or second)
    assert naive.holds(t.equivalence(one, two), model) == (first == second)
    assert naive.holds(t.if_then_else(one, two, three), model) == (second if first else third)


Tree = str | tuple[str, "Tree", "Tree"]

BITS = [Variable(name, Sort.BOOL) for name in "abcd"]


def trees() -> st.SearchStrategy[Tree]:
    """Draw formulas that no constructor has touched: nested tuples over Booleans."""
    signed = [sign + variable.name for variable in BITS for sign in ("", "-")]
    return st.recursive(
        st.sampled_from(signed),
        lambda inner: st.tuples(st.sampled_from(["and", "or", "iff"]), inner, inner),
        max_leaves=16,
    )


def built(tree: Tree) -> Formula:
    if isinstance(tree, str):
        atom = t.is_true(Variable(tree.removeprefix("-"), Sort.BOOL))
        return t.negation(atom) if tree.startswith("-") else atom
    one, two = built(tree[1]), built(tree[2])
    match tree[0]:
        case "and":
            return t.conjunction(one, two)
        case "or":
            return t.disjunction(one, two)
    return t.equivalence(one, two)


def truth(tree: Tree, model: Model) -> bool:
    if isinstance(tree, str):
        return bool(model[tree.removeprefix("-")]) != tree.startswith("-")
    one, two = truth(tree[1], model), truth(tree[2], model)
    return {"and": one and two, "or": one or two, "iff": one == two}[tree[0]]


@given(trees())
def test_a_simplified_formula_has_the_truth_table_of_what_was_written(tree: Tree) -> None:
    formula = built(tree)

    for model in naive.models(dict.fromkeys(BITS, (False, True))):
        assert naive.holds(formula, model) == truth(tree, model)


@given(SMALL, SMALL)
def test_the_same_formula_is_the_same_object(one: Formula, two: Formula) -> None:
    assert t.negation(t.negation(one)) is one
    assert t.conjunction(one, two) is t.conjunction(two, one)
    assert t.disjunction(one, one) is one
    assert t.conjunction(one, TRUE) is one
    assert t.disjunction(one, FALSE) is one


@given(SMALL)
def test_a_formula_and_its_negation_cancel(one: Formula) -> None:
    assert t.conjunction(one, FALSE) is FALSE
    assert t.disjunction(one, TRUE) is TRUE
    if isinstance(one, t.Atom):
        assert t.conjunction(one, t.negation(one)) is FALSE
        assert t.disjunction(one, t.negation(one)) is TRUE


def test_the_constants_are_the_negations_of_each_other_whatever_became_one() -> None:
    length, number = Variable("text", Sort.STRING), Variable("number", Sort.INT)
    # Neither knows yet that it is the negation of the other.
    less = t.sum_at_most([(1, length), (-1, number)], -2)
    more = t.sum_at_most([(-1, length), (1, number)], 1)

    assert t.negation(t.conjunction(less, more)) is TRUE
    assert t.negation(TRUE) is FALSE
    assert t.negation(FALSE) is TRUE


@given(formulas())
def test_negation_stands_only_on_atoms_and_no_junction_holds_its_own_kind(formula: Formula) -> None:
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, t.And | t.Or):
            assert len(node.parts) > 1
            assert not any(isinstance(part, type(node) | t.Constant) for part in node.parts)
            stack.extend(node.parts)
        else:
            assert isinstance(node, t.Atom | t.Constant)


@given(formulas())
def test_atoms_are_listed_once(formula: Formula) -> None:
    found = list(t.atoms(formula))

    assert len(set(found)) == len(found)
    assert all(isinstance(atom, t.Atom) for atom in found)


@given(problems())
def test_a_problem_is_the_conjunction_of_its_assertions(problem: Problem) -> None:
    assert problem.formula is t.conjunction(*problem.assertions)
    assert problem.variables[: len(VARIABLES)] == VARIABLES


def test_variables_come_in_the_order_of_the_assertions_after_the_declared_ones() -> None:
    first, second, third = BITS[:3]
    problem = Problem((t.is_true(third), t.is_true(first)), declared=(second,))

    assert problem.variables == (second, third, first)


def test_one_name_for_two_sorts_is_refused() -> None:
    other = Variable("Int", Sort.BOOL)
    problem = Problem((t.is_true(other), t.at_most(INT, 3)))

    with pytest.raises(ValueError, match="different sorts"):
        _ = problem.variables


@pytest.mark.parametrize(
    "build",
    [
        lambda: t.is_true(INT),
        lambda: t.in_regex(INT, rx.ANY),
        lambda: t.at_most(STRING, 3),
        lambda: t.less(BOOL, 3),
        lambda: t.at_most(INT, True),
        lambda: t.at_most(REAL, 0.5),  # type: ignore[arg-type]
        lambda: t.equals(INT, "a"),
        lambda: t.equals(STRING, 1),
        lambda: t.equals(INT, True),
        lambda: t.equals(BOOL, 1),
    ],
)
def test_a_constant_of_another_sort_is_refused(build: Callable[[], Formula]) -> None:
    with pytest.raises(TypeError):
        build()


def test_a_bound_that_every_address_keeps_is_no_atom() -> None:
    four = Variable("four", Sort.IPV4)

    assert t.at_most(four, 2**32 - 1) is TRUE
    assert t.less(four, 0) is FALSE
    assert t.at_least(four, 0) is TRUE
    assert t.greater(four, 2**32) is FALSE
    assert t.equals(four, -1) is FALSE


def test_a_fraction_between_two_whole_numbers_equals_none() -> None:
    assert t.equals(INT, Fraction(1, 2)) is FALSE
    assert t.at_most(INT, Fraction(5, 2)) is t.at_most(INT, 2)
    assert t.less(INT, Fraction(5, 2)) is t.at_most(INT, 2)
    assert t.less(INT, 2) is t.at_most(INT, 1)


@given(formulas())
def test_every_formula_has_a_description(formula: Formula) -> None:
    assert t.describe(formula) == repr(formula) != ""


SUMMANDS = st.lists(
    st.tuples(
        st.integers(-3, 3),
        st.sampled_from([Variable("x", Sort.STRING), Variable("y", Sort.STRING), INT]),
    ),
    max_size=4,
)
MEASURED = st.fixed_dictionaries(
    {"x": st.text("ab", max_size=5), "y": st.text("ab", max_size=5), "Int": st.integers(-9, 9)}
)


@given(SUMMANDS, st.integers(-12, 12), MEASURED)
def test_a_sum_compares_lengths_and_numbers(
    summands: list[tuple[int, Variable]], bound: int, model: Model
) -> None:
    values = {name: len(v) if isinstance(v, str) else int(v) for name, v in model.items()}
    expected = sum(factor * values[variable.name] for factor, variable in summands) <= bound

    assert evaluate(t.sum_at_most(summands, bound), model) is expected
    assert evaluate(t.negation(t.sum_at_most(summands, bound)), model) is not expected


def test_a_sum_of_one_length_is_a_membership_where_it_is_short() -> None:
    x = Variable("x", Sort.STRING)

    assert t.sum_at_most([(2, x)], 7) is t.in_regex(x, rx.loop(rx.ANY, 0, 3))
    assert isinstance(t.sum_at_most([(1, x)], 10**6), t.SumAtMost)


def test_a_sum_of_no_bool_is_refused() -> None:
    with pytest.raises(TypeError, match="is of sort Bool"):
        t.sum_at_most([(1, BOOL)], 0)
