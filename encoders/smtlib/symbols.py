"""The symbols that stand for the variables of a problem in a script and in its models."""

import re

from automaton.terms import Problem

_SIMPLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_QUOTABLE = re.compile(r"[ !-\[\]-{}~]+")
_MUST_QUOTE = re.compile(r'[ "#\'(),:;\[\]`{}]|\A[0-9]')

RESERVED = frozenset(
    """
    as let exists forall match par BINARY DECIMAL HEXADECIMAL NUMERAL STRING
    error true false not and or xor ite distinct div mod abs Bool Int Real String RegLan
    to_real to_int is_int select store concat const default lambda
    RNE RNA RTP RTN RTZ roundNearestTiesToEven roundNearestTiesToAway
    roundTowardPositive roundTowardNegative roundTowardZero
    """.split()  # noqa: SIM905 - words read better than a list of strings
)
"""Words of the language, and constants of theories that some solver always knows."""


def symbols(problem: Problem) -> dict[str, str]:
    """Return the symbol for each variable's name: the name itself wherever every solver reads it.

    Other names get a symbol with a `!`, which no name keeps unquoted.
    """
    names = (variable.name for variable in problem.variables)
    return {name: _symbol(name) or f"v!{place}" for place, name in enumerate(names)}


def _symbol(name: str) -> str | None:
    if _SIMPLE.fullmatch(name):
        return None if name in RESERVED else name
    # A name that could do without quotes might be a function's, which quoting does not hide.
    if _QUOTABLE.fullmatch(name) and _MUST_QUOTE.search(name):
        return f"|{name}|"
    return None
