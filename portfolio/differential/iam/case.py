"""What a conformance case is: a documented rule, what is asked about it, what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How firmly a rule stands."""

    DOCUMENTED = "documented"
    CONTESTED = "contested"
    IMPLEMENTERS = "implementers"


class Question(Enum):
    """What a case asks; the words are those of a line of `keyaki batch`, but for the document."""

    SIMULATE = "simulate"
    NO_NEW_ACCESS = "no-new-access"
    NO_PUBLIC_ACCESS = "no-public-access"
    NO_CROSS_ACCOUNT_ACCESS = "no-cross-account-access"
    ACCESS_NOT_GRANTED = "access-not-granted"
    FINDINGS = "findings"
    VALID_DOCUMENT = "valid-document"


CHECKS = frozenset(
    {
        Question.NO_NEW_ACCESS,
        Question.NO_PUBLIC_ACCESS,
        Question.NO_CROSS_ACCOUNT_ACCESS,
        Question.ACCESS_NOT_GRANTED,
    }
)
"""The questions about all requests, answered by PASS or FAIL."""

ALLOWED, DENIED = "allowed", "denied"
DECISIONS = (ALLOWED, "implicitDeny", "explicitDeny")
RESULTS = ("PASS", "FAIL")
VALIDITIES = ("valid", "invalid")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule in our own words, with the page that states it.

    `ruling` says what was decided where the sources contradict each other or are silent. `sides`
    is False iff only one side of the edge can be asked about.
    """

    name: str
    topic: str
    says: str
    source: str
    status: Status
    ruling: str = ""
    sides: bool = True


@dataclass(frozen=True, kw_only=True)
class IamCase:
    """A case: `asked` are the fields of its line, `expected` a word, or findings.

    `step` is what decides a simulation, in the words of `keyaki simulate`; empty iff unsaid.
    """

    name: str
    rule: Rule
    question: Question
    asked: Mapping[str, object]
    expected: object
    step: str = ""

    @property
    def grants(self) -> bool | None:
        """Whether the expected answer says that somebody has access; None iff it says neither."""
        return says_access(self.question, self.expected)

    def line(self) -> dict[str, object]:
        """Return what is asked, as a line of `keyaki batch`."""
        return {"id": self.name, "question": self.question.value, **self.asked}


def says_access(question: Question, answer: object) -> bool | None:
    """Return whether `answer` says that there is access; None iff it speaks of something else."""
    if question is Question.VALID_DOCUMENT:
        return None
    if question is Question.FINDINGS:
        return bool(answer)
    return answer in (ALLOWED, "FAIL")
