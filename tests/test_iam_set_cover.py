"""Covering cells by few blocks: every wanted cell, no unwanted one, whatever the blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.budget import Budget, LimitReached
from encoders.iam.access.set_cover import Part, cover

A, B, C, D = 1, 2, 4, 8
EVERY = A | B | C | D


def named(blocks: list[int], wanted: int, unwanted: int) -> list[tuple[tuple[int, ...], ...]]:
    parts = cover(blocks, wanted, unwanted, Budget())
    return [(part.inside, part.outside) for part in parts]


@pytest.mark.parametrize(
    ("blocks", "wanted", "unwanted", "expected"),
    [
        ([EVERY], 0, EVERY, []),
        ([EVERY, A | B, C], A | B, C | D, [((1,), ())]),
        ([EVERY, C], A | B | D, C, [((0,), (1,))]),
        ([EVERY, A | B, B | C], B, A | C | D, [((1, 2), ())]),
        ([EVERY, A | B, C | D, B], A | C | D, B, [((1,), (3,)), ((2,), ())]),
        ([EVERY, A | B, B, C], A | C, B | D, [((1,), (2,)), ((3,), ())]),
        ([EVERY, A | B, A], A, C, [((2,), ())]),
    ],
)
def test_a_cover_names_few_blocks(
    blocks: list[int], wanted: int, unwanted: int, expected: list[tuple[tuple[int, ...], ...]]
) -> None:
    assert named(blocks, wanted, unwanted) == expected


def test_cells_that_no_block_tells_apart_are_an_error() -> None:
    with pytest.raises(ValueError, match="do not tell"):
        named([A | B], A, B)


def test_covering_keeps_to_the_budget() -> None:
    with pytest.raises(LimitReached):
        cover([1 << number for number in range(50)], (1 << 50) - 1, 0, Budget(max_steps=20))


@given(st.lists(st.integers(0, 255), max_size=6), st.integers(0, 255), st.integers(0, 255))
def test_a_cover_holds_every_wanted_cell_and_no_unwanted_one(
    blocks: list[int], wanted: int, unwanted: int
) -> None:
    # Cells in the same blocks are one: it is wanted if one of them is.
    cells = [sum(1 << b for b, held in enumerate(blocks) if held >> c & 1) for c in range(8)]
    alike = [sum(1 << other for other in range(8) if cells[other] == cells[c]) for c in range(8)]
    wanted = sum(1 << c for c in range(8) if alike[c] & wanted)
    unwanted &= ~wanted
    whole = [255, *blocks]

    parts = cover(whole, wanted, unwanted, Budget())

    held = 0
    for part in parts:
        assert part.cells == spelled_out(whole, part)
        held |= part.cells
    assert (wanted & ~held, unwanted & held) == (0, 0)


def spelled_out(blocks: list[int], part: Part) -> int:
    return sum(
        1 << cell
        for cell in range(8)
        if all(blocks[number] >> cell & 1 for number in part.inside)
        and not any(blocks[number] >> cell & 1 for number in part.outside)
    )
