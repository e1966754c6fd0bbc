"""Looks at two languages that see at once that they have nothing in common."""

from __future__ import annotations

from hypothesis import given

from automaton import regex as rx
from automaton.apart import are_apart, characters
from automaton.charset import CharSet
from automaton.regex import Regex
from portfolio.differential.strategies.characters import any_texts, texts
from portfolio.differential.strategies.regexes import bounded_regexes, regexes
from tests import naive

TEXTS = texts(max_size=5) | any_texts(3)


@given(regexes(), regexes(), TEXTS)
def test_what_is_apart_has_no_string_in_common(one: Regex, two: Regex, text: str) -> None:
    if are_apart(one, two):
        assert not (naive.matches(one, text) and naive.matches(two, text))


@given(bounded_regexes(), bounded_regexes())
def test_bounded_languages_that_are_apart_share_nothing(one: Regex, two: Regex) -> None:
    if are_apart(one, two):
        assert naive.language(one, "ab:", 4).isdisjoint(naive.language(two, "ab:", 4))


@given(regexes(), TEXTS)
def test_the_characters_of_a_language_are_those_of_its_strings(regex: Regex, text: str) -> None:
    if naive.matches(regex, text):
        assert all(ord(char) in characters(regex) for char in text)


def test_languages_without_a_common_length_are_apart() -> None:
    letters = rx.chars(CharSet.chars("ab"))

    assert are_apart(rx.loop(letters, 0, 3), rx.loop(letters, 4, None))
    assert not are_apart(rx.loop(letters, 0, 4), rx.loop(letters, 4, None))
