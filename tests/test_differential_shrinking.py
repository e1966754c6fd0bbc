"""Shrinking ends in a few lines, never in a case that does not fail, and always the same way."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.smtlib.script import assertions_of
from encoders.smtlib.term import Term, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.case import Case
from portfolio.differential.shrinking.forms import lower_numbers, lower_values, without_chunks
from portfolio.differential.shrinking.search import shrink
from portfolio.differential.shrinking.weight import weight_of
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.terms import POOL, B, I, S, call, variable

NAMES = tuple(variable(f"long!{sort.value}{n}", sort) for sort in (B, I, S) for n in range(2))


def case_of(text: str, expected: str = "") -> Case:
    return Case(tuple(assertions_of(text)[0]), "a test", expected, "told" if expected else "")


def terms_of(case: Case) -> list[Term]:
    return in_order(*case.assertions, parts_of=parts_of)


def has(*operators: str) -> Callable[[Case], bool]:
    return lambda case: set(operators) <= {term.operator for term in terms_of(case)}


LARGE = case_of("""
(declare-fun first () String)(declare-fun second () String)(declare-fun count () Int)
(declare-fun flag () Bool)
(assert (and flag (str.in_re first (re.++ (re.* (re.union (str.to_re "foo") (re.range "a" "z")
  (re.comp (str.to_re "a long text that says nothing")))) ((_ re.loop 4 9) (str.to_re "q"))))))
