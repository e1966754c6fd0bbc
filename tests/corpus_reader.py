"""Corpus cases -> problems: a small fragment of SMT-LIB 2.6 inside TOML.

A case has a `name`, a `source`, the `expected` verdict, its `variables` with their sorts (IPv4 and
IPv6 too), `regexes` (names for parts that repeat) and `assertions`. An atom speaks about one
variable and a constant, in SMT-LIB's order; in comparisons the variable stands first. A template
is a string that equals another or a `str.++`, or that is in a `re.++` with `str.to_re` of others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from automaton import regex as rx
from automaton import terms as t
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import Formula, Problem, Sort, Variable
from encoders.smtlib.sexpr import Atom, Kind, List, Sexpr, read_all

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A problem with a known verdict, `sat` or `unsat`, and where it comes from."""

    name: str
    source: str
    expected: str
    problem: Problem


def cases() -> list[Case]:
    """Return every case of the string corpus."""
    found: list[Case] = []
    for path in sorted(CORPUS.glob("*.toml")):
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        found.extend(_case(f"{path.stem}/{row['name']}", row) for row in rows)
    return found


def _case(name: str, row: Mapping[str, Any]) -> Case:
    variables = {v: Variable(v, Sort(sort)) for v, sort in row.get("variables", {}).items()}
    reader = Reader(variables)
    for defined, text in row.get("regexes", {}).items():
        reader.regexes[defined] = reader.regex(*read_all(text))
    assertions = tuple(reader.formula(*read_all(text)) for text in row["assertions"])
    problem = Problem(assertions, declared=tuple(variables.values()))
    return Case(name=name, source=row["source"], expected=row["expected"], problem=problem)


CONNECTIVES: dict[str, Callable[..., Formula]] = {
    "and": t.conjunction,
    "or": t.disjunction,
    "not": t.negation,
    "=>": t.implication,
    "=": t.equivalence,
    "xor": lambda first, second: t.negation(t.equivalence(first, second)),
    "ite": t.if_then_else,
}

COMPARISONS: dict[str, Callable[[Variable, t.Number], Formula]] = {
    "<": t.less,
    "<=": t.at_most,
    ">": t.greater,
    ">=": t.at_least,
}

PARTS: dict[str, Callable[[Regex], Regex]] = {
    "str.prefixof": lambda text: rx.concat(text, rx.ALL),
    "str.suffixof": lambda text: rx.concat(rx.ALL, text),
    "str.contains": lambda text: rx.concat(rx.ALL, text, rx.ALL),
}

OPERATORS: dict[str, Callable[..., Regex]] = {
    "re.++": rx.concat,
    "re.union": rx.union,
    "re.inter": rx.intersection,
    "re.comp": rx.complement,
    "re.diff": rx.difference,
    "re.*": rx.star,
    "re.+": rx.plus,
    "re.opt": rx.optional,
}

CONSTANTS = {"re.none": rx.NONE, "re.all": rx.ALL, "re.allchar": rx.ANY}


class Reader:
    """Reads the expressions of one case, over its variables and named regular expressions."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self.variables = variables
        self.regexes: dict[str, Regex] = dict(CONSTANTS)

    def formula(self, sexpr: Sexpr) -> Formula:
        """Return the formula that is written."""
        if isinstance(sexpr, Atom):
            return t.is_true(self.variables[sexpr.text])
        head, *rest = sexpr.items
        name = _text(head)
        if name in COMPARISONS:
            return COMPARISONS[name](self._variable(rest[0]), _number(rest[1]))
        if name == "str.in_re":
            return t.in_template(self._variable(rest[0]), *self._pieces(rest[1]))
        if name in PARTS:
            text, variable = rest[::-1] if name == "str.contains" else rest
            return t.in_regex(self._variable(variable), PARTS[name](rx.literal(_text(text))))
        if name == "=" and _is_value(rest[1]):
            return t.equals(self._variable(rest[0]), _value(rest[1]))
        if name == "=" and self._is_string(rest[0]):
            return t.in_template(self._variable(rest[0]), *self._words(rest[1]))
        return CONNECTIVES[name](*map(self.formula, rest))

    def _is_string(self, sexpr: Sexpr) -> bool:
        known = self.variables.get(sexpr.text) if isinstance(sexpr, Atom) else None
        return known is not None and known.sort is Sort.STRING

    def _words(self, sexpr: Sexpr) -> list[Piece]:
        if isinstance(sexpr, List):
            assert _text(sexpr.items[0]) == "str.++"
            return [piece for item in sexpr.items[1:] for piece in self._words(item)]
        is_literal = sexpr.kind is Kind.STRING
        return [rx.literal(sexpr.text) if is_literal else self._variable(sexpr)]

    def _pieces(self, sexpr: Sexpr) -> list[Piece]:
        match sexpr:
            case List((Atom(_, "re.++"), *items)):
                return [piece for item in items for piece in self._pieces(item)]
            case List((Atom(_, "str.to_re"), Atom(Kind.SYMBOL, name))):
                return [self.variables[name]]
        return [self.regex(sexpr)]

    def _variable(self, sexpr: Sexpr) -> Variable:
        return self.variables[_text(sexpr)]

    def regex(self, sexpr: Sexpr) -> Regex:
        """Return the regular expression that is written."""
        if isinstance(sexpr, Atom):
            return self.regexes[sexpr.text]
        head, *rest = sexpr.items
        if isinstance(head, List):
            return self._loop([_text(item) for item in head.items], rest)
        if _text(head) == "str.to_re":
            return rx.literal(_text(rest[0]))
        if _text(head) == "re.range":
            return rx.char_range(_text(rest[0]), _text(rest[1]))
        return OPERATORS[_text(head)](*map(self.regex, rest))

    def _loop(self, head: Sequence[str], rest: Sequence[Sexpr]) -> Regex:
        _, name, *bounds = head
        low, high = int(bounds[0]), int(bounds[-1])
        assert name == ("re.loop" if len(bounds) == 2 else "re.^")
        return rx.loop(self.regex(rest[0]), low, high)


def _text(sexpr: Sexpr) -> str:
    assert isinstance(sexpr, Atom)
    return sexpr.text


def _is_value(sexpr: Sexpr) -> bool:
    if isinstance(sexpr, List):
        return isinstance(sexpr.items[0], Atom) and sexpr.items[0].text == "-"
    return sexpr.kind is not Kind.SYMBOL


def _number(sexpr: Sexpr) -> t.Number:
    if isinstance(sexpr, List):
        sign, operand = sexpr.items
        assert _text(sign) == "-"
        return -_number(operand)
    return Fraction(sexpr.text) if "." in sexpr.text else int(sexpr.text)


def _value(sexpr: Sexpr) -> t.Number | str:
    if isinstance(sexpr, Atom) and sexpr.kind is Kind.STRING:
        return sexpr.text
    return _number(sexpr)
