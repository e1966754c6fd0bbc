"""The language in the middle: variables, atoms, Boolean formulas, problems.

An atom speaks about one variable; only a template relates the strings of several.

Every front-end produces a `Problem`, every member consumes one. Formulas are interned and in
negation normal form: negation stands only on atoms. They are built only by the functions here,
which simplify as they build, so that what is textually the same on both sides of an implication
cancels before any solver sees it.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from automaton import pieces as pc
from automaton import regex as rx
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.sorts import NUMERIC, Number, Sort, Variable


class Formula:
    """A formula in negation normal form.

    `serial` orders formulas by age; `negated` is the negation once it was built.
    """

    __slots__ = ("__weakref__", "negated", "serial")
    serial: int
    negated: Formula | None

    def __repr__(self) -> str:
        return describe(self)


class Constant(Formula):
    """True or false: `TRUE` and `FALSE` are the only two."""

    __slots__ = ("value",)
    value: bool


class Atom(Formula):
    """A statement about `variable`, or the negation of one (`positive` is False)."""

    __slots__ = ("positive", "variable")
    variable: Variable
    positive: bool


class Truth(Atom):
    """The Bool variable itself."""

    __slots__ = ()


class InRegex(Atom):
    """The String variable is matched by `regex`."""

    __slots__ = ("regex",)
    regex: Regex


class InTemplate(Atom):
    """The String variable is a concatenation: of a match of each regex, the value of each variable.

    INVARIANT: the variable is no piece, some other variable is, and no two regexes are neighbours.
    """

    __slots__ = ("pieces",)
    pieces: tuple[Piece, ...]


class AtMost(Atom):
    """The number is at most `bound`: less than it iff `strict`, which only Real atoms are."""

    __slots__ = ("bound", "strict")
    bound: Number
    strict: bool


class And(Formula):
    """All of `parts`: two or more, none an And, sorted by serial."""

    __slots__ = ("parts",)
    parts: tuple[Formula, ...]


class Or(Formula):
    """Any of `parts`: two or more, none an Or, sorted by serial."""

    __slots__ = ("parts",)
    parts: tuple[Formula, ...]


_interned: weakref.WeakValueDictionary[tuple[object, ...], Formula] = weakref.WeakValueDictionary()
_serials = itertools.count()


def _intern(kind: type[Formula], **fields: object) -> Formula:
    key = (kind, *fields.values())
    known = _interned.get(key)
    if known is not None:
        return known
    node = kind()
    for name, value in fields.items():
        setattr(node, name, value)
    node.serial = next(_serials)
    node.negated = None
    return _interned.setdefault(key, node)


TRUE = _intern(Constant, value=True)
FALSE = _intern(Constant, value=False)


def constant(value: bool) -> Formula:
    """Return TRUE or FALSE."""
    return TRUE if value else FALSE


def is_true(variable: Variable) -> Formula:
    """Return the formula that says that a Bool variable holds."""
    _require(variable, Sort.BOOL)
    return _intern(Truth, variable=variable, positive=True)


def in_regex(variable: Variable, regex: Regex) -> Formula:
    """Return the formula that says that `regex` matches the value of a String variable."""
    _require(variable, Sort.STRING)
    if regex is rx.ALL:
        return TRUE
    if regex is rx.NONE:
        return FALSE
    if isinstance(regex, rx.Complement):
        return negation(in_regex(variable, regex.part))
    return _intern(InRegex, variable=variable, positive=True, regex=regex)


def in_template(variable: Variable, *pieces: Piece) -> Formula:
    """Return the formula that says that a String variable is a concatenation of `pieces`.

    A regex stands for any string that it matches, a String variable for its value. Of two
    variables that are equal the one whose name comes first is the atom's own.
    """
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
    return _intern(InTemplate, variable=variable, positive=True, pieces=flat)


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
        return _intern(
            AtMost, variable=variable, positive=True, bound=Fraction(bound), strict=strict
        )
    whole = -(-bound // 1) - 1 if strict else bound // 1
    low, high = variable.sort.bounds
    if high is not None and whole >= high:
        return TRUE
    if low is not None and whole < low:
        return FALSE
    return _intern(AtMost, variable=variable, positive=True, bound=int(whole), strict=False)


def _require(variable: Variable, *sorts: Sort) -> None:
    if variable.sort not in sorts:
        raise TypeError(f"`{variable.name}` is of sort {variable.sort.value}")


def negation(formula: Formula) -> Formula:
    """Return the negation of `formula`, pushed to the atoms."""
    if formula.negated is None:
        negated = _negate(formula)
        formula.negated, negated.negated = negated, formula
    return formula.negated


def _negate(formula: Formula) -> Formula:
    match formula:
        case Constant():
            return constant(not formula.value)
        case Atom():
            own = {name: getattr(formula, name) for name in type(formula).__slots__}
            sign = not formula.positive
            return _intern(type(formula), variable=formula.variable, positive=sign, **own)
        case And():
            return disjunction(*map(negation, formula.parts))
        case Or():
            return conjunction(*map(negation, formula.parts))
    raise TypeError(type(formula).__name__)


def conjunction(*parts: Formula) -> Formula:
    """Return the conjunction of `parts`; of nothing, TRUE."""
    return _junction(And, Or, parts, zero=FALSE, unit=TRUE)


def disjunction(*parts: Formula) -> Formula:
    """Return the disjunction of `parts`; of nothing, FALSE."""
    return _junction(Or, And, parts, zero=TRUE, unit=FALSE)


def implication(premise: Formula, conclusion: Formula) -> Formula:
    """Return `premise => conclusion`."""
    return disjunction(negation(premise), conclusion)


def equivalence(first: Formula, second: Formula) -> Formula:
    """Return `first <=> second`."""
    return conjunction(implication(first, second), implication(second, first))


def if_then_else(test: Formula, then: Formula, otherwise: Formula) -> Formula:
    """Return `then` where `test` holds and `otherwise` where it does not."""
    return conjunction(implication(test, then), disjunction(test, otherwise))


_Junction = type[And] | type[Or]


def _junction(
    kind: _Junction, dual: _Junction, parts: Iterable[Formula], *, zero: Formula, unit: Formula
) -> Formula:
    """Build an And (zero FALSE, dual Or) or an Or (zero TRUE, dual And)."""
    flat: set[Formula] = set()
    pending = list(parts)
    while pending:
        for part in pending:
            if isinstance(part, kind):
                flat.update(part.parts)
            else:
                flat.add(part)
        flat.discard(unit)
        if zero in flat or any(part.negated in flat for part in flat):
            return zero
        pending = _absorb(dual, flat)
    if not flat:
        return unit
    if len(flat) == 1:
        return flat.pop()
    return _intern(kind, parts=tuple(sorted(flat, key=_serial)))


def _absorb(dual: _Junction, flat: set[Formula]) -> list[Formula]:
    """Drop from `flat` what its other members decide; return the parts that got smaller.

    Written for And: an Or that holds a member of `flat` is implied by it and goes; inside an Or,
    a part whose negation is a member of `flat` is false and goes.
    """
    smaller: list[Formula] = []
    for part in [part for part in flat if isinstance(part, dual)]:
        if not flat.isdisjoint(part.parts):
            flat.remove(part)
            continue
        kept = [piece for piece in part.parts if piece.negated not in flat]
        if len(kept) < len(part.parts):
            flat.remove(part)
            build = disjunction if dual is Or else conjunction
            smaller.append(build(*kept))
    return smaller


def _serial(formula: Formula) -> int:
    return formula.serial


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
    """Return the atom's variable, then those of its pieces, each once."""
    if not isinstance(atom, InTemplate):
        return (atom.variable,)
    return tuple(dict.fromkeys((atom.variable, *pc.variables_among(atom.pieces))))


def describe(formula: Formula) -> str:
    """Return `formula` in SMT-LIB's words, for people; `encoders.smtlib` prints for solvers."""
    match formula:
        case Constant():
            return str(formula.value).lower()
        case And() | Or():
            name = "and" if isinstance(formula, And) else "or"
            return f"({name} {' '.join(map(describe, formula.parts))})"
        case Truth():
            text = formula.variable.name
        case InRegex():
            text = f"(in_re {formula.variable.name} {rx.describe(formula.regex)})"
        case InTemplate():
            text = f"(in_template {formula.variable.name} {pc.describe(formula.pieces)})"
        case AtMost():
            sign = "<" if formula.strict else "<="
            text = f"({sign} {formula.variable.name} {formula.bound})"
        case _:
            raise TypeError(type(formula).__name__)
    return text if formula.positive else f"(not {text})"


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
