"""Languages by derivatives: where one matches first in a text, and whether two are the same.

Equality explores pairs of derivatives and merges what must be equal (Hopcroft and Karp, "A linear
algorithm for testing equivalence of finite automata", 1971), up to a bound: no automaton is built.
"""

from __future__ import annotations

from collections import deque

from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT, CharSet
from automaton.evaluate import Derivatives
from automaton.regex import Regex
from automaton.verdict import Unsupported

MAX_STEPS = 50_000
"""How many derivatives of each of two languages are compared before the question is refused."""


def first_match(
    regex: Regex, text: str, start: int = 0, *, may_be_empty: bool
) -> tuple[int, int] | None:
    """Return where the leftmost match at or after `start` begins, and where its shortest one ends.

    None iff there is no match; an empty one counts iff `may_be_empty`.
    """
    derivatives = Derivatives()
    for begin in range(start, len(text) + 1):
        end = _shortest(regex, text, begin, derivatives, may_be_empty=may_be_empty)
        if end is not None:
            return begin, end
    return None


def _shortest(
    regex: Regex, text: str, begin: int, derivatives: Derivatives, *, may_be_empty: bool
) -> int | None:
    if may_be_empty and derivatives.is_nullable(regex):
        return begin
    for place in range(begin, len(text)):
        regex = derivatives.derive(regex, text[place])
        if regex is rx.NONE:
            return None
        if derivatives.is_nullable(regex):
            return place + 1
    return None


def are_equal(first: Regex, second: Regex, *, max_steps: int = MAX_STEPS) -> bool:
    """Return whether two expressions have the same language.

    Raise Unsupported iff more than `max_steps` pairs of derivatives do not tell.
    """
    derivatives, same, steps = Derivatives(), _Merged(), 0
    samples = _samples(first, second)
    waiting = deque([(first, second)] if same.merge(first, second) else [])
    while waiting:
        left, right = waiting.popleft()
        if derivatives.is_nullable(left) is not derivatives.is_nullable(right):
            return False
        for char in samples:
            steps += 1
            if steps > max_steps:
                raise Unsupported(f"an equation of languages with more than {max_steps} pairs")
            pair = derivatives.derive(left, char), derivatives.derive(right, char)
            if same.merge(*pair):
                waiting.append(pair)
    return True


class _Merged:
    """Sets of expressions that are assumed to have the same language."""

    def __init__(self) -> None:
        self._parent: dict[Regex, Regex] = {}

    def merge(self, left: Regex, right: Regex) -> bool:
        """Merge the sets of two expressions; return whether they were apart."""
        left, right = self._root(left), self._root(right)
        if left is not right:
            self._parent[left] = right
        return left is not right

    def _root(self, node: Regex) -> Regex:
        path = []
        while node in self._parent:
            path.append(node)
            node = self._parent[node]
        self._parent.update(dict.fromkeys(path, node))
        return node


def _samples(*roots: Regex) -> list[str]:
    """Return characters so that every other one is treated like one of them by the languages."""
    letters: set[int] = set()
    charsets: set[CharSet] = set()
    for node in rx.nodes_of(roots):
        if isinstance(node, rx.Literal):
            letters.update(map(ord, node.text))
        elif isinstance(node, rx.Chars):
            charsets.add(node.charset)
    starts = {0} | {code + 1 for code in letters}
    for charset in charsets:
        starts.update(code for low, high in charset.intervals for code in (low, high + 1))
    others: dict[tuple[bool, ...], int] = {}
    for code in starts - letters:
        if code <= MAX_CODE_POINT:
            others.setdefault(tuple(code in charset for charset in charsets), code)
    return [chr(code) for code in sorted(letters.union(others.values()))]
