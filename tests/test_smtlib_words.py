"""Strings of scripts as languages: what may stand before the first occurrence of a word."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.verdict import Unsupported
from encoders.smtlib.words import _borders, _least_heads, before_first
from tests.naive import matches

SHORT = ["".join(letters) for size in range(6) for letters in product("ab", repeat=size)]


@pytest.mark.parametrize("word", [word for word in SHORT if len(word) <= 4])
def test_what_stands_before_a_word_is_what_finding_it_says(word: str) -> None:
    before = before_first(word)

    for text in SHORT:
        assert matches(before, text) == ((text + word).find(word) == len(text)), text


@given(st.text("ab", max_size=30))
def test_borders_are_what_a_word_starts_and_ends_with(word: str) -> None:
    expected = [size for size in range(len(word) - 1, 0, -1) if word.endswith(word[:size])]

    assert _borders(word) == expected


def test_a_long_word_that_repeats_itself_has_few_heads() -> None:
    assert _least_heads("a" * 100_000) == ["a"]
    assert _least_heads("ab" * 50_000) == ["ab"]


def test_a_word_with_too_many_heads_is_refused() -> None:
    half = "a" * 50_000

    with pytest.raises(Unsupported, match="a string of 100001 characters"):
        _least_heads(f"{half}b{half}")
