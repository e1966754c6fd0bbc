"""Solvers that keep a limit on time by themselves: told so, and killed only well after it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.panel import Panel
from portfolio.differential.soft_limits import EXTRA_S, told
from portfolio.differential.terms import S, call, variable
from portfolio.limits import Limits
from portfolio.members import LibraryMember, available, by_name, close_all
from portfolio.members.library import Z3
from portfolio.members.workers import waiting
from tests.fakes import fake_binary

LIMITS = Limits(wall_s=0.3)
X = variable("x", S)
HARD = Case(
    tuple(
        call("str.in_re", X, call("re.+", call("re.^", call("str.to_re", "a"), indices=(prime,))))
        for prime in (2, 3, 5, 7, 11, 13, 17, 19)
    ),
    "by hand",
)
"""A multiple of some ten million letters."""


@pytest.fixture(autouse=True)
def _no_processes() -> Iterator[None]:
    close_all()
    yield
    close_all()


def test_a_solver_is_told_its_limit_and_killed_later() -> None:
    member, limits = told(Z3, LIMITS)

    assert isinstance(member, LibraryMember)
    assert member.options == (*Z3.options, ("timeout", "300"))
    assert limits.wall_s > EXTRA_S


def test_a_solver_that_knows_no_limit_is_killed_at_its_limit() -> None:
    fake = fake_binary("hang")

    assert told(fake, LIMITS) == (fake, LIMITS)


@pytest.mark.parametrize("name", ["z3", "cvc5", "cvc4"])
def test_a_solver_ends_by_itself(name: str) -> None:
    if name not in {member.name for member in available()}:
        pytest.skip(f"`{name}` is not installed")
    panel = Panel(by_name([name]), LIMITS)
    panel.ask(Case((call("=", X, "a"),), "by hand"))
    before = time.monotonic()
    outcome = panel.ask(HARD)[name]

    assert outcome.end in (End.TIMED_OUT, End.UNKNOWN)
    assert time.monotonic() - before < EXTRA_S


def test_a_worker_whose_time_was_over_takes_the_next_case() -> None:
    pytest.importorskip("z3")
    panel = Panel((Z3,), LIMITS)
    outcome = panel.ask(HARD)["z3"]

    assert outcome.end in (End.TIMED_OUT, End.UNKNOWN)
    assert waiting.has(Z3.command)
