"""JSON text is read strictly: the whole of it or an error with its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.iam.json_text import PolicyError, json_value
from encoders.iam.parse import MAX_SIZE, parse_policy, policy_from_json
from tests.iam_documents import JSON, one, refusal, when


@pytest.mark.parametrize(
    ("text", "message", "path"),
    [
        (b"{\xff}", "not UTF-8: invalid start byte at byte 1", "$"),
        ("", "not JSON: expecting value, at line 1, column 1", "$"),
        ('{"Version":\n  "2012-10-17"', "at line 2, column 15", "$"),
        ("{} {}", "not JSON: extra data, at line 1, column 4", "$"),
        ('\ufeff{"Statement": []}', "it starts with a byte order mark", "$"),
        ('{"Statement": [], "Statement": []}', "the key `Statement` occurs twice", "$.Statement"),
        ('{"a": [0, {"b:c": 1, "b:c": 2}]}', "the key `b:c` occurs twice", '$.a[1]["b:c"]'),
        ('{"a": {"b": NaN}}', "not JSON: `NaN`", "$.a.b"),
        ("[-Infinity]", "not JSON: `-Infinity`", "$[0]"),
        ("[1e400]", "the number `1e400` is too large", "$[0]"),
        (f"[0, {'9' * 5000}]", "a number of more than 40 characters", "$[1]"),
        (f"[0.{'9' * 5000}]", "a number of more than 40 characters", "$[0]"),
        ('{"a": "\\ud800"}', "the character U+D800 is a lone surrogate", "$.a"),
        ('["\udfff"]', "the character U+DFFF is a lone surrogate", "$[0]"),
        ('["\\ud880\\udc00"]', "the character U+30000 is above U+2FFFF", "$[0]"),
        ('{"\U0010ffff": 1}', "the character U+10FFFF is above U+2FFFF", '$["\\udbff\\udfff"]'),
        ("[" * 10**6, "nested too deeply", "$"),
        ('{"a":' * 10**5 + "0" + "}" * 10**5, "nested too deeply", "$"),
        (" " * (MAX_SIZE + 1), "longer than 4 MiB", "$"),
        ("[]", "expected an object, found an array", "$"),
        ("null", "expected an object, found null", "$"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_text_that_is_no_strict_json_is_refused(
    text: str | bytes, message: str, path: str
) -> None:
    found, place = refusal(text)

    assert message in found
    assert place == path


def test_a_message_repeats_little_of_a_long_input_and_nothing_unprintable() -> None:
    message, path = refusal(one(**{"a\n\x1b" * 10**4: 1}))

    assert message.startswith("unknown element `a\\n\\u001ba\\n")
    assert message.isprintable()
    assert len(message) + len(path) < 1000


@given(st.integers(1 - 10**39, 10**40 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_its_json_text(number: float) -> None:
    text = json.dumps(when("StringEquals", "aws:a", number))
    expected = (json.dumps(number),)

    assert parse_policy(text).statements[0].tests[0].values == expected
    assert policy_from_json(json.loads(text)).statements[0].tests[0].values == expected


def test_numbers_keep_the_text_that_wrote_them() -> None:
    text = json.dumps(when("StringEquals", "aws:a", [0])).replace("0]", "-0, 1.20, 1E+2]")

    assert parse_policy(text).statements[0].tests[0].values == ("-0", "1.20", "1E+2")


@given(JSON)
def test_strict_reading_agrees_with_the_standard_library(value: object) -> None:
    text = json.dumps(value)
    try:
        found = json_value(text)
    except PolicyError:
        return

    assert found == json.loads(text)
    assert json.dumps(found) == json.dumps(json.loads(text))
