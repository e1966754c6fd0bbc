"""Problems with their expected verdicts, small enough for every solver."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from automaton import regex as rx
from automaton.charset import ANY_CHAR
from automaton.terms import (
    FALSE,
    Formula,
    Problem,
    Sort,
    Variable,
    at_least,
    at_most,
    between,
    disjunction,
    equals,
    greater,
    implication,
    in_regex,
    is_true,
    less,
    negation,
)

S = Variable("s", Sort.STRING)
T = Variable("t", Sort.STRING)
P = Variable("p", Sort.BOOL)
N = Variable("n", Sort.INT)
R = Variable("r", Sort.REAL)
FOUR = Variable("four", Sort.IPV4)
SIX = Variable("six", Sort.IPV6)
UNUSED = tuple(Variable(f"unused {sort.value}", sort) for sort in Sort)

NO_COLON = rx.star(rx.difference(rx.chars(ANY_CHAR), rx.literal(":")))


@dataclass(frozen=True)
class Case:
    """A problem, and whether it is satisfiable."""

    name: str
    is_sat: bool
    assertions: tuple[Formula, ...]
    declared: tuple[Variable, ...] = ()

    @property
    def problem(self) -> Problem:
        """The problem as a member gets it."""
        return Problem(self.assertions, self.declared)


def like(text: str) -> Formula:
    """Return the formula that says that `s` matches a pattern with `*` and `?`."""
    return in_regex(S, rx.glob(text))


def sat(name: str, *assertions: Formula, declared: tuple[Variable, ...] = ()) -> Case:
    """Return a satisfiable case."""
    return Case(name, True, assertions, declared)


def unsat(name: str, *assertions: Formula) -> Case:
    """Return an unsatisfiable case."""
    return Case(name, False, assertions)


CASES = (
    sat("nothing asserted"),
    sat("variables that nothing is said about", declared=UNUSED),
    unsat("false", FALSE),
    sat("a wildcard", like("s3:Get*")),
    sat("the empty string", equals(S, "")),
    sat("a pattern without another", like("a*"), negation(like("ab*"))),
    unsat("a pattern inside another", like("ab*"), negation(like("a*"))),
    unsat("two first letters", like("a*"), like("b*")),
    sat("one character exactly", like("?"), negation(equals(S, "a"))),
    unsat("too short", like("???*"), in_regex(S, rx.loop(rx.chars(ANY_CHAR), 0, 2))),
    sat("a loop with bounds", in_regex(S, rx.loop(rx.literal("ab"), 3, 5)), like("*bababab*")),
    unsat("an empty loop", in_regex(S, rx.loop(rx.literal("ab"), 3, 5)), like("*aa*")),
    sat(
        "segments of a resource name",
        in_regex(S, rx.concat(rx.literal("arn:"), NO_COLON, rx.literal(":"), NO_COLON)),
        like("*:b*"),
    ),
    unsat(
        "a colon too many",
        in_regex(S, rx.concat(rx.literal("arn:"), NO_COLON)),
        like("arn:*:*"),
    ),
    sat(
        "a complement inside a concatenation",
        in_regex(S, rx.concat(rx.literal("x"), rx.complement(rx.literal("ab")), rx.literal("y"))),
        like("xa?y"),
    ),
    unsat(
        "a complement that hits",
        in_regex(S, rx.concat(rx.literal("x"), rx.complement(rx.glob("a*")))),
        like("xa*"),
    ),
    unsat(
        "an intersection",
        in_regex(S, rx.intersection(rx.glob("a*"), rx.glob("*b"), rx.glob("?"))),
    ),
    sat("two strings", like("a*"), in_regex(T, rx.glob("*b")), negation(equals(T, "b"))),
    sat("a choice", disjunction(like("a*"), is_true(P)), negation(is_true(P))),
    unsat("no choice", disjunction(like("a*"), is_true(P)), negation(is_true(P)), like("b")),
    unsat("a chain", implication(is_true(P), like("a")), is_true(P), like("?b")),
    sat("a whole number", greater(N, -5), less(N, -3)),
    unsat("no whole number", greater(N, 3), less(N, 4)),
    sat("a huge number", equals(N, -(10**30))),
    sat("a fraction", greater(R, Fraction(-1, 3)), less(R, Fraction(-1, 4))),
    unsat("an empty interval", at_least(R, Fraction(1, 2)), less(R, Fraction(1, 2))),
    sat("an address", between(FOUR, 0xC0A80000, 0xC0A8FFFF), negation(equals(FOUR, 0xC0A80000))),
    unsat("two networks", between(FOUR, 0x0A000000, 0x0AFFFFFF), at_least(FOUR, 0xC0A80000)),
    sat("a long address", at_least(SIX, 2**128 - 2), negation(equals(SIX, 2**128 - 1))),
    unsat("below all addresses", at_most(FOUR, 3), negation(between(FOUR, 0, 3))),
)

TEXTS = (
    'a "quoted" word',
    "back\\slash \\u{41} \\x41 \\n",
    "tab\tline\nreturn\r",
    "null\x00 bell\x07 delete\x7f",
    "caf\xe9 \xff",
)
"""Strings that a printer or a reader of escapes gets wrong, in the first 256 code points."""

WIDE_TEXTS = ("λx→鍵", "key \U0001f511", "end \U0002ffff")
"""Strings beyond them, which a solver may declare unsupported."""

NAMES = ("aws:SourceIp", "s3:prefix/${a}", "two words", "let", "(", ";", "é", "a|b\\c", "")
"""Names of variables that are no plain symbols."""
