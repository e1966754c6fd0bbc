"""The lengths of the strings of a language: finitely many arithmetic progressions, exactly.

Forgetting which characters a deterministic automaton reads leaves one over a single letter, whose
state sets, a bit a state, repeat in the end (Chrobak, "Finite automata and unary languages", TCS
1986). Where they repeat the lengths do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from automaton import regex as rx
from automaton.alphabet import READABLE
from automaton.budget import Budget, LimitReached
from automaton.charset import CharSet
from automaton.determinise import determinise
from automaton.pattern import Dfa
from automaton.regex import Regex
from automaton.verdict import Reason

MAX_STEPS = 1 << 14
"""How many state sets are looked at before they must have repeated."""

BYTES_A_CHARACTER = 64
"""What a character of a long string costs until the string is found, checked and printed."""

TOO_LONG_A_PERIOD = "the lengths of a language repeat too late"


@dataclass(frozen=True)
class Progression:
    """The numbers `first`, `first + step`, and so on up to `last`, without end iff it is None."""

    first: int
    step: int
    last: int | None

    def __contains__(self, number: int) -> bool:
        is_between = self.first <= number and (self.last is None or number <= self.last)
        return is_between and (number - self.first) % self.step == 0


Lengths = tuple[Progression, ...]

ANY_LENGTH: Lengths = (Progression(0, 1, None),)

Range = tuple[int, int | None]
"""The least length and the greatest, None iff there is no greatest."""


class Language:
    """The strings that `regex` matches. Raise LimitReached iff its automaton is too large."""

    def __init__(self, regex: Regex, budget: Budget) -> None:
        self.regex = regex
        self.budget = budget

    @cached_property
    def lengths(self) -> Lengths:
        """The lengths of the strings."""
        if self.regex is rx.ALL:
            return ANY_LENGTH
        if self.regex is rx.NONE:
            return ()
        return _progressions(*self._accepted_lengths())

    def string(self, length: int) -> str:
        """Return a string of this length, which must be one of `lengths`.

        Raise LimitReached iff it is longer than what the budget has memory for.
        """
        self.budget.require_memory(BYTES_A_CHARACTER * length)
        if self.regex is rx.ALL:
            return READABLE[0] * length
        hopeful = [self._accepting]
        for _ in range(length):
            self.budget.spend()
            hopeful.append(_united(self._sources, hopeful[-1]))
        text, state = [], 0
        for left in reversed(range(length)):
            moves = self._dfa.edges[state].items()
            state, charset = next(move for move in moves if hopeful[left] >> move[0] & 1)
            text.append(_readable(charset))
        return "".join(text)

    @cached_property
    def _dfa(self) -> Dfa:
        return determinise(self.regex, self.budget)

    @cached_property
    def _accepting(self) -> int:
        return sum(1 << state for state in self._dfa.accepting)

    @cached_property
    def _targets(self) -> list[int]:
        return [sum(1 << target for target in moves) for moves in self._dfa.edges]

    @cached_property
    def _sources(self) -> list[int]:
        sources = [0] * len(self._dfa.edges)
        for state, moves in enumerate(self._dfa.edges):
            for target in moves:
                sources[target] |= 1 << state
        return sources

    def _accepted_lengths(self) -> tuple[list[bool], int]:
        """Return for each length whether a string has it, and from which on they repeat."""
        seen: dict[int, int] = {}
        states, is_length = 1, list[bool]()
        while states not in seen:
            self.budget.spend(len(self._targets))
            if len(seen) >= MAX_STEPS:
                raise LimitReached(Reason.INCOMPLETE, TOO_LONG_A_PERIOD)
            seen[states] = len(seen)
            is_length.append(bool(states & self._accepting))
            states = _united(self._targets, states)
        return is_length, seen[states]


def _united(rows: Sequence[int], states: int) -> int:
    """Return the union of the rows of the states, a bit each."""
    union = 0
    while states:
        lowest = states & -states
        union |= rows[lowest.bit_length() - 1]
        states ^= lowest
    return union


def _readable(charset: CharSet) -> str:
    best = (char for char in READABLE if ord(char) in charset)
    return next(best, chr(charset.intervals[0][0]))


def _progressions(is_length: list[bool], repeating: int) -> Lengths:
    """Return the true numbers, where those from `repeating` on are repeated without end."""
    cycle = is_length[repeating:]
    period = next(p for p in range(1, len(cycle) + 1) if _repeats(cycle, p))
    head, cycle = is_length[:repeating], cycle[:period]
    while head and head[-1] == cycle[-1]:
        cycle.insert(0, cycle.pop())
        head.pop()
    endless = (
        Progression(len(head) + place, period, None) for place, holds in enumerate(cycle) if holds
    )
    return (*_runs([number for number, holds in enumerate(head) if holds]), *endless)


def _repeats(cycle: Sequence[bool], period: int) -> bool:
    return len(cycle) % period == 0 and cycle[period:] == cycle[:-period]


def _runs(numbers: list[int]) -> Iterator[Progression]:
    """Yield progressions of ascending numbers, each as long as it gets from where it starts."""
    place = 0
    while place < len(numbers):
        first, end = numbers[place], place + 1
        step = numbers[end] - first if end < len(numbers) else 1
        while end < len(numbers) and numbers[end] - numbers[end - 1] == step:
            end += 1
        yield Progression(first, step, numbers[end - 1])
        place = end


def counted(regex: Regex) -> Range | None:
    """Return the range of lengths iff `regex` matches exactly the strings of those lengths."""
    match regex:
        case rx.Literal():
            return None if regex.text else (0, 0)
        case rx.Chars():
            return (1, 1) if regex is rx.ANY else None
        case rx.Loop():
            return (regex.low, regex.high) if regex.part is rx.ANY else None
    return None
