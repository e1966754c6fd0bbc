"""The language in the middle: variables, atoms, Boolean formulas, problems.

An atom speaks about one variable; only a template relates the strings of several, and only a sum
their lengths and numbers.

Every front-end produces a `Problem`, every member consumes one. Formulas are built only by the
functions here and by the connectives of `formula`, which simplify as they build, so that what is
textually the same on both sides of an implication cancels before any solver sees it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from automaton import pieces as pc
from automaton import regex as rx
from automaton.formula import (
    FALSE,
    TRUE,
    And,
    AtMost,
    Atom,
    Constant,
    Formula,
    InRegex,
    InTemplate,
    Or,
    SumAtMost,
    Truth,
    conjunction,
    conjuncts,
    constant,
    describe,
    disjunction,
    equivalence,
    if_then_else,
    implication,
    intern,
    negation,
)
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.sorts import NUMERIC, Number, Sort, Variable

MAX_COUNTED = 1 << 12
"""A length that is compared with at least this number is not counted by an automaton."""


def is_true(variable: Variable) -> Formula:
    """Return the formula that says that a Bool variable holds."""
    _require(variable, Sort.BOOL)
    return intern(Truth, variable=variable, positive=True)


def in_regex(variable: Variable, regex: Regex) -> Formula:
    """Return the formula that says that `regex` matches the value of a String variable."""
    _require(variable, Sort.STRING)
    if regex is rx.ALL:
        return TRUE
    if regex is rx.NONE:
        return FALSE
    if isinstance(regex, rx.Complement):
        return negation(in_regex(variable, regex.part))
    return intern(InRegex, variable=variable, positive=True, regex=regex)


def in_template(variable: Variable, *pieces: Piece) -> Formula:
    """Return the formula that says that a String variable is a concatenation of `pieces`.

    A regex stands for any string that it matches, a String variable for its value. Of two
    variables that are equal the one whose name comes first is the atom's own.
    """
    if len(pieces) == 1 and isinstance(pieces[0], Regex):
        return in_regex(variable, pieces[0])
    own = pc.variables_among(pieces)
    for piece in (variable, *own):
        _require(piece, Sort.STRING)
    if variable in own:
        return _in_itself(variable, pieces)
    flat = pc.joined(pieces)
    if rx.NONE in flat:
        return FALSE
    if not own:
        return in_regex(variable, rx.concat(*pc.regexes_among(flat)))
    if len(flat) == 1 and own[0].name < variable.name:
        variable, flat = own[0], (variable,)
    return intern(InTemplate, variable=variable, positive=True, pieces=flat)


def _in_itself(variable: Variable, pieces: Sequence[Piece]) -> Formula:
    """Return the template for pieces among which is `variable`: all the others must be empty."""
    rest = list(pieces)
    rest.remove(variable)
    empty = (in_regex(piece, rx.EPSILON) for piece in pc.variables_among(rest))
    return conjunction(*empty, *(constant(rx.is_nullable(r)) for r in pc.regexes_among(rest)))


def at_most(variable: Variable, bound: Number) -> Formula:
    """Return `variable <= bound`; the variable is a number or an address."""
    return _at_most(variable, bound, strict=False)


def less(variable: Variable, bound: Number) -> Formula:
    """Return `variable < bound`."""
    return _at_most(variable, bound, strict=True)


def at_least(variable: Variable, bound: Number) -> Formula:
    """Return `variable >= bound`."""
    return negation(less(variable, bound))


def greater(variable: Variable, bound: Number) -> Formula:
    """Return `variable > bound`."""
    return negation(at_most(variable, bound))


def between(variable: Variable, low: Number, high: Number) -> Formula:
    """Return `low <= variable <= high`."""
    return conjunction(at_least(variable, low), at_most(variable, high))


def equals(variable: Variable, value: bool | Number | str) -> Formula:
    """Return `variable = value`. Raise TypeError iff the value is not of the variable's sort."""
    if isinstance(value, bool):
        return is_true(variable) if value else negation(is_true(variable))
    if isinstance(value, str):
        return in_regex(variable, rx.literal(value))
    return between(variable, value, value)


