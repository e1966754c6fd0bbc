"""What a solver answers, as SMT-LIB 2.7 writes it: values, models, errors, reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from automaton.verdict import Reason, Unknown, Value
from encoders.smtlib.literals import literal
from encoders.smtlib.term import Term, TermSort

_SIMPLE = re.compile(r"[A-Za-z~!@$%^&*_\-+=<>.?/][A-Za-z0-9~!@$%^&*_\-+=<>.?/]*")
_RESERVED = frozenset(
    {"!", "_", "as", "exists", "forall", "let", "match", "par"}
    | {"BINARY", "DECIMAL", "HEXADECIMAL", "NUMERAL", "STRING"}
)

DEFAULTS: dict[TermSort, Value] = {
    TermSort.BOOL: False,
    TermSort.INT: 0,
    TermSort.REAL: Fraction(0),
    TermSort.STRING: "",
}

_REASONS = {Reason.TIME: "timeout", Reason.MEMORY: "memout", Reason.STEPS: "resourceout"}


def symbol(name: str) -> str:
    """Return how the symbol of a name is written."""
    is_simple = _SIMPLE.fullmatch(name) and name not in _RESERVED
    return name if is_simple else f"|{name}|"


def constant(value: Value) -> str:
    """Return the term for a value."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return _signed(value, str(abs(value)))
        case Fraction():
            size = abs(value)
            whole, below = f"{size.numerator}.0", f"{size.denominator}.0"
            return _signed(value, whole if size.denominator == 1 else f"(/ {whole} {below})")
    return literal(value)


def _signed(value: int | Fraction, size: str) -> str:
    return f"(- {size})" if value < 0 else size


def model(values: Iterable[tuple[Term, Value]]) -> str:
    """Return a model, as definitions of its variables."""
    lines = [
        f"  (define-fun {symbol(term.name)} () {term.sort.value} {constant(value)})"
        for term, value in values
    ]
    return "\n".join(["(", *lines, ")"])


def pairs(items: Iterable[tuple[str, Value]]) -> str:
    """Return terms as they are written, each with its value."""
    return f"({' '.join(f'({written} {constant(value)})' for written, value in items)})"


def error(message: str) -> str:
    """Return the answer to what was wrong."""
    return f"(error {quoted(message)})"


def quoted(text: str) -> str:
    """Return the text, on one line, as a string for people: nothing but quotes is escaped."""
    words = " ".join(text.split()).replace('"', '""')
    return f'"{words}"'


def reason(unknown: Unknown) -> str:
    """Return why a verdict is unknown: a word, and for whoever wants to know more a sentence."""
    word = _REASONS.get(unknown.reason)
    if word or unknown == Unknown(Reason.INCOMPLETE):
        return word or "incomplete"
    return f"(incomplete {quoted(str(unknown))})"
