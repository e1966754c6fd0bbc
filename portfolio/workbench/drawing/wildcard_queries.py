"""Claims of the suite of wildcards as queries; many of them blow up automata."""

from __future__ import annotations

from random import Random

from portfolio.workbench.drawing.drawn import Drawn, asked
from portfolio.workbench.drawing.wildcard_suite import FAMILIES, WildcardCase


def wildcards(chance: Random) -> Drawn:
    """Draw a claim of any family, of a size up to its largest."""
    name = chance.choice(sorted(FAMILIES))
    sizes = FAMILIES[name].sizes
    place = chance.randrange(len(sizes))
    above = sizes[min(place + 1, len(sizes) - 1)]
    size = chance.randint(sizes[place], above)
    case = WildcardCase(name, size, chance.random() < 0.5, chance.randrange(1 << 30))
    return asked(case.ready().problem(), f"wildcards: {case.name}")