(assert (or (= second (str.++ first "x" second)) (< (str.len second) (+ count 17)) (not flag)))
(assert (xor flag (= (str.replace_all first "a" second) (str.at second count))))
(assert (ite flag (str.contains first second) (str.prefixof second "pre")))
(assert (distinct count (str.indexof first second (* 3 count)) 12 31))
(check-sat)
""")


def test_a_bug_of_one_function_ends_in_one_assertion() -> None:
    assert shrink(LARGE, has("re.comp")).text == (
        '(set-logic ALL)\n(assert (str.in_re "" (re.comp re.none)))\n(check-sat)\n'
    )


def test_a_bug_of_two_functions_far_apart_keeps_both() -> None:
    assert shrink(LARGE, has("re.loop", "str.indexof")).text == (
        "(set-logic ALL)\n"
        '(assert (str.in_re "" ((_ re.loop 0 0) re.none)))\n'
        '(assert (= 0 (str.indexof "" "" 0)))\n'
        "(check-sat)\n"
    )


def test_conjunctions_become_assertions_of_which_some_are_dropped() -> None:
    case = case_of(
        "(declare-fun a () Bool)(declare-fun b () Bool)(declare-fun c () Bool)"
        "(assert (and a (and b (not (or c (not a))))))(check-sat)"
    )

    def fails(tried: Case) -> bool:
        return any(
            term.operator == "not" and term.parts[0].operator == "variable"
            for term in terms_of(tried)
        )

    assert shrink(case, fails).text == (
        "(set-logic ALL)\n(declare-fun x () Bool)\n(assert (not x))\n(check-sat)\n"
    )


def test_a_boundary_of_a_number_and_of_a_character_is_found() -> None:
    case = case_of(
        '(declare-fun x () String)(assert (= (str.len x) 48613))(assert (= x "\\u{2fffe}zz"))'
        "(check-sat)"
    )

    def fails(tried: Case) -> bool:
        values = [term.value for term in terms_of(tried)]
        numbers = [value for value in values if type(value) is int]
        texts = [value for value in values if isinstance(value, str)]
        return any(n > 4095 for n in numbers) and any(max(t, default="") > "\uffff" for t in texts)

    values = {term.value for term in terms_of(shrink(case, fails))}

    assert {4096, "\U00010000"} <= values


def test_variables_are_merged_and_get_short_names() -> None:
    case = case_of(
        "(declare-fun left () String)(declare-fun right () String)"
        "(assert (= (str.++ left right) (str.++ right left)))(check-sat)"
    )

    def fails(tried: Case) -> bool:
        words = [term for term in terms_of(tried) if term.operator == "str.++"]
        return any(part.operator == "variable" for term in words for part in term.parts)

    shrunk = shrink(case, fails)

    assert shrunk.text.count("declare-fun") == 1
    assert "(declare-fun x () String)" in shrunk.text


def test_one_use_of_a_term_is_simplified_where_another_must_stay() -> None:
    case = case_of(
        "(declare-fun x () String)(assert (str.contains (str.++ x x) (str.++ x x)))(check-sat)"
    )

    def fails(tried: Case) -> bool:
        found = [term for term in terms_of(tried) if term.operator == "str.contains"]
        return any(term.parts[1].operator == "str.++" for term in found)

    assert '(str.contains "" (str.++ "" ""))' in shrink(case, fails).text


def test_a_case_that_does_not_fail_comes_back_as_it_is() -> None:
    assert shrink(LARGE, lambda case: False) is LARGE


def test_a_case_that_is_smallest_comes_back_as_it_is() -> None:
    case = case_of('(assert (= "" ""))(check-sat)', "sat")

    assert shrink(case, lambda tried: tried.text == case.text) is case


def test_what_was_promised_of_a_case_is_not_said_of_a_smaller_one() -> None:
    case = case_of("(declare-fun a () Bool)(assert (and a true))(check-sat)", "sat")

    shrunk = shrink(case, has("variable"))

    assert (shrunk.expected, shrunk.why, shrunk.origin) == ("", "", "a test")


@pytest.mark.parametrize("most", [0, 1, 7, 30])
def test_tries_are_counted(most: int) -> None:
    tried: list[Case] = []

    def fails(case: Case) -> bool:
        tried.append(case)
        return has("re.comp")(case)

    shrunk = shrink(LARGE, fails, most_tries=most)

    assert len(tried) == most
    assert has("re.comp")(shrunk)


def test_nothing_is_tried_after_the_deadline() -> None:
    def fails(case: Case) -> bool:
        raise AssertionError(case)

    assert shrink(LARGE, fails, deadline=time.monotonic()) is LARGE


def test_no_script_is_tried_twice() -> None:
    tried: list[str] = []

    def fails(case: Case) -> bool:
        tried.append(case.text)
        return has("str.indexof", "re.comp")(case)

    shrink(LARGE, fails)

    assert len(tried) == len(set(tried)) > 50


def test_the_terms_of_what_comes_back_are_those_of_the_one_pool() -> None:
    shrunk = shrink(LARGE, has("re.comp"))

    assert shrunk.assertions[0].parts[1] is call("re.comp", call("re.none"))
    assert POOL.known("re.comp", (call("re.none"),)) is not None


@given(st.lists(random_terms(B, 3, NAMES), min_size=1, max_size=3), st.data())
def test_what_comes_back_fails_is_no_larger_and_is_well_sorted(
    assertions: list[Term], data: st.DataObject
) -> None:
    case = Case(tuple(assertions), "drawn")
    operators = sorted({term.operator for term in terms_of(case)})
    wanted = data.draw(st.sets(st.sampled_from(operators), max_size=2))

    shrunk = shrink(case, has(*wanted), most_tries=300)
    again = shrink(case, has(*wanted), most_tries=300)

    assert has(*wanted)(shrunk)
    assert weight_of(shrunk.assertions) <= weight_of(case.assertions)
    assert len(assertions_of(shrunk.text)[0]) == len(shrunk.assertions)
    assert again.text == shrunk.text


def test_steps_to_lower_numbers_end_at_the_neighbour() -> None:
    assert list(lower_numbers(9)) == [0, 5, 7, 8]
    assert list(lower_numbers(-5)) == [0, -3, -4]
    assert list(lower_numbers(0)) == []


def test_texts_lose_halves_then_characters_then_get_plain_ones() -> None:
    assert list(dict.fromkeys(lower_values("bd"))) == ["d", "b", "aa", "ad", "ba", "bc"]


def test_chunks_are_left_out_from_halves_to_single_ones() -> None:
    assert list(without_chunks((1, 2, 3, 4)))[:4] == [(3, 4), (1, 2), (2, 3, 4), (1, 3, 4)]
