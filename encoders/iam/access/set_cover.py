"""Writing a set of cells as a few blocks without other blocks, by greedy set cover.

A block is a set of cells, a bit each. A part is what some blocks have in common without what some
others hold. Single blocks come first; where they cannot tell a wanted cell from an unwanted one,
blocks are intersected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from automaton.budget import Budget


@dataclass(frozen=True)
class Part:
    """The cells that all blocks numbered `inside` hold and none of those numbered `outside`."""

    inside: tuple[int, ...]
    outside: tuple[int, ...]
    cells: int


def cover(blocks: Sequence[int], wanted: int, unwanted: int, budget: Budget) -> tuple[Part, ...]:
    """Return parts that together hold every wanted cell, no unwanted one, and perhaps others.

    Raise ValueError iff the blocks do not tell a wanted cell from an unwanted one.
    """
    parts = _chosen(_simple_parts(blocks, wanted, unwanted, budget), wanted, budget)
    left = wanted & ~_cells_of(parts)
    while left:
        parts.append(_part_around(blocks, left & -left, unwanted, budget))
        left &= ~parts[-1].cells
    return tuple(sorted(_without_idle(parts, wanted), key=lambda part: part.inside))


def _cells_of(parts: Iterable[Part]) -> int:
    cells = 0
    for part in parts:
        cells |= part.cells
    return cells


def _simple_parts(blocks: Sequence[int], wanted: int, unwanted: int, budget: Budget) -> list[Part]:
    """Return each block with a wanted cell as a part, if blocks without these can clean it."""
    found: list[Part] = []
    for number, cells in enumerate(blocks):
        budget.spend()
        if cells & wanted:
            outside = _exceptions(blocks, cells & wanted, cells & unwanted)
            if outside is not None:
                found.append(_part(blocks, (number,), outside))
    return found


def _exceptions(blocks: Sequence[int], good: int, bad: int) -> list[int] | None:
    """Return few blocks, without any of the `good` cells, that hold all `bad` ones, if some do."""
    chosen: list[int] = []
    gains = {
        number: cells & bad
        for number, cells in enumerate(blocks if bad else ())
        if cells & bad and not cells & good
    }
    while bad:
        best = max(gains, key=lambda number: (gains[number] & bad).bit_count(), default=None)
        if best is None or not gains[best] & bad:
            return None
        chosen.append(best)
        bad &= ~blocks[best]
    return sorted(chosen)


def _part(blocks: Sequence[int], inside: Sequence[int], outside: Sequence[int]) -> Part:
    cells = blocks[inside[0]]
    for number in inside[1:]:
        cells &= blocks[number]
    for number in outside:
        cells &= ~blocks[number]
    return Part(tuple(inside), tuple(outside), cells)


def _chosen(candidates: Sequence[Part], wanted: int, budget: Budget) -> list[Part]:
    """Return parts that hold all wanted cells that the candidates hold: each time the best one."""
    chosen: list[Part] = []
    # What a part is worth only shrinks, so the first whose worth is still true is the best.
    heap = [(_worth(part, wanted), number) for number, part in enumerate(candidates)]
    heapify(heap)
    while heap:
        budget.spend()
        worth, number = heappop(heap)
        part = candidates[number]
        now = _worth(part, wanted)
        if now == worth:
            chosen.append(part)
            wanted &= ~part.cells
        elif part.cells & wanted:
            heappush(heap, (now, number))
    return chosen


def _worth(part: Part, wanted: int) -> tuple[float, int]:
    """Return what sorts first the part with most wanted cells for each block that it names.

    Of two alike the smaller one is first.
    """
    named = 1 + len(part.outside)
    return -(part.cells & wanted).bit_count() / named, part.cells.bit_count()


def _part_around(blocks: Sequence[int], cell: int, unwanted: int, budget: Budget) -> Part:
    """Return the part with the wanted `cell` that names fewest blocks: one, or an intersection."""
    holding = [number for number, cells in enumerate(blocks) if cells & cell]
    holding.sort(key=lambda number: blocks[number].bit_count())
    found: list[Part] = []
    for inside in (*((number,) for number in holding), _needed(blocks, holding)):
        budget.spend()
        whole = _part(blocks, inside, ()).cells
        outside = _exceptions(blocks, cell, whole & unwanted)
        if outside is not None:
            found.append(_part(blocks, inside, outside))
    if not found:
        raise ValueError("the blocks do not tell a wanted cell from an unwanted one")
    return min(found, key=lambda part: len(part.inside) + len(part.outside))


def _needed(blocks: Sequence[int], holding: Sequence[int]) -> tuple[int, ...]:
    """Return those of the blocks `holding` that are needed for what all have in common."""
    chosen: list[int] = []
    cells = -1
    for number in holding:
        if cells & blocks[number] != cells:
            chosen.append(number)
            cells &= blocks[number]
    return tuple(chosen)


def _without_idle(parts: Sequence[Part], wanted: int) -> list[Part]:
    """Return the parts without those whose wanted cells all lie in others that are kept."""
    after = [0]
    for part in reversed(parts):
        after.append(after[-1] | part.cells)
    kept: list[Part] = []
    before = 0
    for part, later in zip(parts, after[-2::-1], strict=True):
        if part.cells & wanted & ~before & ~later:
            kept.append(part)
            before |= part.cells
    return kept
