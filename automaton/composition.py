"""Compositions: strings put together from literals and from variables that nothing else defines.

A composition is a match of a regex iff the parts of some cut match its parts, so that every
membership of a composition is a formula over one-variable atoms (monadic decomposition). Whether
it is a match of a template is such a formula only where the template's variables are literals, or
the composition is one; for all others there is the formula that they are `aligned`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from automaton import pieces as pc
from automaton import regex as rx
from automaton.budget import Budget
from automaton.pieces import Piece
from automaton.quotient import after_char, after_word, cuts, require_short
from automaton.regex import Regex
from automaton.sorts import Variable
from automaton.terms import (
    FALSE,
    TRUE,
    Formula,
    conjunction,
    constant,
    disjunction,
    in_regex,
    negation,
)
from automaton.traversal import fold

Composition = tuple[Piece, ...]
"""INVARIANT: the regexes are literals; none is empty, and no two are neighbours."""

Pieces = tuple[Piece, ...]

Match = tuple[Pieces, Regex]
"""A composition and the regex that may match it."""

Bindings = Mapping[Variable, Composition]
"""What variables stand for. INVARIANT: no variable occurs in what it stands for in the end."""


def resolve(pieces: Pieces, bindings: Bindings) -> Pieces:
    """Return the pieces with every variable replaced by what it stands for in the end."""
    found: list[Piece] = []
    pending = [*reversed(pieces)]
    while pending:
        piece = pending.pop()
        if isinstance(piece, Variable) and piece in bindings:
            pending += reversed(bindings[piece])
        else:
            found.append(piece)
    return pc.joined(found)


def literal_of(whole: Composition) -> str:
    """Return the string that a composition without variables is."""
    return "".join(piece.text for piece in whole if isinstance(piece, rx.Literal))


@lru_cache(maxsize=1 << 14)
def member(whole: Composition, regex: Regex, budget: Budget) -> Formula:
    """Return the formula that says that `regex` matches the composition."""
    known: dict[Match, Formula] = {}
    return fold((whole, regex), known, _needed, lambda match: _member(match, known, budget))


def _needed(match: Match) -> list[Match]:
    """Return the matches that tell whether the regex matches the composition."""
    whole, regex = match
    if regex is rx.ALL or regex is rx.NONE or not whole:
        return []
    first, rest = whole[0], whole[1:]
    if isinstance(first, rx.Literal):
        return [(rest, after_word(regex, first.text))]
    if not rest:
        return []
    if isinstance(regex, rx.Complement | rx.Intersection | rx.Union):
        return [(whole, part) for part in rx.parts_of(regex)]
    return [(rest, back) for _, back in cuts(regex)]


def _member(match: Match, known: Mapping[Match, Formula], budget: Budget) -> Formula:
    whole, regex = match
    if regex is rx.ALL or regex is rx.NONE or not whole:
        return constant(rx.is_nullable(regex))
    first = whole[0]
    needed = [known[other] for other in _needed(match)]
    if isinstance(first, rx.Literal):
        return needed[0]
    assert isinstance(first, Variable)
    if len(whole) == 1:
        return in_regex(first, regex)
    match regex:
        case rx.Complement():
            return negation(needed[0])
        case rx.Intersection():
            return conjunction(*needed)
        case rx.Union():
            return disjunction(*needed)
    budget.spend(len(needed))
    fronts = (in_regex(first, front) for front, _ in cuts(regex))
    return disjunction(*map(conjunction, fronts, needed))


def is_open(whole: Composition, pieces: Pieces) -> bool:
    """Return whether there is no formula that says that the composition is a match."""
    return bool(pc.variables_among(whole)) and bool(pc.variables_among(pieces))


def template_holds(whole: Composition, pieces: Pieces, budget: Budget) -> Formula | None:
    """Return the formula that says that the composition is a match of the template.

    None iff that `is_open`.
    """
    if is_open(whole, pieces):
        return None
    if not pc.variables_among(pieces):
        return member(whole, rx.concat(*pc.regexes_among(pieces)), budget)
    return spelled(literal_of(whole), pieces, budget)


def weakened(whole: Composition, pieces: Pieces, budget: Budget) -> Formula:
    """Return what a match of the template implies: that with any strings for its variables."""
    regexes = [piece if isinstance(piece, Regex) else rx.ALL for piece in pieces]
    # PERF: any string after any string is only any string, but is cut in more ways.
    follow = (
        r
        for r, before in zip(regexes, [rx.NONE, *regexes], strict=False)
        if not r is before is rx.ALL
    )
    return member(whole, rx.concat(*follow), budget)


@lru_cache(maxsize=1 << 14)
def spelled(text: str, pieces: Pieces, budget: Budget) -> Formula:
    """Return the formula that says that `text` is a match of the template.

    Raise LimitReached iff it is too long for where variables may end in it.
    """
    if not pieces:
        return constant(not text)
    first, rest = pieces[0], pieces[1:]
    budget.spend(len(text) + 1)
    if isinstance(first, Regex):
        return disjunction(*(spelled(text[end:], rest, budget) for end in _ends(first, text)))
    require_short(text)
    heads: dict[Formula, list[Regex]] = {}
    for end in range(len(text) + 1):
        heads.setdefault(spelled(text[end:], rest, budget), []).append(rx.literal(text[:end]))
    ways = ((in_regex(first, rx.union(*found)), tail) for tail, found in heads.items())
    return disjunction(*(conjunction(*way) for way in ways))


def _ends(regex: Regex, text: str) -> Iterator[int]:
    """Yield the length of each prefix of `text` that the regex matches."""
    for length in range(len(text) + 1):
        if regex is rx.NONE:
            return
        if rx.is_nullable(regex):
            yield length
        regex = after_char(regex, text[length]) if length < len(text) else rx.NONE


@lru_cache(maxsize=1 << 14)
def aligned(whole: Composition, pieces: Pieces, budget: Budget) -> Formula:
    """Return a formula that implies that the composition is a match of the template.

    It says that they match with each variable of the template being empty or standing where the
    same variable stands in the composition. For values that share nothing by chance it says all.
    """
    if not pieces:
        return conjunction(*map(_is_empty, whole))
    first, rest = pieces[0], pieces[1:]
    if isinstance(first, Variable):
        if whole and whole[0] == first:
            return aligned(whole[1:], rest, budget)
        ways = [conjunction(_is_empty(first), aligned(whole, rest, budget))]
        if whole:
            ways.append(conjunction(_is_empty(whole[0]), aligned(whole[1:], pieces, budget)))
        return disjunction(*ways)
    if not rest:
        return member(whole, first, budget)
    second = rest[0]
    ways = [
        conjunction(
            member(whole[:place], first, budget), aligned(whole[place + 1 :], rest[1:], budget)
        )
        for place, piece in enumerate(whole)
        if piece == second
    ]
    without = aligned(whole, pc.joined((first, *rest[1:])), budget)
    return disjunction(*ways, conjunction(_is_empty(second), without))


def _is_empty(piece: Piece) -> Formula:
    if isinstance(piece, Variable):
        return in_regex(piece, rx.EPSILON)
    return TRUE if piece is rx.EPSILON else FALSE
