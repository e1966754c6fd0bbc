"""What comes out of a race: the verdict, who gave it, and how every member ended."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from automaton.verdict import Sat, Unknown, Unsat, Value, Verdict

Json = dict[str, object]

WORDS: dict[type[Verdict], str] = {Sat: "sat", Unsat: "unsat", Unknown: "unknown"}


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
    """How one member of a race ended, after `wall_s` of its own and `cpu_s` of processor time.

    `peak_mib` is the most memory that it was seen to hold, 0 where nobody looked. `verdict` is what
    it said, right or wrong, and None iff it said nothing. A member that was never started is
    cancelled after 0 s, and its version, which nobody asked for, is empty.
    """

    name: str
    version: str
    end: End
    wall_s: float
    verdict: Verdict | None = None
    detail: str = ""
    cpu_s: float = 0.0
    peak_mib: float = 0.0

    def to_json(self) -> Json:
        """Return the report as results print it."""
        return {
            "name": self.name,
            "version": self.version,
            "end": self.end.value,
            "wall_s": round(self.wall_s, 6),
            "cpu_s": round(self.cpu_s, 6),
            "peak_mib": round(self.peak_mib, 1),
            "detail": self.detail,
        }


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """An answer that does not stand: whose, which, and what speaks against it."""

    member: str
    verdict: Verdict
    objection: str

    def to_json(self) -> Json:
        """Return the disagreement as results print it."""
        return {
            "member": self.member,
            "verdict": WORDS[type(self.verdict)],
            "objection": self.objection,
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The outcome of a race; `winner` is None iff the verdict is unknown.

    `evidence` is the folder in which the disagreements can be looked into, if one was written.
    `is_cached` iff there was no race: the verdict is that of an earlier one, which `winner` won.
    """

    verdict: Verdict
    winner: str | None
    wall_s: float
    members: tuple[MemberReport, ...]
    disagreements: tuple[Disagreement, ...] = ()
    evidence: str | None = None
    is_cached: bool = False

    def to_json(self) -> Json:
        """Return how the race went, as results print it; `verdict_to_json` has its outcome."""
        return {
            "winner": self.winner,
            "wall_s": round(self.wall_s, 6),
            "members": [report.to_json() for report in self.members],
            "disagreements": [one.to_json() for one in self.disagreements],
            **({"evidence": self.evidence} if self.evidence else {}),
            **({"cached": True} if self.is_cached else {}),
        }


def verdict_to_json(verdict: Verdict) -> Json:
    """Return the verdict as results print it: its word, and why it is unknown."""
    return {
        "verdict": WORDS[type(verdict)],
        "unknown": str(verdict) if isinstance(verdict, Unknown) else None,
    }


def value_to_json(value: Value) -> bool | int | str:
    """Return a value of a model as results print it: as text if it is none of JSON, or too long."""
    if isinstance(value, Fraction):
        lower = f"/{_digits(value.denominator)}" if value.denominator > 1 else ""
        return f"{_digits(value.numerator)}{lower}"
    if isinstance(value, int) and value.bit_length() > _PRINTED_BITS:
        return _digits(value)
    return value


_PRINTED_BITS = 2048
"""The size of numbers that every Python prints and reads."""


def _digits(number: int) -> str:
    if number.bit_length() <= _PRINTED_BITS:
        return str(number)
    from decimal import Decimal  # noqa: PLC0415 - few numbers need it

    return format(Decimal(number), "f")


def proves(verdict: Verdict) -> bool:
    """Return whether there is no counterexample for certain: unknown is not safe."""
    return isinstance(verdict, Unsat)
