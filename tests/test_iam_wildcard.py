"""Wildcard patterns: both readings of a colon, and the two implementations against each other."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton.evaluate import evaluate, matches
from encoders.iam import authorize
from encoders.iam import evaluate as concrete
from encoders.iam.request import RESOURCE, SymbolicRequest
from encoders.iam.wildcard import (
    ArnWildcards,
    action_matches,
    action_regex,
    arn_matches,
    arn_regex,
    folded_matches,
    folded_regex,
    glob_matches,
    reads_alike,
)
from tests.iam_cases import policy, request

patterns = st.text("ab:*?", max_size=12)
values = st.text("ab:*", max_size=14)


def fill(pattern: str, fillings: list[str]) -> str:
    """Return `pattern` with its wildcards replaced in turn, so that values often match."""
    pieces = iter(fillings * (len(pattern) + 1))
    return "".join(
        next(pieces) if char == "*" else next(pieces)[:1] if char == "?" else char
        for char in pattern
    )


fillings = st.lists(st.text("ab:", max_size=3), min_size=1, max_size=4)


@given(patterns, values, fillings)
@example("a:a:a:a:a:*", "", ["b:b"])
@example("*?*a", "", ["", "b"])
def test_the_text_reading_has_one_meaning(pattern: str, value: str, filled: list[str]) -> None:
    for text in (value, fill(pattern, filled)):
        expected = matches(rx.glob(pattern), text)

        assert glob_matches(pattern, text) is expected


@given(patterns, values, fillings)
@example("a::::*:b", "", [":"])
@example("a:?*", "", ["b", ":b"])
@example("**", ":", [""])
def test_the_segment_reading_has_one_meaning(pattern: str, value: str, filled: list[str]) -> None:
    for text in (value, fill(pattern, filled)):
        expected = matches(arn_regex(pattern), text)

        assert arn_matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "resource", "segments", "text"),
    [
        ("*", "arn:aws:s3:::a", True, True),
        ("*", "*", True, True),
        ("arn:aws:s3:::a/*", "arn:aws:s3:::a/b:c/d", True, True),
        ("arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:r:a:instance/i", True, True),
        ("arn:aws:ec2:*:instance/*", "arn:aws:ec2:r:a:instance/i", False, True),
        ("arn:aws:ecs:*:*:task/a", "arn:aws:ecs:r:a:x:task/a", False, True),
        ("arn:aws:e?2:::a", "arn:aws:e:2:::a", False, True),
        ("arn?aws:s3:::a", "arn:aws:s3:::a", False, True),
        ("arn:aws:s3*", "arn:aws:s3:::a:b", True, True),
        ("arn:aws*s3*", "arn:aws:s3:::a", False, True),
        ("arn:aws:s3:::?", "arn:aws:s3::::", True, True),
        ("arn:aws:s3:::A", "arn:aws:s3:::a", False, False),
    ],
)
def test_a_colon_is_read_as_the_ruling_says(
    pattern: str, resource: str, segments: bool, text: bool
) -> None:
    for reading, expected in ((ArnWildcards.SEGMENTS, segments), (ArnWildcards.TEXT, text)):
        stated = policy({"Resource": pattern})
        symbolic = SymbolicRequest.of([stated])
        formula = authorize.resources_match(stated.statements[0].resources, symbolic, reading)
        asked = request(resource=resource)

        assert evaluate(formula, {RESOURCE.name: resource}) is expected
        found = concrete.resources_match(stated.statements[0].resources, asked, reading)
        assert found is expected


def test_actions_ignore_case_and_colons() -> None:
    for pattern, expected in (("S3:Get*", True), ("*", True), ("*Object", True), ("s3:Get", False)):
        assert matches(action_regex(pattern), "s3:getobject") is expected
        assert action_matches(pattern, "s3:GetObject") is expected


def test_the_readings_of_a_pattern_without_wildcards_before_the_fifth_colon_are_one_object() -> (
    None
):
    expected = {
        "*": True,
        "arn:aws:s3:::a*": True,
        "arn:aws:waf:*": True,
        "arn:aws:s3:*:*:a": False,
    }

    assert {pattern: reads_alike(pattern) for pattern in expected} == expected


@given(st.text("aAſßıİKſ1", max_size=3), st.text("aAſßıİKksS1", max_size=3))
def test_folding_has_one_meaning(text: str, value: str) -> None:
    expected = matches(folded_regex(text), value)

    assert folded_matches(text, value) is expected
