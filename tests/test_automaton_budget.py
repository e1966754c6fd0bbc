"""Budgets: each limit ends a search for its own reason, and no limit ends it early."""

import threading
import time

import pytest

from automaton.budget import Budget, LimitReached, Share
from automaton.verdict import Reason, Unknown, Unsupported


def test_a_budget_within_its_limits_counts_its_steps() -> None:
    budget = Budget(wall_s=60, max_steps=10)
    budget.spend()
    budget.spend(9)

    assert budget.steps == 10


def test_one_step_too_many_ends_the_search() -> None:
    budget = Budget(max_steps=10)

    with pytest.raises(LimitReached, match="the step limit was reached: 10 steps") as ended:
        budget.spend(11)
    assert ended.value.reason is Reason.STEPS


def test_the_clock_starts_when_the_budget_is_made() -> None:
    budget = Budget(wall_s=0.01)
    time.sleep(0.02)

    with pytest.raises(LimitReached) as ended:
        budget.spend(0)
    assert ended.value.reason is Reason.TIME


def test_without_limits_nothing_ends_the_search() -> None:
    budget = Budget(wall_s=None)
    budget.spend(10**12)

    assert budget.deadline is None


def test_a_search_is_called_off_from_another_thread() -> None:
    budget = Budget()
    caller = threading.Thread(target=budget.cancel)
    caller.start()
    caller.join()

    with pytest.raises(LimitReached) as ended:
        budget.spend()
    assert ended.value.reason is Reason.CANCELLED


def test_a_table_as_large_as_the_limit_is_allowed_and_a_larger_one_is_not() -> None:
    budget = Budget(memory_mib=2)
    budget.require_memory(2 * 1024 * 1024)

    with pytest.raises(LimitReached, match="the memory limit was reached: 2 MiB") as ended:
        budget.require_memory(2 * 1024 * 1024 + 1)
    assert ended.value.reason is Reason.MEMORY


def test_an_unknown_reads_as_a_sentence() -> None:
    assert str(Unknown(Reason.TIME)) == "the time limit was reached"
    assert str(Unknown(Reason.STEPS, "7 steps")) == "the step limit was reached: 7 steps"


def test_an_unsupported_construct_is_named_with_its_place() -> None:
    assert str(Unsupported("`BinaryEquals`")) == "`BinaryEquals` is not supported"
    assert str(Unsupported("x", "$.Statement")) == "x is not supported (at $.Statement)"


def test_a_share_counts_in_the_whole_and_ends_after_its_calls() -> None:
    whole = Budget(wall_s=None)
    share = Share(whole, max_calls=2)
    share.spend(5)
    share.spend(7)
    assert whole.steps == 12
    with pytest.raises(LimitReached, match="share"):
        share.spend()


def test_a_share_ends_with_the_whole() -> None:
    whole = Budget(wall_s=None)
    whole.cancel()
    with pytest.raises(LimitReached) as caught:
        Share(whole, max_calls=2).spend()
    assert caught.value.reason is Reason.CANCELLED
