"""What a member is: something that can be started on a problem and ends in exactly one way.

A third-party member implements the two protocols, is registered under the entry-point group
`keyaki.members`, and passes `tests/conformance`. If it takes options (`mine:seed=7`), it also has a
method `with_options(name, options)` that returns a member of that name, or raises ValueError.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from automaton.terms import Problem
from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib.question import ScriptQuestion
from portfolio.answer import End
from portfolio.limits import Limits

Task = Problem | ScriptQuestion
"""What members decide: a problem of our language, or a script in its own words."""


Options = tuple[tuple[str, str], ...]
"""The options of a solver, by their own names, with their values as they are written."""

MOST_SEED = 2**31 - 1
"""A seed that every solver takes as it is: larger ones some cut off without a word."""


def own_options(options: Options, seed_option: str) -> Options:
    """Return options with the solver's own name for `seed`. Raise ValueError iff that is wrong."""
    for name, value in options:
        if name == "seed" and not (value.isdecimal() and int(value) <= MOST_SEED):
            raise ValueError(f"seed `{value}` is no number from 0 to {MOST_SEED}")
    return tuple((seed_option if name == "seed" else name, value) for name, value in options)


def trusted_with(
    trusted: frozenset[Enum] | None, options: Options, seed_option: str
) -> frozenset[Enum] | None:
    """Return what a solver is trusted for with options: what it is without, iff they are seeds."""
    has_others = any(name != seed_option for name, _ in options)
    return frozenset() if has_others else trusted


@dataclass(frozen=True)
class Outcome:
    """How a run ended, with the verdict iff it gave one; `detail` is for people.

    `cpu_s` is the processor time that the run took, of all its processes; `peak_mib` is the most
    memory that they were seen to hold, 0 where nobody looked. Two outcomes that differ only in what
    they cost are equal.
    """

    end: End
    verdict: Verdict | None = None
    detail: str = ""
    cpu_s: float = field(default=0.0, compare=False, kw_only=True)
    peak_mib: float = field(default=0.0, compare=False, kw_only=True)


NO_MORE_CPU = Outcome(End.TIMED_OUT, detail="the limit of processor time was reached")


class Run(Protocol):
    """One member at work on one task. One thread waits; any thread may cancel."""

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, the same at every call, or None iff it is still open by then.

        The run keeps its own limits: without a timeout this returns soon after them.
        """

    def cancel(self) -> None:
        """Make the run end soon; `wait` returns its outcome. Return without waiting for it."""


class Member(Protocol):
    """A solver that can take part in a race.

    It may also declare `trusted`, the `portfolio.fragment.Fragment`s in which its unsat stands
    alone, and `solver`, whose code it runs: `portfolio.trust` says what that means.
    """

    @property
    def name(self) -> str:
        """The name that people give on the command line."""

    def version(self) -> str:
        """Return the version of what is installed, or `unknown`."""

    def warm(self) -> None:
        """Do now, once, what the first question would otherwise wait for."""

    def start(self, task: Task, limits: Limits) -> Run:
        """Return a run that has started. A task that is not supported is an outcome of it."""


class Ended:
    """A run that ended before it began."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def wait(self, timeout_s: float | None) -> Outcome:
        """Return the outcome."""
        return self._outcome

    def cancel(self) -> None:
        """Do nothing: there is nothing to end."""


_ENDS = {
    Reason.TIME: End.TIMED_OUT,
    Reason.MEMORY: End.OUT_OF_MEMORY,
    Reason.CANCELLED: End.CANCELLED,
    Reason.UNSUPPORTED: End.UNSUPPORTED,
}


def outcome_of(verdict: Verdict) -> Outcome:
    """Return the outcome of a run that came to `verdict`."""
    match verdict:
        case Sat() | Unsat():
            return Outcome(End.ANSWERED, verdict)
        case Unknown(reason, detail):
            return Outcome(_ENDS.get(reason, End.UNKNOWN), verdict, detail or reason.value)


def crashed(error: BaseException) -> Outcome:
    """Return the outcome of a run that ended in `error`."""
    if isinstance(error, MemoryError):
        return Outcome(End.OUT_OF_MEMORY)
    return Outcome(End.CRASHED, detail=f"{type(error).__name__}: {error}")
