"""The conservative reading of a verdict."""

import pytest

from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from portfolio.answer import proves


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [(Unsat(), True), (Sat({}), False), *((Unknown(reason), False) for reason in Reason)],
)
def test_only_unsat_proves(verdict: Verdict, expected: bool) -> None:
    assert proves(verdict) == expected
