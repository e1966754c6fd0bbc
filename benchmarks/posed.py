"""Cases: each a question with a name, which is made ready before it is timed.

A case of policies is timed from the parsed policies on, any other from what stands for it: for both
that is what `Posed.ready` returns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from automaton.terms import Problem
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy
from encoders.iam.questions import Question, no_new_access

Json = dict[str, object]


class Asked(Protocol):
    """What a member is asked."""

    def problem(self) -> Problem:
        """Return the problem, encoded afresh; raise Unsupported iff something is not modelled."""


class Posed(Protocol):
    """A case of a suite; `family` and `expected`, a verdict, are empty iff nothing is known."""

    @property
    def name(self) -> str:
        """The name, which no other case of the suite has."""

    @property
    def family(self) -> str:
        """What its suite tells apart."""

    @property
    def size(self) -> int:
        """What its family grows in, or 0."""

    @property
    def expected(self) -> str:
        """The verdict, if it is known."""

    def ready(self) -> Asked:
        """Return the question, read afresh; raise Unsupported iff something is not modelled."""


@dataclass(frozen=True)
class Pair:
    """The question whether `new` allows anything that `existing` does not."""

    existing: Policy
    new: Policy

    def question(self) -> Question:
        """Return the question, encoded afresh."""
        return no_new_access(self.existing, self.new)

    def problem(self) -> Problem:
        """Return the problem of the question."""
        return self.question().problem


@dataclass(frozen=True)
class Case:
    """A question about two policies as JSON."""

    name: str
    existing: Json
    new: Json
    family: str = ""
    expected: str = ""
    size: int = 0

    def ready(self) -> Pair:
        """Return the parsed policies; raise Unsupported iff one is not modelled."""
        return Pair(policy_from_json(self.existing), policy_from_json(self.new))

    def question(self) -> Question:
        """Return the question, encoded afresh."""
        return self.ready().question()


@dataclass(frozen=True)
class Drawn:
    """A question about two policies that are drawn, by size, when they are wanted."""

    family: str
    size: int
    expected: str
    draw: Callable[[int], tuple[Json, Json]]

    @property
    def name(self) -> str:
        """The name, which no other case of the suite has."""
        return f"{self.family}-{self.size}"

    def ready(self) -> Pair:
        """Return the parsed policies."""
        existing, new = self.draw(self.size)
        return Case(self.name, existing, new).ready()
