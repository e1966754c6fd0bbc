"""How the solvers differ in what they read, and in what they read fast: rows of data."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.charset import MAX_CODE_POINT


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What a solver wants to be told.

    `complements`: a charset prints as the difference of all characters and its gaps where that is
    shorter, else always as a union of ranges. `last_in_range`: the greatest character that may
    bound a range.
    """

    logic: str = "ALL"
    options: tuple[tuple[str, str], ...] = ()
    complements: bool = True
    last_in_range: int = MAX_CODE_POINT


DIALECTS = {
    "z3": Dialect(),
    "cvc5": Dialect(options=(("strings-exp", "true"),)),
    # CVC4 1.8: "expecting characters whose code point is less than or equal to 255".
    "cvc4": Dialect(last_in_range=0xFF),
}
