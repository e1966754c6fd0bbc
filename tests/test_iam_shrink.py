"""Dropping what is not needed: the result suffices, nothing of it is to spare, limits hold."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from automaton import Problem, Unsat
from encoders.iam.shrink import Effort, shrink

families = st.lists(st.sets(st.integers(0, 11)), max_size=4)


@given(families)
def test_what_is_left_suffices_and_not_one_of_it_may_go(enough: list[set[int]]) -> None:
    def suffice(items: Sequence[int]) -> bool:
        return any(one <= set(items) for one in [*enough, set(range(12))])

    kept = shrink(range(12), suffice)

    assert suffice(kept) is True
    assert [i for i in kept if suffice([one for one in kept if one != i])] == []


def test_items_keep_their_order_and_go_last_ones_first() -> None:
    assert shrink("abcabc", lambda items: {*"abc"} <= set(items)) == ["a", "b", "c"]


def test_nothing_is_left_where_nothing_is_needed() -> None:
    assert shrink([], bool) == []
    assert shrink([1, 2, 3], lambda _: True) == []


def test_few_of_many_are_found_in_few_tries() -> None:
    tried: list[int] = []

    def suffice(items: Sequence[int]) -> bool:
        tried.append(len(items))
        return 700 in items

    assert shrink(range(1024), suffice) == [700]
    assert len(tried) < 25


def test_an_effort_ends_after_its_calls_and_says_so() -> None:
    effort = Effort(lambda _: Unsat(), max_calls=1)

    assert (effort.proves(Problem(())), effort.is_spent) == (True, False)
    assert (effort.proves(Problem(())), effort.is_spent) == (False, True)
    assert effort.calls == 1
