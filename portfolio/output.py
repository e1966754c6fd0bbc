"""Results as text for people: the verdict first, then who, what and where, then why.

`width` is that of the terminal; None, for a pipe or a file, leaves lines whole and uncoloured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automaton.verdict import Unknown, Unsat
from encoders.iam.explain import Explanation, Reason
from encoders.iam.policy import PrincipalKind
from encoders.iam.principals import Caller
from encoders.iam.request import Request
from portfolio.answer import Answer, End, MemberReport
from portfolio.check import Comparison, Part, Result
from portfolio.layout import Row, duration, headline_of, labelled, lines_of, render

MOST_REASONS = 6

_HEADLINES = {
    ("no-new-access", True): "`new` allows nothing that `existing` does not",
    ("no-new-access", False): "`new` allows a request that `existing` does not",
    ("no-public-access", True): "the policy lets no stranger in",
    ("no-public-access", False): "the policy lets a stranger in",
    ("no-cross-account-access", True): "the policy lets nobody in from outside the zone of trust",
    ("no-cross-account-access", False): "the policy lets somebody in from outside the zone",
    ("access-not-granted", True): "the policy grants none of this access",
    ("access-not-granted", False): "the policy grants some of this access",
}

_RELATIONS = {
    "equivalent": "both policies allow the same requests",
    "less": "the second policy allows less than the first",
    "more": "the second policy allows more than the first",
    "incomparable": "each policy allows a request that the other does not",
    "unknown": "not decided, and what is not proved is not safe",
}

_DIRECTIONS = ("only the second allows", "only the first allows")

_TROUBLE = frozenset({End.CRASHED, End.OUT_OF_MEMORY, End.TIMED_OUT})


def text(found: Result | Comparison, *, width: int | None) -> str:
    """Return what was found as text."""
    if isinstance(found, Comparison):
        return _comparison_text(found, width)
    return _result_text(found, width)


def _result_text(result: Result, width: int | None) -> str:
    word = "PASS" if result.passed else "FAIL"
    rows = (*_finding_rows(result), *_part_rows(result.parts), *_answer_rows([result.answer]))
    return render([*headline_of(word, headline(result)), *lines_of(rows)], width)


def _comparison_text(comparison: Comparison, width: int | None) -> str:
    """Return `comparison` as text, with a witness for each direction that has one."""
    relation, results = comparison.relation, (comparison.added, comparison.removed)
    lines = [*headline_of(relation.upper(), _RELATIONS[relation])]
    for title, result in zip(_DIRECTIONS, results, strict=True):
        if not result.passed:
            lines.append(("", title, "bold"))
            lines.extend(lines_of(_finding_rows(result)))
    lines.extend(lines_of(_answer_rows([result.answer for result in results])))
    return render(lines, width)


def members_text(versions: Mapping[str, str | None], *, width: int | None) -> str:
    """Return who can take part in a race, a line each; None stands for what is not installed."""
    rows = ((name, version or "not installed") for name, version in versions.items())
    return render(lines_of(rows), width)


def headline(result: Result) -> str:
    """Return the sentence that stands beside PASS or FAIL."""
    if isinstance(result.answer.verdict, Unknown):
        return _RELATIONS["unknown"]
    return _HEADLINES[result.question, result.passed]


def _finding_rows(result: Result) -> Iterator[Row]:
    verdict, other = result.answer.verdict, result.other_reading
    if result.explanation is not None:
        yield from _explanation_rows(result.explanation, result.absent)
    if result.core is not None:
        yield from _reason_rows(result.core.reasons)
    if isinstance(verdict, Unknown):
        yield "because", str(verdict)
    if other is not None:
        word = "PASS" if other.passed else "FAIL"
        yield "but", f"{word} with --arn-wildcards {other.reading.value}: {headline(other)}"


def _explanation_rows(explanation: Explanation, absent: tuple[str, ...]) -> Iterator[Row]:
    yield from request_rows(explanation.witness)
    if absent:
        yield "without", ", ".join(absent)
    yield from _reason_rows(explanation.reasons)


def _reason_rows(reasons: Sequence[Reason]) -> Iterator[Row]:
    yield from labelled("because", map(told, reasons[:MOST_REASONS]))
    hidden = len(reasons) - MOST_REASONS
    if hidden > 0:
        yield "", f"and {hidden} more"


def _part_rows(parts: Sequence[Part]) -> Iterator[Row]:
    """Yield which of the pairs that were asked about are granted, or not proved not to be."""
    for part in parts:
        if not part.result.passed:
            asked = " on ".join(filter(None, (part.action, part.resource)))
            is_unknown = isinstance(part.result.answer.verdict, Unknown)
            yield "undecided" if is_unknown else "granted", asked


def request_rows(request: Request) -> Iterator[Row]:
    """Yield what a request asks, a row each."""
    yield "request", request.action
    if request.resource is not None:
        yield "on", request.resource
    if request.principal is not None:
        yield "by", _called(request.principal)
    yield from labelled("with", map(_carried, request.context.items()))


def _called(caller: Caller) -> str:
    if caller.kind is PrincipalKind.ANYONE:
        return "an anonymous caller"
    return (
        caller.value if caller.kind is PrincipalKind.AWS else f"{caller.kind.value} {caller.value}"
    )


def _carried(pair: tuple[str, str | tuple[str, ...]]) -> str:
    key, value = pair
    return f"{key} = {value if isinstance(value, str) else ', '.join(value)}"


def told(reason: Reason) -> str:
    """Return a reason in words."""
    if reason.statement is None:
        return reason.description
    name = f" ({reason.statement.sid})" if reason.statement.sid else ""
    return f"{reason.description}: Statement[{reason.statement.index}]{name}"


def _answer_rows(answers: Sequence[Answer]) -> Iterator[Row]:
    """Yield who answered in what time, whom something happened to, and what is disputed."""
    winners = dict.fromkeys(answer.winner for answer in answers if answer.winner is not None)
    if winners:
        wall_s = sum(answer.wall_s for answer in answers)
        yield "answered", f"by {' and '.join(winners)} in {duration(wall_s)}"
    confirming = dict.fromkeys(name for answer in answers for name in _confirming(answer))
    if confirming:
        yield "confirmed", f"by {' and '.join(confirming)}"
    reports = (report for answer in answers if answer.winner for report in answer.members)
    yield from labelled("trouble", (_ended(one) for one in reports if one.end in _TROUBLE))
    objections = (one for answer in answers for one in answer.disagreements)
    yield from labelled("disputed", (f"{one.member}: {one.objection}" for one in objections))


def _confirming(answer: Answer) -> Iterator[str]:
    """Yield who else says unsat where that is the answer."""
    for report in answer.members if isinstance(answer.verdict, Unsat) else ():
        if isinstance(report.verdict, Unsat) and report.name != answer.winner:
            yield report.name


def _ended(report: MemberReport) -> str:
    detail = f": {report.detail}" if report.detail else ""
    return f"{report.name} {report.end.value} after {duration(report.wall_s)}{detail}"
