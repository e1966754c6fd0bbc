"""One regular expression -> positions: the local form of an automaton without epsilon moves.

A position is "so much of the pattern has been read" (Glushkov, 1961). It is entered on the
characters of one charset and may *stay* on others, so a wildcard pattern is a chain: `ab*c` has
four positions, the third of which stays on any character (the Shift-And idea of Baeza-Yates and
Gonnet, CACM 1992). Other expressions have edges beside the chain. A complement or intersection
inside a concatenation is embedded as its deterministic automaton, made by the caller.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from automaton import regex as rx
from automaton.budget import Budget, LimitReached
from automaton.charset import ANY_CHAR, CharSet
from automaton.regex import Regex
from automaton.traversal import Steps, run
from automaton.verdict import Reason

MAX_POSITIONS = 1 << 16
START = 0


@dataclass(frozen=True)
class Dfa:
    """A deterministic automaton with start state 0; `edges[s]` maps a target to its charset."""

    edges: tuple[dict[int, CharSet], ...]
    accepting: frozenset[int]


Embed = Callable[[Regex], Dfa]

Positions = frozenset[int]


@dataclass
class Pattern:
    """Positions 0 (the start, never entered) to `size - 1`.

    Position p is entered on the code point `codes[p]`, or if that is -1 on `charsets[p]`, from
    p - 1 iff p is in no `breaks`, and from each source of an edge to p. It stays on `stays[p]`.
    """

    codes: list[int] = field(default_factory=lambda: [-1])
    charsets: dict[int, CharSet] = field(default_factory=dict)
    stays: dict[int, CharSet] = field(default_factory=dict)
    breaks: set[int] = field(default_factory=set)
    edges: set[tuple[int, int]] = field(default_factory=set)
    accepting: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        """The number of positions."""
        return len(self.codes)

    @cached_property
    def code_bits(self) -> dict[int, int]:
        """For each code point the positions that are entered on it alone, a bit each."""
        bits: dict[int, int] = {}
        for position, code in enumerate(self.codes):
            if code >= 0:
                bits[code] = bits.get(code, 0) | 1 << position
        return bits

    @cached_property
    def charset_bits(self) -> dict[CharSet, int]:
        """For each charset the positions that are entered on it, a bit each."""
        return _by_charset(self.charsets)

    @cached_property
    def stay_bits(self) -> dict[CharSet, int]:
        """For each charset the positions that stay on it, a bit each."""
        return _by_charset(self.stays)

    @cached_property
    def chain_bits(self) -> int:
        """The positions whose successor may be entered from them along the chain, a bit each."""
        return (1 << self.size - 1) - 1 & ~(to_bits(self.breaks) >> 1)

    @cached_property
    def accept_bits(self) -> int:
        """The accepting positions, a bit each."""
        return to_bits(self.accepting)

    @cached_property
    def universal_bits(self) -> int:
        """The accepting positions that stay on every character: nothing later unmatches them."""
        return to_bits(p for p in self.accepting if self.stays.get(p) == ANY_CHAR)


def to_bits(positions: Iterable[int]) -> int:
    """Return the int with a bit for each of `positions`."""
    bits = 0
    for position in positions:
        bits |= 1 << position
    return bits


def _by_charset(charsets: dict[int, CharSet]) -> dict[CharSet, int]:
    bits: dict[CharSet, int] = {}
    for position, charset in charsets.items():
        bits[charset] = bits.get(charset, 0) | 1 << position
    return bits


_compiled: weakref.WeakKeyDictionary[Regex, Pattern] = weakref.WeakKeyDictionary()


def compile_pattern(regex: Regex, embed: Embed, budget: Budget) -> Pattern:
    """Return the positions of `regex`.

    Raise LimitReached iff there are more than 65,536, or the budget ends.
    """
    pattern = _compiled.get(regex)
    if pattern is None:
        builder = _Builder(embed, budget)
        pattern = builder.pattern
        pattern.accepting = run(builder.add(regex, frozenset({START})))
        _compiled[regex] = pattern
    return pattern


class _Builder:
    """Adds expressions to a pattern; each `add` goes from source positions to exit positions."""

    def __init__(self, embed: Embed, budget: Budget) -> None:
        self.pattern = Pattern()
        self.embed = embed
        self.budget = budget
        # INVARIANT: nothing leaves this position yet, and only what is added next continues it.
        self.fresh: int | None = START

    def add(self, regex: Regex, sources: Positions) -> Steps[Positions]:
        """Add `regex` after `sources`; return where its matches end."""
        match regex:
            case rx.Literal():
                return self._literal(regex.text, sources)
            case rx.Chars():
                return self._enter(regex.charset, sources)
            case rx.Concat():
                for part in regex.parts:
                    sources = yield self.add(part, sources)
                return sources
            case rx.Union():
                return (yield from self._union(regex.parts, sources))
            case rx.Loop():
                return (yield from self._loop(regex, sources))
        return self._embed(self.embed(regex), sources)

    def _new(self, charset: CharSet | int) -> int:
        position = self.pattern.size
        self.budget.spend()
        if position >= MAX_POSITIONS:
            raise LimitReached(Reason.MEMORY, f"a pattern has over {MAX_POSITIONS} positions")
        if isinstance(charset, int):
            self.pattern.codes.append(charset)
        else:
            self.pattern.codes.append(-1)
            self.pattern.charsets[position] = charset
        self.fresh = position
        return position

    def _connect(self, sources: Positions, target: int) -> None:
        if target - 1 not in sources:
            self.pattern.breaks.add(target)
        self.pattern.edges.update((source, target) for source in sources if source != target - 1)

    def _literal(self, text: str, sources: Positions) -> Positions:
        if not text:
            return sources
        if self.pattern.size + len(text) > MAX_POSITIONS:
            raise LimitReached(Reason.MEMORY, f"a pattern has over {MAX_POSITIONS} positions")
        first = self._new(ord(text[0]))
        self._connect(sources, first)
        self.pattern.codes.extend(map(ord, text[1:]))
        self.fresh = self.pattern.size - 1
        return frozenset({self.fresh})

    def _enter(self, charset: CharSet, sources: Positions) -> Positions:
        position = self._new(charset)
        self._connect(sources, position)
        return frozenset({position})

    def _union(self, parts: tuple[Regex, ...], sources: Positions) -> Steps[Positions]:
        exits: set[int] = set()
        for part in parts:
            self.fresh = None
            exits |= yield self.add(part, sources)
        self.fresh = None
        return frozenset(exits)

    def _loop(self, loop: rx.Loop, sources: Positions) -> Steps[Positions]:
        exits: Positions
        for _ in range(loop.low - (loop.high is None and loop.low > 0)):
            sources = yield self.add(loop.part, sources)
        if loop.high is None:
            return (yield from self._star(loop.part, sources, skip=loop.low == 0))
        exits = sources
        for _ in range(loop.high - loop.low):
            self.fresh = None
            sources = yield self.add(loop.part, sources)
            exits |= sources
        if loop.high > loop.low:
            self.fresh = None
        return exits

    def _star(self, part: Regex, sources: Positions, *, skip: bool) -> Steps[Positions]:
        """Add `part` once or more, or if `skip` is set any number of times."""
        charset = rx.one_char(part)
        if not charset:
            return (yield from self._repeat(part, sources, skip=skip))
        if skip and self._stay(charset, sources):
            return sources
        exits = self._enter(charset, sources)
        self._stay(charset, exits)
        if not skip:
            return exits
        self.fresh = None
        return exits | sources

    def _stay(self, charset: CharSet, sources: Positions) -> bool:
        """Let the one source stay on `charset`; False iff that would change what it means.

        It does not if nothing else leaves the source, and what it stays on already is comparable:
        then x*y* is the larger of the two.
        """
        if self.fresh is None or sources != {self.fresh}:
            return False
        known = self.pattern.stays.get(self.fresh, charset)
        joined = known | charset
        if joined not in (known, charset):
            return False
        self.pattern.stays[self.fresh] = joined
        return True

    def _repeat(self, part: Regex, sources: Positions, *, skip: bool) -> Steps[Positions]:
        before = self.pattern.size
        self.fresh = None
        exits: Positions = yield self.add(part, sources)
        firsts = [
            target
            for target in range(before, self.pattern.size)
            if self._is_entered(target, sources)
        ]
        for target in firsts:
            self.budget.spend()
            self.pattern.edges.update((source, target) for source in exits - sources)
        self.fresh = None
        return exits | sources if skip else exits

    def _is_entered(self, target: int, sources: Positions) -> bool:
        self.budget.spend()
        is_chained = target - 1 in sources and target not in self.pattern.breaks
        return is_chained or any((source, target) in self.pattern.edges for source in sources)

    def _embed(self, dfa: Dfa, sources: Positions) -> Positions:
        """Add a deterministic automaton: one position for each state and charset that enters it."""
        copies: dict[tuple[int, CharSet], int] = {}
        for targets in dfa.edges:
            for target, charset in targets.items():
                if (target, charset) not in copies:
                    copies[target, charset] = self._new(charset)
                    self.pattern.breaks.add(copies[target, charset])
        for (state, _), position in [((0, None), None), *copies.items()]:
            starts = sources if position is None else frozenset({position})
            for target, charset in dfa.edges[state].items():
                entered = copies[target, charset]
                self.pattern.edges.update((source, entered) for source in starts)
        self.fresh = None
        exits = {copies[key] for key in copies if key[0] in dfa.accepting}
        return frozenset(exits) | (sources if 0 in dfa.accepting else frozenset())
