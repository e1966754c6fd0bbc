"""Branching on alternatives, beside the cells, the referee and brute force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import alternatives
from automaton import regex as rx
from automaton import terms as t
from automaton.alternatives import alternatives_of, with_consequences
from automaton.boolean import Search
from automaton.budget import Budget
from automaton.difference import is_within
from automaton.evaluate import evaluate
from automaton.inclusion import find_string
from automaton.membership import with_plain_atoms
from automaton.regex import Regex
from automaton.terms import Formula, Sort, Variable
from automaton.verdict import Value
from portfolio.differential.strategies.characters import LETTERS, texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.problems import STRING, formulas
from tests import naive

FLAGS = [Variable(f"p{number}", Sort.BOOL) for number in range(3)]
VARIABLES = (STRING, *FLAGS)
SHORT = [*naive.strings(LETTERS, 3)]

patterns = wildcards(max_size=4).map(rx.glob)
flags = st.sampled_from(FLAGS).map(t.is_true)
statements = st.builds(
    lambda pattern, flag: t.conjunction(t.in_regex(STRING, pattern), flag),
    patterns,
    flags | flags.map(t.negation) | st.just(t.TRUE),
)
policies = st.lists(statements, min_size=1, max_size=4).map(lambda parts: t.disjunction(*parts))
questions = st.builds(lambda new, old: t.conjunction(new, t.negation(old)), policies, policies)


@pytest.fixture
def always() -> Iterator[None]:
    """Alternatives are tried first, however few the cells are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alternatives, "MANY", 0)
        yield


def values_of(formula: Formula) -> dict[str, Value] | None:
    return Search(VARIABLES, Budget()).decide(formula)


@pytest.mark.usefixtures("always")
@given(questions)
def test_branching_on_alternatives_overlooks_no_model(formula: Formula) -> None:
    found = values_of(formula)

    if found is not None:
        assert evaluate(formula, {STRING.name: "", **{f.name: False for f in FLAGS}, **found})
        return
    for signs in product((False, True), repeat=len(FLAGS)):
        told = {flag.name: sign for flag, sign in zip(FLAGS, signs, strict=True)}
        assert not any(naive.holds(formula, {STRING.name: text, **told}) for text in SHORT)


@given(formulas((STRING, *FLAGS)).map(with_plain_atoms), texts(), st.booleans())
def test_what_follows_is_equivalent(formula: Formula, text: str, sign: bool) -> None:
    model: dict[str, Value] = {STRING.name: text, **dict.fromkeys((f.name for f in FLAGS), sign)}

    left = with_consequences(STRING, formula, Budget())

    assert evaluate(left, model) == evaluate(formula, model)


@given(st.lists(patterns, min_size=1, max_size=3), st.lists(patterns, min_size=1, max_size=3))
def test_what_is_seen_at_once_is_so(ones: list[Regex], others: list[Regex]) -> None:
    one, other = rx.union(*ones), rx.union(*others)

    if is_within(one, other, Budget()):
        assert find_string([one], [other], Budget()) is None


def test_a_cover_is_seen() -> None:
    wide, narrow = (rx.glob(text) for text in ("arn:a*", "arn:ab*c"))

    assert [is_within(narrow, wide, Budget()), is_within(wide, narrow, Budget())] == [True, False]


def test_alternatives_are_tried_where_the_cells_are_many() -> None:
    globs = [t.in_regex(STRING, rx.glob(f"*w{number}*")) for number in range(40)]
    keys = [t.is_true(Variable(f"k{number}", Sort.BOOL)) for number in range(40)]
    pairs = [t.conjunction(*pair) for pair in zip(globs, keys, strict=True)]
    narrower = [t.in_regex(STRING, rx.glob(f"*w{number}x*")) for number in range(40)]
    denied = t.disjunction(*map(t.conjunction, narrower, keys))
    formula = t.conjunction(denied, *map(t.negation, pairs))

    assert alternatives_of(STRING, formula) == (formula, denied)
    assert values_of(formula) is None
    assert values_of(t.conjunction(denied, *map(t.negation, pairs[1:]))) is not None
