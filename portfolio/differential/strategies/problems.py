"""Formulas and problems of the language in the middle, and models of their variables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton import terms as t
from automaton.regex import Regex
from automaton.terms import Formula, Number, Problem, Sort, Variable
from automaton.verdict import Model, Value
from portfolio.differential.strategies.characters import any_texts, texts
from portfolio.differential.strategies.patterns import actions, arn_wildcards
from portfolio.differential.strategies.regexes import regexes

VARIABLES = (
    Variable("s", Sort.STRING),
    Variable("t", Sort.STRING),
    Variable("p", Sort.BOOL),
    Variable("n", Sort.INT),
    Variable("x", Sort.REAL),
    Variable("four", Sort.IPV4),
    Variable("six", Sort.IPV6),
)

STRING = VARIABLES[0]

MAX_IPV4 = 2**32 - 1

MAX_IPV6 = 2**128 - 1


def many_prefixes() -> SearchStrategy[Formula]:
    """Wildcards minus dozens of negated prefixes: what makes derivative solvers time out."""
    tail = st.text(st.sampled_from("abcdefgh*"), min_size=1, max_size=3)
    heads = st.sampled_from(["", "arn:aws:s3:::"])
    return st.builds(_minus_prefixes, heads, st.lists(tail, min_size=12, max_size=36))


def _minus_prefixes(head: str, tails: Sequence[str]) -> Formula:
    banned = (t.negation(t.in_regex(STRING, rx.glob(f"{head}{tail}*"))) for tail in tails)
    return t.conjunction(t.in_regex(STRING, rx.glob(f"{head}*")), *banned)


def numbers(sort: Sort) -> SearchStrategy[Number]:
    """Constants to compare a number with: small ones, then what lies at or beyond the bounds."""
    small = st.integers(-3, 3)
    match sort:
        case Sort.REAL:
            return st.one_of(small, st.builds(Fraction, small, st.integers(1, 3)))
        case Sort.IPV4:
            return small | st.sampled_from([0x0A000000, MAX_IPV4 - 1, MAX_IPV4, MAX_IPV4 + 1])
        case Sort.IPV6:
            return small | st.sampled_from([1 << 96, MAX_IPV6 - 1, MAX_IPV6, MAX_IPV6 + 1])
    return small | st.builds(Fraction, small, st.just(2)) | st.integers(-(10**20), 10**20)


def atoms(
    variables: Sequence[Variable] = VARIABLES, patterns: SearchStrategy[Regex] | None = None
) -> SearchStrategy[Formula]:
    """Atoms, positive and negated, over any of the variables."""
    patterns = regexes() if patterns is None else patterns
    positive = st.sampled_from(variables).flatmap(lambda variable: _atoms_of(variable, patterns))
    return positive | positive.map(t.negation)


def _atoms_of(variable: Variable, patterns: SearchStrategy[Regex]) -> SearchStrategy[Formula]:
    match variable.sort:
        case Sort.BOOL:
            return st.just(t.is_true(variable))
        case Sort.STRING:
            return st.builds(t.in_regex, st.just(variable), patterns) | st.builds(
                t.equals, st.just(variable), texts()
            )
    builders = [t.at_most, t.less, t.at_least, t.greater, t.equals]
    return st.builds(
        lambda build, bound: build(variable, bound),
        st.sampled_from(builders),
        numbers(variable.sort),
    )


def formulas(
    variables: Sequence[Variable] = VARIABLES,
    patterns: SearchStrategy[Regex] | None = None,
    max_leaves: int = 6,
) -> SearchStrategy[Formula]:
    """Boolean combinations of atoms."""
    return st.recursive(atoms(variables, patterns), _larger_formulas, max_leaves=max_leaves)


def _larger_formulas(inner: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    several = st.lists(inner, max_size=4)
    return st.one_of(
        several.map(lambda parts: t.conjunction(*parts)),
        several.map(lambda parts: t.disjunction(*parts)),
        inner.map(t.negation),
        st.builds(t.implication, inner, inner),
        st.builds(t.equivalence, inner, inner),
        st.builds(t.if_then_else, inner, inner, inner),
    )


def one_variable_problems(
    patterns: SearchStrategy[Regex] | None = None, max_leaves: int = 6
) -> SearchStrategy[Problem]:
    """Problems over one string."""
    return problems((STRING,), patterns, max_leaves)


def problems(
    variables: Sequence[Variable] = VARIABLES,
    patterns: SearchStrategy[Regex] | None = None,
    max_leaves: int = 6,
) -> SearchStrategy[Problem]:
    """Problems over some of the variables; all are declared, so that unused ones occur."""
    parts = st.lists(formulas(variables, patterns, max_leaves), max_size=3)
    return parts.map(lambda found: Problem(tuple(found), declared=tuple(variables)))


def wildcard_problems() -> SearchStrategy[Problem]:
    """Problems of the shape that policies give: globs over an action and a resource."""
    action, resource = Variable("action", Sort.STRING), Variable("resource", Sort.STRING)
    atom = st.one_of(
        st.builds(t.in_regex, st.just(action), actions().map(rx.glob)),
        st.builds(t.in_regex, st.just(resource), arn_wildcards().map(rx.glob)),
    )
    statements = st.lists(st.lists(atom, min_size=1, max_size=3), min_size=1, max_size=4)
    policy: SearchStrategy[Formula] = statements.map(_any_of_all)
    return st.builds(_implication_problem, policy, policy)


def _any_of_all(statements: Sequence[Sequence[Formula]]) -> Formula:
    return t.disjunction(*(t.conjunction(*atoms_) for atoms_ in statements))


def _implication_problem(new: Formula, old: Formula) -> Problem:
    return Problem((new, t.negation(old)))


def values(sort: Sort) -> SearchStrategy[Value]:
    """Values of a sort: small ones, and those near the constants that `numbers` draws."""
    match sort:
        case Sort.BOOL:
            return st.booleans()
        case Sort.STRING:
            return texts() | any_texts()
        case Sort.REAL:
            return st.builds(Fraction, st.integers(-9, 9), st.integers(1, 4))
        case Sort.INT:
            return st.integers(-4, 4) | st.integers()
    top = sort.bounds[1]
    return st.integers(0, 4) | st.integers(0, top) | st.sampled_from([top or 0, (top or 0) - 1])


def models(variables: Sequence[Variable] = VARIABLES) -> SearchStrategy[Model]:
    """Models that give a value to each of the variables."""
    return st.fixed_dictionaries({variable.name: values(variable.sort) for variable in variables})
