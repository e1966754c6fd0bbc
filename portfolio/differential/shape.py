"""The shape of a finding: what two findings share iff they are taken for the same bug."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass

from encoders.smtlib.term import CONSTANT, VARIABLE, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.case import Case
from portfolio.differential.finding import NOBODY_KNOWS, Fault, Finding

SOURCE_PLACE = re.compile(r"[\w/.-]+\.(?:cpp|cc|c|h|hpp|py|scala|java):\d+")
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
NUMBER = re.compile(r"0x[0-9a-f]+|\d+")
MESSAGE_LENGTH = 80


@dataclass(frozen=True)
class Shape:
    """Who is wrong, in which way, and by which functions; `words` are those of a crash.

    `operators` are the functions of the shrunk script, each as often as different terms have it,
    in order. Variables, constants and how the terms are put together are left out.
    """

    member: str
    fault: Fault
    words: str
    operators: tuple[str, ...]

    @property
    def name(self) -> str:
        """The shape as a name of a folder, the same in every run."""
        parts = [self.member, self.fault.value, self.words, *self.operators]
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:10]
        member = "nobody" if self.member == NOBODY_KNOWS else self.member
        words = re.sub(r"[^A-Za-z0-9.@-]+", "-", f"{member} {self.fault.value}")
        return f"{words}-{digest}"


def shape_of(finding: Finding, case: Case) -> Shape:
    """Return the shape of a finding about a shrunk case.

    A crash that tells its place in the solver's source is that place, whatever led there.
    """
    words = words_of(finding)
    is_placed = finding.fault is Fault.CRASH and SOURCE_PLACE.search(finding.evidence)
    operators = () if is_placed else operators_of(case)
    return Shape(finding.member, finding.fault, words, operators)


def words_of(finding: Finding) -> str:
    """Return what tells one crash from another of the same member; nothing for other faults."""
    if finding.fault is not Fault.CRASH:
        return ""
    place = SOURCE_PLACE.search(finding.evidence)
    if place:
        return place[0].rpartition("/")[2]
    text = NUMBER.sub("0", QUOTED.sub("", finding.evidence.lower()))
    return " ".join(text.split())[:MESSAGE_LENGTH]


def is_same(finding: Finding, other: Finding) -> bool:
    """Return whether two findings about cases of different size may be of one bug."""
    same = (finding.member, finding.fault) == (other.member, other.fault)
    return same and words_of(finding) == words_of(other)


def operators_of(case: Case) -> tuple[str, ...]:
    """Return the functions of a case in order, each as often as different terms have it."""
    terms = in_order(*case.assertions, parts_of=parts_of)
    counts = Counter(term.operator for term in terms if term.operator not in (VARIABLE, CONSTANT))
    return tuple(sorted(counts.elements()))
