"""Batches on several processes, each of them told by its number.

A process is replaced after some batches, since solvers and interned terms keep what they learned.
One that dies takes nothing with it but the batches at work, which are made once more.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from portfolio.differential.campaign.journal import Done

BATCHES_A_PROCESS = 20
ATTEMPTS = 2
LOOK_S = 1.0

Work = Callable[[int], Done]
"""What makes a batch; it is sent to other processes, and so are its results."""


def run_batches(numbers: Iterator[int], work: Work, workers: int) -> Generator[Done, None, None]:
    """Yield the batches of `numbers` as they are done; no more are begun once the caller stops.

    A batch whose process dies in each of `ATTEMPTS` is yielded as lost.
    """
    crew = _Crew(work, workers)
    try:
        yield from crew.run(numbers)
    finally:
        crew.stop()


class _Crew:
    """Processes at work, and how often each batch was begun."""

    def __init__(self, work: Work, workers: int) -> None:
        self._work = work
        self._workers = workers
        self._pool = self._new_pool()
        self._pending: dict[Future[Done], int] = {}
        self._attempts: dict[int, int] = {}

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(os.getpid(),),
            max_tasks_per_child=BATCHES_A_PROCESS,
        )

    def run(self, numbers: Iterator[int]) -> Iterator[Done]:
        """Yield batches as they are done."""
        while True:
            while len(self._pending) < self._workers:
                number = next(numbers, None)
                if number is None:
                    break
                self._submit(number)
            if not self._pending:
                return
            yield from self._finished()

    def _submit(self, number: int) -> None:
        self._attempts[number] = self._attempts.get(number, 0) + 1
        self._pending[self._pool.submit(self._work, number)] = number

    def _finished(self) -> Iterator[Done]:
        finished, _ = wait(self._pending, return_when=FIRST_COMPLETED)
        broken: list[int] = []
        for future in finished:
            number = self._pending.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                broken.append(number)
        if broken:
            yield from self._again([*broken, *self._pending.values()])

    def _again(self, numbers: list[int]) -> Iterator[Done]:
        """Begin batches once more in new processes; yield those that had their attempts."""
        self._pending.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._new_pool()
        for number in sorted(numbers):
            if self._attempts[number] < ATTEMPTS:
                self._submit(number)
            else:
                why = f"a process died in each of {ATTEMPTS} attempts"
                yield Done(batch=number, source="", cases=0, lost=why)

    def stop(self) -> None:
        """End all processes now."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()


def _begin(parent: int) -> None:
    """Prepare a process: it ends with its parent, and at once when it is told to."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)
