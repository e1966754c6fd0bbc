"""Boolean formulas over atoms: their classes, and the connectives, which simplify as they build.

Formulas are interned and in negation normal form: negation stands only on atoms.
"""

from __future__ import annotations

import itertools
import operator
import weakref
from collections.abc import Iterator, Sequence

from automaton import pieces as pc
from automaton import regex as rx
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.sorts import Number, Sort, Variable
from automaton.traversal import fold, spell


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


class SumAtMost(Atom):
    """The sum of `summands`, numbers each times its coefficient, is at most `bound`.

    A String variable stands for its length, the others are of sort Int. INVARIANT: always positive,
    for the negation is such a sum too; the coefficients are not zero and have no common divisor,
    and the summands are sorted by name.
    """

    __slots__ = ("bound", "summands")
    summands: tuple[tuple[int, Variable], ...]
    bound: int


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


def intern(kind: type[Formula], **fields: object) -> Formula:
    """Return the one formula of a kind with these fields; for the functions of `terms` only."""
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


TRUE = intern(Constant, value=True)
FALSE = intern(Constant, value=False)


def constant(value: bool) -> Formula:
    """Return TRUE or FALSE."""
    return TRUE if value else FALSE


def negation(formula: Formula) -> Formula:
    """Return the negation of `formula`, pushed to the atoms."""
    return formula.negated or fold(formula, {}, _not_negated, _negate)


def _not_negated(formula: Formula) -> list[Formula]:
    parts = formula.parts if isinstance(formula, And | Or) else ()
    return [part for part in parts if part.negated is None]


def _negate(formula: Formula) -> Formula:
    negated = _negation_from_parts(formula)
    formula.negated = negated
    # What became a constant, or another formula that is known, keeps the negation that it has.
    if negated.negated is None and not isinstance(negated, Constant):
        negated.negated = formula
    return negated


def _negation_from_parts(formula: Formula) -> Formula:
    match formula:
        case Constant():
            return constant(not formula.value)
        case SumAtMost():
            flipped = tuple((-factor, variable) for factor, variable in formula.summands)
            return intern(
                SumAtMost,
                variable=formula.variable,
                positive=True,
                summands=flipped,
                bound=-formula.bound - 1,
            )
        case Atom():
            own = {name: getattr(formula, name) for name in type(formula).__slots__}
            sign = not formula.positive
            return intern(type(formula), variable=formula.variable, positive=sign, **own)
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
    kind: _Junction, dual: _Junction, parts: Sequence[Formula], *, zero: Formula, unit: Formula
) -> Formula:
    """Build an And (zero FALSE, dual Or) or an Or (zero TRUE, dual And)."""
    flat: set[Formula] = set()
    pending = parts
    while pending:
        # PERF: of the classes none has subclasses, and sets are made by the thousand here.
        for part in pending:
            if type(part) is kind:
                flat.update(part.parts)
            else:
                flat.add(part)
        flat.discard(unit)
        if zero in flat or _contradicts_itself(flat):
            return zero
        others = [part for part in flat if type(part) is dual]
        # What is built next depends on their order, and that of a set on where they lie in memory.
        others.sort(key=_serial)
        pending = _absorb(dual, others, flat) if others and len(flat) > 1 else ()
    if not flat:
        return unit
    if len(flat) == 1:
        return flat.pop()
    return intern(kind, parts=tuple(sorted(flat, key=_serial)))


def _contradicts_itself(parts: set[Formula]) -> bool:
    """Return whether a formula and its negation are among the parts."""
    for part in parts:
        negated = part.negated
        if negated is not None and negated in parts:
            return True
    return False


def _absorb(dual: _Junction, others: Sequence[And | Or], flat: set[Formula]) -> Sequence[Formula]:
    """Drop from `flat` what its other members decide; return the parts that got smaller.

    `others` are those of its members that are of the dual kind. Written for And: an Or that holds
    a member of `flat` is implied by it and goes; inside an Or, a part whose negation is a member
    of `flat` is false and goes.
    """
    smaller: list[Formula] = []
    for part in others:
        if not flat.isdisjoint(part.parts):
            flat.remove(part)
            continue
        kept = [piece for piece in part.parts if piece.negated not in flat]
        if len(kept) < len(part.parts):
            flat.remove(part)
            build = disjunction if dual is Or else conjunction
            smaller.append(build(*kept))
    return smaller


_serial = operator.attrgetter("serial")


def conjuncts(formula: Formula) -> tuple[Formula, ...]:
    """Return the formulas of which `formula` is the conjunction."""
    return formula.parts if isinstance(formula, And) else (formula,)


def describe(formula: Formula) -> str:
    """Return `formula` in SMT-LIB's words, for people; `encoders.smtlib` prints for solvers."""
    return spell(formula, _tokens)


def _tokens(formula: Formula) -> Iterator[Formula | str]:
    if not isinstance(formula, And | Or):
        yield _describe_leaf(formula)
        return
    yield "(and" if isinstance(formula, And) else "(or"
    for part in formula.parts:
        yield from (" ", part)
    yield ")"


def _describe_leaf(formula: Formula) -> str:
    match formula:
        case Constant():
            return str(formula.value).lower()
        case Truth():
            text = formula.variable.name
        case InRegex():
            text = f"(in_re {formula.variable.name} {rx.describe(formula.regex)})"
        case InTemplate():
            text = f"(in_template {formula.variable.name} {pc.describe(formula.pieces)})"
        case AtMost():
            sign = "<" if formula.strict else "<="
            text = f"({sign} {formula.variable.name} {formula.bound})"
        case SumAtMost():
            text = f"(<= {_describe_sum(formula.summands)} {formula.bound})"
        case _:
            raise TypeError(type(formula).__name__)
    return text if formula.positive else f"(not {text})"


def _describe_sum(summands: Sequence[tuple[int, Variable]]) -> str:
    words = (
        f"(* {factor} {f'(len {v.name})' if v.sort is Sort.STRING else v.name})"
        for factor, v in summands
    )
    return f"(+ {' '.join(words)})"
