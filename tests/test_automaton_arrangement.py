"""Word equations between strings of known lengths against brute force."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from automaton import pieces as pc
from automaton import regex as rx
from automaton.alignment import Equation, Names
from automaton.arrangement import arranged
from automaton.budget import Budget
from automaton.composition import resolve
from automaton.relaxation import text_of
from automaton.terms import Sort, Variable

STRINGS = tuple(Variable(name, Sort.STRING) for name in "xyz")
LETTERS = st.sampled_from("ab").map(rx.literal)
SIDES = st.lists(st.one_of(st.sampled_from(STRINGS), LETTERS), min_size=1, max_size=5)
EQUATIONS = st.builds(lambda one, two: Equation(pc.joined(one), pc.joined(two)), SIDES, SIDES)
LENGTHS = st.lists(st.integers(0, 3), min_size=3, max_size=3)


def is_equal(equation: Equation, values: dict[str, str]) -> bool:
    return text_of(equation.whole, values) == text_of(equation.pieces, values)


@given(st.lists(EQUATIONS, min_size=1, max_size=2), LENGTHS)
def test_with_known_lengths_a_solution_is_found_iff_there_is_one(
    equations: list[Equation], lengths: list[int]
) -> None:
    known: dict[Hashable, int] = dict(zip(STRINGS, lengths, strict=True))
    found = arranged(equations, known, Names(set("xyz")), Budget())
    texts = [["".join(chosen) for chosen in product("ab", repeat=n)] for n in lengths]
    models = [dict(zip("xyz", chosen, strict=True)) for chosen in product(*texts)]
    assert (found is not None) == any(
        all(is_equal(equation, model) for equation in equations) for model in models
    )


@given(st.lists(EQUATIONS, min_size=1, max_size=2), LENGTHS, st.integers(0, 2))
def test_what_is_found_solves_the_equations_whatever_is_put_in(
    equations: list[Equation], lengths: list[int], length: int
) -> None:
    known: dict[Hashable, int] = dict(zip(STRINGS, lengths, strict=True))
    found = arranged(equations, known, Names(set("xyz")), Budget())
    if found is None:
        return
    for equation in equations:
        one, two = resolve(equation.whole, found), resolve(equation.pieces, found)
        free = {variable.name: "ab"[:length] for variable in pc.variables_among(one + two)}
        assert text_of(one, free) == text_of(two, free)
