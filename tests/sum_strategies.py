"""Problems with sums of lengths and numbers, over strings put together from others too."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton import terms as t
from automaton.pieces import Piece
from automaton.terms import Formula, Problem, Sort, Variable
from automaton.verdict import Model, Value
from portfolio.differential.strategies.regexes import regexes

STRINGS = tuple(Variable(name, Sort.STRING) for name in "xyz")
NUMBERS = tuple(Variable(name, Sort.INT) for name in "nm")

SIDE = "side "
"""What the name of a side begins with; the rest spells it, a character a variable or letter."""


def sums() -> SearchStrategy[Formula]:
    """Comparisons of sums of up to four summands: inequalities, and equations as two of them."""
    summand = st.tuples(st.integers(-3, 3), st.sampled_from((*STRINGS, *NUMBERS)))
    return st.builds(
        _sum, st.lists(summand, min_size=1, max_size=4), st.integers(-6, 6), st.booleans()
    )


def _sum(summands: list[tuple[int, Variable]], bound: int, is_equation: bool) -> Formula:
    found = t.sum_at_most(summands, bound)
    if not is_equation:
        return found
    return t.conjunction(found, t.sum_at_most([(-f, v) for f, v in summands], -bound))


def equations() -> SearchStrategy[Formula]:
    """Word equations between two sides of up to four pieces, positive and negated ones."""
    piece: SearchStrategy[Piece] = st.one_of(
        st.sampled_from(STRINGS), st.sampled_from("ab").map(rx.literal)
    )
    side = st.lists(piece, min_size=1, max_size=4)
    return st.builds(_equation, side, side, st.sampled_from((True, True, True, False)))


def _equation(one: list[Piece], two: list[Piece], is_positive: bool) -> Formula:
    """Return that another string is both sides, or one of them and not the other."""
    whole = Variable(f"{SIDE}{''.join(map(_spelled, one))}", Sort.STRING)
    equal = t.in_template(whole, *two)
    return t.conjunction(t.in_template(whole, *one), equal if is_positive else t.negation(equal))


def _spelled(piece: Piece) -> str:
    return piece.name if isinstance(piece, Variable) else str(getattr(piece, "text", ""))


def with_sides(problem: Problem, model: Model) -> dict[str, Value]:
    """Return the model with the sides of word equations as they are spelled in it."""
    names = (var.name for var in problem.variables if var.name.startswith(SIDE))
    spelled = {n: "".join(str(model.get(c, c)) for c in n.removeprefix(SIDE)) for n in names}
    return {**model, **spelled}


def memberships() -> SearchStrategy[Formula]:
    """Memberships in regexes over two letters, and comparisons of numbers."""
    found = st.one_of(
        st.builds(t.in_regex, st.sampled_from(STRINGS), regexes("ab", max_leaves=4)),
        st.builds(t.at_most, st.sampled_from(NUMBERS), st.integers(-4, 4)),
    )
    return found | found.map(t.negation)


def formulas(atom: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    """Conjunctions and disjunctions of up to six atoms."""
    return st.recursive(
        atom,
        lambda inner: st.builds(
            lambda build, several: build(*several),
            st.sampled_from((t.conjunction, t.disjunction)),
            st.lists(inner, min_size=2, max_size=3),
        ),
        max_leaves=6,
    )


def sum_problems() -> SearchStrategy[Problem]:
    """Problems of sums, memberships and comparisons."""
    parts = st.lists(formulas(sums() | sums() | memberships()), min_size=1, max_size=3)
    return parts.map(lambda found: Problem(tuple(found), declared=(*STRINGS, *NUMBERS)))


def word_problems() -> SearchStrategy[Problem]:
    """Problems of one or two word equations with sums, memberships and comparisons."""
    return st.builds(
        lambda some, others: Problem((*some, *others), declared=(*STRINGS, *NUMBERS)),
        st.lists(formulas(equations()), min_size=1, max_size=2),
        st.lists(formulas(sums() | memberships()), max_size=3),
    )
