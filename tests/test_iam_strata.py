"""The search for the biggest kept intents, held against their definition, cell by cell."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from automaton.budget import Budget
from encoders.iam.findings.strata import CellBox, Intent, Scale, Strata, best, own_cells

Case = tuple[list[Scale], list[CellBox], list[CellBox]]


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Draw a part of a request with up to two axes on it."""
    size = draw(st.integers(1, 5))
    everything = (1 << size) - 1
    labels = st.lists(st.integers(1, everything), max_size=4)
    axes = [[*dict.fromkeys([everything, *draw(labels)])] for _ in range(draw(st.integers(0, 2)))]
    return Scale(size, axes)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    parts = draw(st.lists(scales(), min_size=1, max_size=3))

    def boxes() -> list[CellBox]:
        open_to = [st.none() | st.integers(0, (1 << part.size) - 1) for part in parts]
        drawn = draw(st.lists(st.tuples(*open_to), max_size=3))
        return [{k: c for k, c in enumerate(box) if c is not None} for box in drawn]

    return parts, boxes(), boxes()


def is_in(box: CellBox, cells: tuple[int, ...]) -> bool:
    return all(held >> cells[place] & 1 for place, held in box.items())


def allowed_cells(case: Case) -> list[tuple[int, ...]]:
    parts, allowed, denied = case
    return [
        cells
        for cells in product(*(range(part.size) for part in parts))
        if any(is_in(box, cells) for box in allowed)
        and not any(is_in(box, cells) for box in denied)
    ]


def naive(case: Case) -> set[tuple[Intent, ...]]:
    parts = case[0]
    labels = [labels for part in parts for labels in part.axes]
    place_of = [place for place, part in enumerate(parts) for _ in part.axes]
    kept = {
        intent
        for cells in allowed_cells(case)
        for intent in product(*(range(len(axis)) for axis in labels))
        if all(
            own_cells(axis, axis[n]) >> cells[place] & 1
            for axis, n, place in zip(labels, intent, place_of, strict=True)
        )
    }

    def lies_in(smaller: Intent, bigger: Intent) -> bool:
        pairs = zip(labels, smaller, bigger, strict=True)
        return smaller != bigger and all(not axis[n] & ~axis[m] for axis, n, m in pairs)

    biggest = [intent for intent in kept if not any(lies_in(intent, other) for other in kept)]
    return {by_part(parts, intent) for intent in biggest}


def by_part(parts: list[Scale], intent: Intent) -> tuple[Intent, ...]:
    left = list(intent)
    return tuple(tuple(left.pop(0) for _ in part.axes) for part in parts)


@given(cases())
def test_the_search_finds_the_biggest_kept_intents_once_each(case: Case) -> None:
    found = Strata(*case, Budget()).findings()

    assert len(set(found)) == len(found)
    assert set(found) == naive(case)


@given(cases(), st.data())
def test_a_request_is_met_iff_an_allowed_one_lies_in_all_sets(
    case: Case, data: st.DataObject
) -> None:
    within = [data.draw(st.integers(0, (1 << part.size) - 1)) for part in case[0]]
    expected = any(is_in(dict(enumerate(within)), cells) for cells in allowed_cells(case))

    assert Strata(*case, Budget()).meets(within) is expected


@given(st.sets(st.integers(0, 31)))
def test_the_best_sets_lie_in_no_other(sets: set[int]) -> None:
    expected = {s for s in sets if not any(s != other and not s & ~other for other in sets)}

    assert best(sets) == expected
