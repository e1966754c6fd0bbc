"""What wildcard patterns have in common, against matching every short text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.budget import Budget, LimitReached
from encoders.iam.access.language import Meet, meet_actions, meet_all, meet_arns, meet_texts
from encoders.iam.wildcard import action_matches, arn_matches, glob_matches
from portfolio.differential.strategies.characters import LETTERS
from portfolio.differential.strategies.patterns import wildcards
from tests.naive import strings

TEXTS = tuple(strings(LETTERS, 5))
SEGMENTED = tuple(
    text for text in strings("ab:", 8) if text.count(":") in (0, 2, 5, 6) and len(text) in (1, 5, 8)
)


@pytest.mark.parametrize(
    ("meet", "patterns", "expected"),
    [
        (meet_texts, ["a*", "*b"], ["a*b"]),
        (meet_texts, ["a*", "b*"], []),
        (meet_texts, ["*", "a?c"], ["a?c"]),
        (meet_texts, ["ab*", "*ba"], ["aba", "ab*ba"]),
        (meet_texts, ["a*", "*", "*c", "?b*"], ["ab*c"]),
        (meet_actions, ["S3:Get*", "s3:*Object"], ["s3:get*object"]),
        (meet_arns, ["arn:aws:s3:::a*", "arn:*:s3:::*b"], ["arn:aws:s3:::a*b"]),
        (meet_arns, ["arn:aws:ec2*", "arn:*:*:eu-*:*:vpc/*"], ["arn:aws:ec2*:eu-*:*:vpc/*"]),
        (meet_arns, ["*", "arn:aws:s3:::a"], ["arn:aws:s3:::a"]),
        (meet_arns, ["arn:aws:s3", "arn:aws:s3:::a"], []),
        (meet_arns, ["arn:aws:*", "arn:*"], ["arn:aws:*"]),
    ],
)
def test_patterns_share_patterns(meet: Meet, patterns: list[str], expected: list[str]) -> None:
    assert sorted(meet_all(patterns, meet, Budget())) == sorted(expected)


@given(st.lists(wildcards(LETTERS, 6), min_size=1, max_size=3))
def test_a_text_is_shared_iff_every_pattern_matches_it(patterns: list[str]) -> None:
    shared = meet_all(patterns, meet_texts, Budget())

    for text in TEXTS:
        expected = all(glob_matches(pattern, text) for pattern in patterns)
        assert any(glob_matches(pattern, text) for pattern in shared) is expected


@given(wildcards("ab::", 9), wildcards("ab::", 9))
def test_a_segmented_text_is_shared_iff_both_patterns_match_it(first: str, second: str) -> None:
    shared = meet_arns(first, second, Budget())

    for text in SEGMENTED:
        expected = arn_matches(first, text) and arn_matches(second, text)
        assert any(arn_matches(both, text) for both in shared) is expected


@given(wildcards("aB", 6), wildcards("Ab", 6))
def test_the_case_of_actions_is_ignored(first: str, second: str) -> None:
    shared = meet_actions(first, second, Budget())

    for text in strings("ab", 5):
        expected = action_matches(first, text) and action_matches(second, text)
        assert any(action_matches(pattern, text) for pattern in shared) is expected


def test_patterns_that_share_too_much_are_a_limit() -> None:
    with pytest.raises(LimitReached, match="over 256 patterns"):
        meet_texts("*a*b*c*d*e*f*g*", "*1*2*3*4*5*6*7*", Budget())
