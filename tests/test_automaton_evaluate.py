"""The referee against the naive twin, its errors, and the time that it takes."""

import random
import time
from fractions import Fraction

import pytest
from hypothesis import given

from automaton import regex as rx
from automaton import terms as t
from automaton.charset import MAX_CODE_POINT, CharSet
from automaton.evaluate import evaluate, matches
from automaton.regex import Regex
from automaton.terms import Formula, Sort, Variable
from automaton.verdict import Model, Value
from portfolio.differential.strategies.characters import any_texts, texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.problems import formulas, models
from portfolio.differential.strategies.regexes import regexes
from tests import naive


@given(regexes(), texts(max_size=5) | any_texts())
def test_derivatives_match_what_the_definition_matches(regex: Regex, text: str) -> None:
    assert matches(regex, text) == naive.matches(regex, text)


@given(wildcards(), wildcards(), texts(max_size=7))
def test_wildcards_match_after_one_another(one: str, two: str, text: str) -> None:
    regex = rx.concat(rx.glob(one), rx.complement(rx.glob(two)), rx.glob(one))

    assert matches(regex, text) == naive.matches(regex, text)


@given(formulas(), models())
def test_a_formula_has_the_value_that_its_truth_table_gives(formula: Formula, model: Model) -> None:
    assert evaluate(formula, model) == naive.holds(formula, model)


def test_the_constants_need_no_model() -> None:
    assert evaluate(t.TRUE, {})
    assert not evaluate(t.FALSE, {})


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        (Sort.BOOL, 1),
        (Sort.BOOL, "true"),
        (Sort.INT, True),
        (Sort.INT, Fraction(1)),
        (Sort.INT, "1"),
        (Sort.REAL, 1),
        (Sort.REAL, False),
        (Sort.STRING, 1),
        (Sort.STRING, chr(MAX_CODE_POINT + 1)),
        (Sort.IPV4, -1),
        (Sort.IPV4, 2**32),
        (Sort.IPV4, "10.0.0.1"),
        (Sort.IPV6, 2**128),
        (Sort.IPV6, -1),
    ],
)
def test_a_value_that_is_not_of_its_sort_is_refused_by_name(sort: Sort, value: Value) -> None:
    with pytest.raises(ValueError, match=f"no {sort.value} for `colour`"):
        evaluate(some_atom(Variable("colour", sort)), {"colour": value})


@pytest.mark.parametrize("sort", list(Sort))
def test_a_missing_value_is_refused_by_name(sort: Sort) -> None:
    with pytest.raises(ValueError, match="no value to `colour`"):
        evaluate(some_atom(Variable("colour", sort)), {"shape": 1})


def test_a_missing_value_is_refused_even_where_it_does_not_matter() -> None:
    decided = t.is_true(Variable("decided", Sort.BOOL))
    other = t.is_true(Variable("other", Sort.BOOL))

    with pytest.raises(ValueError, match="no value to `other`"):
        evaluate(t.disjunction(decided, other), {"decided": True})


@pytest.mark.parametrize(("sort", "bits"), [(Sort.IPV4, 32), (Sort.IPV6, 128)])
def test_the_ends_of_the_address_space_are_addresses(sort: Sort, bits: int) -> None:
    address = Variable("address", sort)

    assert evaluate(t.equals(address, 2**bits - 1), {"address": 2**bits - 1})
    assert evaluate(t.equals(address, 0), {"address": 0})


def some_atom(variable: Variable) -> Formula:
    if variable.sort is Sort.BOOL:
        return t.is_true(variable)
    if variable.sort is Sort.STRING:
        return t.in_regex(variable, rx.ANY)
    return t.at_most(variable, 7)


def test_a_text_beyond_the_theory_is_refused() -> None:
    with pytest.raises(ValueError, match="lies above 0x2ffff"):
        matches(rx.ALL, "a" + chr(MAX_CODE_POINT + 1))


SEGMENT = rx.star(rx.chars(~CharSet.chars(":")))


def big_cases() -> dict[str, tuple[Regex, str, bool]]:
    """Return expressions and texts of the size that real policies reach, and whether they match."""
    dice = random.Random(7)
    words = ["".join(dice.choices("abcdefgh:/", k=40)) for _ in range(4000)]
    globs = [f"arn:aws:s3:::{word[:20]}*{word[20:]}*" for word in words]
    text = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=2000))
    letters = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=30))
    segments = rx.concat(rx.literal("arn"), *[rx.literal(":"), SEGMENT] * 5)
    return {
        "4,000 literals": (rx.union(*map(rx.literal, words)), words[1234], True),
        "4,000 globs": (rx.union(*map(rx.glob, globs)), globs[77].replace("*", text), True),
        "30 stars": (rx.glob("*" + "*".join(letters) + "*"), text, True),
        "30 equal stars": (rx.glob("*" + "ab*" * 30 + "c"), "ab" * 1000, False),
        "counting from the end": (
            rx.concat(rx.ALL, rx.literal("a"), rx.loop(rx.ANY, 200, 200)),
            "ab" * 1000,
            False,
        ),
        "complement in a concatenation": (
            rx.concat(rx.complement(rx.glob("*ab*")), rx.literal("c"), rx.complement(rx.ANY)),
            "bac" * 600,
            True,
        ),
        "segments": (segments, ":".join(["arn", *[text[:300]] * 5]), True),
        "a long literal": (rx.literal(text * 50), text * 50, True),
        "nested stars": (rx.star(rx.plus(rx.glob("a*b"))), "ab" * 1000, True),
    }


@pytest.mark.parametrize("name", list(big_cases()))
def test_what_real_policies_hold_is_matched_at_once(name: str) -> None:
    regex, text, expected = big_cases()[name]
    started = time.process_time()

    assert matches(regex, text) == expected
    assert time.process_time() - started < 3


def test_depth_does_not_overflow() -> None:
    regex = rx.literal("a")
    for depth in range(5_000):
        outer = rx.complement(regex) if depth % 2 else rx.star(regex)
        regex = rx.concat(outer, rx.literal("b"))

    assert matches(regex, "b")
    assert not matches(regex, "bc")


def test_a_deep_formula_does_not_overflow() -> None:
    formula, model = t.TRUE, {}
    for depth in range(5_000):
        junction = t.conjunction if depth % 2 else t.disjunction
        variable = Variable(f"v{depth}", Sort.BOOL)
        model[variable.name] = bool(depth % 2)
        formula = junction(t.is_true(variable), formula) if depth else t.is_true(variable)

    assert not evaluate(formula, {**model, "v0": False})
    assert evaluate(formula, {**model, "v0": True})
