"""Batches on several processes, each of them told by its number.

A process is replaced after some batches, since solvers and interned terms keep what they learned.
One that dies takes nothing with it but its batch, which is made once more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from portfolio.differential.campaign.journal import Done
from portfolio.executors.local import LocalExecutor
from portfolio.executors.work import Lost

BATCHES_A_PROCESS = 20

Work = Callable[[int], Done]
"""What makes a batch; it is sent to other processes, and so are its results."""


def run_batches(numbers: Iterator[int], work: Work, workers: int) -> Generator[Done, None, None]:
    """Yield the batches of `numbers` as they are done; no more are begun once the caller stops.

    A batch that raises, or whose process dies in each attempt, is yielded as lost. Raise
    ExecutorError iff processes cannot start.
    """
    executor = LocalExecutor(workers=workers, items_a_worker=BATCHES_A_PROCESS)
    with closing(executor.run(numbers, work)) as ends:
        for number, end in ends:
            if isinstance(end, Lost):
                yield Done(batch=number, source="", cases=0, lost=_why(end))
            else:
                yield end


def _why(lost: Lost) -> str:
    return lost.trace or f"{lost.why}, {lost.attempts} times"
