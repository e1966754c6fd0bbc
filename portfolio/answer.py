"""What comes out of a race: the verdict, who gave it, and how every member ended."""

from dataclasses import dataclass
from enum import Enum

from automaton.verdict import Unsat, Verdict


class End(Enum):
    """How a member ended; the value is the word shown to people."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class MemberReport:
    """How one member of a race ended, after `wall_s` of its own.

    `verdict` is what it said, right or wrong, and None iff it said nothing. A member that was
    never started is cancelled after 0 s, and its version, which nobody asked for, is empty.
    """

    name: str
    version: str
    end: End
    wall_s: float
    verdict: Verdict | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """An answer that does not stand: whose, which, and what speaks against it."""

    member: str
    verdict: Verdict
    objection: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The outcome of a race; `winner` is None iff the verdict is unknown."""

    verdict: Verdict
    winner: str | None
    wall_s: float
    members: tuple[MemberReport, ...]
    disagreements: tuple[Disagreement, ...] = ()


def proves(verdict: Verdict) -> bool:
    """Return whether there is no counterexample for certain: unknown is not safe."""
    return isinstance(verdict, Unsat)
