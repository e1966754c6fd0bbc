"""Which of many wildcard patterns may cover a text, by the literal text at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_FIRST = re.compile(r"[*?]")


class WildIndex:
    """Patterns, each known by a text with wildcards, to be found by what begins and ends so.

    A pattern that matches another's text has before its first wildcard a beginning of it, and after
    its last one an end of it.
    """

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        self._starts: dict[int, dict[str, dict[int, dict[str, list[str]]]]] = {}
        for pattern, text in patterns:
            start, end = _ends(text)
            of_start = self._starts.setdefault(len(start), {}).setdefault(start, {})
            of_start.setdefault(len(end), {}).setdefault(end, []).append(pattern)

    def candidates(self, text: str) -> Iterator[str]:
        """Yield the patterns that may match `text`, which may be a pattern itself."""
        for length, by_start in self._starts.items():
            by_length = by_start.get(text[:length], {})
            for end_length, by_end in by_length.items():
                yield from by_end.get(text[len(text) - end_length :], ())


def _ends(text: str) -> tuple[str, str]:
    """Return what stands before the first and after the last wildcard."""
    first = _FIRST.search(text)
    if first is None:
        return text, ""
    last = max(text.rfind("*"), text.rfind("?"))
    return text[: first.start()], text[last + 1 :]
