"""Bands of run time, and by what factor a band became slower, as far as noise lets one tell.

A query lies in the band of the geometric mean of its two times: by the base's alone, what was fast
there by chance would lie low and seem slower in the new run. The factor of a band is the geometric
mean of new time over base's, with a confidence interval from the percentile bootstrap (Efron 1979):
the queries of the band are drawn anew, with replacement, from a seed. Two runs of one program
differ throughout where the machine is busier in one, by up to a sixth of their processor time; so a
band is slower iff the whole interval lies above `DRIFT`. Whether a single query is slower is told
by the spread of its band. What timed out in one of the runs is in no band.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from portfolio.workbench.times import LEAST_S

BANDS_S = (0.01, 0.1, 1.0, 10.0)
NAMES = ("below 10 ms", "10-100 ms", "0.1-1 s", "1-10 s", "above 10 s")

DRIFT = 1.2
"""What a whole run may be slower or faster by without reason."""

FEWEST = 10
"""A band of fewer queries tells nothing."""

CONFIDENCE = 0.99
DRAWS = 2000
SEED = 2026

LEAST_FACTOR = 2.0
LEAST_DIFFERENCE_S = 0.02
"""A query is slower or faster only by as much at least, and by as many seconds."""

DEVIATIONS = 5.0
"""And by as many deviations of its band."""

MOST_FACTOR = 4.0
"""By more than this a query is slower whatever its band: two releases differ by more than noise."""

_NORMAL_MAD = 0.6745
"""The median absolute deviation of a normal distribution, in standard deviations."""

_BLOCK = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Band:
    """What became of the queries of a band that both runs solve.

    `factor` is the geometric mean of new time over base's, `low` and `high` the ends of its
    confidence interval; `threshold` is by what factor a query of the band must be slower or faster
    to be named.
    """

    name: str
    queries: int
    factor: float
    low: float
    high: float
    median: float
    threshold: float

    def is_slower_than(self, factor: float) -> bool:
        """Return whether new takes longer by more than `factor`, beyond noise."""
        return self.queries >= FEWEST and self.low > factor

    @property
    def change(self) -> str:
        """`slower`, `faster`, `same`, or `too few` queries to tell."""
        if self.queries < FEWEST:
            return "too few"
        if self.low > DRIFT:
            return "slower"
        return "faster" if self.high < 1 / DRIFT else "same"

    def to_json(self) -> dict[str, object]:
        """Return the band as results print it."""
        return {**asdict(self), "change": self.change}


def band_of(base_s: float, new_s: float) -> str:
    """Return the name of the band of a query; what lies on an edge lies above it."""
    middle_s = math.sqrt(max(base_s, LEAST_S) * max(new_s, LEAST_S))
    return NAMES[bisect_right(BANDS_S, middle_s)]


def ratio(base_s: float, new_s: float) -> float:
    """Return new time over base's, each being `LEAST_S` at least."""
    return max(new_s, LEAST_S) / max(base_s, LEAST_S)


def bands_of(times: Sequence[tuple[float, float]]) -> Iterator[Band]:
    """Yield each band that has queries, of pairs of the base's time and the new one's."""
    for name in NAMES:
        found = [pair for pair in times if band_of(*pair) == name]
        if found:
            yield band(name, found)


def band(name: str, times: Sequence[tuple[float, float]]) -> Band:
    """Return what became of queries, of which there are some, as one band."""
    logs = [math.log(ratio(*pair)) for pair in times]
    low, high = interval(logs)
    return Band(
        name=name,
        queries=len(logs),
        factor=math.exp(statistics.fmean(logs)),
        low=math.exp(low),
        high=math.exp(high),
        median=math.exp(statistics.median(logs)),
        threshold=min(MOST_FACTOR, max(LEAST_FACTOR, math.exp(DEVIATIONS * deviation(logs)))),
    )


def deviation(values: Sequence[float]) -> float:
    """Return the standard deviation, as the median absolute deviation tells it."""
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values) / _NORMAL_MAD


def interval(values: Sequence[float], seed: int = SEED) -> tuple[float, float]:
    """Return the ends of the confidence interval of the mean."""
    import numpy as np  # noqa: PLC0415 - who only reads records needs none of it

    array, draw = np.asarray(values), np.random.default_rng(seed)
    step = max(1, _BLOCK // len(values))
    means = np.concatenate(
        [
            array[draw.integers(0, len(array), (min(step, DRAWS - at), len(array)))].mean(axis=1)
            for at in range(0, DRAWS, step)
        ]
    )
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    # Rounding must not part a mean of equal values from its interval.
    mean = statistics.fmean(values)
    return min(float(low), mean), max(float(high), mean)


def is_slower(base_s: float, new_s: float, threshold: float) -> bool:
    """Return whether a query is slower beyond the noise of its band."""
    return new_s - base_s > LEAST_DIFFERENCE_S and ratio(base_s, new_s) > threshold
