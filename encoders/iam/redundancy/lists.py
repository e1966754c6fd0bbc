"""Which values of a policy's lists say nothing that others of the same list do not say already.

Nothing here asks what a statement does: without such a value it matches exactly the same requests,
under every condition and every operator, modelled or not. `shadows` looks across statements.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from automaton import solve
from encoders.iam.policy import Patterns, Policy, Statement
from encoders.iam.redundancy.cover import (
    ACTIONS,
    Covered,
    Language,
    covered_patterns,
    covered_values,
    resources,
)
from encoders.iam.shrink import Effort
from encoders.iam.wildcard import ArnWildcards


class Kind(Enum):
    """Why a part of a policy may go; the value is the word for it.

    REDUNDANT: others say as much. SHADOWED: Deny statements deny all that it matches. VACUOUS: it
    matches no request that is possible.
    """

    REDUNDANT = "redundant"
    SHADOWED = "shadowed"
    VACUOUS = "vacuous"


@dataclass(frozen=True)
class Report:
    """A part of a policy that may go: the policy allows and denies the same requests without it.

    `value` is None for a whole statement. `covered_by` are the JSON paths of the statements, or of
    the values of the same list, that together cover it; none of them is to spare.
    """

    kind: Kind
    path: str
    value: str | None
    covered_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the report as it is printed."""
        return {
            "kind": self.kind.value,
            "path": self.path,
            "value": self.value,
            "coveredBy": [*self.covered_by],
        }


def redundant_values(
    policy: Policy, *, reading: ArnWildcards = ArnWildcards.SEGMENTS, effort: Effort | None = None
) -> tuple[Report, ...]:
    """Return the values that others of the same list cover, of Action, Resource and conditions.

    All of them may go at once. Of values that mean the same the first stays. What is not proved
    within `effort`, which only patterns with a `?` cost, is not reported.
    """
    effort = effort or Effort(solve)
    return tuple(
        report
        for statement in policy.statements
        for values in _lists(statement, reading, effort)
        for report in values.reports()
    )


@dataclass(frozen=True)
class _List:
    """The values of one element of a statement, and which of them others cover."""

    path: str
    values: tuple[str, ...]
    covered: Covered

    def place(self, index: int) -> str:
        return f"{self.path}[{index}]"

    def reports(self) -> Iterator[Report]:
        for index, others in self.covered.items():
            covered_by = tuple(map(self.place, others))
            yield Report(Kind.REDUNDANT, self.place(index), self.values[index], covered_by)


def _lists(statement: Statement, reading: ArnWildcards, effort: Effort) -> Iterator[_List]:
    yield from _pattern_lists(statement, reading, effort).values()
    for test in statement.tests:
        yield _List(test.path, test.values, covered_values(test, effort))


def _pattern_lists(
    statement: Statement, reading: ArnWildcards, effort: Effort
) -> Mapping[str, _List]:
    """Return the lists of patterns of a statement by the code of AWS's finding."""
    found = {"REDUNDANT_ACTION": (ACTIONS, statement.actions)}
    if statement.resources is not None:
        found["REDUNDANT_RESOURCE"] = (resources(reading), statement.resources)
    return {
        code: _List(part.path, part.values, _without_needed(part, language, effort))
        for code, (language, part) in found.items()
    }


def _without_needed(part: Patterns, language: Language, effort: Effort) -> Covered:
    """Return what is covered and not needed: a variable has NotResource hold only with a value."""
    covered = covered_patterns(language, part.values, effort)
    return {
        index: others
        for index, others in covered.items()
        if not (part.negated and "${" in part.values[index])
    }


@dataclass(frozen=True)
class AwsFinding:
    """A finding of IAM Access Analyzer's policy validation about values that provide the same.

    `paths` lead to a value and to all that it covers, in order; `example` is the one to remove
    that AWS names: of those that are covered the longest.
    """

    issue_code: str
    paths: tuple[tuple[str | int, ...], ...]
    example: str


def aws_redundancy_findings(policy: Policy) -> tuple[AwsFinding, ...]:
    """Return the findings REDUNDANT_ACTION and REDUNDANT_RESOURCE of IAM Access Analyzer.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    effort = Effort(solve)
    return tuple(
        finding
        for statement in policy.statements
        for code, values in _pattern_lists(statement, ArnWildcards.SEGMENTS, effort).items()
        for finding in _findings(code, values)
    )


def _findings(code: str, values: _List) -> Iterator[AwsFinding]:
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, others in values.covered.items():
        groups[others].append(index)
    for others, covered in sorted(groups.items()):
        places = map(values.place, sorted([*others, *covered]))
        example = max((values.values[index] for index in covered), key=len)
        yield AwsFinding(code, tuple(map(_steps, places)), example)


_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def _steps(path: str) -> tuple[str | int, ...]:
    """Return the steps of a JSON path from the root: names of elements, and indexes."""
    return tuple(found[1] or int(found[2]) for found in _STEP.finditer(path))
