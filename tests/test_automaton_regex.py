"""The constructors of regular expressions against the naive meaning of what they stand for."""

import gc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import expression
from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT, NO_CHAR, CharSet
from automaton.regex import Regex
from tests import naive
from tests.strategies import (
    LETTERS,
    any_texts,
    bounded_regexes,
    bounds,
    charsets,
    codes,
    leaves,
    regexes,
    texts,
    wildcards,
)

PARTS = st.lists(regexes(max_leaves=4), max_size=4)
TEXTS = texts(max_size=5) | any_texts(3)


@given(any_texts(), any_texts())
def test_a_literal_is_one_string(text: str, other: str) -> None:
    assert naive.matches(rx.literal(text), text)
    assert naive.matches(rx.literal(text), other) == (text == other)


@given(charsets(), TEXTS)
def test_a_charset_is_its_strings_of_one_character(charset: CharSet, text: str) -> None:
    expected = len(text) == 1 and ord(text) in charset

    assert naive.matches(rx.chars(charset), text) == expected


@given(any_texts(2), any_texts(2), codes())
def test_a_range_needs_two_single_characters_in_order(low: str, high: str, code: int) -> None:
    expected = len(low) == len(high) == 1 and ord(low) <= code <= ord(high)

    assert naive.matches(rx.char_range(low, high), chr(code)) == expected


@given(PARTS, TEXTS)
def test_a_concatenation_cuts_its_text(parts: list[Regex], text: str) -> None:
    assert naive.matches(rx.concat(*parts), text) == naive.in_concat(parts, text)


@given(PARTS, TEXTS)
def test_a_union_is_any(parts: list[Regex], text: str) -> None:
    assert naive.matches(rx.union(*parts), text) == any(naive.matches(p, text) for p in parts)


@given(PARTS, TEXTS)
def test_an_intersection_is_all(parts: list[Regex], text: str) -> None:
    expected = all(naive.matches(part, text) for part in parts)

    assert naive.matches(rx.intersection(*parts), text) == expected


@given(regexes(max_leaves=4), PARTS, TEXTS)
def test_a_difference_is_the_first_without_the_others(
    first: Regex, others: list[Regex], text: str
) -> None:
    expected = naive.matches(first, text) and not any(naive.matches(p, text) for p in others)

    assert naive.matches(rx.difference(first, *others), text) == expected


@given(regexes(), TEXTS)
def test_a_complement_is_not(part: Regex, text: str) -> None:
    assert naive.matches(rx.complement(part), text) != naive.matches(part, text)


@given(regexes(max_leaves=4), bounds(), TEXTS)
def test_a_loop_repeats(part: Regex, ends: tuple[int, int | None], text: str) -> None:
    assert naive.matches(rx.loop(part, *ends), text) == naive.in_loop(part, *ends, text)


@given(regexes(max_leaves=4), TEXTS)
def test_the_named_loops(part: Regex, text: str) -> None:
    assert naive.matches(rx.star(part), text) == naive.in_loop(part, 0, None, text)
    assert naive.matches(rx.plus(part), text) == naive.in_loop(part, 1, None, text)
    assert naive.matches(rx.optional(part), text) == naive.in_loop(part, 0, 1, text)


@given(wildcards(), texts(max_size=6))
def test_a_glob_reads_star_and_question_mark(pattern: str, text: str) -> None:
    def fits(pattern: str, text: str) -> bool:
        if pattern.startswith("*"):
            return any(fits(pattern[1:], text[place:]) for place in range(len(text) + 1))
        if not pattern or not text:
            return pattern == text
        return pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])

    assert naive.matches(rx.glob(pattern), text) == fits(pattern, text)


@given(wildcards(), texts(max_size=6))
def test_the_wildcards_of_a_segment_stop_at_the_separator(pattern: str, text: str) -> None:
    segment = rx.chars(~CharSet.chars(":"))

    if naive.matches(rx.wildcard(pattern, segment), text):
        assert text.count(":") == pattern.count(":")
        assert naive.matches(rx.glob(pattern), text)


@given(st.text(st.sampled_from("aAzZ1ßİıſKµ"), max_size=4))
def test_folding_ignores_the_case_of_letters(text: str) -> None:
    folded = rx.fold_case(text)

    for changed in (text, text.swapcase(), text.lower(), text.upper()):
        if len(changed) == len(text):
            assert naive.matches(folded, changed)
    assert not naive.matches(folded, text + "a")


def test_folding_an_ascii_letter_admits_nothing_that_is_no_form_of_it() -> None:
    assert rx.case_forms("a") == {"a", "A"}
    assert rx.case_forms("1") == {"1"}


