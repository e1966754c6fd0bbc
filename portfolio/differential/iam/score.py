"""How an answer is graded, and grades counted; nothing else knows what is expected.

A false proof says that there is no access where there is some, a false alarm the reverse. An
answer that is wrong without speaking of access, say about which kind of deny or of document it is,
is wrong otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from portfolio.differential.iam.case import (
    CHECKS,
    DECISIONS,
    DENIED,
    RESULTS,
    VALIDITIES,
    IamCase,
    Question,
    Status,
    says_access,
)
from portfolio.differential.iam.conversation import End, Reply


class Grade(Enum):
    """What a reply is worth."""

    RIGHT = "right"
    FALSE_PROOF = "false proof"
    FALSE_ALARM = "false alarm"
    WRONG = "otherwise wrong"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    NOT_ASKED = "not asked"


WRONG = (Grade.FALSE_PROOF, Grade.FALSE_ALARM, Grade.WRONG)

_OF_END = {
    End.UNKNOWN: Grade.UNKNOWN,
    End.REFUSED: Grade.REFUSED,
    End.NOT_ASKED: Grade.NOT_ASKED,
    End.CRASHED: Grade.CRASHED,
    End.TIMED_OUT: Grade.TIMED_OUT,
}


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A case, what a tool replied, and what that is worth."""

    case: IamCase
    reply: Reply
    grade: Grade


def graded(case: IamCase, reply: Reply) -> Graded:
    """Return the reply with its grade; what is no answer to the question is a crash."""
    if reply.end is not End.ANSWERED:
        return Graded(case=case, reply=reply, grade=_OF_END[reply.end])
    if not _is_answer(case.question, reply.answer):
        return Graded(case=case, reply=reply, grade=Grade.CRASHED)
    return Graded(case=case, reply=reply, grade=_grade(case, reply.answer))


def _grade(case: IamCase, answer: object) -> Grade:
    if _is_right(case, answer):
        return Grade.RIGHT
    says = says_access(case.question, answer)
    if says == case.grants:
        return Grade.WRONG
    return Grade.FALSE_ALARM if says else Grade.FALSE_PROOF


def _is_right(case: IamCase, answer: object) -> bool:
    if case.question is Question.FINDINGS:
        return _comparable(answer) == _comparable(case.expected)
    if answer == DENIED:
        return case.grants is False
    return answer == case.expected


def _is_answer(question: Question, answer: object) -> bool:
    if question is Question.FINDINGS:
        return isinstance(answer, list) and all(isinstance(one, dict) for one in answer)
    words = {Question.SIMULATE: (*DECISIONS, DENIED), Question.VALID_DOCUMENT: VALIDITIES}
    return answer in (RESULTS if question in CHECKS else words[question])


def _comparable(value: object) -> object:
    """Return a value in which the order of lists and keys does not count."""
    if isinstance(value, dict):
        return frozenset((key, _comparable(one)) for key, one in value.items())
    if isinstance(value, list):
        return frozenset(Counter(_comparable(one) for one in value).items())
    return value


@dataclass(frozen=True)
class Counts:
    """How often there was each grade."""

    of: Mapping[Grade, int]

    @staticmethod
    def over(found: Iterable[Graded]) -> Counts:
        """Return the counts of some replies."""
        return Counts(Counter(one.grade for one in found))

    def __getitem__(self, grade: Grade) -> int:
        """Return how often there was this grade."""
        return self.of.get(grade, 0)

    @property
    def asked(self) -> int:
        """Of how many cases the tool could be asked."""
        return sum(self.of.values()) - self[Grade.NOT_ASKED]

    @property
    def wrong(self) -> int:
        """How many answers are wrong."""
        return sum(self[grade] for grade in WRONG)

    @property
    def broken(self) -> int:
        """How many questions had no end of the tool's own."""
        return self[Grade.CRASHED] + self[Grade.TIMED_OUT]

    @property
    def undecided(self) -> int:
        """How many questions the tool says that it does not decide."""
        return self[Grade.UNKNOWN] + self[Grade.REFUSED]


@dataclass(frozen=True, kw_only=True)
class Score:
    """A tool's replies; `missing` says why there are none, and is empty iff there are."""

    tool: str
    version: str
    graded: tuple[Graded, ...] = ()
    missing: str = ""

    def settled(self) -> Counts:
        """Return the counts of the cases whose rules nobody contests."""
        return Counts.over(one for one in self.graded if not is_contested(one.case))

    def contested(self) -> Counts:
        """Return the counts of the other cases: right is there to be of our opinion."""
        return Counts.over(one for one in self.graded if is_contested(one.case))

    def of_topic(self, topic: str) -> Counts:
        """Return the counts of one topic, without what is contested."""
        return Counts.over(
            one
            for one in self.graded
            if one.case.rule.topic == topic and not is_contested(one.case)
        )


def is_contested(case: IamCase) -> bool:
    """Return True iff what is expected follows a ruling of ours and not one clear rule."""
    return case.rule.status is Status.CONTESTED
