"""Wildcard patterns as a tree and what it says of coverage, beside brute force and the search."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton.budget import Budget
from automaton.cells import Goal, patterns_of
from automaton.charset import CharSet
from automaton.difference import string_or_searches
from automaton.discrimination import Tree
from automaton.evaluate import matches
from automaton.inclusion import find_string, text_beside
from automaton.marks import examples, marked, rows_of
from automaton.regex import Regex
from portfolio.differential.strategies.characters import LETTERS, texts
from portfolio.differential.strategies.patterns import arn_wildcards, wildcards
from portfolio.differential.strategies.regexes import regexes
from tests.naive import language

NO_COLON = rx.chars(~CharSet.chars(":"))
SHORT = 5

globs = wildcards(max_size=6).map(rx.glob)
segments = wildcards(max_size=6).map(lambda text: rx.wildcard(text, NO_COLON))
folded = texts(max_size=3).map(rx.fold_case)
patterns = st.one_of(
    globs,
    segments,
    st.builds(rx.concat, segments, st.just(rx.literal(":")), globs),
    st.builds(rx.concat, folded, globs),
    arn_wildcards().map(rx.glob),
)
many = st.lists(patterns, max_size=6)
parts = st.one_of(patterns, st.just(rx.plus(NO_COLON)), st.just(rx.loop(rx.ANY, 2, 2)))
several_rows = st.one_of(
    parts,
    st.builds(lambda one, two, end: rx.concat(rx.union(one, two), end), parts, parts, parts),
    st.builds(lambda one, two: rx.concat(rx.optional(one), two), parts, parts),
).filter(lambda regex: rows_of(regex) is not None)

unions = st.lists(several_rows, min_size=1, max_size=4).map(lambda found: rx.union(*found))


def tree_of(found: Sequence[Regex]) -> Tree:
    return Tree([rows_of(regex) or () for regex in found])


def is_apart(one: Regex, other: Regex) -> bool:
    return find_string([one, other], [], Budget()) is None


def is_within(inner: Regex, outer: Regex) -> bool:
    return find_string([inner], [outer], Budget()) is None


@given(many, patterns)
@example([rx.glob("a*")], rx.glob("ab*"))
@example([rx.glob("*?")], rx.glob("?*"))
def test_a_pattern_that_is_said_to_cover_another_one_does(found: list[Regex], inner: Regex) -> None:
    (text,) = marked(inner) or ()

    covering = tree_of(found).covering(text, Budget())

    assert all(is_within(inner, found[number]) for number in covering)


@given(many, st.one_of(texts(max_size=6), arn_wildcards().map(lambda text: text.replace("*", "x"))))
def test_of_a_string_those_that_match_it_are_found(found: list[Regex], text: str) -> None:
    covering = tree_of(found).covering(text, Budget())

    assert covering == {n for n, regex in enumerate(found) if matches(regex, text)}


@given(many, patterns)
@example([rx.glob("a?")], rx.glob("a*"))
@example([rx.concat(rx.wildcard("*:", NO_COLON), rx.ALL)], rx.glob("a*b"))
def test_a_pattern_that_shares_a_string_is_met(found: list[Regex], other: Regex) -> None:
    (text,) = marked(other) or ()

    met = tree_of(found).meeting(text, Budget())

    assert {n for n, regex in enumerate(found) if not is_apart(regex, other)} <= met


def test_stars_that_end_at_the_same_character_go_on_together() -> None:
    rows = [rx.concat(rx.wildcard("arn:*:", NO_COLON), rx.literal(f"{n}")) for n in range(3)]
    asked = rx.concat(rx.wildcard("arn:*:", NO_COLON), rx.literal("1"), rx.ALL)

    (text,) = marked(asked) or ()

    assert tree_of(rows).meeting(text, Budget()) == {1}


@given(several_rows, st.frozensets(st.sampled_from(LETTERS)))
def test_examples_of_a_pattern_match_it(pattern: Regex, avoided: frozenset[str]) -> None:
    for text in marked(pattern) or ():
        found = examples(text, avoided, LETTERS)

        assert [matches(pattern, one) for one in found] == [True, True]


@given(several_rows)
def test_the_rows_of_a_pattern_are_the_pattern(pattern: Regex) -> None:
    rows = rows_of(pattern)

    assert rows is not None
    joined = rx.union(*(rx.concat(*row) for row in rows))
    assert language(joined, LETTERS, SHORT) == language(pattern, LETTERS, SHORT)


def test_other_expressions_have_no_text() -> None:
    plain = rx.literal("ab")
    others = [rx.star(plain), rx.loop(rx.ANY, 1, 3), rx.complement(plain), rx.loop(rx.ANY, 99, 99)]

    assert [marked(regex) for regex in others] == [None] * 4


@given(
    st.lists(
        st.lists(several_rows, min_size=1, max_size=4).map(lambda p: rx.union(*p)), max_size=3
    ),
    st.lists(regexes() | patterns, max_size=3),
    st.frozensets(texts(max_size=2), max_size=4),
)
def test_a_difference_is_empty_iff_the_search_finds_none(
    required: list[Regex], forbidden: list[Regex], excluded: frozenset[str]
) -> None:
    plain = [rx.union(*patterns_of(regex)) for regex in forbidden if is_plain(regex)]
    asked = [rx.union(*patterns_of(regex)) for regex in required]

    text, searches = string_or_searches(asked, plain, excluded, Budget())

    found = [find_string(some, others, Budget(), excluded) for some, others in searches]
    naive = find_string(asked, plain, Budget(), excluded)
    assert (text is not None or any(t is not None for t in found)) == (naive is not None)
    for one in filter(None, [text, *found]):
        assert one not in excluded
        assert all(matches(regex, one) for regex in asked)
        assert not any(matches(regex, one) for regex in plain)


def is_plain(regex: Regex) -> bool:
    """Return whether no complement or intersection stands at the top."""
    parts = regex.parts if isinstance(regex, rx.Union) else (regex,)
    return not any(isinstance(part, rx.Complement | rx.Intersection) for part in parts)


@given(many, many)
def test_short_strings_of_a_difference_are_not_overlooked(
    inner: list[Regex], outer: list[Regex]
) -> None:
    one, other = (rx.union(*patterns_of(rx.union(*found))) for found in (inner, outer))
    inside = language(one, LETTERS, SHORT) - language(other, LETTERS, SHORT)

    text = text_beside((), [one, other], Goal(required=1, forbidden=2), Budget())

    assert not inside or text is not None


def test_ten_thousand_patterns_are_compared_without_a_search() -> None:
    wide = [rx.glob(f"arn:aws:s3:::bucket-{number}/*") for number in range(10_000)]
    narrow = [rx.glob(f"arn:aws:s3:::bucket-{number}/public/*") for number in range(10_000)]

    assert string_or_searches([rx.union(*narrow)], [rx.union(*wide)], (), Budget()) == (None, [])
    text, _ = string_or_searches([rx.union(*narrow)], [rx.union(*wide[1:])], (), Budget())
    assert text == "arn:aws:s3:::bucket-0/public/"


def test_a_cover_by_several_patterns_is_left_to_the_search() -> None:
    letters = [rx.chars(CharSet.chars("a")), rx.chars(~CharSet.chars("a"))]
    halves = [rx.concat(rx.literal("x"), letter, rx.ALL) for letter in letters]
    whole = rx.glob("x?*")

    text, searches = string_or_searches([whole], [rx.union(*halves)], (), Budget())

    assert text is None
    assert [find_string(*search, Budget()) for search in searches] == [None]
