"""How the solvers differ in what they read, and in what they read fast: rows of data.

Each choice was measured on 128 questions about AWS's policies, 5 s a question, as questions solved
and median processor time. z3 5.4.1: literals apart 118 in 9 ms; within the union, on half of the
questions, 54 of 64 instead of 57, in 12 ms instead of 8. cvc5 1.4.2: ranges and `re-elim` on 119
in 6 ms; off, or with differences, fewer; aggressive with differences 126, but in 17 ms. CVC4 1.8:
`[^:]` as an intersection 126 in 13 ms, as a difference 56 of 64.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from automaton.charset import MAX_CODE_POINT


class Gaps(Enum):
    """How a charset with few gaps, such as `[^:]`, prints; the value is that of `[^:]`."""

    RANGES = '(re.union (re.range "\\u{0}" "9") (re.range ";" "\\u{2ffff}"))'
    DIFFERENCE = '(re.diff re.allchar (str.to_re ":"))'
    INTERSECTION = '(re.inter re.allchar (re.comp (str.to_re ":")))'


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What a solver wants to be told.

    `last_in_range` is the greatest character that may bound a range. `literals_apart`: a variable
    that is matched by a union equals one of its literals, or is matched by the rest of it.
    """

    logic: str = "ALL"
    options: tuple[tuple[str, str], ...] = ()
    gaps: Gaps = Gaps.DIFFERENCE
    last_in_range: int = MAX_CODE_POINT
    literals_apart: bool = False


DIALECTS = {
    # SMT-LIB 2.6 has a solver print `success` unless it is told not to.
    "standard": Dialect(options=(("print-success", "false"),)),
    "z3": Dialect(literals_apart=True),
    "cvc5": Dialect(
        options=(("strings-exp", "true"), ("re-elim", "on")), gaps=Gaps.RANGES, literals_apart=True
    ),
    # CVC4 1.8: "expecting characters whose code point is less than or equal to 255".
    "cvc4": Dialect(gaps=Gaps.INTERSECTION, last_in_range=0xFF),
}
