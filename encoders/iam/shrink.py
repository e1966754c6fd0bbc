"""Which few of many a proof needs: deletion of ever smaller chunks, within a limit on the effort.

Belov, Lynce, Marques-Silva, "Towards efficient MUS extraction", AI Communications 2012, section 3,
with chunks as in Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input",
TSE 2002. What is kept is enough at every moment, so that the search may end at any.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from automaton.terms import Problem
from automaton.verdict import Unsat, Unsupported, Verdict

Decide = Callable[[Problem], Verdict]
Item = TypeVar("Item")


class Effort:
    """A decision procedure with limits on its calls and on the wall time from now."""

    def __init__(self, decide: Decide, *, max_calls: int = 1000, wall_s: float = 10.0) -> None:
        self.calls = 0
        self.is_spent = False
        self._decide = decide
        self._max_calls = max_calls
        self._deadline = time.monotonic() + wall_s

    def proves(self, problem: Problem) -> bool:
        """Return True iff the problem was decided within the limits and is unsatisfiable.

        `is_spent` holds from the first problem that the limits left undecided.
        """
        if self.calls >= self._max_calls or time.monotonic() > self._deadline:
            self.is_spent = True
            return False
        self.calls += 1
        return isinstance(self._decide(problem), Unsat)

    def proves_built(self, build: Callable[[], Problem]) -> bool:
        """Return True iff a problem is built and proved; what is not modelled proves nothing."""
        try:
            problem = build()
        except Unsupported:
            # A key that goes with dropped statements may leave another one of no known meaning.
            return False
        return self.proves(problem)


def shrink(items: Sequence[Item], suffice: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Return some of `items`, which suffice, such that they do not with any one of them left out.

    Items go last ones first. That no one may go is shown at the end, for each of them: `suffice`
    fails of what was left at that time, and with it of all that is less where more never harms.
    """
    kept = list(items)
    size = len(kept)
    while size:
        kept = _without_chunks(kept, size, suffice)
        size = min(size // 2, max(1, len(kept) // 2))
    return kept


def _without_chunks(
    kept: list[Item], size: int, suffice: Callable[[Sequence[Item]], bool]
) -> list[Item]:
    end = len(kept)
    while end > 0:
        start = max(0, end - size)
        fewer = kept[:start] + kept[end:]
        if suffice(fewer):
            kept = fewer
        end = start
    return kept
