import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.smtlib.literals import literal, text_of
from portfolio.differential.strategies.characters import any_texts

ESCAPES = st.text(st.sampled_from('\\u{}x04aF"'), max_size=12)
"""Texts that look like escapes, whole and broken."""


@given(any_texts(12) | ESCAPES)
def test_a_literal_stands_for_its_text(text: str) -> None:
    assert text_of(literal(text)) == text


@given(any_texts(12) | ESCAPES)
def test_a_literal_is_printable_ascii(text: str) -> None:
    assert re.fullmatch('"(?:[ !#-~]|"")*"', literal(text))


@given(ESCAPES)
def test_reading_changes_nothing_but_escapes(text: str) -> None:
    written = text.replace('"', '""')
    expected = text if "\\u" not in text else text_of(literal(text_of(f'"{written}"')))
    assert text_of(f'"{written}"') == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", '""'),
        ("plain text: ~!", '"plain text: ~!"'),
        ('say "no"', '"say ""no"""'),
        ("\\", '"\\u{5c}"'),
        ("\\u{41}", '"\\u{5c}u{41}"'),
        ("\x00\t\n\x7f", '"\\u{0}\\u{9}\\u{a}\\u{7f}"'),
        ("é", '"\\u{e9}"'),
        ("\ud800", '"\\u{d800}"'),
        ("\U0002ffff", '"\\u{2ffff}"'),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, written: str) -> None:
    assert literal(text) == written
    assert text_of(written) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"\\u0041\\u{42}\\u{00043}"', "ABC"),
        ('"\\u00411"', "A1"),
        ('"\\uD800\\u{DFFF}"', "\ud800\udfff"),
        ('"a\nb"', "a\nb"),
    ],
)
def test_every_form_of_escape_is_read(written: str, text: str) -> None:
    assert text_of(written) == text


@pytest.mark.parametrize(
    "text", ["\\x41", "\\n", "\\\\", "\\u", "\\u41", "\\u{}", "\\u{30000}", "\\u{000041}", "\\u{ }"]
)
def test_what_is_no_escape_stands_for_itself(text: str) -> None:
    assert text_of(f'"{text}"') == text


def test_a_character_above_the_alphabet_has_no_literal() -> None:
    with pytest.raises(ValueError, match="a character lies above 0x2ffff"):
        literal("a\U00030000")


@pytest.mark.parametrize("written", ["", '"', "a", '"a', 'a"', '"a"b"', '"""', '"é"', '"\x00"'])
def test_what_is_no_literal_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no string literal"):
        text_of(written)
