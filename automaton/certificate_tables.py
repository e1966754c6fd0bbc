"""The tables of a certificate: variables, regexes, formulas as rows of JSON, each written once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from automaton import regex as rx
from automaton.certificate_states import ClosedSet
from automaton.regex import Regex
from automaton.sorts import Variable
from automaton.terms import (
    FALSE,
    TRUE,
    And,
    AtMost,
    Atom,
    Formula,
    InRegex,
    InTemplate,
    Or,
    SumAtMost,
    Truth,
    negation,
)
from automaton.traversal import fold

FORMAT = "keyaki-unsat-1"
LONGEST_PREFIX = 2
"""How many parts of a concatenation may come before the row of the others."""

Row = list[Any]


class Tables:
    """The rows that are needed to write about `root`; more are added as they are asked for."""

    def __init__(self, root: Formula) -> None:
        self._variables: dict[Variable, int] = {}
        self._regexes: dict[Regex, int] = {}
        self._regex_rows: list[Row] = []
        self._formulas: dict[Formula, int] = {}
        self._formula_rows: list[Row] = []
        self._root = root
        for formula in (TRUE, FALSE, root):
            self._formula(formula)

    def literal(self, formula: Formula) -> int:
        """Return the literal that stands for a formula: its row, or the negative of its negation's.

        The formula is part of the root, or an atom of it or the negation of one.
        """
        if isinstance(formula, Atom) and not formula.positive:
            return -self._formula(negation(formula))
        return self._formula(formula)

    def structure(self) -> Iterator[list[int]]:
        """Yield clauses which say that the root holds, and of what holds what its parts do."""
        yield [self.literal(self._root)]
        yield [-self.literal(FALSE)]
        for formula in [*self._formulas]:
            if isinstance(formula, And):
                yield from ([-self.literal(formula), self.literal(p)] for p in formula.parts)
            elif isinstance(formula, Or):
                yield [-self.literal(formula), *map(self.literal, formula.parts)]

    def document(
        self, lemmas: Iterable[tuple[Sequence[Atom], ClosedSet]], steps: Sequence[list[int]]
    ) -> dict[str, Any]:
        """Return the certificate with these lemmas, each with its proof, and these steps."""
        proved = [*lemmas]
        for _, proof in proved:
            used = {regex for state in proof.states for side in state for regex in side}
            for regex in sorted(used, key=_part_count):
                self._regex(regex)
        rows = [self._lemma(literals, proof) for literals, proof in proved]
        return {
            "format": FORMAT,
            "variables": [[variable.name, variable.sort.value] for variable in self._variables],
            "regexes": self._regex_rows,
            "formulas": self._formula_rows,
            "formula": self._formula(self._root),
            "lemmas": rows,
            "steps": steps,
        }

    def _lemma(self, literals: Sequence[Atom], proof: ClosedSet) -> dict[str, Any]:
        numbers = {state: number for number, state in enumerate(proof.states)}
        rows = [
            [*map(self._side, state), [numbers[other] for other in subsumers]]
            for state, subsumers in proof.states.items()
        ]
        return {"literals": [self._formula(atom) for atom in literals], "states": rows}

    def _side(self, regexes: Iterable[Regex]) -> list[int]:
        return sorted(map(self._regex, regexes))

    def _variable(self, variable: Variable) -> int:
        return self._variables.setdefault(variable, len(self._variables))

    def _regex(self, regex: Regex) -> int:
        return fold(regex, self._regexes, rx.parts_of, self._enter_regex)

    def _enter_regex(self, regex: Regex) -> int:
        self._regex_rows.append(self._regex_row(regex))
        return len(self._regex_rows) - 1

    def _regex_row(self, regex: Regex) -> Row:
        parts = [self._regexes[part] for part in rx.parts_of(regex)]
        match regex:
            case rx.Literal():
                return ["literal", _as_json(regex.text)]
            case rx.Chars():
                return ["chars", [list(interval) for interval in regex.charset.intervals]]
            case rx.Concat():
                return ["concat", self._with_known_rest(regex, parts)]
            case rx.Loop():
                return ["loop", *parts, regex.low, regex.high]
            case rx.Complement():
                return ["complement", *parts]
        return ["union" if isinstance(regex, rx.Union) else "intersection", parts]

    def _with_known_rest(self, regex: rx.Concat, parts: list[int]) -> list[int]:
        """Return the rows to concatenate, the last one that of as many parts as there is one of."""
        for prefix in range(1, min(LONGEST_PREFIX + 1, len(parts) - 1)):
            rest = self._regexes.get(rx.concat(*regex.parts[prefix:]))
            if rest is not None:
                return [*parts[:prefix], rest]
        return parts

    def _formula(self, formula: Formula) -> int:
        return fold(formula, self._formulas, _parts_of_formula, self._enter_formula)

    def _enter_formula(self, formula: Formula) -> int:
        self._formula_rows.append(self._formula_row(formula))
        return len(self._formula_rows) - 1

    def _formula_row(self, formula: Formula) -> Row:
        parts = [self._formulas[part] for part in _parts_of_formula(formula)]
        match formula:
            case And() | Or():
                return ["and" if isinstance(formula, And) else "or", parts]
            case Atom(positive=False):
                return ["not", *parts]
            case Truth():
                return ["is", self._variable(formula.variable)]
            case InRegex():
                return ["in", self._variable(formula.variable), self._regex(formula.regex)]
            case InTemplate():
                return ["template", self._variable(formula.variable), self._pieces(formula)]
            case SumAtMost():
                sums = [[factor, self._variable(variable)] for factor, variable in formula.summands]
                return ["sum", sums, formula.bound]
            case AtMost():
                bound = Fraction(formula.bound)
                name = "less" if formula.strict else "at most"
                variable = self._variable(formula.variable)
                return [name, variable, bound.numerator, bound.denominator]
        return ["true" if formula is TRUE else "false"]

    def _pieces(self, template: InTemplate) -> list[Row]:
        return [
            ["regex", self._regex(piece)]
            if isinstance(piece, Regex)
            else ["variable", self._variable(piece)]
            for piece in template.pieces
        ]


def _parts_of_formula(formula: Formula) -> Sequence[Formula]:
    if isinstance(formula, And | Or):
        return formula.parts
    return (negation(formula),) if isinstance(formula, Atom) and not formula.positive else ()


def _part_count(regex: Regex) -> int:
    return len(rx.parts_of(regex))


def _as_json(text: str) -> str | list[int]:
    """Return a text as JSON can hold it: by its code points if there are surrogates among them."""
    codes = [*map(ord, text)]
    return codes if any(0xD800 <= code <= 0xDFFF for code in codes) else text
