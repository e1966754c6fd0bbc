"""What scripts must hold now and then, as it breaks solvers: predicates of terms and scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from automaton.charset import MAX_CODE_POINT
from encoders.smtlib.evaluate import values
from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.case import Script
from portfolio.differential.strategies.languages import ANY_CHAR, ANYTHING, EPSILON
from portfolio.differential.strategies.words import X, Y
from portfolio.differential.terms import call

MEMBER, AFFIXES = "str.in_re", ("str.prefixof", "str.suffixof")
EMPTY = EPSILON.parts[0]


def terms_of(*script: Term) -> list[Term]:
    return in_order(*script, parts_of=parts_of)


def is_open(term: Term) -> bool:
    """Return whether a term has variables."""
    return any(part.operator == VARIABLE for part in terms_of(term))


@cache
def is_nullable(language: Term) -> bool:
    """Return whether a constant language has the empty word."""
    return not is_open(language) and values((call(MEMBER, "", language),), {}) == (True,)


def is_text(term: Term) -> bool:
    return term.operator == CONSTANT and term.sort is TermSort.STRING


def texts(term: Term) -> list[str]:
    return [str(part.value) for part in term.parts if is_text(part)]


def is_range(term: Term, fits: Callable[[str, str], bool]) -> bool:
    found = texts(term)
    return term.operator == "re.range" and len(found) == 2 and fits(*found)


def holds_member(term: Term) -> bool:
    return any(part.operator == MEMBER for part in term.parts)


def number_of(term: Term) -> int | None:
    if term.operator == "-" and len(term.parts) == 1 and isinstance(term.parts[0].value, int):
        return -term.parts[0].value
    return term.value if isinstance(term.value, int) and term.sort is TermSort.INT else None


def has_number(term: Term, fits: Callable[[int], bool]) -> bool:
    numbers = (number_of(part) for part in term.parts)
    return any(number is not None and fits(number) for number in numbers)


def reaches_beyond(part: Term) -> bool:
    """Return whether a part is longer than its word, also if it starts one before the beginning."""
    word, _, size = part.parts
    long = number_of(size)
    return is_text(word) and long is not None and long - 1 > len(str(word.value))


def tells(number: Term) -> bool:
    return any(part.operator in ("str.indexof", "str.to_int") for part in number.parts)


CUT = ("str.at", "str.substr")
PLACED = ("str.at", "str.substr", "str.indexof")

OF_TERMS: Mapping[str, Callable[[Term], bool]] = {
    "a range from high to low": lambda t: is_range(t, lambda a, b: len(a) == len(b) == 1 and a > b),
    "a range of one character": lambda t: is_range(t, lambda a, b: len(a) == 1 and a == b),
    "a range with an empty end": lambda t: is_range(t, lambda a, b: "" in (a, b)),
    "a range with a long end": lambda t: is_range(t, lambda a, b: max(len(a), len(b)) > 1),
    "a range between variables": lambda t: t.operator == "re.range" and is_open(t),
    "a loop from high to low": lambda t: t.operator == "re.loop" and t.indices[0] > t.indices[1],
    "a loop from nothing": lambda t: t.operator == "re.loop" and t.indices[0] == 0,
    "a loop of nothing": lambda t: t.operator == "re.loop" and t.indices == (0, 0),
    "no times": lambda t: t.operator == "re.^" and t.indices == (0,),
    "a loop that counts to ten": lambda t: (
        t.operator in ("re.^", "re.loop") and t.indices[-1] >= 10
    ),
    "a star of what may be empty": lambda t: t.operator == "re.*" and is_nullable(t.parts[0]),
    "a plus of what may be empty": lambda t: t.operator == "re.+" and is_nullable(t.parts[0]),
    "all but the empty word": lambda t: t.operator == "re.comp" and t.parts[0] is EPSILON,
    "a star of all but the empty word": lambda t: (
        t.operator == "re.*" and t.parts[0].operator == "re.comp" and t.parts[0].parts[0] is EPSILON
    ),
    "all but one character": lambda t: t.operator == "re.comp" and t.parts[0] is ANY_CHAR,
    "all but everything": lambda t: t.operator == "re.comp" and t.parts[0] is ANYTHING,
    "a complement of a complement": lambda t: (
        t.operator == "re.comp" and t.parts[0].operator == "re.comp"
    ),
    "a complement within a concatenation": lambda t: (
        t.operator == "re.++" and any(part.operator == "re.comp" for part in t.parts)
    ),
    "one character that is something": lambda t: t.operator == "re.inter" and ANY_CHAR in t.parts,
    "the last code point": lambda t: is_text(t) and chr(MAX_CODE_POINT) in str(t.value),
    "the first code point": lambda t: is_text(t) and "\0" in str(t.value),
    "a lone surrogate": lambda t: is_text(t) and "\ud800" in str(t.value),
    "a text like an escape": lambda t: is_text(t) and str(t.value).startswith("\\"),
    "a membership of a word": lambda t: t.operator == MEMBER and is_text(t.parts[0]),
    "a membership of a function": lambda t: t.operator == MEMBER and bool(t.parts[0].parts),
    "a language that hangs on a variable": lambda t: t.operator == MEMBER and is_open(t.parts[1]),
    "a star of a term": lambda t: t.operator == "re.*" and is_open(t.parts[0]),
    "an equation of languages": lambda t: (
        t.operator in ("=", "distinct") and t.parts[0].sort is TermSort.REGLAN
    ),
    "an equation of a function": lambda t: (
        t.operator == "=" and t.parts[0].sort is TermSort.STRING and bool(t.parts[0].parts)
    ),
    "memberships under xor": lambda t: t.operator == "xor" and holds_member(t),
    "memberships under ite": lambda t: t.operator == "ite" and holds_member(t),
    "a name for a membership": lambda t: (
        t.operator == "=" and t.parts[0].operator == VARIABLE and holds_member(t)
    ),
    "a choice of strings": lambda t: t.operator == "ite" and t.sort is TermSort.STRING,
    "a choice of languages": lambda t: t.operator == "ite" and t.sort is TermSort.REGLAN,
    "a negative place": lambda t: t.operator in PLACED and has_number(t, lambda n: n < 0),
    "a place beyond every machine word": lambda t: (
        t.operator in PLACED and has_number(t, lambda n: n >= 2**64)
    ),
    "a replacement in the empty word": lambda t: (
        t.operator == "str.replace" and t.parts[0] is EMPTY
    ),
    "a replacement of the empty word": lambda t: (
        t.operator == "str.replace" and t.parts[1] is EMPTY
    ),
    "a replacement within a replacement": lambda t: (
        t.operator == "str.replace" and any(part.operator == "str.replace" for part in t.parts)
    ),
    "a replacement of a language": lambda t: t.operator.startswith("str.replace_re"),
    "a place that is an index": lambda t: (
        t.operator == "str.substr" and any(p.operator == "str.indexof" for p in terms_of(t))
    ),
    "a part that reaches beyond the end from a place that is told": lambda t: (
        t.operator == "str.substr" and is_open(t.parts[1]) and reaches_beyond(t)
    ),
    "a place beside one that is told": lambda t: (
        t.operator in CUT and t.parts[1].operator in ("+", "-") and tells(t.parts[1])
    ),
    "a place by cases": lambda t: t.operator in CUT and t.parts[1].operator == "ite",
    "a text of a negative number": lambda t: (
        t.operator == "str.from_int" and has_number(t, lambda n: n < 0)
    ),
    "a character beyond the last": lambda t: (
        t.operator == "str.from_code" and has_number(t, lambda n: n > MAX_CODE_POINT)
    ),
    "a number with leading zeros": lambda t: (
        t.operator == "str.to_int" and any(text[:1] == "0" and len(text) > 1 for text in texts(t))
    ),
}


def negated(script: Script) -> list[Term]:
    return [fact.parts[0] for fact in script if fact.operator == "not"]


def members(script: Script, variable: Term) -> list[Term]:
    facts = [*script, *negated(script)]
    return [fact for fact in facts if fact.operator == MEMBER and fact.parts[0] is variable]


def has_length(script: Script) -> bool:
    return any(part.operator == "str.len" for fact in script for part in fact.parts)


OF_SCRIPTS: Mapping[str, Callable[[Script], bool]] = {
    "dozens of negated prefixes": lambda s: (
        len([fact for fact in negated(s) if fact.operator == "str.prefixof"]) >= 24
    ),
    "negated suffixes": lambda s: len([f for f in negated(s) if f.operator == "str.suffixof"]) >= 6,
    "overlapping memberships, some negated": lambda s: (
        len(members(s, X)) >= 3 and any(fact.operator == MEMBER for fact in negated(s))
    ),
    "equal variables with languages of their own": lambda s: (
        call("=", X, Y) in s and bool(members(s, X) and members(s, Y))
    ),
    "several literals within a length": lambda s: (
        has_length(s) and sum(fact.operator == "str.contains" for fact in [*s, *negated(s)]) >= 2
    ),
    "no variable": lambda s: not any(map(is_open, s)),
    "several facts about one function": lambda s: any(
        term.sort is TermSort.STRING and term.parts and sum(term in fact.parts for fact in s) > 1
        for term in terms_of(*s)
    ),
}
