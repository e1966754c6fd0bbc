"""Linear constraints over the integers against enumeration in a box."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton.budget import Budget
from automaton.integers import solve_integers

Row = tuple[dict[str, int], int]

NAMES = "wxyz"


def factors(names: Sequence[str], most: int = 5) -> SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({name: st.integers(-most, most) for name in names})


def constraints(names: Sequence[str] = NAMES) -> SearchStrategy[list[Row]]:
    """Up to five inequalities and two equations."""
    row = st.tuples(factors(names), st.integers(-9, 9))
    rows, equations = st.lists(row, max_size=5), st.lists(row, max_size=2)
    return st.builds(lambda some, equal: [*some, *both_ways(equal)], rows, equations)


def both_ways(equations: Sequence[Row]) -> list[Row]:
    opposite = [({n: -f for n, f in row.items()}, -bound) for row, bound in equations]
    return [*equations, *opposite]


def box(names: Sequence[str], size: int) -> list[Row]:
    return [({name: sign}, size) for name in names for sign in (1, -1)]


def holds(rows: Sequence[Row], values: dict[str, int]) -> bool:
    return all(sum(f * values[n] for n, f in row.items()) <= bound for row, bound in rows)


def first_in_box(rows: Sequence[Row], names: str, size: int) -> dict[str, int] | None:
    found = (
        dict(zip(names, values, strict=True))
        for values in product(range(-size, size + 1), repeat=len(names))
    )
    return next((values for values in found if holds(rows, values)), None)


@given(constraints(NAMES[:3]))
def test_in_a_box_the_answer_is_that_of_enumeration(rows: list[Row]) -> None:
    bounded = [*rows, *box(NAMES[:3], 3)]
    found = solve_integers(bounded, Budget())
    if found is None:
        assert first_in_box(bounded, NAMES[:3], 3) is None
    else:
        assert holds(bounded, found)


@given(constraints())
def test_without_a_box_solutions_hold_and_no_small_one_is_missed(rows: list[Row]) -> None:
    found = solve_integers([*rows, *box((), 0)], Budget())
    if found is None:
        assert first_in_box(rows, NAMES, 2) is None
    else:
        assert holds(rows, dict.fromkeys(NAMES, 0) | found)


def test_parity_is_seen_without_bounds() -> None:
    assert solve_integers(both_ways([({"x": 6, "y": -4}, 7)]), Budget()) is None


def test_what_only_splinters_show_is_shown() -> None:
    # From Pugh's paper: the real shadow has integers, the whole has none.
    rows: list[Row] = [
        ({"x": 11, "y": 13}, 45),
        ({"x": -11, "y": -13}, -27),
        ({"x": 7, "y": -9}, 4),
        ({"x": -7, "y": 9}, 10),
    ]
    assert solve_integers(rows, Budget()) is None


def test_large_numbers_stay_exact() -> None:
    rows = both_ways([({"x": 3**60, "y": 2**90}, 1)])
    found = solve_integers(rows, Budget())
    assert found is not None
    assert 3**60 * found["x"] + 2**90 * found["y"] == 1


def test_directions_without_bounds_end() -> None:
    rows: list[Row] = [({"x": -1}, 0), ({"y": -1}, 0), ({"x": 3, "y": -3}, 2)]
    assert solve_integers([*rows, ({"x": -3, "y": 3}, -1)], Budget()) is None


def test_no_constraints_have_a_solution() -> None:
    assert solve_integers([], Budget()) == {}
