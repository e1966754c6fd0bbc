"""The table of differences in CONTRIBUTING.md is the one that the tests go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.iam_simulate.differences import DIFFERENCES, Difference

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.name)
def test_contributing_has_the_row(row: Difference) -> None:
    assert row.as_markdown in CONTRIBUTING.read_text(encoding="utf-8").splitlines()


def test_rows_have_names_of_their_own() -> None:
    names = [row.name for row in DIFFERENCES]

    assert len(names) == len(set(names))
