"""Bands of run time: which queries lie in one, and when it is slower beyond noise."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.workbench.bands import (
    BANDS_S,
    NAMES,
    Band,
    band,
    band_of,
    bands_of,
    interval,
    is_slower,
)
from portfolio.workbench.compare import Comparison, compared
from portfolio.workbench.record import Run
from portfolio.workbench.row import Row
from portfolio.workbench.times import LEAST_S, Clock
from tests.workbench_runs import drawn_runs, row, run_of


def held(base: list[Row], new: list[Row]) -> Comparison:
    return compared(run_of(base), run_of(new, "z3@5.0.0.0"), clock=Clock.CPU)


@given(drawn_runs(2))
def test_a_band_is_slower_one_way_as_it_is_faster_the_other_way(runs: list[Run]) -> None:
    there, back = (compared(*pair, clock=Clock.CPU).bands for pair in (runs, runs[::-1]))

    assert [(each.name, each.queries) for each in there] == [(b.name, b.queries) for b in back]
    assert [each.factor for each in there] == pytest.approx([1 / each.factor for each in back])


@pytest.mark.parametrize(
    ("base_s", "new_s", "name"),
    [
        (0.0, 0.0, "below 10 ms"),
        (0.009, 0.011, "below 10 ms"),
        (0.01, 0.01, "10-100 ms"),
        (0.001, 1.0, "10-100 ms"),
        (0.1, 0.1, "0.1-1 s"),
        (1.0, 1.0, "1-10 s"),
        (10.0, 10.0, "above 10 s"),
    ],
)
def test_a_query_lies_in_the_band_of_both_its_times(base_s: float, new_s: float, name: str) -> None:
    assert (band_of(base_s, new_s), len(NAMES)) == (name, len(BANDS_S) + 1)


def test_noise_does_not_make_what_was_fast_by_chance_slower() -> None:
    random_ = random.Random(5)
    times = [10 ** random_.gauss(-2, 1) for _ in range(2000)]
    runs = [[t * math.exp(random_.gauss(0, 0.7)) for t in times] for _ in range(2)]

    found = list(bands_of(list(zip(*runs, strict=True))))

    assert [each.change for each in found if each.queries >= 100] == ["same"] * 3


def noisy(factor: float, spread: float, count: int = 200) -> Band:
    """Return a band of queries with noise in both runs, the new one slower by a factor."""
    random_ = random.Random(7)
    times = [random_.uniform(0.1, 1.0) for _ in range(count)]
    noise = [math.exp(random_.gauss(0, spread)) for _ in range(2 * count)]
    pairs = zip(times, noise[:count], noise[count:], strict=True)
    return band("a band", [(t * one, factor * t * other) for t, one, other in pairs])


@pytest.mark.parametrize(
    ("factor", "spread", "change"),
    [
        (1.0, 0.0, "same"),
        (1.0, 0.3, "same"),
        (1.15, 0.01, "same"),
        (1.5, 0.3, "slower"),
        (1.5, 3.0, "same"),
        (0.6, 0.3, "faster"),
        (3.0, 0.0, "slower"),
    ],
)
def test_a_band_is_slower_iff_noise_leaves_no_doubt(
    factor: float, spread: float, change: str
) -> None:
    assert noisy(factor, spread).change == change


def test_a_few_queries_do_not_make_a_band_slower() -> None:
    assert noisy(3.0, 0.0, count=9).change == "too few"


def test_the_factor_of_a_band_is_the_geometric_mean() -> None:
    found = band("a band", [(1.0, 2.0), (1.0, 8.0), (2.0, 2.0)])

    assert found.factor == pytest.approx(16 ** (1 / 3))
    assert found.median == pytest.approx(2.0)


@given(st.lists(st.floats(-5, 5, allow_nan=False), min_size=1, max_size=50))
def test_an_interval_holds_the_mean_and_lies_among_the_values(values: list[float]) -> None:
    low, high = interval(values)

    assert low <= statistics.fmean(values) <= high
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == interval(values)


def test_an_interval_covers_the_truth_as_often_as_it_says() -> None:
    random_ = random.Random(3)
    drawn = [[random_.gauss(1.0, 2.0) for _ in range(40)] for _ in range(200)]

    covered = sum(low <= 1.0 <= high for low, high in map(interval, drawn))

    assert covered >= 190


def test_times_that_the_clock_does_not_tell_are_alike() -> None:
    found = held([row("q", seconds=0.0)], [row("q", seconds=LEAST_S / 2)])

    assert found.bands[0].factor == 1.0


def test_a_query_is_slower_only_beyond_the_noise_of_its_band() -> None:
    base = [row(f"q{at}", seconds=0.5) for at in range(20)]
    calm = [row(f"q{at}", seconds=0.5) for at in range(19)] + [row("q19", seconds=1.5)]
    wild = [row(f"q{at}", seconds=0.25 if at % 2 else 1.0) for at in range(19)]

    assert [(m.pair.query, m.factor) for m in held(base, calm).slower] == [("q19", 3.0)]
    assert held(base, [*wild, row("q19", seconds=1.5)]).slower == ()
    assert [m.pair.query for m in held(calm, base).faster] == ["q19"]


def test_a_query_that_is_much_slower_is_named_however_others_differ() -> None:
    base = [row(f"q{at}", seconds=0.5) for at in range(20)]
    wild = [row(f"q{at}", seconds=0.12 if at % 2 else 2.1) for at in range(20)]

    found = held(base, wild)

    assert (len(found.slower), len(found.faster)) == (10, 10)


def test_a_query_that_takes_a_few_milliseconds_more_is_not_slower() -> None:
    assert not is_slower(0.001, 0.02, 2.0)
    assert is_slower(0.001, 0.022, 2.0)
