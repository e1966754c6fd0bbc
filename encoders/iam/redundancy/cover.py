"""Which values of a list the others cover, so that the list says the same without them.

Most is decided by one look. Put a character that no policy holds in place of each wildcard of a
pattern: another pattern without `?` matches the outcome iff it matches every text that the first
one does, since its own letters cannot meet that character, and so one of its `*` does. As much
holds of several patterns together: without `?`, they cover a pattern only if one of them does.
Only where a `?` may decide are the languages compared.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from operator import ge, le
from typing import Any

from automaton import Problem, Sort, Variable, terms
from automaton import regex as rx
from automaton.regex import Regex
from encoders.iam.conditions import OPERATORS, READERS, Comparison, Family, Operator
from encoders.iam.policy import Test
from encoders.iam.shrink import Effort, shrink
from encoders.iam.values import Network
from encoders.iam.wildcard import (
    ArnWildcards,
    action_matches,
    action_regex,
    arn_matches,
    arn_regex,
    glob_matches,
)

FRESH = "\U0010ffff"
"""A character that no policy holds."""

VARIABLE = re.compile(r"\$\{[^{}]*\}")
"""A policy variable, if the policy has variables."""

_TEXT = Variable("text", Sort.STRING)
_WILDCARD = re.compile(r"[*?]")
_LETTERS = re.compile(r"[^*?$]*")
_FIRST_OF_VARIABLES = 0x100000

Covered = Mapping[int, tuple[int, ...]]
"""The index of a value that may go -> the indexes of values that stay and together cover it."""


@dataclass(frozen=True)
class Language:
    """What the patterns of a list mean: `matches` decides one text, `regex` gives all of them.

    `folds` iff case is ignored. `segments` iff a pattern is cut at its first five colons.
    """

    matches: Callable[[str, str], bool]
    regex: Callable[[str], Regex]
    folds: bool = False
    segments: bool = False

    def spelled(self, pattern: str) -> str:
        """Return `pattern` such that two that differ in nothing but case, if ignored, are equal."""
        return pattern.lower() if self.folds else pattern


def _arn_matches(pattern: str, text: str) -> bool:
    return arn_matches(pattern, text)


ACTIONS = Language(action_matches, action_regex, folds=True)
GLOBS = Language(glob_matches, rx.glob)
ARNS = Language(_arn_matches, arn_regex, segments=True)


def resources(reading: ArnWildcards) -> Language:
    """Return the language of resource patterns."""
    return ARNS if reading is ArnWildcards.SEGMENTS else GLOBS


def sample(pattern: str, wild: str) -> str:
    """Return the text that `pattern` matches with `wild`, one character, for each wildcard."""
    return _WILDCARD.sub(wild, pattern)


def covers(language: Language, bigger: str, smaller: str, effort: Effort) -> bool:
    """Return True only if `bigger` matches every text that `smaller` does, whatever its variables.

    Without variables: iff, unless the effort is spent.
    """
    bigger, smaller = language.spelled(bigger), language.spelled(smaller)
    if bigger in (smaller, "*"):
        return True
    if "${" in bigger or "${" in smaller:
        return _covers_with_variables(language, bigger, smaller)
    if not language.matches(bigger, sample(smaller, FRESH)):
        return False
    return "?" not in bigger or _is_included(language, smaller, [bigger], effort)


def _covers_with_variables(language: Language, bigger: str, smaller: str) -> bool:
    """Return True only if `bigger` covers `smaller` whatever the values of policy variables.

    A variable is held to be one character of its own: that is right where nothing but the same
    variable or a `*` meets it. Its value may hold colons, which do no harm after the fifth one.
    """
    if "?" in bigger:
        return False
    head, next_head = (pattern.split(":", 5)[:5] for pattern in (bigger, smaller))
    if language.segments and "${" in "".join([*head, *next_head]):
        return False
    names: dict[str, str] = {}
    bigger, smaller = (_with_names(pattern, names) for pattern in (bigger, smaller))
    if "${" in bigger or "${" in smaller:
        return False
    return language.matches(bigger, sample(smaller, FRESH))


def _with_names(pattern: str, names: dict[str, str]) -> str:
    """Return `pattern` with a character for each variable, the same one for the same variable."""

    def name(found: re.Match[str]) -> str:
        return names.setdefault(found[0], chr(_FIRST_OF_VARIABLES + len(names)))

    return VARIABLE.sub(name, pattern)


def _is_included(language: Language, smaller: str, bigger: Sequence[str], effort: Effort) -> bool:
    """Return True iff it is proved that `bigger` together match every text that `smaller` does."""
    within = terms.in_regex(_TEXT, language.regex(smaller))
    outside = terms.negation(terms.in_regex(_TEXT, rx.union(*map(language.regex, bigger))))
    return effort.proves(Problem((within, outside)))


class Index:
    """The patterns of a list by the letters they begin with: who may match a text or a pattern."""

    def __init__(self, language: Language, patterns: Sequence[str]) -> None:
        self._language = language
        self._by_letters: dict[str, list[int]] = defaultdict(list)
        for place, pattern in enumerate(patterns):
            self._by_letters[self._letters(pattern)].append(place)
        self._lengths = sorted({len(letters) for letters in self._by_letters})

    def _letters(self, pattern: str) -> str:
        """Return the letters before the first wildcard or variable; all, and an end, if none is.

        The end keeps a pattern that matches one text only from those that begin with it.
        """
        spelled = self._language.spelled(pattern)
        letters = _LETTERS.match(spelled)
        assert letters is not None
        return spelled + FRESH * 2 if letters.end() == len(spelled) else letters[0]

    def candidates(self, pattern: str) -> Iterator[int]:
        """Yield the places of all patterns that may cover `pattern`, its own among them."""
        letters = self._letters(pattern)
        for length in self._lengths:
            if length > len(letters):
                return
            yield from self._by_letters.get(letters[:length], ())


def covered_patterns(language: Language, patterns: Sequence[str], effort: Effort) -> Covered:
    """Return the patterns that may all go at once; of patterns that are equal the first stays."""
    cover = _Cover(language, patterns, effort)
    return _all_covered(len(patterns), cover.of)


def covered_values(test: Test, effort: Effort) -> Covered:
    """Return the values of a condition that may all go at once; of equal ones the first stays.

    What a test says of a request depends on its values only through the set of all that fit one.
    """
    operator = OPERATORS[test.operator]
    language = _PATTERNS.get(operator.comparison)
    if language is not None:
        return covered_patterns(language, test.values, effort)
    read = [_read(operator, value) for value in test.values]

    def find(place: int, among: Set[int]) -> tuple[int, ...]:
        fitting = (other for other in among if _fits_more(operator, read[other], read[place]))
        return tuple(fitting)[:1]

    return _all_covered(len(read), find)


_PATTERNS = {Comparison.LIKE: GLOBS, Comparison.ARN_LIKE: ARNS}


def _all_covered(count: int, find: Callable[[int, Set[int]], tuple[int, ...]]) -> Covered:
    """Return what covers each of `count` values; `find` gives values among some that cover one."""
    left = dict.fromkeys(range(count))
    found: dict[int, tuple[int, ...]] = {}
    for place in reversed(range(count)):
        del left[place]
        found[place] = find(place, left.keys())
        if not found[place]:
            left[place] = None
    # What covered a value may have gone later; what covers that one covers both.
    gone = [place for place in range(count) if place not in left]
    staying = dict.fromkeys(sorted(left)).keys()
    return {place: find(place, staying) or found[place] for place in gone}


class _Cover:
    """The search for patterns of one list that cover another of it."""

    def __init__(self, language: Language, patterns: Sequence[str], effort: Effort) -> None:
        self._language = language
        self._patterns = patterns
        self._effort = effort
        self._index = Index(language, patterns)

    def of(self, place: int, among: Set[int]) -> tuple[int, ...]:
        """Return the places of patterns `among` some that cover the one at `place`, if there are.

        One that does alone comes before several, and an early one before a late one.
        """
        pattern = self._patterns[place]
        candidates = [other for other in self._index.candidates(pattern) if other in among]
        for other in sorted(candidates):
            if covers(self._language, self._patterns[other], pattern, self._effort):
                return (other,)
        if not self._may_need_several(pattern, candidates):
            return ()
        plain = [other for other in among if "${" not in self._patterns[other]]
        if not self._cover(pattern, plain):
            return ()
        return tuple(shrink(plain, lambda fewer: self._cover(pattern, fewer)))

    def _may_need_several(self, pattern: str, candidates: Sequence[int]) -> bool:
        """Return False only if no patterns without variables cover `pattern` together."""
        text = self._language.spelled(sample(pattern, FRESH))
        return "${" not in pattern and any(
            "?" in self._patterns[other] and self._language.matches(self._patterns[other], text)
            for other in candidates
        )

    def _cover(self, pattern: str, others: Sequence[int]) -> bool:
        bigger = [self._patterns[other] for other in others]
        return _is_included(self._language, pattern, bigger, self._effort)


@dataclass(frozen=True)
class _Value:
    """A value of a condition: as written, and as its family reads it, None where it does not."""

    text: str
    meaning: object


def _read(operator: Operator, text: str) -> _Value:
    if "${" in text:
        return _Value(text, None)
    if operator.comparison is Comparison.EQUAL_FOLDED and operator.family is Family.TEXT:
        return _Value(text, rx.fold_case(text))
    try:
        return _Value(text, READERS[operator.family](text))
    except ValueError:
        return _Value(text, None)


def _fits_more(operator: Operator, bigger: _Value, smaller: _Value) -> bool:
    """Return True only if every value that `smaller` fits is one that `bigger` fits."""
    if bigger.text == smaller.text:
        return True
    if bigger.meaning is None or smaller.meaning is None:
        return False
    order = _ORDERS.get(operator.comparison)
    if order is None:
        return bigger.meaning == smaller.meaning
    return bool(order(bigger.meaning, smaller.meaning))


def _contains(bigger: Network, smaller: Network) -> bool:
    return smaller.network_address in bigger and smaller.prefixlen >= bigger.prefixlen


_ORDERS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.LESS: ge,
    Comparison.AT_MOST: ge,
    Comparison.GREATER: le,
    Comparison.AT_LEAST: le,
    Comparison.WITHIN: _contains,
}
