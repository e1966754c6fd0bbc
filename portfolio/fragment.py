"""Parts of the language of strings by which one says what a solver is trusted for.

A task lies in the fragments whose means it uses. Memberships in languages of known words are one,
what goes beyond that is in others: solvers that are wrong now and then are so in some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from automaton import regex as rx
from automaton.formula import And, AtMost, Atom, Formula, InRegex, InTemplate, Or, SumAtMost
from automaton.regex import Regex
from automaton.sorts import Sort
from automaton.terms import Problem
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.members.base import Task


class Fragment(Enum):
    """What a task may use; the value is the words for it."""

    MEMBERSHIPS = "languages of words, ranges, unions, concatenations and stars"
    COMPLEMENTS = "intersections and complements of languages"
    DIFFERENCES = "differences of languages"
    LOOPS = "counted loops"
    NUMBERS = "linear arithmetic"
    LENGTHS = "lengths"
    EQUATIONS = "concatenations and equations of strings"
    ORDER = "the order of strings"
    FUNCTIONS = "substrings, positions and replacements"
    CONVERSIONS = "conversions between strings and numbers"
    OTHER = "what no other fragment has"


def fragments_of(task: Task) -> frozenset[Fragment]:
    """Return the fragments in which `task` lies; what cannot be read lies in `OTHER`."""
    if isinstance(task, Problem):
        return frozenset(_of_formula(task.formula))
    return frozenset(_of_question(task))


def _of_formula(formula: Formula) -> Iterator[Fragment]:
    pending, seen = [formula], {formula}
    regexes: set[Regex] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, And | Or):
            pending += (part for part in node.parts if part not in seen)
            seen.update(node.parts)
        elif isinstance(node, InRegex):
            yield Fragment.MEMBERSHIPS
            regexes.add(node.regex)
        elif isinstance(node, InTemplate):
            yield Fragment.EQUATIONS
            regexes.update(piece for piece in node.pieces if isinstance(piece, Regex))
        elif isinstance(node, AtMost | SumAtMost):
            yield from _of_numbers(node)
    yield from _of_regexes(regexes)


def _of_numbers(atom: Atom) -> Iterator[Fragment]:
    yield Fragment.NUMBERS
    summands = atom.summands if isinstance(atom, SumAtMost) else ()
    if any(variable.sort is Sort.STRING for _, variable in summands):
        yield Fragment.LENGTHS


def _of_regexes(regexes: Iterable[Regex]) -> Iterator[Fragment]:
    for regex in rx.nodes_of(regexes):
        if isinstance(regex, rx.Intersection | rx.Complement) or _is_printed_as_one(regex):
            yield Fragment.COMPLEMENTS
        elif isinstance(regex, rx.Loop) and (regex.low, regex.high) not in _PLAIN_LOOPS:
            yield Fragment.LOOPS


def _is_printed_as_one(regex: Regex) -> bool:
    """Return whether a solver may be given a complement for it: a set of all characters but few.

    So it may be of any that has characters beyond what the ranges of every dialect reach.
    """
    if not isinstance(regex, rx.Chars) or regex is rx.ANY:
        return False
    return regex.charset.intervals[-1][1] > _LAST_IN_EVERY_RANGE


_LAST_IN_EVERY_RANGE = min(dialect.last_in_range for dialect in DIALECTS.values())
_PLAIN_LOOPS = {(0, None), (1, None), (0, 1)}


def _of_question(question: ScriptQuestion) -> Iterator[Fragment]:
    if question.refusals:
        yield Fragment.OTHER
    for term in in_order(*question.assertions, parts_of=parts_of):
        yield from _of_term(term)


def _of_term(term: Term) -> Iterator[Fragment]:
    sorts = {part.sort for part in term.parts}
    if term.operator in ("=", "distinct", "ite"):
        yield from _of_equation(term, sorts)
    elif term.operator in _BY_OPERATOR:
        yield _BY_OPERATOR[term.operator]
    elif term.operator not in (VARIABLE, CONSTANT) and sorts - {TermSort.BOOL}:
        yield Fragment.OTHER
    if term.operator in ("str.to_re", "re.range") and not all(map(_is_constant, term.parts)):
        yield Fragment.OTHER
    if not _is_linear(term):
        yield Fragment.OTHER


def _of_equation(term: Term, sorts: set[TermSort]) -> Iterator[Fragment]:
    if TermSort.REGLAN in sorts:
        yield Fragment.OTHER
    if TermSort.STRING in sorts:
        is_plain = sum(not _is_constant(part) for part in term.parts) < 2
        yield Fragment.MEMBERSHIPS if is_plain else Fragment.EQUATIONS
    if sorts & {TermSort.INT, TermSort.REAL}:
        yield Fragment.NUMBERS


def _is_linear(term: Term) -> bool:
    """Return whether nothing that may vary is multiplied by such a thing, nor divides anything."""
    varying = [not all(map(_is_constant, part.parts or (part,))) for part in term.parts]
    if term.operator == "*":
        return sum(varying) < 2
    return term.operator not in ("/", "div", "mod") or not any(varying[1:])


def _is_constant(term: Term) -> bool:
    return term.operator == CONSTANT


_OPERATORS = {
    Fragment.MEMBERSHIPS: "str.in_re str.to_re re.none re.all re.allchar re.range re.++ re.union"
    " re.* re.+ re.opt",
    Fragment.COMPLEMENTS: "re.inter re.comp",
    Fragment.DIFFERENCES: "re.diff",
    Fragment.LOOPS: "re.^ re.loop",
    Fragment.NUMBERS: "- + * <= < >= > div mod abs divisible / to_real to_int is_int",
    Fragment.LENGTHS: "str.len",
    Fragment.EQUATIONS: "str.++ str.prefixof str.suffixof str.contains",
    Fragment.ORDER: "str.< str.<=",
    Fragment.FUNCTIONS: "str.at str.substr str.indexof str.replace str.replace_all str.replace_re"
    " str.replace_re_all",
    Fragment.CONVERSIONS: "str.is_digit str.to_code str.to_int str.from_code str.from_int",
}

_BY_OPERATOR = {
    operator: fragment for fragment, names in _OPERATORS.items() for operator in names.split()
}
