"""Symmetries of the theory of strings: every string read backwards, characters exchanged.

A script has a symmetry iff each of its operators commutes with it; a script with another operator
has none, and nothing is derived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from automaton.charset import MAX_CODE_POINT
from encoders.smtlib.term import CONSTANT, VARIABLE, Term
from portfolio.differential.relations.languages import ends_of, interval
from portfolio.differential.relations.rules import NOTHING
from portfolio.differential.rewriting import Script, mapped, nodes_of, text_in, with_parts
from portfolio.differential.terms import call, constant

_ARITHMETIC = "+ - * div mod abs divisible / to_real to_int is_int < <= > >="
_LOGIC = "not and or xor => = distinct ite"
_LANGUAGES = (
    "re.none re.all re.allchar re.union re.inter re.diff re.comp re.* re.+ re.opt re.^ re.loop"
    " str.to_re str.in_re"
)
_EITHER_WAY = frozenset(
    {VARIABLE, CONSTANT, *f"{_ARITHMETIC} {_LOGIC} {_LANGUAGES} str.len str.contains".split()}
)
_REVERSIBLE = _EITHER_WAY | {
    *("str.++", "re.++", "str.prefixof", "str.suffixof", "str.at", "re.range"),
    *("str.is_digit", "str.to_code", "str.from_code"),
}
_UNORDERED = _EITHER_WAY | {
    *("str.++", "re.++", "str.prefixof", "str.suffixof", "str.at", "str.substr", "str.indexof"),
    *("str.replace", "str.replace_all", "str.replace_re", "str.replace_re_all"),
}
MAX_PIECES = 12
"""The greatest number of intervals that a range may become."""


def reversed_strings(script: Script, _: Random) -> Script | None:
    """Return a script whose solutions are those of this one, read backwards."""
    if any(node.operator not in _REVERSIBLE for node in nodes_of(script)):
        return None
    return mapped(script, _backwards)


def _backwards(node: Term, parts: Sequence[Term]) -> Term:
    match node.operator:
        case "variable" | "re.range":
            return node
        case "constant":
            text = text_in(node)
            return node if text is None else constant(text[::-1])
        case "str.++" | "re.++":
            return call(node.operator, *reversed(parts))
        case "str.prefixof":
            return call("str.suffixof", *parts)
        case "str.suffixof":
            return call("str.prefixof", *parts)
        case "str.at":
            text_, place = parts
            return call("str.at", text_, call("-", call("str.len", text_), place, 1))
    return with_parts(node, parts)


def renamed_characters(script: Script, chance: Random) -> Script | None:
    """Return a script whose solutions are those of this one with some characters exchanged."""
    return with_characters(script, _permutation(_characters(nodes_of(script)), chance))


def with_characters(script: Script, exchange: Mapping[int, int]) -> Script | None:
    """Return a script whose solutions are those of this one under a permutation of code points.

    Return None iff one of its operators depends on which characters they are, or too much changes.
    """
    nodes = nodes_of(script)
    if any(node.operator not in _UNORDERED and not ends_written(node) for node in nodes):
        return None
    if any(_pieces(node, exchange) > MAX_PIECES for node in nodes):
        return None
    return mapped(script, lambda node, parts: _renamed(node, parts, exchange))


def ends_written(node: Term) -> bool:
    """Return whether a term is a range between constants."""
    return node.operator == "re.range" and all(text_in(part) is not None for part in node.parts)


def _characters(nodes: Sequence[Term]) -> list[int]:
    texts = "".join(text for node in nodes if (text := text_in(node)) is not None)
    return [ord(char) for char in dict.fromkeys(texts)]


def _permutation(codes: list[int], chance: Random) -> Mapping[int, int]:
    """Return a permutation that moves some of the characters in use, among them or elsewhere."""
    moved = chance.sample(codes, min(len(codes), chance.randrange(1, 5)))
    odd = (0x22, 0x5C, 0x7F, 0x30, 0x62, 0xFFFF, 0x10000, MAX_CODE_POINT)
    moved += chance.sample(odd, chance.randrange(3))
    moved = list(dict.fromkeys(moved))
    return dict(zip(moved, moved[1:] + moved[:1], strict=True))


def _pieces(node: Term, exchange: Mapping[int, int]) -> int:
    ends = ends_of(node)
    if ends is None:
        return 0
    return 1 + 2 * sum(ends[0] <= code <= ends[1] for code in exchange)


def _renamed(node: Term, parts: Sequence[Term], exchange: Mapping[int, int]) -> Term:
    if node.operator == "re.range":
        return _renamed_range(node, exchange)
    text = text_in(node)
    if text is None:
        return with_parts(node, parts)
    return constant("".join(chr(exchange.get(ord(char), ord(char))) for char in text))


def _renamed_range(node: Term, exchange: Mapping[int, int]) -> Term:
    ends = ends_of(node)
    if ends is None or ends[0] > ends[1]:
        return NOTHING
    low, high = ends
    inside = sorted(code for code in exchange if low <= code <= high)
    bounds = [low - 1, *inside, high + 1]
    kept = [
        interval(before + 1, after - 1) for before, after in pairwise(bounds) if before + 1 < after
    ]
    found = [*kept, *(interval(exchange[code], exchange[code]) for code in inside)]
    return call("re.union", *found) if len(found) > 1 else found[0]
