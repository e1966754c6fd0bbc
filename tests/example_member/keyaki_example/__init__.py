"""A member that tries short words: it finds models where there are small ones, and no proofs.

`SHORT_WORDS` is registered as an entry point, so that `keyaki solve --members short-words,z3` races
it. `short-words:length=4` tries longer words.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version

from automaton.evaluate import evaluate
from automaton.terms import Problem, Sort
from automaton.verdict import Reason, Sat, Unknown, Verdict
from portfolio.fragment import Fragment
from portfolio.limits import Limits
from portfolio.members.base import Ended, Options, Outcome, Run, Task, crashed, outcome_of

LETTERS = "ab/:*0"


class ShortWords:
    """Tries all words of a few letters, up to `length`, for every variable.

    Its `solver` is the same whatever its options: members of one solver do not confirm each other.
    It never says unsat, so that there is no fragment in which its unsat is `trusted`.
    """

    solver = "short-words"
    trusted: frozenset[Fragment] = frozenset()

    def __init__(self, name: str = "short-words", length: int = 2) -> None:
        self.name = name
        self.length = length

    def version(self) -> str:
        """Return the version of this distribution."""
        return version("keyaki-example")

    def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    def with_options(self, name: str, options: Options) -> ShortWords:
        """Return a member that tries words of another length."""
        given = dict(options)
        length = given.pop("length", str(self.length))
        if given or not length.isdecimal():
            raise ValueError("its only option is `length`, a number")
        return ShortWords(name, int(length))

    def start(self, task: Task, limits: Limits) -> Run:
        """Start to try, in a thread; scripts and variables of other sorts are not supported."""
        if not isinstance(task, Problem):
            return Ended(outcome_of(Unknown(Reason.UNSUPPORTED, "a script")))
        if any(variable.sort is not Sort.STRING for variable in task.variables):
            return Ended(outcome_of(Unknown(Reason.UNSUPPORTED, "a variable that is no string")))
        return _Trying(task, self.length, limits.wall_s)


class _Trying:
    """A run in a thread. It looks at the clock and at the wish to cancel between two tries."""

    def __init__(self, problem: Problem, length: int, wall_s: float) -> None:
        self._problem = problem
        self._length = length
        self._deadline = time.monotonic() + wall_s
        self._is_cancelled = threading.Event()
        self._is_done = threading.Event()
        self._outcome: Outcome | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff it is still open by then."""
        self._is_done.wait(timeout_s)
        return self._outcome

    def cancel(self) -> None:
        """Have the thread stop at its next try."""
        self._is_cancelled.set()

    def _run(self) -> None:
        began = time.thread_time()
        try:
            outcome = outcome_of(self._verdict())
        except Exception as error:
            outcome = crashed(error)
        self._outcome = Outcome(
            outcome.end, outcome.verdict, outcome.detail, cpu_s=time.thread_time() - began
        )
        self._is_done.set()

    def _verdict(self) -> Verdict:
        names = [variable.name for variable in self._problem.variables]
        for words in itertools.product(list(_words(self._length)), repeat=len(names)):
            if self._is_cancelled.is_set():
                return Unknown(Reason.CANCELLED)
            if time.monotonic() > self._deadline:
                return Unknown(Reason.TIME)
            model = dict(zip(names, words, strict=True))
            if evaluate(self._problem.formula, model):
                return Sat(model)
        return Unknown(Reason.INCOMPLETE, f"no words of up to {self._length} letters will do")


def _words(length: int) -> Iterator[str]:
    for size in range(length + 1):
        yield from map("".join, itertools.product(LETTERS, repeat=size))


SHORT_WORDS = ShortWords()
