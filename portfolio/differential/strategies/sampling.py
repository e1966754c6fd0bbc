"""Many draws from a strategy outside of a test, each on its own and the same for the same seed.

Within a test Hypothesis follows each fresh draw by some five that copy one part of it over another.
That suits a property; a campaign that looks at hundreds of thousands of scripts wants each to be
new. An alternative backend, which draws as the usual one does, makes it leave that out.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy

from portfolio.differential.strategies.words import Drawn

BACKEND = "keyaki-fresh"


class FreshProvider(HypothesisProvider):
    """Hypothesis's own way to draw, under a name for which it neither copies nor remembers."""


AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{FreshProvider.__name__}"


def samples(strategy: SearchStrategy[Drawn], number: int, count: int) -> list[Drawn]:
    """Return `count` draws, the same for the same seed `number`; the first is the simplest.

    Fewer are returned iff the strategy refuses too many of its draws.
    """
    found: list[Drawn] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        backend=BACKEND,
    )
    @given(strategy)
    def collect(drawn: Drawn) -> None:
        found.append(drawn)

    collect()
    return found