@given(PARTS)
def test_the_order_of_operands_does_not_matter(parts: list[Regex]) -> None:
    assert rx.union(*parts) is rx.union(*reversed(parts))
    assert rx.intersection(*parts) is rx.intersection(*reversed(parts))


@given(regexes(), regexes())
def test_the_same_expression_is_the_same_object(one: Regex, two: Regex) -> None:
    assert rx.complement(rx.complement(one)) is one
    assert rx.union(one, one) is one
    assert rx.intersection(one, one) is one
    assert rx.concat(one, rx.EPSILON) is one
    assert rx.union(one, rx.NONE) is one
    assert rx.intersection(one, rx.ALL) is one
    assert rx.star(rx.star(one)) is rx.star(one)
    assert rx.union(one, rx.union(one, two)) is rx.union(one, two)


@given(leaves(), regexes())
def test_zeros_absorb(one: Regex, two: Regex) -> None:
    assert rx.concat(one, rx.NONE, two) is rx.NONE
    assert rx.union(one, rx.complement(one), two) is rx.ALL
    assert rx.intersection(one, rx.complement(one), two) is rx.NONE


@pytest.mark.parametrize("low", [1, 2, 7])
def test_a_loop_with_reversed_bounds_is_empty(low: int) -> None:
    assert rx.loop(rx.literal("a"), low, low - 1) is rx.NONE


def test_a_loop_that_cannot_run_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot run `-1` times"):
        rx.loop(rx.ANY, -1, 2)


def test_a_character_beyond_the_theory_is_refused() -> None:
    with pytest.raises(ValueError, match="lies above 0x2ffff"):
        rx.literal(chr(MAX_CODE_POINT + 1))


@given(regexes())
def test_one_char_is_the_charset_of_what_matches_one_character(regex: Regex) -> None:
    charset = rx.one_char(regex)

    if charset:
        assert rx.chars(charset) is regex
    else:
        assert charset == NO_CHAR


@given(regexes())
def test_every_expression_has_a_description(regex: Regex) -> None:
    assert rx.describe(regex) == repr(regex) != ""


@given(regexes())
def test_a_built_expression_keeps_the_promises_of_its_nodes(regex: Regex) -> None:
    stack = [regex]
    while stack:
        node = stack.pop()
        check_promise(node)
        stack.extend(getattr(node, "parts", ()))


def check_promise(node: Regex) -> None:
    match node:
        case rx.Chars():
            assert len(node.charset) > 1
        case rx.Concat():
            assert len(node.parts) > 1
            assert not any(isinstance(part, rx.Concat) for part in node.parts)
            literals = [isinstance(part, rx.Literal) for part in node.parts]
            assert (True, True) not in pairwise(literals)
        case rx.Union() | rx.Intersection():
            assert len(node.parts) > 1 or node is rx.NONE
            assert not any(isinstance(part, type(node)) and part.parts for part in node.parts)
            assert [part.serial for part in node.parts] == sorted(p.serial for p in node.parts)
        case rx.Complement():
            assert not isinstance(node.part, rx.Complement)


def test_expressions_nobody_holds_are_forgotten() -> None:
    rx.literal("never to be seen again")
    gc.collect()

    assert "never to be seen again" not in {
        node.text for node in expression._interned.values() if isinstance(node, rx.Literal)
    }


@given(regexes(), TEXTS)
def test_the_lengths_of_all_strings_lie_between_the_bounds(regex: Regex, text: str) -> None:
    shortest, longest = rx.length_bounds(regex)

    if naive.matches(regex, text):
        assert shortest <= len(text)
        assert longest is None or len(text) <= longest


@given(bounded_regexes())
def test_the_bounds_of_an_expression_without_boolean_operators_are_lengths(regex: Regex) -> None:
    lengths = {len(text) for text in naive.language(regex, LETTERS, 4)}
    shortest, longest = rx.length_bounds(regex)

    assert longest is not None
    if not has_operators(regex) and longest <= 4 and lengths:
        assert (shortest, longest) == (min(lengths), max(lengths))


def has_operators(regex: Regex) -> bool:
    own = isinstance(regex, rx.Complement | rx.Intersection)
    return own or any(map(has_operators, rx.parts_of(regex)))


def test_lengths_beyond_counting_are_no_bounds() -> None:
    regex = rx.chars(CharSet.chars("ab"))
    for _ in range(5000):
        regex = rx.concat(rx.loop(regex, 2, 3), rx.literal("c"))

    assert rx.length_bounds(regex) == (expression.MAX_LENGTH, None)
