"""Questions about wildcard patterns whose verdicts are known: the suite `wildcards`.

A claim says that some text is matched by one pattern of each group of `inside` and by no pattern of
`outside`. So "does this pattern contain that one", "are they disjoint" and "do these cover that
one" are claims. One that holds comes with a text that shows it; one that does not holds by the
construction of its family (`wildcard_families`), which the tests prove for small sizes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase, digits

from automaton import regex as rx
from automaton.charset import ANY_CHAR, CharSet
from automaton.regex import Regex
from automaton.terms import (
    Formula,
    Problem,
    Sort,
    Variable,
    conjunction,
    disjunction,
    in_regex,
    negation,
)

ALPHANUMERIC = ascii_lowercase + digits

TEXT = Variable("text", Sort.STRING)

Token = str | tuple[CharSet, bool]
"""A character, or one character of a charset, or (True) any number of them."""


@dataclass(frozen=True)
class Wildcard:
    """A pattern: `?` is one character of `wild`, `*` any number of them, `**` any text at all."""

    text: str
    wild: CharSet = ANY_CHAR

    def regex(self) -> Regex:
        """Return the pattern as a regular expression."""
        pieces = [rx.wildcard(piece, rx.chars(self.wild)) for piece in self.text.split("**")]
        spread = [part for piece in pieces for part in (rx.ALL, piece)]
        return rx.concat(*spread[1:])

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The pattern character by character."""
        found: list[Token] = []
        for place, piece in enumerate(self.text.split("**")):
            found += [(ANY_CHAR, True)] if place else []
            found += [(self.wild, char == "*") if char in "*?" else char for char in piece]
        return tuple(found)

    def matches(self, text: str) -> bool:
        """Return whether the pattern matches all of `text`, by the definition."""
        states = self.start()
        for char in text:
            states = self.step(states, char)
        return self.accepts(states)

    def start(self) -> frozenset[int]:
        """Return how many tokens may have been passed before the first character."""
        return self._skipping({0})

    def step(self, states: Iterable[int], char: str) -> frozenset[int]:
        """Return how many tokens may have been passed after one more character."""
        found: set[int] = set()
        for state in states:
            match self.tokens[state : state + 1]:
                case (str(own),) if own == char:
                    found.add(state + 1)
                case ((CharSet() as charset, repeats),) if ord(char) in charset:
                    found.add(state if repeats else state + 1)
        return self._skipping(found)

    def accepts(self, states: frozenset[int]) -> bool:
        """Return whether all tokens may have been passed."""
        return len(self.tokens) in states

    def _skipping(self, states: set[int]) -> frozenset[int]:
        found: set[int] = set()
        for state in states:
            found.add(state)
            last = state
            while last < len(self.tokens) and self._repeats(last):
                last += 1
                found.add(last)
        return frozenset(found)

    def _repeats(self, place: int) -> bool:
        token = self.tokens[place]
        return not isinstance(token, str) and token[1]


@dataclass(frozen=True)
class Claim:
    """Some text is matched by one of each group of `inside` and by none of `outside`.

    `witness` is such a text, or None iff there is none.
    """

    inside: tuple[tuple[Wildcard, ...], ...]
    outside: tuple[Wildcard, ...]
    witness: str | None = None

    def holds_for(self, text: str) -> bool:
        """Return whether `text` is such a text."""
        groups = all(any(one.matches(text) for one in group) for group in self.inside)
        return groups and not any(one.matches(text) for one in self.outside)

    def problem(self) -> Problem:
        """Return the claim as a problem."""
        groups = [disjunction(*(_is_matched(one) for one in group)) for group in self.inside]
        others = [negation(_is_matched(one)) for one in self.outside]
        return Problem((conjunction(*groups), conjunction(*others)), declared=(TEXT,))


def _is_matched(pattern: Wildcard) -> Formula:
    return in_regex(TEXT, pattern.regex())


def claim(
    inside: Sequence[str | Wildcard], outside: Sequence[str | Wildcard], witness: str | None
) -> Claim:
    """Return the claim that a text is matched by all of `inside` and none of `outside`."""
    return Claim(
        inside=tuple((as_wildcard(one),) for one in inside),
        outside=tuple(map(as_wildcard, outside)),
        witness=witness,
    )


def as_wildcard(pattern: str | Wildcard) -> Wildcard:
    """Return the pattern; a text is one whose wildcards stand for any character."""
    return Wildcard(pattern) if isinstance(pattern, str) else pattern


def word(rng: random.Random, length: int, letters: str = ALPHANUMERIC) -> str:
    """Return a random word."""
    return "".join(rng.choices(letters, k=length))


def words(rng: random.Random, count: int, length: int, letters: str = ALPHANUMERIC) -> list[str]:
    """Return `count` different random words."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[word(rng, length, letters)] = None
    return list(found)


def instance(pattern: str) -> str:
    """Return a text that the pattern matches: each `?` is a dash, each star nothing."""
    return pattern.replace("?", "-").replace("*", "")
