"""The checker's states: sets of strings told by regexes that match and regexes that do not.

What may follow a character is found by partial derivatives (Antimirov, "Partial derivatives of
regular expressions and finite automaton constructions", TCS 1996), of complements and
intersections too (Caron, Champarnaud, Mignot, "Partial derivatives of an extended regular
expression", LATA 2011).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import TypeVar

from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT
from automaton.regex import Regex

State = tuple[frozenset[Regex], frozenset[Regex]]
"""Regexes that match and regexes that do not."""

_Fact = TypeVar("_Fact")


def is_narrower(state: State, other: State) -> bool:
    """Return whether `state` demands all that `other` does."""
    return other[0] <= state[0] and other[1] <= state[1]


def is_dead(state: State) -> bool:
    """Return whether the state is contradictory on its face."""
    matching, others = state
    return rx.NONE in matching or rx.ALL in others or not matching.isdisjoint(others)


def state_of(matching: Iterable[Regex], others: Iterable[Regex]) -> State:
    """Return the state in which no Boolean operator that a state can express is left at the top."""
    sides: tuple[set[Regex], set[Regex]] = (set(), set())
    pending = [(regex, 0) for regex in matching] + [(regex, 1) for regex in others]
    while pending:
        regex, side = pending.pop()
        if isinstance(regex, rx.Complement):
            pending.append((regex.part, 1 - side))
        elif isinstance(regex, (rx.Intersection, rx.Union)[side]):
            pending.extend((part, side) for part in regex.parts)
        else:
            sides[side].add(regex)
    sides[0].discard(rx.ALL)
    return frozenset(sides[0]), frozenset(sides[1])


class Derivatives:
    """What is left of regexes after a character, remembered; nothing recurses into a regex."""

    def __init__(self) -> None:
        self._nullable: dict[Regex, bool] = {}
        self._cuts: dict[Regex, frozenset[int]] = {}
        self._after: defaultdict[int, dict[Regex, frozenset[Regex]]] = defaultdict(dict)

    def accepts(self, state: State) -> bool:
        """Return whether the state holds the empty string."""
        return all(map(self.is_nullable, state[0])) and not any(map(self.is_nullable, state[1]))

    def successors(self, state: State) -> set[State]:
        """Return the states that what follows a first character of `state` may be in."""
        found: set[State] = set()
        cuts = {0}.union(*map(self.cuts, state[0]), *map(self.cuts, state[1]))
        for code in cuts - {MAX_CODE_POINT + 1}:
            choices = product(*(self.after(regex, code) for regex in state[0]))
            others = frozenset[Regex]().union(*(self.after(regex, code) for regex in state[1]))
            found.update(state_of(chosen, others) for chosen in choices)
        return found

    def is_nullable(self, regex: Regex) -> bool:
        """Return whether `regex` matches the empty string."""
        return _folded(regex, self._nullable, _parts_of, self._nullable_from_parts)

    def _nullable_from_parts(self, regex: Regex) -> bool:
        known = self._nullable
        match regex:
            case rx.Literal():
                return not regex.text
            case rx.Chars():
                return False
            case rx.Concat() | rx.Intersection():
                return all(known[part] for part in regex.parts)
            case rx.Union():
                return any(known[part] for part in regex.parts)
            case rx.Complement():
                return not known[regex.part]
            case rx.Loop():
                return regex.low == 0 or known[regex.part]
        raise TypeError(type(regex).__name__)

    def _first_parts(self, regex: Regex) -> Sequence[Regex]:
        """Return the parts of `regex` in which a match of it may begin."""
        if not isinstance(regex, rx.Concat):
            return _parts_of(regex)
        later = (n for n, part in enumerate(regex.parts, 1) if not self.is_nullable(part))
        return regex.parts[: next(later, None)]

    def cuts(self, regex: Regex) -> frozenset[int]:
        """Return code points such that none between two of them is told apart from the lower."""
        return _folded(regex, self._cuts, self._first_parts, self._cuts_from_parts)

    def _cuts_from_parts(self, regex: Regex) -> frozenset[int]:
        match regex:
            case rx.Literal():
                return frozenset(
                    cut for char in regex.text[:1] for cut in (ord(char), ord(char) + 1)
                )
            case rx.Chars():
                intervals = regex.charset.intervals
                return frozenset(cut for low, high in intervals for cut in (low, high + 1))
        return frozenset[int]().union(*(self._cuts[part] for part in self._first_parts(regex)))

    def after(self, regex: Regex, code: int) -> frozenset[Regex]:
        """Return regexes whose union is what follows the character `code` in matches of `regex`."""
        known = self._after[code]
        return _folded(
            regex, known, self._first_parts, lambda node: self._after_from_parts(node, code, known)
        )

    def _after_from_parts(
        self, regex: Regex, code: int, known: dict[Regex, frozenset[Regex]]
    ) -> frozenset[Regex]:
        match regex:
            case rx.Literal():
                begins = regex.text[:1] == chr(code)
                return frozenset([rx.literal(regex.text[1:])] if begins else [])
            case rx.Chars():
                return frozenset([rx.EPSILON] if code in regex.charset else [])
            case rx.Concat():
                return frozenset(
                    rx.concat(tail, *regex.parts[number:])
                    for number, part in enumerate(self._first_parts(regex), 1)
                    for tail in known[part]
                )
            case rx.Union():
                return frozenset[Regex]().union(*(known[part] for part in regex.parts))
            case rx.Intersection():
                chosen = product(*(known[part] for part in regex.parts))
                return frozenset(rx.intersection(*tails) for tails in chosen)
            case rx.Complement():
                return frozenset([rx.complement(rx.union(*known[regex.part]))])
            case rx.Loop():
                high = None if regex.high is None else regex.high - 1
                rest = rx.loop(regex.part, max(regex.low - 1, 0), high)
                return frozenset(rx.concat(tail, rest) for tail in known[regex.part])
        raise TypeError(type(regex).__name__)


def _parts_of(regex: Regex) -> Sequence[Regex]:
    if isinstance(regex, rx.Complement | rx.Loop):
        return (regex.part,)
    return regex.parts if isinstance(regex, rx.Concat | rx.Union | rx.Intersection) else ()


def _folded(
    regex: Regex,
    known: dict[Regex, _Fact],
    parts_of: Callable[[Regex], Sequence[Regex]],
    from_parts: Callable[[Regex], _Fact],
) -> _Fact:
    """Return what `known` says about `regex`, worked out from what it says about the parts."""
    pending = [regex]
    while pending:
        node = pending[-1]
        missing = [] if node in known else [p for p in parts_of(node) if p not in known]
        pending.extend(missing)
        if not missing:
            pending.pop()
            if node not in known:
                known[node] = from_parts(node)
    return known[regex]
