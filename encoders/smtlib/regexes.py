"""Regular expressions of scripts, and memberships in them.

An expression without variables is a regex of the engine. Concatenations of values and regexes are
templates. The Boolean operators and `ite` may stand outside of these: a membership in a union is a
disjunction of memberships. Everything else with a variable inside is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from automaton import pieces as pc
from automaton import regex as rx
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import (
    Formula,
    conjunction,
    disjunction,
    if_then_else,
    in_template,
    negation,
)
from automaton.verdict import Unsupported
from encoders.smtlib.definitions import Definitions, String, Text, require_size
from encoders.smtlib.term import Term, TermSort
from encoders.smtlib.walk import in_order
from encoders.smtlib.words import member

MAX_TIMES = 1 << 24
"""A loop of more rounds is refused."""


@dataclass(frozen=True)
class Template:
    """The concatenations of a match of each regex and the value of each variable."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Mixture:
    """A Boolean combination, or a choice, of languages in which variables stand: of `parts`."""

    parts: tuple[Term, ...]


Language = Regex | Template | Mixture


def _diff(parts: Sequence[Regex]) -> Regex:
    return rx.difference(parts[0], *parts[1:])


CONSTANTS: Mapping[str, Regex] = {"re.none": rx.NONE, "re.all": rx.ALL, "re.allchar": rx.ANY}

GROUND: Mapping[str, Callable[[Sequence[Regex]], Regex]] = {
    "re.++": lambda parts: rx.concat(*parts),
    "re.union": lambda parts: rx.union(*parts),
    "re.inter": lambda parts: rx.intersection(*parts),
    "re.diff": _diff,
    "re.comp": lambda parts: rx.complement(parts[0]),
    "re.*": lambda parts: rx.star(parts[0]),
    "re.+": lambda parts: rx.plus(parts[0]),
    "re.opt": lambda parts: rx.optional(parts[0]),
}

MIXING = frozenset({"re.union", "re.inter", "re.diff", "re.comp", "ite"})


def language(term: Term, operands: Sequence[Term], parts: Sequence[object]) -> Language:
    """Return the language of a RegLan term, given its operands and what they were lowered to.

    Raise Unsupported iff a variable stands inside where it cannot.
    """
    if term.operator in CONSTANTS:
        return CONSTANTS[term.operator]
    if term.operator == "str.to_re":
        return _of_string(parts[0])
    if term.operator == "re.range":
        return _of_range(parts)
    languages = [part for part in parts if isinstance(part, Language)]
    ground = [part for part in languages if isinstance(part, Regex)]
    mixture = Mixture(tuple(each for each in operands if each.sort is TermSort.REGLAN))
    if term.operator == "ite":
        return mixture
    if term.operator == "re.++" and len(languages) == len(parts):
        return _concatenation(languages)
    if len(ground) == len(parts):
        return _ground(term, ground)
    if term.operator in MIXING:
        return mixture
    raise Unsupported(f"`{term.operator}` of an expression with a variable")


def _ground(term: Term, parts: Sequence[Regex]) -> Regex:
    if term.operator in ("re.^", "re.loop"):
        low, high = term.indices[0], term.indices[-1]
        if max(low, high) > MAX_TIMES:
            raise Unsupported(f"a loop of over {MAX_TIMES} rounds")
        return rx.loop(parts[0], low, high)
    return GROUND[term.operator](parts)


def _of_string(string: object) -> Language:
    if not isinstance(string, Text):
        raise Unsupported("`str.to_re` of a part of a string")
    return rx.literal(string.word) if string.word is not None else Template(string.pieces)


def _of_range(bounds: Sequence[object]) -> Regex:
    found = [bound.word for bound in bounds if isinstance(bound, Text)]
    low, high = found if len(found) == len(bounds) else (None, None)
    if low is None or high is None:
        raise Unsupported("`re.range` with a bound that is no constant")
    return rx.char_range(low, high)


def _concatenation(parts: Sequence[Language]) -> Language:
    pieces: list[Piece] = []
    for part in parts:
        if isinstance(part, Mixture):
            raise Unsupported("`re.++` of a Boolean combination with a variable")
        pieces += part.pieces if isinstance(part, Template) else (part,)
    require_size(pieces)
    if pc.variables_among(pieces):
        return Template(pc.joined(pieces))
    return rx.concat(*pc.regexes_among(pieces))


def membership(
    string: String, root: Term, lowered: Mapping[Term, object], names: Definitions
) -> Formula:
    """Return that the string is in the language of `root`; raise Unsupported iff it has none."""
    found: dict[Term, Formula] = {}

    def mixed(term: Term) -> tuple[Term, ...]:
        known = lowered[term]
        return known.parts if isinstance(known, Mixture) else ()

    for term in in_order(root, parts_of=mixed):
        match lowered[term]:
            case Regex() as regex:
                found[term] = member(string, regex, names)
            case Template(pieces):
                found[term] = in_template(names.named(string), *pieces)
            case Mixture(parts):
                found[term] = _mixed(term, [found[part] for part in parts], lowered)
            case _:
                raise Unsupported("membership in this expression")
    return found[root]


def _mixed(term: Term, parts: Sequence[Formula], lowered: Mapping[Term, object]) -> Formula:
    match term.operator:
        case "re.union":
            return disjunction(*parts)
        case "re.inter":
            return conjunction(*parts)
        case "re.comp":
            return negation(parts[0])
        case "re.diff":
            return conjunction(parts[0], *map(negation, parts[1:]))
    test = lowered[term.parts[0]]
    assert isinstance(test, Formula)
    return if_then_else(test, *parts)