def _at_most(variable: Variable, bound: Number, *, strict: bool) -> Formula:
    _require(variable, *NUMERIC)
    if isinstance(bound, bool) or not isinstance(bound, int | Fraction):
        raise TypeError(f"`{bound!r}` is neither an int nor a Fraction")
    if variable.sort is Sort.REAL:
        return intern(
            AtMost, variable=variable, positive=True, bound=Fraction(bound), strict=strict
        )
    whole = -(-bound // 1) - 1 if strict else bound // 1
    low, high = variable.sort.bounds
    if high is not None and whole >= high:
        return TRUE
    if low is not None and whole < low:
        return FALSE
    return intern(AtMost, variable=variable, positive=True, bound=int(whole), strict=False)


def sum_at_most(summands: Iterable[tuple[int, Variable]], bound: int) -> Formula:
    """Return `sum <= bound` of Int variables and lengths of String variables, each times an int.

    What is said of one variable alone becomes an atom about it, where its automaton is small.
    """
    total: Counter[Variable] = Counter()
    for factor, variable in summands:
        _require(variable, Sort.INT, Sort.STRING)
        total[variable] += factor
    found = sorted(((f, v) for v, f in total.items() if f), key=lambda summand: summand[1].name)
    if not found:
        return constant(bound >= 0)
    divisor = math.gcd(*(factor for factor, _ in found))
    return _sum_at_most(
        [(factor // divisor, variable) for factor, variable in found], bound // divisor
    )


def _sum_at_most(summands: Sequence[tuple[int, Variable]], bound: int) -> Formula:
    factor, variable = summands[0]
    if all(variable.sort is Sort.STRING for _, variable in summands):
        if bound < 0 and all(factor > 0 for factor, _ in summands):
            return FALSE
        if bound >= 0 and all(factor < 0 for factor, _ in summands):
            return TRUE
    if len(summands) == 1 and variable.sort is Sort.INT:
        return at_most(variable, bound) if factor > 0 else at_least(variable, -bound)
    if len(summands) == 1 and abs(bound) < MAX_COUNTED:
        longest = rx.loop(rx.ANY, 0, bound if factor > 0 else -bound - 1)
        return in_regex(variable, longest if factor > 0 else rx.complement(longest))
    return _sum_of(tuple(summands), bound)


def length_within(variable: Variable, low: int, high: int | None) -> Formula:
    """Return that the length of a String variable lies between two numbers, as sums alone."""
    _require(variable, Sort.STRING)
    at_least = _sum_of(((-1, variable),), -low) if low > 0 else TRUE
    return conjunction(at_least, TRUE if high is None else _sum_of(((1, variable),), high))


def _sum_of(summands: tuple[tuple[int, Variable], ...], bound: int) -> Formula:
    variable = summands[0][1]
    return intern(SumAtMost, variable=variable, positive=True, summands=summands, bound=bound)


def _require(variable: Variable, *sorts: Sort) -> None:
    if variable.sort not in sorts:
        raise TypeError(f"`{variable.name}` is of sort {variable.sort.value}")


def atoms(formula: Formula) -> Iterator[Atom]:
    """Yield each atom of `formula` once, negative ones as they stand."""
    seen: set[Formula] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Atom):
            yield node
        elif isinstance(node, And | Or):
            stack.extend(reversed(node.parts))


def variables_of(atom: Atom) -> tuple[Variable, ...]:
    """Return the atom's variable, then those of its pieces or of its sum, each once."""
    if isinstance(atom, SumAtMost):
        return tuple(variable for _, variable in atom.summands)
    if not isinstance(atom, InTemplate):
        return (atom.variable,)
    return tuple(dict.fromkeys((atom.variable, *pc.variables_among(atom.pieces))))


@dataclass(frozen=True)
class Problem:
    """A conjunction of assertions over variables; `declared` ones come first and may be unused."""

    assertions: tuple[Formula, ...]
    declared: tuple[Variable, ...] = ()

    @cached_property
    def formula(self) -> Formula:
        """The conjunction of the assertions."""
        return conjunction(*self.assertions)

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable: the declared ones, then the others in the order of the assertions.

        Raise ValueError iff one name stands for two sorts.
        """
        found = dict.fromkeys(self.declared)
        for assertion in self.assertions:
            for atom in atoms(assertion):
                found.update(dict.fromkeys(variables_of(atom)))
        if len({variable.name for variable in found}) < len(found):
            raise ValueError("a name stands for two variables of different sorts")
        return tuple(found)
