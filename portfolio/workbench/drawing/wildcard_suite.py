"""The suite `wildcards`: claims of every family and of several sizes, half of which hold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portfolio.workbench.drawing import wildcard_blow_ups as blow_ups
from portfolio.workbench.drawing import wildcard_families as families
from portfolio.workbench.drawing.wildcards import Claim

Draw = Callable[[random.Random, int, bool], Claim]


@dataclass(frozen=True)
class Family:
    """Claims of one shape, and the sizes of which the suite has some."""

    draw: Draw
    sizes: tuple[int, ...]

    @property
    def name(self) -> str:
        """The name of the shape."""
        return self.draw.__name__.replace("_", "-")


@dataclass(frozen=True)
class WildcardCase:
    """A claim of a family; its name has size, verdict and seed, and so all there is to draw it."""

    family: str
    size: int
    holds: bool
    seed: int

    @property
    def name(self) -> str:
        """The name, which no other case has."""
        return f"{self.family}-{self.size}-{self.expected}-{self.seed}"

    @property
    def expected(self) -> str:
        """The verdict, `sat` iff the claim holds."""
        return "sat" if self.holds else "unsat"

    def ready(self) -> Claim:
        """Return the claim, drawn afresh."""
        rng = random.Random(self.name)  # noqa: S311 - the same every time
        draw = FAMILIES[self.family].draw
        while True:
            found = draw(rng, self.size, self.holds)
            if found.witness is None or found.holds_for(found.witness):
                return found


STARS = (1, 2, 5, 10, 20, 30, 40)
MARKS = (1, 4, 8, 16, 32, 64)
DOZENS = (4, 12, 36, 72, 144)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(families.containment, STARS),
        Family(families.star_order, STARS),
        Family(families.star_letters, STARS),
        Family(families.disjointness, STARS),
        Family(families.cover_by_length, MARKS),
        Family(families.cover_by_part, DOZENS),
        Family(families.cover_by_unions, DOZENS),
        Family(families.negated_prefixes, DOZENS),
        Family(families.negated_suffixes, DOZENS),
        Family(families.negated_words, DOZENS),
        Family(blow_ups.marks, MARKS),
        Family(blow_ups.marks_between, MARKS),
        Family(blow_ups.blow_up, MARKS),
        Family(blow_ups.blow_up_twice, MARKS),
        Family(blow_ups.blow_up_between, MARKS),
        Family(families.segments, (1, 2, 5, 10, 20, 40)),
        Family(families.arn_parts, DOZENS),
        Family(families.long_literals, (4, 16, 64, 256, 1024)),
        Family(families.start_middle_end, (2, 4, 8, 16, 64, 256)),
        Family(blow_ups.count, STARS),
        Family(blow_ups.pigeonholes, (2, 4, 6, 8, 10)),
        Family(blow_ups.periods, (2, 4, 8, 12, 16, 24)),
        Family(blow_ups.cycles, (1, 2, 4, 6, 8)),
        Family(blow_ups.unavoidable_words, (1, 2, 3, 4, 5, 6)),
    )
}

SEEDS = 2


def cases() -> Iterator[WildcardCase]:
    """Yield the suite: some claims of each family and size that hold, and as many that do not."""
    for name, family in FAMILIES.items():
        for size in family.sizes:
            for seed in range(SEEDS):
                yield from (WildcardCase(name, size, holds, seed) for holds in (True, False))
