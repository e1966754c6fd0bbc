"""The operators of scripts but those of RegLan: what each is lowered to, a row each.

A row takes the context, the term and what its parts were lowered to. It raises Unsupported where
the operator cannot be modelled for these parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import combinations, pairwise

from automaton.budget import Budget
from automaton.regex import Regex
from automaton.solver import solve
from automaton.sorts import Sort, Variable
from automaton.terms import (
    Formula,
    Problem,
    conjunction,
    constant,
    disjunction,
    equivalence,
    if_then_else,
    implication,
    in_regex,
    negation,
)
from automaton.verdict import Sat, Unsat, Unsupported
from encoders.smtlib import numbers as nb
from encoders.smtlib import words
from encoders.smtlib.definitions import Definitions, Slice, String, Text, text
from encoders.smtlib.numbers import Measure, Sum
from encoders.smtlib.regexes import Language, membership
from encoders.smtlib.term import Term, TermSort

Lowered = Formula | Text | Slice | Sum | Language | None
"""What a term becomes; None is a language that is not modelled."""


@dataclass
class Context:
    """What is known of a script so far."""

    names: Definitions
    budget: Budget
    lowered: dict[Term, Lowered] = field(default_factory=dict)


Lowering = Callable[[Context, Term, Sequence[Lowered]], Lowered]


def _formulas(parts: Sequence[Lowered]) -> list[Formula]:
    assert all(isinstance(part, Formula) for part in parts)
    return [part for part in parts if isinstance(part, Formula)]


def _sums(parts: Sequence[Lowered]) -> list[Sum]:
    assert all(isinstance(part, Sum) for part in parts)
    return [part for part in parts if isinstance(part, Sum)]


def _strings(parts: Sequence[Lowered]) -> list[String]:
    assert all(isinstance(part, String) for part in parts)
    return [part for part in parts if isinstance(part, String)]


# Core


def _connective(build: Callable[..., Formula]) -> Lowering:
    return lambda _context, _term, parts: build(*_formulas(parts))


def _implies(*parts: Formula) -> Formula:
    return implication(conjunction(*parts[:-1]), parts[-1])


def _xor(*parts: Formula) -> Formula:
    return reduce(lambda first, second: negation(equivalence(first, second)), parts)


def _equal(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    return conjunction(*(_same(context, *pair) for pair in pairwise(parts)))


def _distinct(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    return conjunction(*(negation(_same(context, *pair)) for pair in combinations(parts, 2)))


def _same(context: Context, first: Lowered, second: Lowered) -> Formula:
    match first, second:
        case Formula(), Formula():
            return equivalence(first, second)
        case Sum(), Sum():
            return nb.equal(first, second)
        case Text() | Slice(), Text() | Slice():
            return words.same(first, second, context.names)
        case Regex(), Regex():
            return constant(_same_language(first, second, context.budget))
    raise Unsupported("equality of languages with variables")


def _same_language(first: Regex, second: Regex, budget: Budget) -> bool:
    if first is second:
        return True
    text_ = Variable("text", Sort.STRING)
    differs = negation(equivalence(in_regex(text_, first), in_regex(text_, second)))
    match solve(Problem((differs,)), budget):
        case Unsat():
            return True
        case Sat():
            return False
        case unknown:
            raise Unsupported(f"equality of these two languages: {unknown}")


def _if_then_else(context: Context, term: Term, parts: Sequence[Lowered]) -> Lowered:
    test, *branches = parts
    assert isinstance(test, Formula)
    if test is constant(True) or test is constant(False):
        return branches[test is constant(False)]
    if term.sort is TermSort.BOOL:
        return if_then_else(test, *_formulas(branches))
    names = context.names
    if term.sort is TermSort.STRING:
        chosen = names.fresh(Sort.STRING)
        mine = Text((chosen,))
        cases = (words.same(mine, branch, names) for branch in _strings(branches))
        names.require(if_then_else(test, *cases))
        return mine
    sort = Sort.INT if term.sort is TermSort.INT else Sort.REAL
    value = nb.measure(Measure.VALUE, names.fresh(sort))
    names.require(if_then_else(test, *(nb.equal(value, branch) for branch in _sums(branches))))
    return value


# Numbers


def _add(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    return nb.add(_sums(parts))


def _subtract(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    first, *others = _sums(parts)
    if not others:
        return nb.scale(-1, first)
    return nb.add([first, *(nb.scale(-1, other) for other in others)])


def _multiply(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    result = Sum(1)
    for factor in _sums(parts):
        if factor.number is not None:
            result = nb.scale(factor.number, result)
        elif result.number is not None:
            result = nb.scale(result.number, factor)
        else:
            raise Unsupported("a product of variables")
    return result


def _divide(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    first, *others = _sums(parts)
    for other in others:
        if not other.number:
            raise Unsupported(
                "division by what may be 0" if other.number is None else "division by 0"
            )
        first = nb.scale(1 / Fraction(other.number), first)
    return first


def _quotient(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    first, *others = _sums(parts)
    for other in others:
        first = _parted(context, first, other)[0]
    return first


def _remainder(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    first, *others = _sums(parts)
    for other in others:
        first = _parted(context, first, other)[1]
    return first


def _parted(context: Context, whole: Sum, divisor: Sum) -> tuple[Sum, Sum]:
    """Return quotient and remainder; the latter is not negative, as SMT-LIB has it."""
    number = divisor.number
    if not number:
        raise Unsupported("division by 0" if number == 0 else "division by what is no constant")
    size = int(number)
    if whole.number is not None:
        remainder = int(whole.number) % abs(size)
        return Sum((int(whole.number) - remainder) // size), Sum(remainder)
    quotient, rest = (nb.measure(Measure.VALUE, context.names.fresh(Sort.INT)) for _ in range(2))
    context.names.require(
        nb.equal(whole, nb.add([nb.scale(size, quotient), rest])),
        nb.at_most(Sum(0), rest),
        nb.at_most(rest, Sum(abs(size) - 1)),
    )
    return quotient, rest


def _divisible(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    (whole,) = _sums(parts)
    return nb.equal(_parted(context, whole, Sum(term.indices[0]))[1], Sum(0))


def _absolute(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    (number,) = _sums(parts)
    opposite = nb.scale(-1, number)
    if number.number is not None:
        return number if number.number >= 0 else opposite
    value = nb.measure(Measure.VALUE, context.names.fresh(Sort.INT))
    is_positive = nb.at_most(Sum(0), number)
    context.names.require(
        if_then_else(is_positive, nb.equal(value, number), nb.equal(value, opposite))
    )
    return value


def _to_real(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    (number,) = _sums(parts)
    if number.number is None:
        raise Unsupported("`to_real` of a number that is no constant")
    return Sum(Fraction(number.number))


def _to_int(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    (number,) = _sums(parts)
    if number.number is None:
        raise Unsupported("`to_int` of a number that is no constant")
    return Sum(number.number // 1)


def _is_int(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    (number,) = _sums(parts)
    if number.number is None:
        raise Unsupported("`is_int` of a number that is no constant")
    return constant(Fraction(number.number).denominator == 1)


def _ordered(*, strict: bool, swapped: bool = False) -> Lowering:
    def lowering(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
        pairs = pairwise(reversed(_sums(parts)) if swapped else _sums(parts))
        return conjunction(*(nb.at_most(*pair, strict=strict) for pair in pairs))

    return lowering


# Strings


def _concatenate(context: Context, term: Term, parts: Sequence[Lowered]) -> Text:
    whole = (context.names.as_text(part).pieces for part in _strings(parts))
    return text(*(piece for pieces in whole for piece in pieces))


def _length(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    return words.length(_strings(parts)[0], context.names)


def _at(context: Context, term: Term, parts: Sequence[Lowered]) -> String:
    string, place = parts
    return words.substring(_strings([string])[0], _sums([place])[0], Sum(1), context.names)


def _substring(context: Context, term: Term, parts: Sequence[Lowered]) -> String:
    start, count = _sums(parts[1:])
    return words.substring(_strings(parts[:1])[0], start, count, context.names)


def _index(context: Context, term: Term, parts: Sequence[Lowered]) -> Sum:
    whole, part = _strings(parts[:2])
    return words.index_of(whole, part, _sums(parts[2:])[0], context.names)


def _replace(context: Context, term: Term, parts: Sequence[Lowered]) -> String:
    whole, part, new = _strings(parts)
    return words.replace_first(whole, part, new, context.names)


def _prefix(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    part, whole = _strings(parts)
    return words.holds_inside(whole, part, context.names, before=False, after=True)


def _suffix(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    part, whole = _strings(parts)
    return words.holds_inside(whole, part, context.names, before=True, after=False)


def _contains(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    whole, part = _strings(parts)
    return words.holds_inside(whole, part, context.names, before=True, after=True)


def _alphabetical(*, strict: bool) -> Lowering:
    def lowering(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
        pairs = pairwise(_strings(parts))
        return conjunction(*(words.is_less(*p, context.names, strict=strict) for p in pairs))

    return lowering


def _member(context: Context, term: Term, parts: Sequence[Lowered]) -> Formula:
    return membership(_strings(parts[:1])[0], term.parts[1], context.lowered, context.names)


def _measured(kind: Measure) -> Lowering:
    return lambda context, _, parts: words.measured(kind, _strings(parts)[0], context.names)


def _refused(context: Context, term: Term, parts: Sequence[Lowered]) -> Lowered:
    raise Unsupported(f"`{term.operator}`")


LOWERINGS: Mapping[str, Lowering] = {
    "true": lambda *_: constant(True),
    "false": lambda *_: constant(False),
    "not": _connective(negation),
    "and": _connective(conjunction),
    "or": _connective(disjunction),
    "xor": _connective(_xor),
    "=>": _connective(_implies),
    "=": _equal,
    "distinct": _distinct,
    "ite": _if_then_else,
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "div": _quotient,
    "mod": _remainder,
    "divisible": _divisible,
    "abs": _absolute,
    "to_real": _to_real,
    "to_int": _to_int,
    "is_int": _is_int,
    "<=": _ordered(strict=False),
    "<": _ordered(strict=True),
    ">=": _ordered(strict=False, swapped=True),
    ">": _ordered(strict=True, swapped=True),
    "str.++": _concatenate,
    "str.len": _length,
    "str.at": _at,
    "str.substr": _substring,
    "str.indexof": _index,
    "str.replace": _replace,
    "str.prefixof": _prefix,
    "str.suffixof": _suffix,
    "str.contains": _contains,
    "str.<": _alphabetical(strict=True),
    "str.<=": _alphabetical(strict=False),
    "str.in_re": _member,
    "str.is_digit": lambda context, _, parts: words.is_digit(_strings(parts)[0], context.names),
    "str.to_code": _measured(Measure.CODE),
    "str.to_int": _measured(Measure.DECIMAL),
    "str.from_code": lambda _context, _term, parts: words.of_code(_sums(parts)[0]),
    "str.from_int": lambda _context, _term, parts: words.of_number(_sums(parts)[0]),
    "str.replace_all": _refused,
    "str.replace_re": _refused,
    "str.replace_re_all": _refused,
}
