"""Wildcard patterns of actions, resources and condition values, twice.

The `_regex` functions give a pattern's language to the solver; the `_matches` functions decide one
string by plain string code, share nothing with the former, and serve the concrete evaluator.
"""

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

from automaton import regex as rx
from automaton.charset import CharSet
from automaton.regex import Regex

PATTERNS_KEPT = 1 << 17
"""How many patterns keep their expression between questions."""


class ArnWildcards(Enum):
    """How a wildcard of a resource pattern reads a colon; the value is the option's name.

    SEGMENTS: a pattern is cut at its first five colons. Before the fifth colon a wildcard never
    stands for a colon; after it anything goes. A pattern without a fifth colon takes a whole rest,
    colons included, iff it ends in `*`. TEXT: a wildcard stands for any character everywhere.
    """

    SEGMENTS = "segments"
    TEXT = "text"

    @property
    def other(self) -> "ArnWildcards":
        """The other reading."""
        return ArnWildcards.TEXT if self is ArnWildcards.SEGMENTS else ArnWildcards.SEGMENTS


ANY_BUT_COLON = rx.chars(~CharSet.chars(":"))


_SHORT, _WHOLE = "execute-api:/", "arn:*:execute-api:*:*:*/"


@lru_cache(PATTERNS_KEPT)
def whole_resources(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return resource patterns with `execute-api:/...` written out as API Gateway does.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
    """
    return tuple(
        f"{_WHOLE}{pattern.removeprefix(_SHORT)}" if pattern.startswith(_SHORT) else pattern
        for pattern in patterns
    )


@lru_cache(PATTERNS_KEPT)
def action_regex(pattern: str) -> Regex:
    """Return the actions, in lower case, that an action pattern names; case is ignored."""
    return rx.glob(pattern.lower())


@lru_cache(PATTERNS_KEPT)
def arn_regex(pattern: str) -> Regex:
    """Return the texts that a pattern matches segment by segment, as the Arn operators do."""
    segments = pattern.split(":", 5)
    if len(segments) == 6:
        rest = segments.pop()
        return rx.wildcards((":".join([*segments, ""]), ANY_BUT_COLON), (rest, rx.ANY))
    if pattern.endswith("*"):
        return rx.concat(rx.wildcard(pattern.rstrip("*"), ANY_BUT_COLON), rx.ALL)
    return rx.wildcard(pattern, ANY_BUT_COLON)


@lru_cache(PATTERNS_KEPT)
def reads_alike(pattern: str) -> bool:
    """Return False only if the two readings of a resource pattern may differ."""
    (whole,) = whole_resources((pattern,))
    return arn_regex(whole) is rx.glob(whole)


@lru_cache(PATTERNS_KEPT)
def folded_regex(text: str) -> Regex:
    """Return the texts that equal `text` when case is ignored."""
    return rx.fold_case(text)


def action_matches(pattern: str, action: str) -> bool:
    """Return True iff an action pattern names `action`; case is ignored."""
    return glob_matches(pattern.lower(), action.lower())


def arn_matches(pattern: str, value: str) -> bool:
    """Return True iff `pattern` matches `value` segment by segment, as the Arn operators do."""
    return segments_match(pattern.split(":", 5), value, takes_rest=pattern.endswith("*"))


def segments_match(segments: Sequence[str], value: str, *, takes_rest: bool) -> bool:
    """Return True iff a pattern that is cut at its first five colons matches `value`.

    If it has fewer, its last segment takes the whole rest iff `takes_rest`.
    """
    parts = value.split(":", 5)
    if len(segments) < 6 and takes_rest:
        parts = parts[: len(segments)]
    return len(segments) == len(parts) and all(map(glob_matches, segments, parts))


def glob_matches(pattern: str, value: str) -> bool:
    """Return True iff `pattern`, read with `*` and `?` as wildcards, matches `value`."""
    if pattern == "*":
        return True
    if "*" not in pattern:
        return len(pattern) == len(value) and _fits(pattern, value, 0)
    first, *inner, last = pattern.split("*")
    if len(first) + len(last) > len(value) or not _fits(first, value, 0):
        return False
    if not _fits(last, value, len(value) - len(last)):
        return False
    start, end = len(first), len(value) - len(last)
    for piece in inner:
        # The leftmost place is the best one: it leaves the most room for the pieces that follow.
        places = (at for at in range(start, end - len(piece) + 1) if _fits(piece, value, at))
        place = next(places, None)
        if place is None:
            return False
        start = place + len(piece)
    return True


def _fits(piece: str, value: str, start: int) -> bool:
    """Return True iff `piece`, which has no `*`, stands in `value` at `start`."""
    if "?" not in piece:
        return value.startswith(piece, start)
    return all(mine in ("?", theirs) for mine, theirs in zip(piece, value[start:], strict=False))


def folded_matches(text: str, value: str) -> bool:
    """Return True iff `text` equals `value` when the case of each letter is ignored."""
    return len(text) == len(value) and all(map(_same_letter, text, value))


def _same_letter(mine: str, theirs: str) -> bool:
    lower, upper = mine.lower(), mine.upper()
    return theirs in (mine, lower, upper, lower.upper(), upper.lower())
