"""Threads that are used again."""

from __future__ import annotations

import os
import threading
import time
from queue import SimpleQueue

import pytest

from portfolio import threads
from portfolio.threads import run_in_thread


def name_of_thread() -> int:
    seen: SimpleQueue[int] = SimpleQueue()
    run_in_thread(lambda: seen.put(threading.get_ident()))
    return seen.get(timeout=5)


def wait_for_idle() -> None:
    until = time.monotonic() + 5
    while not threads._idle and time.monotonic() < until:
        time.sleep(0.001)


def test_a_thread_is_used_again_and_is_not_the_callers() -> None:
    seen = set()
    for _ in range(20):
        seen.add(name_of_thread())
        wait_for_idle()
    assert threading.get_ident() not in seen
    assert len(seen) <= len(threads._idle)


def test_calls_that_wait_for_each_other_do_not_share_a_thread() -> None:
    barrier = threading.Barrier(5, timeout=5)
    for _ in range(4):
        run_in_thread(barrier.wait)
    barrier.wait()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    name_of_thread()
    wait_for_idle()
    child = os.fork()
    if child == 0:
        os._exit(0 if name_of_thread() else 1)
    assert os.waitpid(child, 0)[1] == 0
