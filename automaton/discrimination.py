"""Many wildcard patterns as one tree, asked for those that cover a pattern or may meet it.

A discrimination tree (McCune, "Experiments with discrimination-tree indexing", JAR 1992) over the
tokens of the patterns: those that begin alike share their nodes, and the literals that may follow
are found by a dictionary. Nodes are made when a question first gets there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton import regex as rx
from automaton.budget import Budget
from automaton.charset import CharSet
from automaton.marks import Row, charset_of, fitting, is_star, token_of
from automaton.regex import Regex

_Pending = tuple[Row, int, int]
"""A row of a pattern, how many of its tokens lead to the node, and the pattern's number."""


class _Node:
    """The patterns that begin alike; those of `pending` are not yet told apart."""

    __slots__ = ("ends", "heads", "pending", "wilds")

    def __init__(self) -> None:
        self.pending: list[_Pending] = []
        self.ends: list[int] = []
        """The patterns that end here."""
        self.heads: dict[int, dict[str, _Node]] = {}
        """What follows a literal, by the length of the literal and the literal."""
        self.wilds: dict[Regex, _Node] = {}
        """What follows a wild token."""

    def expand(self) -> None:
        """Tell the pending patterns apart by their next token."""
        for tokens, place, number in self.pending:
            if place == len(tokens):
                self.ends.append(number)
                continue
            token = tokens[place]
            if isinstance(token, rx.Literal):
                heads = self.heads.setdefault(len(token.text), {})
                child = heads.get(token.text)
                if child is None:
                    child = heads[token.text] = _Node()
            else:
                found = self.wilds.get(token)
                child = self.wilds[token] = _Node() if found is None else found
            child.pending.append((tokens, place + 1, number))
        self.pending = []

    def behind_literals(self, first: CharSet) -> list[_Node]:
        """Return what follows the literals that start with a character of `first`."""
        return [
            child
            for heads in self.heads.values()
            for head, child in heads.items()
            if not head or ord(head[0]) in first
        ]


class Tree:
    """Patterns by number, each with its rows of tokens."""

    def __init__(self, patterns: Iterable[Iterable[Row]]) -> None:
        self.root = _Node()
        self.root.pending = [(row, 0, n) for n, rows in enumerate(patterns) for row in rows]

    def covers(self, text: str, budget: Budget) -> bool:
        """Return True only if a row of some pattern covers the row, or the string, of this text.

        Of a string it is True iff one matches it.
        """
        return next(self._covering(text, budget), None) is not None

    def covering(self, text: str, budget: Budget) -> set[int]:
        """Return patterns that cover the row of this text; of a string, all that match it."""
        return set(self._covering(text, budget))

    def _covering(self, text: str, budget: Budget) -> Iterator[int]:
        end = len(text)
        stack = [(self.root, 0)]
        seen = {*stack}
        while stack:
            node, place = stack.pop()
            if node.pending:
                budget.spend(len(node.pending))
                node.expand()
            if place == end:
                yield from node.ends
            reached = [
                (heads[text[place : place + length]], place + length)
                for length, heads in node.heads.items()
                if text[place : place + length] in heads
            ]
            for token, child in node.wilds.items():
                reached += [(child, after) for after in _taken(token, text, place)]
            fresh = [pair for pair in reached if pair not in seen]
            seen.update(fresh)
            stack += fresh
        budget.spend(len(seen))

    def meeting(self, text: str, budget: Budget) -> set[int]:
        """Return at least the patterns that have a string with the row of this text."""
        found: set[int] = set()
        stack = [(self.root, 0)]
        seen = {*stack}
        while stack:
            node, place = stack.pop()
            if node.pending:
                node.expand()
            if place == len(text):
                found.update(node.ends)
            reached, uncertain = _met(node, text, place)
            for other in uncertain:
                _collect(other, found)
            fresh = [pair for pair in reached if pair not in seen]
            seen.update(fresh)
            stack += fresh
        budget.spend(len(seen) + len(found))
        return found


def _taken(token: Regex, text: str, place: int) -> range:
    """Return the places to which a wild token may get from `place`."""
    fits = fitting(token)
    if not fits.is_star:
        return range(place + 1, place + 1 + (place < len(text) and fits[text[place]]))
    end = place
    while end < len(text) and fits[text[end]]:
        end += 1
    return range(place, end + 1)


def _collect(node: _Node, found: set[int]) -> None:
    """Add all patterns below a node."""
    stack = [node]
    while stack:
        node = stack.pop()
        found.update(node.ends)
        found.update(number for _, _, number in node.pending)
        stack.extend(node.wilds.values())
        for heads in node.heads.values():
            stack.extend(heads.values())


def _met(node: _Node, text: str, place: int) -> tuple[list[tuple[_Node, int]], list[_Node]]:
    """Return where the patterns below `node` may get with a pattern's text from `place` on.

    Then the nodes below which any pattern may meet it.
    """
    reached = [
        (child, after)
        for wild, child in node.wilds.items()
        if is_star(wild)
        for after in _passed(wild, text, place)
    ]
    token = token_of(text[place]) if place < len(text) else None
    if token is not None and is_star(token):
        # The star is done, or it yields a character more.
        reached.append((node, place + 1))
        reached += [(child, place) for child in _ones(node, text, place)]
        return reached, node.behind_literals(charset_of(token))
    reached += [(child, place + 1) for child in _ones(node, text, place)]
    uncertain: list[_Node] = []
    for length, heads in node.heads.items():
        window = text[place : place + length]
        known = _literal_part(window)
        if known is window:
            reached += [(heads[window], place + length)] if window in heads else []
        else:
            uncertain += [child for head, child in heads.items() if head.startswith(known)]
    return reached, uncertain


def _ones(node: _Node, text: str, place: int) -> Iterator[_Node]:
    """Yield what follows a token for one character that what stands at `place` may have."""
    for wild, child in node.wilds.items():
        if not is_star(wild) and place < len(text) and _meets(wild, text[place]):
            yield child


def _literal_part(window: str) -> str:
    """Return what stands before the first mark."""
    if window.isascii():
        return window
    marks = (n for n, char in enumerate(window) if token_of(char) is not None)
    place = next(marks, len(window))
    return window if place == len(window) else window[:place]


def _passed(wild: Regex, text: str, place: int) -> Iterator[int]:
    """Yield the places to which a star may get from `place`, given what the pattern may skip."""
    yield place
    while place < len(text) and (_is_star_mark(text[place]) or _meets(wild, text[place])):
        place += 1
        yield place


def _is_star_mark(char: str) -> bool:
    token = token_of(char)
    return token is not None and is_star(token)


def _meets(wild: Regex, char: str) -> bool:
    """Return whether a wild token and a character or mark have a character in common."""
    token = token_of(char)
    if token is None:
        return ord(char) in charset_of(wild)
    return bool(charset_of(wild) & charset_of(token))
