"""One pattern against another, read off their texts, against the solver."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import Problem, Sort, Unsat, Variable, solve
from automaton import regex as rx
from automaton.regex import Regex
from automaton.terms import conjunction, in_regex, negation
from encoders.iam.compiled.globs import (
    are_apart,
    covers,
    covers_arns,
    covers_resources,
    has_plain_head,
)
from encoders.iam.wildcard import ANY_BUT_COLON, arn_regex, whole_resources

TEXT = Variable("text", Sort.STRING)

SEGMENT = rx.star(ANY_BUT_COLON)
RESOURCES = rx.union(rx.literal("*"), rx.concat(*(SEGMENT, rx.literal(":")) * 5, rx.plus(rx.ANY)))

globs = st.text("ab*?", max_size=6)
segments = st.text("a*?", max_size=2)
arns = st.lists(segments, min_size=1, max_size=8).map(":".join) | st.just("*")


def is_within(inner: Regex, outer: Regex) -> bool:
    formula = conjunction(in_regex(TEXT, inner), negation(in_regex(TEXT, outer)))
    return isinstance(solve(Problem((formula,))), Unsat)


@given(globs, globs)
def test_a_pattern_that_covers_another_matches_all_that_it_does(cover: str, pattern: str) -> None:
    if covers(cover, pattern):
        assert is_within(rx.glob(pattern), rx.glob(cover))


@given(globs, globs)
def test_patterns_that_are_apart_share_no_text(first: str, second: str) -> None:
    if are_apart(first, second):
        assert is_within(rx.glob(first), rx.complement(rx.glob(second)))


@given(arns, arns)
def test_an_arn_pattern_that_covers_another_matches_all_that_it_does(
    cover: str, pattern: str
) -> None:
    if covers_arns(cover, pattern):
        assert is_within(arn_regex(pattern), arn_regex(cover))


@given(arns | st.just("execute-api:/*"), arns | st.just("execute-api:/a"))
def test_a_resource_that_covers_another_does_so_read_either_way(cover: str, pattern: str) -> None:
    if covers_resources(cover, pattern):
        for read in (arn_regex, rx.glob):
            inner, outer = (read(whole_resources((one,))[0]) for one in (pattern, cover))
            assert is_within(rx.intersection(inner, RESOURCES), outer)


@given(arns)
def test_a_pattern_with_a_plain_head_means_the_same_read_either_way(pattern: str) -> None:
    if has_plain_head(pattern):
        assert arn_regex(pattern) is rx.glob(pattern)


@pytest.mark.parametrize(
    ("cover", "pattern"),
    [
        ("*", "anything"),
        ("a*", "a?b"),
        ("*a*b*", "xayb"),
        ("a?c", "a?c"),
        ("a*c", "a*b*c"),
        ("?*", "a*"),
    ],
)
def test_a_pattern_is_seen_to_cover(cover: str, pattern: str) -> None:
    assert covers(cover, pattern)
    assert not covers(pattern, cover) or cover == pattern


def test_many_stars_take_no_time_to_be_held_against_each_other() -> None:
    stars = "*".join(["a"] * 40)

    assert not covers(stars, "a" * 4000 + "b")
    assert covers(f"{stars}*", "a" * 4000 + "b")


@pytest.mark.parametrize(
    ("cover", "pattern"),
    [
        ("arn:aws:s3:::*", "arn:aws:s3:::a/*"),
        ("arn:aws:*", "arn:aws:s3:*"),
        ("arn:*:s3:::a*", "arn:aws:s3:::ab"),
        ("arn:aws:s3*", "arn:aws:s3:::a"),
        ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::${aws:username}"),
    ],
)
def test_a_resource_is_seen_to_cover(cover: str, pattern: str) -> None:
    assert covers_resources(cover, pattern)


@pytest.mark.parametrize(
    ("cover", "pattern"),
    [
        ("arn:aws:s3:::${aws:username}*", "arn:aws:s3:::${aws:username}a"),
        ("arn:aws:s3:::a*", "arn:aws:s3:::${aws:username}"),
        ("arn:aws:s3:*:a", "arn:aws:s3:b:c:a"),
    ],
)
def test_a_resource_is_not_said_to_cover(cover: str, pattern: str) -> None:
    assert not covers_resources(cover, pattern)
