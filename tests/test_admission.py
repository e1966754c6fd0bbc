"""Back-pressure: so many at work, so many waiting, and the others turned away at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

from portfolio.admission import Admission, GaveUp, NotAdmitted, Overloaded, WaitedTooLong
from portfolio.cancel import Cancel
from portfolio.places import Places
from tests.fakes import wait_until


class Waiter:
    """A thread that waits for its turn, and tells what became of it."""

    def __init__(self, admission: Admission, wait_s: float, cancel: Cancel | None = None) -> None:
        self.became: object = None
        self.finish = threading.Event()
        self._turn = admission.admitted(wait_s=wait_s, cancel=cancel)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self._turn:
                self.became = "at work"
                self.finish.wait(10)
        except NotAdmitted as refusal:
            self.became = type(refusal)

    def is_at_work(self) -> bool:
        return self.became == "at work"

    def join(self) -> object:
        self._thread.join(10)
        return self.became


def is_waiting(admission: Admission, count: int) -> bool:
    return admission.waiting == count


@contextmanager
def full(admission: Admission, count: int) -> Iterator[ExitStack]:
    """Have `count` questions at work."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(admission.admitted(wait_s=0))
        yield stack


def test_who_finds_a_turn_does_not_wait() -> None:
    admission = Admission(at_work=2, waiting=0)
    with admission.admitted(wait_s=0) as first, admission.admitted(wait_s=0) as second:
        assert admission.at_work == 2
        assert max(first, second) < 0.5
    assert (admission.at_work, admission.waiting) == (0, 0)


def test_who_finds_the_queue_full_is_turned_away_at_once() -> None:
    admission = Admission(at_work=1, waiting=1)
    with full(admission, 1):
        waiter = Waiter(admission, wait_s=10)
        assert wait_until(lambda: admission.waiting == 1)
        began = time.monotonic()
        told = "1 questions are at work and 1 wait"
        with pytest.raises(Overloaded, match=told), admission.admitted(wait_s=10):
            pytest.fail("was let in")
        assert time.monotonic() - began < 1
    waiter.finish.set()
    assert waiter.join() == "at work"


def test_a_wait_ends_at_its_deadline() -> None:
    admission = Admission(at_work=1, waiting=1)
    with full(admission, 1):
        assert Waiter(admission, wait_s=0.05).join() is WaitedTooLong
        assert admission.waiting == 0
    assert admission.at_work == 0


@pytest.mark.parametrize("is_early", [True, False])
def test_who_gives_up_does_not_wait_any_longer(is_early: bool) -> None:
    admission = Admission(at_work=1, waiting=1)
    cancel = Cancel()
    if is_early:
        cancel.set()
    with full(admission, 1):
        waiter = Waiter(admission, wait_s=10, cancel=cancel)
        assert is_early or wait_until(lambda: admission.waiting == 1)
        cancel.set()
        assert waiter.join() is GaveUp
        assert admission.waiting == 0
    assert admission.at_work == 0


def test_giving_up_after_being_let_in_takes_no_turn_away() -> None:
    admission = Admission(at_work=1, waiting=0)
    cancel = Cancel()
    with admission.admitted(wait_s=0, cancel=cancel):
        cancel.set()
        with pytest.raises(Overloaded), admission.admitted(wait_s=0):
            pytest.fail("was let in")
        assert admission.at_work == 1


def test_turns_come_in_the_order_of_asking() -> None:
    admission = Admission(at_work=1, waiting=3)
    waiters = []
    with full(admission, 1):
        for count in range(3):
            waiters.append(Waiter(admission, wait_s=10))
            assert wait_until(partial(is_waiting, admission, count + 1))
    for count, waiter in enumerate(waiters):
        assert wait_until(waiter.is_at_work)
        assert sum(one.is_at_work() for one in waiters) == count + 1
        waiter.finish.set()
        waiter.join()


def test_an_error_at_work_gives_the_turn_back() -> None:
    admission = Admission(at_work=1, waiting=0)
    with pytest.raises(KeyError), admission.admitted(wait_s=0):
        raise KeyError
    with admission.admitted(wait_s=0):
        assert admission.at_work == 1


def test_many_threads_never_exceed_the_bounds() -> None:
    admission = Admission(at_work=3, waiting=5)
    most, outcomes, lock = [0], [], threading.Lock()

    def one() -> None:
        for _ in range(20):
            try:
                with admission.admitted(wait_s=0.002), lock:
                    most[0] = max(most[0], admission.at_work)
                    outcomes.append("at work")
            except NotAdmitted as refusal:
                with lock:
                    outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 400
    assert 1 <= most[0] <= 3
    assert (admission.at_work, admission.waiting) == (0, 0)


@pytest.mark.parametrize(("at_work", "waiting"), [(0, 5), (1, -1)])
def test_bounds_that_let_nobody_in_are_refused(at_work: int, waiting: int) -> None:
    with pytest.raises(ValueError, match="can never answer a question"):
        Admission(at_work=at_work, waiting=waiting)


def test_more_places_are_given_to_those_who_wait_first() -> None:
    places = Places(1)
    asked = [places.ask() for _ in range(4)]
    places.resize(3)
    assert [place.is_had for place in asked] == [True, True, True, False]
    places.resize(1)
    asked[0].leave()
    asked[0].leave()
    assert (places.taken, places.waiting) == (2, 1)
