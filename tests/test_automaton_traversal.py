"""Walks that do not recurse: the folds of a tree, and expressions nested beyond Python's stack."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.apart import are_apart, characters
from automaton.assignment import assign
from automaton.budget import Budget, LimitReached
from automaton.charset import ANY_CHAR
from automaton.determinise import determinise
from automaton.evaluate import matches
from automaton.membership import membership, with_plain_atoms
from automaton.quotient import after_word
from automaton.regex import Regex
from automaton.terms import Formula, Sort, Variable
from automaton.traversal import Steps, fold, run, spell
from portfolio.differential.strategies.problems import STRING, formulas
from portfolio.differential.strategies.regexes import regexes
from tests import naive

Tree = tuple["Tree", ...]
TREES = st.recursive(st.just(()), lambda inner: st.lists(inner, max_size=3).map(tuple))
DEEP = 20_000


def size(tree: Tree) -> int:
    return 1 + sum(map(size, tree))


def written(tree: Tree) -> str:
    return f"({''.join(map(written, tree))})"


def size_in_steps(tree: Tree) -> Steps[int]:
    total = 1
    for part in tree:
        total += yield size_in_steps(part)
    return total


@given(TREES)
def test_a_fold_is_the_recursive_function(tree: Tree) -> None:
    known: dict[Tree, int] = {}

    found = fold(tree, known, lambda node: node, lambda node: 1 + sum(known[p] for p in node))

    assert found == size(tree)


@given(TREES)
def test_a_fold_combines_each_node_once(tree: Tree) -> None:
    known: dict[Tree, None] = {}
    combined: list[Tree] = []

    fold(tree, known, lambda node: node, combined.append)

    assert len(combined) == len(set(combined)) == len(known)


@given(TREES)
def test_a_spelled_text_is_the_recursive_one(tree: Tree) -> None:
    assert spell(tree, lambda node: ("(", *node, ")")) == written(tree)


@given(TREES)
def test_a_function_in_steps_is_the_recursive_one(tree: Tree) -> None:
    assert run(size_in_steps(tree)) == size(tree)


def test_an_error_leaves_a_run_of_steps() -> None:
    def failing(depth: int) -> Steps[int]:
        if depth == DEEP:
            raise ValueError("deep")
        deeper: int = yield failing(depth + 1)
        return deeper

    with pytest.raises(ValueError, match="deep"):
        run(failing(0))


def nested(leaf: Regex, *wrappers: Callable[[Regex], Regex]) -> Regex:
    """Return `leaf` wrapped DEEP times, by each of the wrappers in turn."""
    for number in range(DEEP):
        leaf = wrappers[number % len(wrappers)](leaf)
    return leaf


def nested_formula() -> Formula:
    formula = t.in_regex(STRING, rx.difference(rx.plus(rx.ANY), rx.literal("a")))
    for number in range(DEEP):
        other = t.is_true(Variable(f"p{number}", Sort.BOOL))
        formula = (t.disjunction if number % 2 else t.conjunction)(other, formula)
    return formula


def test_a_formula_may_be_nested_deeply() -> None:
    formula = nested_formula()
    last = t.is_true(Variable(f"p{DEEP - 1}", Sort.BOOL))

    assert t.negation(t.negation(formula)) is formula
    assert t.describe(formula).count("(") > DEEP
    assert assign(formula, {last: t.TRUE}) is t.TRUE
    assert with_plain_atoms(formula) is not formula


def test_a_regex_may_be_nested_deeply() -> None:
    a, b = rx.literal("a"), rx.literal("b")
    regex = nested(a, lambda r: rx.concat(b, r), lambda r: rx.loop(r, 2, 3), rx.complement)

    assert not rx.is_nullable(regex)
    assert rx.describe(regex).count("comp") > DEEP // 4


def test_boolean_operators_may_be_nested_deeply() -> None:
    other = rx.concat(rx.literal("a"), rx.ALL)
    regex = nested(
        rx.glob("b*"),
        lambda r: rx.intersection(r, other),
        lambda r: rx.union(r, rx.glob("*b")),
        rx.complement,
    )

    assert membership(STRING, regex) is not None


@given(regexes(), st.text("ab", max_size=3))
def test_a_membership_without_operators_at_the_top_means_the_same(regex: Regex, text: str) -> None:
    formula = membership(STRING, regex)

    assert naive.holds(formula, {STRING.name: text}) == naive.matches(regex, text)


@given(formulas((STRING,)), st.text("ab", max_size=3))
def test_a_formula_with_plain_atoms_means_the_same(formula: Formula, text: str) -> None:
    model = {STRING.name: text}

    assert naive.holds(with_plain_atoms(formula), model) == naive.holds(formula, model)


def test_a_pattern_of_a_deeply_nested_regex_is_built_or_too_large() -> None:
    a, b = rx.literal("a"), rx.literal("b")
    regex = nested(a, lambda r: rx.concat(b, r), lambda r: rx.union(a, r), rx.star)
    negated = nested(rx.glob("a*"), lambda r: rx.concat(b, r), rx.complement)

    for found in (regex, negated):
        with pytest.raises(LimitReached):
            determinise(rx.concat(found, a), Budget(wall_s=2))


def test_what_follows_a_word_in_a_deeply_nested_regex() -> None:
    a, b = rx.literal("a"), rx.literal("b")
    regex = nested(
        a, lambda r: rx.concat(rx.optional(b), r), lambda r: rx.union(b, r), rx.complement
    )

    assert after_word(regex, "ab") is not None
    assert characters(regex) == ANY_CHAR
    assert are_apart(rx.literal("ab"), regex) != matches(regex, "ab")
