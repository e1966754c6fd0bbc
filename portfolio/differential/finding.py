"""What is found: who is wrong about a case, in which way, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

NOBODY_KNOWS = "?"
"""The member of a finding where two contradict each other, and nothing tells who is wrong."""


class Fault(Enum):
    """In which way a member is wrong; the value is the word shown to people."""

    WRONG_SAT = "wrong sat"
    WRONG_UNSAT = "wrong unsat"
    WRONG_MODEL = "wrong model"
    """It says sat, which may be so, with a model that does not satisfy the script."""

    CRASH = "crash"
    BROKEN_CERTIFICATE = "broken certificate"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True)
class Finding:
    """`member` is wrong about a case: its `fault`, and the `evidence` in a sentence."""

    member: str
    fault: Fault
    evidence: str
