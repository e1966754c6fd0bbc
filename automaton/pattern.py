"""One regular expression -> positions: the local form of an automaton without epsilon moves.

A position is "so much of the pattern has been read" (Glushkov, 1961). It is entered on the
characters of one charset and may *stay* on others, so a wildcard pattern is a chain: `ab*c` has
four positions, the third of which stays on any character (the Shift-And idea of Baeza-Yates and
Gonnet, CACM 1992). Other expressions have edges beside the chain. Sets of positions are ints, a
bit each, and edges are products of two sets, so that there are no more of them than operators. A
counted loop is built once and copied. A complement or intersection inside a concatenation is
embedded as its deterministic automaton, made by the caller.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

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


@dataclass
class Pattern:
    """Positions 0 (the start, never entered) to `size - 1`.

    Position p is entered on the code point `codes[p]`, or if that is -1 on `charsets[p]`, from
    p - 1 iff that is in `chain_bits`, and from each position of `follow[s]` for a set s that holds
    p. It stays on `stays[p]`. No position is in two sets of `follow`.
    """

    codes: list[int] = field(default_factory=lambda: [-1])
    charsets: dict[int, CharSet] = field(default_factory=dict)
    stays: dict[int, CharSet] = field(default_factory=dict)
    chain_bits: int = 0
    follow: dict[int, int] = field(default_factory=dict)
    accept_bits: int = 0

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
    def universal_bits(self) -> int:
        """The accepting positions that stay on every character: nothing later unmatches them."""
        always = to_bits(place for place, charset in self.stays.items() if charset == ANY_CHAR)
        return always & self.accept_bits


def to_bits(positions: Iterable[int]) -> int:
    """Return the int with a bit for each of `positions`."""
    bits = 0
    for position in positions:
        bits |= 1 << position
    return bits


def positions_of(bits: int) -> Iterator[int]:
    """Yield the positions in the set `bits`, the first first."""
    # PERF: large sets are ints of kilobytes, and arithmetic would read these for each position.
    digits = f"{bits:b}"[::-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)


def _repeated(bits: int, length: int, count: int) -> int:
    """Return the union of `count` copies of a set, each `length` positions after the one before."""
    if count <= 1:
        return bits if count else 0
    half = _repeated(bits, length, count // 2)
    doubled = half | half << length * (count // 2)
    return doubled | bits << length * (count - 1) if count % 2 else doubled


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
        pattern = _compiled[regex] = _Builder(embed, budget).build(regex)
    return pattern


class _Piece(NamedTuple):
    """Where matches of a part of the expression begin and end, and whether they may be empty.

    `fresh` iff they end in a single position that nothing leaves yet, and only what follows them
    continues it.
    """

    first: int
    last: int
    nullable: bool
    fresh: bool = False

    def shifted(self, places: int) -> _Piece:
        """Return the piece for a copy that lies so many positions later."""
        return self._replace(first=self.first << places, last=self.last << places)


_EMPTY = _Piece(first=0, last=0, nullable=True)
_BEGINNING = _Piece(first=1 << START, last=1 << START, nullable=False, fresh=True)


class _Builder:
    """Makes one pattern: adds the parts of an expression in the order of their positions."""

    def __init__(self, embed: Embed, budget: Budget) -> None:
        self.pattern = Pattern()
        self.products: list[tuple[int, int]] = []
        """Pairs of sets: each position of the first leads to each of the second."""
        self.embed = embed
        self.budget = budget

    def build(self, regex: Regex) -> Pattern:
        """Return the pattern of `regex`."""
        parts = regex.parts if isinstance(regex, rx.Concat) else (regex,)
        self.pattern.accept_bits = run(self._concat(parts, _BEGINNING)).last
        self.pattern.follow = self._follow()
        return self.pattern

    def _follow(self) -> dict[int, int]:
        """Return for each set of positions those that lead to it, and no others, off the chain."""
        targets: dict[int, int] = {}
        chained = 0
        for sources, entered in self.products:
            self.budget.spend(sources.bit_count())
            chained |= sources & entered >> 1
            for source in positions_of(sources):
                known = targets.get(source)
                targets[source] = entered if known is None else known | entered
        for source in positions_of(chained):
            targets[source] &= ~(2 << source)
        alike: dict[int, list[int]] = {}
        for source, entered in targets.items():
            alike.setdefault(entered, []).append(source)
        return {entered: to_bits(sources) for entered, sources in alike.items() if entered}

    def _add(self, regex: Regex) -> Steps[_Piece]:
        match regex:
            case rx.Literal():
                return self._literal(regex.text)
            case rx.Chars():
                return self._chars(regex.charset)
            case rx.Concat():
                return (yield from self._concat(regex.parts, _EMPTY))
            case rx.Union():
                return (yield from self._union(regex.parts))
            case rx.Loop():
                return (yield from self._loop(regex))
        return self._embed(self.embed(regex))

    def _concat(self, parts: Iterable[Regex], before: _Piece) -> Steps[_Piece]:
        for part in parts:
            self.budget.spend()
            if self._stays(part, before):
                continue
            piece: _Piece = yield self._add(part)
            self._connect(before.last, piece.first)
            before = _Piece(
                first=before.first | piece.first if before.nullable else before.first,
                last=before.last | piece.last if piece.nullable else piece.last,
                nullable=before.nullable and piece.nullable,
                fresh=piece.fresh and not piece.nullable,
            )
        return before

    def _stays(self, part: Regex, before: _Piece) -> bool:
        """Let the fresh end of `before` stay on the characters of `part`, if it is a star of such.

        Return False iff it is none, or that would change what the position means. It does not if
        what it stays on already is comparable: then x*y* is the larger of the two.
        """
        if not before.fresh or not isinstance(part, rx.Loop) or (part.low, part.high) != (0, None):
            return False
        charset = rx.one_char(part.part)
        position = before.last.bit_length() - 1
        known = self.pattern.stays.get(position, charset)
        joined = known | charset
        if not charset or joined not in (known, charset):
            return False
        self.pattern.stays[position] = joined
        return True

    def _connect(self, sources: int, targets: int) -> None:
        """Let each of the sources lead to each of the targets."""
        if not sources or not targets:
            return
        self.pattern.chain_bits |= sources & targets >> 1
        is_single = not sources & (sources - 1)
        if not (is_single and targets == sources << 1):
            self.products.append((sources, targets))

    def _require(self, count: int) -> None:
        """Raise LimitReached iff so many positions more are too many."""
        if self.pattern.size + count > MAX_POSITIONS:
            raise LimitReached(Reason.MEMORY, f"a pattern has over {MAX_POSITIONS} positions")

    def _literal(self, text: str) -> _Piece:
        if not text:
            return _EMPTY
        self._require(len(text))
        first = 1 << self.pattern.size
        last = first << len(text) - 1
        self.pattern.codes.extend(map(ord, text))
        self.pattern.chain_bits |= last - first
        return _Piece(first, last, nullable=False, fresh=True)

    def _chars(self, charset: CharSet) -> _Piece:
        self._require(1)
        place = self.pattern.size
        self.pattern.codes.append(-1)
        self.pattern.charsets[place] = charset
        return _Piece(1 << place, 1 << place, nullable=False, fresh=True)

    def _union(self, parts: Iterable[Regex]) -> Steps[_Piece]:
        first, last, nullable = 0, 0, False
        for part in parts:
            self.budget.spend()
            piece: _Piece = yield self._add(part)
            first, last, nullable = (
                first | piece.first,
                last | piece.last,
                nullable or piece.nullable,
            )
        return _Piece(first, last, nullable)

    def _loop(self, loop: rx.Loop) -> Steps[_Piece]:
        """Add copies of the part, each of which leads to the next one, and the last to itself.

        Rounds of a part that may be empty need not be empty: then none is compulsory.
        """
        low = 0 if loop.part.nullable else loop.low
        count = max(low, 1) if loop.high is None else loop.high
        start, known = self.pattern.size, len(self.products)
        piece: _Piece = yield self._add(loop.part)
        length = self.pattern.size - start
        self._copy(start, known, count - 1)
        self._chain(piece, length, count)
        is_one_char = loop.high is None and self._repeat(
            loop.part, piece.shifted(length * (count - 1))
        )
        skipped = max(low, 1) - 1
        last = _repeated(piece.last, length, count - skipped) << length * skipped
        is_exact = is_one_char or low == loop.high
        return _Piece(piece.first, last, low == 0, fresh=low > 0 and is_exact and piece.fresh)

    def _chain(self, piece: _Piece, length: int, count: int) -> None:
        """Let each of `count` copies of a piece of so many positions lead to the next one."""
        if piece.last << 1 == piece.first << length and piece.fresh:
            self.pattern.chain_bits |= _repeated(piece.last, length, count - 1)
            return
        copies = (piece.shifted(length * number) for number in range(count))
        for before, after in pairwise(copies):
            self._connect(before.last, after.first)

    def _repeat(self, part: Regex, piece: _Piece) -> bool:
        """Let the piece be repeated; return whether it is one character, which then stays."""
        charset = rx.one_char(part)
        if charset:
            self.pattern.stays[self.pattern.size - 1] = charset
        else:
            self._connect(piece.last, piece.first)
        return bool(charset)

    def _copy(self, start: int, known: int, count: int) -> None:
        """Add copies of the positions from `start` on, and of the products that are not `known`."""
        length = self.pattern.size - start
        self._require(length * count)
        self.budget.spend(1 + count)
        if not length or not count:
            return
        chain = self.pattern.chain_bits >> start
        self.pattern.chain_bits |= _repeated(chain, length, count + 1) << start
        products = self.products[known:]
        self.pattern.codes += self.pattern.codes[start:] * count
        shifts = range(length, length * count + 1, length)
        for charsets in (self.pattern.charsets, self.pattern.stays):
            own = [(p, charsets[p]) for p in range(start, start + length) if p in charsets]
            for shift in shifts if own else ():
                charsets.update((place + shift, charset) for place, charset in own)
        for shift in shifts if products else ():
            self.products += [(s << shift, t << shift) for s, t in products]

    def _embed(self, dfa: Dfa) -> _Piece:
        """Add a deterministic automaton: one position for each state and charset that enters it."""
        copies: dict[tuple[int, CharSet], int] = {}
        for targets in dfa.edges:
            for target, charset in targets.items():
                if (target, charset) not in copies:
                    copies[target, charset] = self._chars(charset).first
        of_state = [0] * len(dfa.edges)
        for (state, _), position in copies.items():
            of_state[state] |= position
        entered = [sum(copies[edge] for edge in targets.items()) for targets in dfa.edges]
        for sources, successors in zip(of_state, entered, strict=True):
            self._connect(sources, successors)
        last = sum(of_state[state] for state in dfa.accepting)
        return _Piece(entered[0], last, START in dfa.accepting)
