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
from portfolio.differential.strategies.characters import LETTERS, any_texts, charsets, codes, texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.regexes import bounded_regexes, bounds, leaves, regexes
from tests import naive

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


def nullable_bodies() -> st.SearchStrategy[Regex]:
    """Expressions of few letters with loops in loops, most of which may be empty."""
    ends = st.tuples(st.integers(0, 4), st.none() | st.integers(0, 5))
    return st.recursive(
        st.sampled_from([rx.literal("a"), rx.literal("b"), rx.ANY, rx.EPSILON, rx.ALL])
        | st.sampled_from([rx.complement(rx.literal(text)) for text in ("", "a", "ab")]),
        lambda inner: st.one_of(
            st.builds(lambda part, bounds: rx.loop(part, *bounds), inner, ends),
            inner.map(rx.optional),
            inner.map(rx.star),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: rx.concat(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: rx.union(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: rx.intersection(*parts)),
            inner.map(rx.complement),
        ),
        max_leaves=5,
    )


@given(nullable_bodies(), bounds(5), bounds(5), texts("ab", 6))
def test_a_loop_of_loops_repeats(
    part: Regex, inner: tuple[int, int | None], outer: tuple[int, int | None], text: str
) -> None:
    once = rx.loop(part, *inner)

    assert naive.matches(once, text) == naive.in_loop(part, *inner, text)
    assert naive.matches(rx.loop(once, *outer), text) == naive.in_loop(once, *outer, text)


@given(st.lists(nullable_bodies(), max_size=4), texts("ab", 5))
def test_operators_mean_what_they_say_of_nullable_bodies(parts: list[Regex], text: str) -> None:
    held = [naive.matches(part, text) for part in parts]

    assert naive.matches(rx.concat(*parts), text) == naive.in_concat(parts, text)
    assert naive.matches(rx.union(*parts), text) == any(held)
    assert naive.matches(rx.intersection(*parts), text) == all(held)


@given(nullable_bodies(), st.lists(bounds(6), min_size=1, max_size=3), texts("ab", 5))
def test_a_union_of_loops_of_one_expression_is_any(
    part: Regex, found: list[tuple[int, int | None]], text: str
) -> None:
    loops = [rx.loop(part, *ends) for ends in found]

    assert naive.matches(rx.union(*loops), text) == any(naive.matches(r, text) for r in loops)
    assert naive.matches(rx.concat(*loops), text) == naive.in_concat(loops, text)


@given(regexes() | nullable_bodies())
def test_an_expression_is_built_from_its_parts_as_it_is(regex: Regex) -> None:
    match regex:
        case rx.Concat():
            assert rx.concat(*regex.parts) is regex
        case rx.Union():
            assert rx.union(*regex.parts) is regex
        case rx.Intersection():
            assert rx.intersection(*regex.parts) is regex
        case rx.Loop():
            assert rx.loop(regex.part, regex.low, regex.high) is regex


A, B = rx.literal("a"), rx.literal("b")
NO_A = rx.complement(A)


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (rx.star(rx.complement(rx.EPSILON)), rx.ALL),
        (rx.star(rx.complement(rx.literal("ab"))), rx.ALL),
        (rx.concat(A, rx.ALL, rx.star(B), rx.ALL), rx.concat(A, rx.ALL)),
        (rx.concat(rx.optional(A), rx.ALL), rx.ALL),
        (rx.star(rx.union(rx.star(A), rx.optional(B))), rx.star(rx.chars(CharSet.chars("ab")))),
        (rx.star(rx.concat(rx.optional(A), rx.star(B))), rx.star(rx.chars(CharSet.chars("ab")))),
        (rx.star(rx.union(rx.ANY, rx.literal("ab"))), rx.ALL),
        (rx.loop(rx.loop(A, 1, 50), 1, 50), rx.loop(A, 1, 2500)),
        (rx.loop(rx.loop(A, 2, 2), 0, 1), rx.union(rx.EPSILON, rx.loop(A, 2, 2))),
        (rx.concat(rx.loop(A, 1, 2), rx.loop(A, 3, None)), rx.loop(A, 4, None)),
        (rx.union(rx.loop(A, 0, 2), rx.loop(A, 3, 4)), rx.loop(A, 0, 4)),
        (rx.union(A, rx.loop(A, 2, None)), rx.plus(A)),
        (rx.union(rx.EPSILON, rx.plus(A)), rx.star(A)),
        (rx.union(rx.loop(rx.ANY, 0, 3), rx.loop(rx.ANY, 4, None)), rx.ALL),
        (rx.union(rx.EPSILON, rx.star(rx.literal("ab"))), rx.star(rx.literal("ab"))),
        (rx.union(rx.chars(CharSet.chars("ab")), NO_A), rx.ALL),
        (rx.intersection(rx.chars(CharSet.chars("ab")), NO_A), B),
        (rx.intersection(rx.loop(rx.ANY, 0, 3), rx.loop(A, 4, None)), rx.NONE),
        (rx.intersection(rx.EPSILON, rx.star(A)), rx.EPSILON),
        (rx.intersection(rx.literal("ab"), rx.ANY), rx.NONE),
    ],
)
def test_what_is_the_same_by_a_rule_is_the_same_object(built: Regex, expected: Regex) -> None:
    assert built is expected


@given(regexes())
def test_parts_make_what_they_are_parts_of(regex: Regex) -> None:
    builders = {rx.Concat: rx.concat, rx.Union: rx.union, rx.Intersection: rx.intersection}
    stack = [regex]
    while stack:
        node = stack.pop()
        stack += rx.parts_of(node)
        if type(node) in builders:
            assert builders[type(node)](*rx.parts_of(node)) is node


def test_loops_that_go_together_go_together_with_what_stands_before_them() -> None:
    some, any_number, more = rx.loop(rx.ANY, 1, 2), rx.ALL, rx.plus(rx.ANY)

    assert rx.concat(some, any_number, more) is rx.concat(rx.concat(some, any_number), more)
    assert rx.concat(some, any_number, more) is rx.loop(rx.ANY, 2, None)
