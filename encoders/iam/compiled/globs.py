"""Whether one wildcard pattern matches all that another does, read off their texts.

A pattern covers another if it matches the other's text, where a `*` there is met by a `*` alone and
a `?` by either wildcard: whatever the other's wildcards stand for, those that met them may stand
for. That is enough, not necessary: what is not seen here is left to the automata.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from encoders.iam.policy import is_start
from encoders.iam.wildcard import whole_resources

PATTERNS_KEPT = 1 << 17
"""How many patterns stay prepared between questions."""


def has_wildcard(text: str) -> bool:
    """Return True iff `text` has a `*` or a `?`."""
    return "*" in text or "?" in text


def covers(cover: str, pattern: str) -> bool:
    """Return True only if `cover` matches whatever `pattern` does, of any characters."""
    if cover in ("*", pattern):
        return True
    if is_start(cover):
        return pattern.startswith(cover[:-1])
    return has_wildcard(cover) and _reader(cover).fullmatch(pattern) is not None


@lru_cache(PATTERNS_KEPT)
def _reader(cover: str) -> re.Pattern[str]:
    """Return what matches the texts of patterns that `cover` covers.

    What stands between two stars is best met as early as possible: it leaves the most room.
    """
    if "*" not in cover:
        return re.compile(_exact(cover))
    first, *inner, last = map(_exact, cover.split("*"))
    early = "".join(f"(?>[\\s\\S]*?{piece})" for piece in inner if piece)
    return re.compile(f"{first}{early}[\\s\\S]*{last}")


def _exact(piece: str) -> str:
    one = f"[^*{VARIABLES[0]}-{VARIABLES[-1]}]"
    return "".join(one if char == "?" else re.escape(char) for char in piece)


VARIABLES = "".join(map(chr, range(0xE000, 0xE040)))
"""Characters that stand for policy variables, whose values may be longer than one character."""

_VARIABLE = re.compile(r"\$\{[^{}]*\}")


def covers_with_variables(cover: str, pattern: str) -> bool:
    """Return True only if `cover` matches whatever `pattern` does, whatever variables stand for.

    A variable is met by itself or by a star: whoever asks has it stand for one text in both.
    """
    known = dict.fromkeys(_VARIABLE.findall(cover + pattern))
    if len(known) > len(VARIABLES) or not (cover + pattern).isascii():
        return False
    for variable, letter in zip(known, VARIABLES, strict=False):
        cover, pattern = cover.replace(variable, letter), pattern.replace(variable, letter)
    return "${" not in cover and covers(cover, pattern)


_OPEN = re.compile(r"[*?]|\$\{")
"""What in a pattern may stand for other characters."""


def are_apart(first: str, second: str) -> bool:
    """Return True only if no text matches both patterns, in which variables stand for anything."""
    mine, theirs = _OPEN.search(first), _OPEN.search(second)
    if mine is None and theirs is None:
        return first != second
    one = first if mine is None else first[: mine.start()]
    other = second if theirs is None else second[: theirs.start()]
    return not (one.startswith(other) or other.startswith(one))


def covers_resources(cover: str, pattern: str) -> bool:
    """Return True only if one pattern matches whatever resource the other does, read either way.

    See `wildcard.ArnWildcards` for the two ways. A policy variable covers itself alone. A resource
    is an ARN of six segments, or `*`.
    """
    if cover in ("*", pattern):
        return True
    mine, theirs = _segments(cover), _segments(pattern)
    if len(mine) == 6 and 1 < len(theirs) < 6 and theirs[-1].endswith("*"):
        theirs = (*theirs, *["*"] * (6 - len(theirs)))
    return _segments_cover(mine, theirs)


def covers_arns(cover: str, pattern: str) -> bool:
    """Return True only if `cover` matches whatever `pattern` does, both segment by segment."""
    if cover in ("*", pattern):
        return True
    return _segments_cover(cover.split(":", 5), pattern.split(":", 5))


@lru_cache(PATTERNS_KEPT)
def _segments(pattern: str) -> tuple[str, ...]:
    return tuple(whole(pattern).split(":", 5))


def whole(pattern: str) -> str:
    """Return a resource pattern written out; see `whole_resources`."""
    return whole_resources((pattern,))[0]


def _segments_cover(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    if len(mine) == len(theirs) == 6:
        is_covered = all(map(covers, mine, theirs))
    else:
        is_covered = _takes_rest(mine, theirs)
    return is_covered and not any("${" in segment for segment in (*mine, *theirs))


def has_plain_head(pattern: str) -> bool:
    """Return True iff `pattern` has five colons, and wildcards after the fifth one alone."""
    *head, _ = pattern.split(":", 5)
    return len(head) == 5 and not has_wildcard("".join(head))


def _takes_rest(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Return True only if `mine`, whose last segment takes what follows, covers `theirs`."""
    last = len(mine) - 1
    stem = mine[last].rstrip("*")
    if last == 5 or len(theirs) <= last or stem == mine[last] or has_wildcard(stem):
        return False
    heads = zip(mine[:last], theirs[:last], strict=True)
    return ":".join(theirs[last:]).startswith(stem) and all(covers(*pair) for pair in heads)
