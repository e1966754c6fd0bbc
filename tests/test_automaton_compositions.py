"""Cutting languages, memberships of compositions, and the cases of equations, by their meaning."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automaton import pieces as pc
from automaton import regex as rx
from automaton import terms as t
from automaton.alignment import Case, Equation, Names, cases, only_case
from automaton.apart import are_apart
from automaton.budget import Budget, LimitReached
from automaton.composition import (
    Composition,
    Pieces,
    aligned,
    member,
    resolve,
    spelled,
    template_holds,
    weakened,
)
from automaton.generic import marked
from automaton.quotient import after_word, cuts, is_match
from automaton.regex import Regex
from automaton.terms import Variable
from portfolio.differential.strategies.characters import texts
from portfolio.differential.strategies.regexes import regexes
from tests import naive
from tests.template_strategies import STRINGS, patterns

X, Y, Z = STRINGS
BUDGET = Budget(wall_s=None)
SHORT = [*naive.strings("ab", 2)]
compositions = st.lists(st.sampled_from(STRINGS) | texts().map(rx.literal), max_size=4).map(
    pc.joined
)
templates = st.lists(st.sampled_from(STRINGS) | patterns(), max_size=4).map(pc.joined)
values = st.fixed_dictionaries({variable.name: texts() for variable in STRINGS})


def text_of(whole: Composition, values_: Mapping[str, str]) -> str:
    return "".join(
        piece.text if isinstance(piece, rx.Literal) else values_[piece.name]
        for piece in whole
        if isinstance(piece, rx.Literal | Variable)
    )


def is_template(text: str, pieces: Pieces, values_: Mapping[str, str]) -> bool:
    languages = [rx.literal(values_[p.name]) if isinstance(p, Variable) else p for p in pieces]
    return naive.in_concat(languages, text)


@given(regexes(), texts(), texts())
def test_what_remains_after_a_word_follows_it(regex: Regex, word: str, rest: str) -> None:
    assert naive.matches(after_word(regex, word), rest) == naive.matches(regex, word + rest)
    assert is_match(regex, word) == naive.matches(regex, word)


@given(regexes(), texts(), texts())
def test_the_cuts_of_a_language_are_all_there_are(regex: Regex, front: str, back: str) -> None:
    try:
        found = cuts(regex)
    except LimitReached:
        assume(False)
    is_cut = any(naive.matches(one, front) and naive.matches(two, back) for one, two in found)
    assert is_cut == naive.matches(regex, front + back)


def test_a_large_complement_within_a_concatenation_is_given_up() -> None:
    inner = rx.complement(rx.literal("a long word"))
    with pytest.raises(LimitReached, match="complement"):
        cuts(rx.concat(inner, rx.ANY))


@given(compositions, regexes(), values)
def test_a_membership_of_a_composition_is_that_of_its_string(
    whole: Composition, regex: Regex, values_: dict[str, str]
) -> None:
    try:
        formula = member(whole, regex, BUDGET)
    except LimitReached:
        assume(False)
    assert naive.holds(formula, values_) == naive.matches(regex, text_of(whole, values_))


@given(compositions, templates, values)
def test_aligned_implies_a_match_that_implies_the_weakened_one(
    whole: Composition, pieces: Pieces, values_: dict[str, str]
) -> None:
    matches = is_template(text_of(whole, values_), pieces, values_)

    assert naive.holds(aligned(whole, pieces, BUDGET), values_) <= matches
    assert matches <= naive.holds(weakened(whole, pieces, BUDGET), values_)


@given(compositions, templates, values)
def test_a_formula_for_a_template_says_all(
    whole: Composition, pieces: Pieces, values_: dict[str, str]
) -> None:
    formula = template_holds(whole, pieces, BUDGET)

    if formula is None:
        assert pc.variables_among(whole)
        assert pc.variables_among(pieces)
    else:
        matches = is_template(text_of(whole, values_), pieces, values_)
        assert naive.holds(formula, values_) == matches


@given(compositions, templates, st.fixed_dictionaries(dict.fromkeys("xyz", st.sampled_from(SHORT))))
def test_an_equation_holds_iff_one_of_its_cases_does(
    whole: Composition, pieces: Pieces, values_: dict[str, str]
) -> None:
    equation = Equation(whole, pieces)
    names = Names(set("xyz"))
    single = only_case(equation, names, BUDGET)
    found = [single] if single is not None else [*cases(equation, names, BUDGET)]
    fresh = {v for case in found for v in variables_in(case) if v not in STRINGS}

    holds = any(case_holds(case, values_, sorted(fresh, key=lambda v: v.name)) for case in found)

    assert holds == is_template(text_of(whole, values_), pieces, values_)


def variables_in(case: Case) -> Iterator[Variable]:
    for atom in t.atoms(case.constraint):
        yield from t.variables_of(atom)
    for whole in case.bindings.values():
        yield from pc.variables_among(whole)


def case_holds(case: Case, values_: Mapping[str, str], fresh: list[Variable]) -> bool:
    """Return whether some factors of the strings, for the fresh variables, make the case hold."""
    factors = {
        text[start:end]
        for text in values_.values()
        for end in range(len(text) + 1)
        for start in range(end + 1)
    }
    used = {*variables_in(case)}
    domains = {variable: [*factors] for variable in fresh if variable in used}
    return any(_case_holds(case, {**values_, **more}) for more in assignments(domains))


def assignments(domains: Mapping[Variable, list[str]]) -> Iterator[dict[str, str]]:
    for words in itertools.product(*domains.values()):
        yield {variable.name: word for variable, word in zip(domains, words, strict=True)}


def _case_holds(case: Case, values_: Mapping[str, str]) -> bool:
    bound = all(values_[v.name] == text_of(w, values_) for v, w in case.bindings.items())
    rest = case.rest
    return (
        bound
        and naive.holds(case.constraint, values_)
        and (rest is None or is_template(text_of(rest.whole, values_), rest.pieces, values_))
    )


@given(regexes(), regexes(), texts())
def test_languages_that_are_apart_share_no_string(one: Regex, two: Regex, text: str) -> None:
    if are_apart(one, two):
        assert not (naive.matches(one, text) and naive.matches(two, text))


def test_what_the_characters_of_an_account_tell_apart() -> None:
    digits = rx.loop(rx.char_range("0", "9"), 12, 12)
    wanted = {"arn:*": True, "*:*": True, "12*": False, "*": False, "123456789012": False}

    assert {text: are_apart(rx.glob(text), digits) for text in wanted} == wanted


def test_names_that_are_taken_are_not_fresh() -> None:
    names = Names({"part 0", "part 2"})
    assert [names.fresh().name for _ in range(2)] == ["part 1", "part 3"]


def test_bindings_are_followed_to_the_end() -> None:
    bindings: dict[Variable, Pieces] = {X: (Y, rx.literal("/")), Y: (rx.literal("a"), Z)}
    assert resolve((X, rx.literal("b")), bindings) == (rx.literal("a"), Z, rx.literal("/b"))


def test_a_mark_is_one_character_that_no_literal_holds() -> None:
    one, two = marked(
        2, [rx.union(rx.literal("a"), rx.glob("b?*c")), rx.complement(rx.literal("d"))]
    )

    for text in naive.strings("abcde", 2):
        assert naive.matches(one, text) == (text.count("e") == 1)
    for text in naive.strings("aef", 2):
        assert naive.matches(two, text) == (text.count("f") == 1)


def test_a_long_text_is_not_cut_in_every_way() -> None:
    text = "a" * 196_607

    with pytest.raises(LimitReached, match="a long string may be cut in too many ways"):
        cuts(rx.literal(text))
    with pytest.raises(LimitReached, match="a long string may be cut in too many ways"):
        spelled(text, (X, Y), Budget())
