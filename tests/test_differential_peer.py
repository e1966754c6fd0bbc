"""Our decisions beside iam-simulate's, over the whole language: every difference is explained."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.iam_generator import draw_simulation
from tests.iam_simulate.compare import Decide, Report, compare
from tests.iam_simulate.differences import DIFFERENCES, Difference
from tests.iam_simulate.ours import Simulation, decision
from tests.iam_simulate.peer import decisions, installed
from tests.iam_simulate.shrink import shrunk

pytestmark = pytest.mark.iam_simulate

SEED = 2026
SIMULATIONS = 24_000
MOST_REFUSED = 0.02
LEAST_SHARE = 0.15
SHOWN = 3

EXAMPLES: dict[str, Simulation] = json.loads(
    (Path(__file__).parent / "iam_simulate" / "examples.json").read_text(encoding="utf-8")
)
"""A smallest simulation for each row of `DIFFERENCES`, by the row's name."""


@pytest.fixture(scope="module")
def peer() -> Decide:
    return partial(decisions, installed())


@pytest.fixture(scope="module")
def report(peer: Decide) -> Report:
    rng = Random(SEED)
    return compare([draw_simulation(rng, odd_values=True) for _ in range(SIMULATIONS)], peer)


def test_every_difference_is_explained(report: Report, peer: Decide) -> None:
    unexplained = [
        {"ours": one.ours, "theirs": one.theirs, "simulation": shrunk(one.simulation, peer)}
        for one in report.unexplained[:SHOWN]
    ]

    assert unexplained == []


def test_both_hits_and_misses_are_frequent(report: Report) -> None:
    shares = {word: count / SIMULATIONS for word, count in report.decided.items()}

    assert sorted(shares) == ["allowed", "explicitDeny", "implicitDeny"]
    assert min(shares.values()) >= LEAST_SHARE
    assert sum(report.refused.values()) <= MOST_REFUSED * SIMULATIONS


def test_nothing_fails_on_the_other_side(report: Report) -> None:
    words = {one.theirs for one in report.found}

    assert words <= {"allowed", "explicitDeny", "implicitDeny"}


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.name)
def test_each_row_explains_its_example(row: Difference, peer: Decide) -> None:
    example = EXAMPLES[row.name]
    ours = decision(example)

    assert peer([example]) != [ours]
    assert peer([row.settled(example)]) == [ours]


def test_there_is_no_example_without_a_row() -> None:
    assert sorted(EXAMPLES) == sorted(row.name for row in DIFFERENCES)
