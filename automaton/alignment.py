"""How a composition may match a template: case by case, by where their parts begin.

An equation is taken from its left end, as in Levi's lemma: of two parts that begin together one is
a prefix of the other, and the longer one is split. A composition of one variable that the template
does not mention is the easy case: it is defined by the pieces. So is every variable of a straight-
line problem (Lin and Barcelo, POPL 2016); others may go on being split for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from automaton import pieces as pc
from automaton import regex as rx
from automaton.budget import Budget
from automaton.composition import Bindings, Composition, Pieces, member, template_holds
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.sorts import Sort, Variable
from automaton.terms import (
    FALSE,
    TRUE,
    Formula,
    conjunction,
    constant,
    in_regex,
    in_template,
    negation,
)


@dataclass(frozen=True)
class Equation:
    """The statement that a composition is a match of a template."""

    whole: Composition
    pieces: Pieces


@dataclass(frozen=True)
class Case:
    """Where `constraint` holds and variables stand for their `bindings`, `rest` is left to show."""

    constraint: Formula = TRUE
    bindings: Bindings = field(default_factory=dict)
    rest: Equation | None = None


class Names:
    """A supply of String variables whose names are not `taken`."""

    def __init__(self, taken: set[str]) -> None:
        names = (f"part {number}" for number in count())
        self._free = (name for name in names if name not in taken)

    def fresh(self) -> Variable:
        """Return a variable that was never returned before."""
        return Variable(next(self._free), Sort.STRING)


def only_case(equation: Equation, names: Names, budget: Budget) -> Case | None:
    """Return the case that says all the equation says, or None iff there is no single one."""
    ends = _without_equal_ends(equation)
    if ends is None:
        return Case(constraint=FALSE)
    whole, pieces = ends.whole, ends.pieces
    known = template_holds(whole, pieces, budget) if whole else all_empty(pieces)
    if known is not None:
        return Case(constraint=known)
    for side, other in ((whole, pieces), (pieces, whole)):
        if len(side) == 1 and isinstance(side[0], Variable):
            return _definition(side[0], other, names)
    return None


def _definition(variable: Variable, pieces: Pieces, names: Names) -> Case:
    if variable in pieces:
        return Case(constraint=in_template(variable, *pieces))
    value: list[Piece] = []
    constraints: list[Formula] = []
    for piece in pieces:
        value.append(names.fresh() if is_language(piece) else piece)
        if isinstance(piece, Regex) and isinstance(value[-1], Variable):
            constraints.append(in_regex(value[-1], piece))
    return Case(constraint=conjunction(*constraints), bindings={variable: tuple(value)})


def all_empty(pieces: Pieces) -> Formula:
    """Return the formula that says that nothing but the empty string is a match of each piece."""
    variables = (in_regex(piece, rx.EPSILON) for piece in pc.variables_among(pieces))
    return conjunction(*variables, *(constant(rx.is_nullable(r)) for r in pc.regexes_among(pieces)))


def is_language(piece: Piece) -> bool:
    """Return whether the piece is a regex that is no literal."""
    return isinstance(piece, Regex) and not isinstance(piece, rx.Literal)


def cases(equation: Equation, names: Names, budget: Budget) -> Iterator[Case]:
    """Yield cases, one of which applies, for an equation that has no `only_case`."""
    ends = _without_equal_ends(equation)
    assert ends is not None
    first, other = ends.pieces[0], ends.whole[0]
    if is_language(first):
        return _cases_of_language(ends, names, budget)
    if isinstance(other, Variable):
        return _cases_of_prefix(ends, shorter=first, longer=other, names=names)
    return _cases_of_prefix(ends, shorter=other, longer=first, names=names)


def _cases_of_prefix(
    equation: Equation, *, shorter: Piece, longer: Piece, names: Names
) -> Iterator[Case]:
    """Yield the cases of two first parts, `longer` a variable, `shorter` a variable or literal."""
    assert isinstance(longer, Variable)
    rest = names.fresh()
    yield Case(bindings={longer: (shorter, rest)}, rest=equation)
    if isinstance(shorter, Variable):
        is_longer = negation(in_regex(rest, rx.EPSILON))
        yield Case(constraint=is_longer, bindings={shorter: (longer, rest)}, rest=equation)
        return
    assert isinstance(shorter, rx.Literal)
    for place in range(len(shorter.text)):
        head = pc.joined((rx.literal(shorter.text[:place]),))
        yield Case(bindings={longer: head}, rest=equation)


def _cases_of_language(equation: Equation, names: Names, budget: Budget) -> Iterator[Case]:
    """Yield a case for each part of the whole in which the first piece, a regex, may end."""
    language, *rest = equation.pieces
    assert isinstance(language, Regex)
    for place, part in enumerate(equation.whole):
        before, after = equation.whole[:place], equation.whole[place + 1 :]
        for case, front, back in _halves(part, names):
            matched = conjunction(
                case.constraint, member(pc.joined((*before, *front)), language, budget)
            )
            left = Equation(pc.joined((*back, *after)), tuple(rest))
            if matched is not FALSE:
                yield replace(case, constraint=matched, rest=left)
    matched = member(equation.whole, language, budget)
    yield Case(constraint=conjunction(matched, all_empty(tuple(rest))))


def _halves(part: Piece, names: Names) -> Iterator[tuple[Case, Pieces, Pieces]]:
    """Yield each way to end in a part but not behind it, with what of it lies on either side."""
    if isinstance(part, rx.Literal):
        for place in range(len(part.text)):
            yield Case(), (rx.literal(part.text[:place]),), (rx.literal(part.text[place:]),)
        return
    assert isinstance(part, Variable)
    yield Case(), (), (part,)
    front, back = names.fresh(), names.fresh()
    is_inside = negation(in_regex(front, rx.EPSILON))
    yield Case(is_inside, {part: (front, back)}), (front,), (back,)


def _without_equal_ends(equation: Equation) -> Equation | None:
    """Return what is left when equal ends are cancelled, or None iff two literals differ."""
    whole, pieces = list(equation.whole), list(pc.spread(equation.pieces))
    for side in (0, -1):
        while whole and pieces and not is_language(pieces[side]):
            one, two = whole.pop(side), pieces.pop(side)
            if isinstance(one, rx.Literal) and isinstance(two, rx.Literal):
                if not _cancel(one.text, two.text, whole, pieces, side):
                    return None
            elif one != two:
                _put_back(one, whole, side)
                _put_back(two, pieces, side)
                break
    return Equation(tuple(whole), tuple(pieces))


def _cancel(one: str, two: str, whole: list[Piece], pieces: list[Piece], side: int) -> bool:
    """Put back what is left of two literals without their common end; False iff they differ."""
    length = min(len(one), len(two))
    if side:
        is_equal = one[len(one) - length :] == two[len(two) - length :]
        one, two = one[: len(one) - length], two[: len(two) - length]
    else:
        is_equal = one[:length] == two[:length]
        one, two = one[length:], two[length:]
    for text, parts in ((one, whole), (two, pieces)):
        if text:
            _put_back(rx.literal(text), parts, side)
    return is_equal


def _put_back(piece: Piece, parts: list[Piece], side: int) -> None:
    parts.insert(len(parts) if side else 0, piece)
