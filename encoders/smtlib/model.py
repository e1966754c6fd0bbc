"""Models as solvers print them -> models of a problem.

Understood are the answers to (get-model) of z3, cvc5 and CVC4, with or without the word `model`
and the outer parentheses, and the answer to (get-value ...). Nothing is guessed: a value that is
no constant of the variable's sort is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from automaton.terms import Problem, Sort, Variable
from automaton.verdict import Model, Value
from encoders.smtlib.literals import printed_text_of
from encoders.smtlib.sexpr import Atom, Kind, List, ParseError, Sexpr, Source, read
from encoders.smtlib.symbols import symbols

SHOWN = 40
MAX_DIGITS = 4000
"""Python reads no whole number of more than 4300 digits."""

Reader = Callable[[Sexpr], Fraction | None]

_DEFAULTS: dict[Sort, Value] = {Sort.BOOL: False, Sort.REAL: Fraction(0), Sort.STRING: ""}


class ModelError(ValueError):
    """The text is no model of the problem's variables."""


def read_model(text: str, problem: Problem) -> Model:
    """Return the model that `text` prints; a variable it leaves out gets a default of its sort.

    The word `sat` may come first. Symbols that are no variables are passed over: solvers add some
    of their own. Raise ModelError iff `text` is no model, or gives a variable anything but one
    constant of its sort.
    """
    symbol_of = symbols(problem)
    return read_values(text, {symbol_of[v.name].strip("|"): v for v in problem.variables})


def read_values(text: str, variables: Mapping[str, Variable]) -> Model:
    """Return the model that `text` prints of variables, by their symbols without bars.

    Raise ModelError as `read_model` does.
    """
    model = {var.name: _DEFAULTS.get(var.sort, 0) for var in variables.values()}
    seen: dict[str, Value] = {}
    for symbol, written in _entries(text):
        variable = variables.get(symbol)
        if variable is not None:
            value = _value(variable, written, text)
            if seen.setdefault(symbol, value) != value:
                raise ModelError(f"two values for `{variable.name}`")
            model[variable.name] = value
    return model


def _entries(text: str) -> Iterator[tuple[str, Sexpr]]:
    """Yield each symbol that is given a value, with what is written for the value."""
    try:
        entries = read(Source(text), printed_text_of)
    except ParseError as error:
        raise ModelError(f"{error.message} at {error.place}") from error
    for entry in _unwrapped(entries):
        match entry:
            case List((Atom(Kind.SYMBOL, symbol), value)) if symbol != "error":
                yield symbol, value
            case List((Atom(_, "define-fun"), Atom(Kind.SYMBOL, symbol), List(()), _, value)):
                yield symbol, value
            case List((Atom(_, "define-fun" | "define-fun-rec"), Atom(_, symbol), List(), _, _)):
                yield symbol, entry
            case _:
                raise ModelError(f"{_shown(entry, text)} gives no value")


def _unwrapped(read: tuple[Sexpr, ...]) -> tuple[Sexpr, ...]:
    """Return the entries without a leading `sat`, outer parentheses and the word `model`."""
    match read:
        case (Atom(Kind.SYMBOL, "sat"), *_):
            return _unwrapped(read[1:])
        case (List((Atom(Kind.SYMBOL, "model"), *entries)),):
            return tuple(entries)
        case (List(() | (List(), *_) as entries),):
            return entries
    return read


def _value(variable: Variable, written: Sexpr, text: str) -> Value:
    value = _constant(variable.sort, written)
    if value is None:
        wanted = f"{variable.sort.value} for `{variable.name}`"
        raise ModelError(f"{_shown(written, text)} is no {wanted}")
    return value


def _shown(written: Sexpr, text: str) -> str:
    start = written.offset
    return f"`{text[start : start + SHOWN]}` at {Source(text).place(start)}"


def _constant(sort: Sort, written: Sexpr) -> Value | None:
    """Return the constant of `sort` that is written, or None iff it is none."""
    match sort, written:
        case Sort.BOOL, Atom(Kind.SYMBOL, "true" | "false" as word):
            return word == "true"
        case Sort.STRING, Atom(Kind.STRING, value):
            return value
        case ((Sort.BOOL | Sort.STRING), _):
            return None
        case Sort.REAL, _:
            return _negatable(written, _quotient)
    return _whole(_negatable(written, _numeral), sort)


def _whole(value: Fraction | None, sort: Sort) -> int | None:
    """Return the value as a number of `sort`, or None iff it lies outside of it."""
    if value is None:
        return None
    low, high = sort.bounds
    is_inside = (low is None or value >= low) and (high is None or value <= high)
    return int(value) if is_inside else None


def _negatable(written: Sexpr, read: Reader) -> Fraction | None:
    """Return what `read` makes of the expression, or of the one that it is the negation of."""
    match written:
        case List((Atom(Kind.SYMBOL, "-"), inner)):
            value = read(inner)
            return None if value is None else -value
    return read(written)


def _quotient(written: Sexpr) -> Fraction | None:
    match written:
        case List((Atom(Kind.SYMBOL, "/"), upper, lower)):
            numerator, denominator = _negatable(upper, _decimal), _decimal(lower)
            return numerator / denominator if numerator is not None and denominator else None
    return _decimal(written)


def _decimal(written: Sexpr) -> Fraction | None:
    return _number(written, is_whole=False)


def _numeral(written: Sexpr) -> Fraction | None:
    return _number(written, is_whole=True)


def _number(written: Sexpr, *, is_whole: bool) -> Fraction | None:
    match written:
        case Atom(Kind.NUMBER, digits) if len(digits) <= MAX_DIGITS:
            return None if is_whole and "." in digits else Fraction(digits)
    return None
