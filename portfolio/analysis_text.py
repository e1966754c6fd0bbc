"""Analyses as text for people: one headline, then a line for each thing found."""

from __future__ import annotations

from collections.abc import Iterator

from encoders.iam.access.addresses import WideAccess
from encoders.iam.access.projection import Access, Piece
from encoders.iam.explain import Reason
from encoders.iam.findings.external import Finding
from encoders.iam.redundancy.shadows import Redundancy
from encoders.iam.stack.decision import Decision, Outcome
from portfolio.analyses import Analysis
from portfolio.layout import Line, Row, headline_of, labelled, lines_of, render
from portfolio.output import request_rows, told

UNDECIDED = "not decided, and what is not proved is not safe"
MOST_NETWORKS = 12

_OUTCOMES = {
    Outcome.ALLOWED: ("ALLOWED", "the request is allowed"),
    Outcome.EXPLICIT_DENY: ("DENIED", "the request is denied explicitly"),
    Outcome.IMPLICIT_DENY: ("DENIED", "the request is denied implicitly"),
}


def analysis_text(analysis: Analysis, *, width: int | None) -> str:
    """Return what was found as text."""
    if analysis.unknown is not None:
        undecided = [*headline_of("UNKNOWN", UNDECIDED), *lines_of([("because", analysis.unknown)])]
        return render(undecided, width)
    return render(_lines(analysis), width)


def _lines(analysis: Analysis) -> Iterator[Line]:
    found = analysis.found
    match found:
        case Decision():
            yield from headline_of(*_OUTCOMES[found.outcome])
            yield from lines_of(_decision_rows(found))
        case Access():
            yield from headline_of(*_access_headline(analysis.question, found))
            for piece in found.pieces:
                yield from lines_of(_piece_rows(piece))
        case Redundancy():
            yield from headline_of(*_redundancy_headline(found))
            yield from lines_of(_redundancy_rows(found))
        case WideAccess():
            yield from headline_of(*_count_headline(found))
            yield from lines_of(_count_rows(found))
        case tuple():
            yield from _list_lines(analysis)


def _decision_rows(decision: Decision) -> Iterator[Row]:
    yield from request_rows(decision.request)
    yield "decided by", decision.step.value
    yield from labelled("because", map(told, decision.reasons))


_SIDES = {
    "who-can": ("these callers can", "nobody can"),
    "what-can": ("these actions are allowed", "no action is allowed"),
    "where-can": ("these resources can be reached", "no resource can be reached"),
}


def _access_headline(question: str, access: Access) -> tuple[str, str]:
    some, none = _SIDES[question]
    return ("FOUND", some) if access.pieces else ("NONE", none)


def _piece_rows(piece: Piece) -> Iterator[Row]:
    """Yield a pattern, what it does not stand for, and which keys may decide."""
    yield "all of" if piece.is_exact else "some of", piece.pattern
    yield from labelled("but not", piece.but_not)
    if piece.conditions:
        yield "subject to", ", ".join(piece.conditions)


def _redundancy_headline(found: Redundancy) -> tuple[str, str]:
    if found.reports:
        return "FAIL", f"{len(found.reports)} parts of the policy may go"
    if found.is_complete:
        return "PASS", "no part of the policy is to spare"
    return "UNKNOWN", UNDECIDED


def _redundancy_rows(found: Redundancy) -> Iterator[Row]:
    for report in found.reports:
        value = "" if report.value is None else f" {report.value}"
        yield report.kind.value, f"{report.path}{value}"
        yield from labelled("covered by", report.covered_by)
    if found.reports and not found.is_complete:
        yield "but", "a limit came before the end: there may be more"


def _count_headline(found: WideAccess) -> tuple[str, str]:
    if found.passes:
        return "PASS", "the policy lets in few addresses only"
    return "FAIL", "the policy lets in too many addresses"


def _count_rows(found: WideAccess) -> Iterator[Row]:
    count = found.count
    yield "IPv4", f"{count.ipv4} addresses, at most {found.limit.ipv4} wanted"
    yield "IPv6", f"{count.ipv6} addresses, at most {found.limit.ipv6} wanted"
    networks = [str(network) for network in count.networks]
    yield from labelled("from", networks[:MOST_NETWORKS])
    if len(networks) > MOST_NETWORKS:
        yield "", f"and {len(networks) - MOST_NETWORKS} more networks"
    if count.without_address:
        yield "also", "requests without a source address, as through a VPC endpoint"


def _list_lines(analysis: Analysis) -> Iterator[Line]:
    found = analysis.found
    assert isinstance(found, tuple)
    if analysis.question == "findings":
        sentence = "nobody outside gets in" if not found else f"{len(found)} ways in from outside"
    else:
        sentence = "no statement is public" if not found else "statements are public"
    yield from headline_of("FAIL" if found else "PASS", sentence)
    for one in found:
        yield from lines_of(_finding_rows(one) if isinstance(one, Finding) else _public_rows(one))


def _finding_rows(finding: Finding) -> Iterator[Row]:
    who = ", ".join(f"{kind} {name}" for kind, name in finding.principal.items())
    yield "public" if finding.is_public else "external", who
    yield from labelled("may do", finding.actions)
    limits = (f"{key} = {label}" for key, label in finding.condition.items())
    yield from labelled("under", limits)


def _public_rows(reason: Reason) -> Iterator[Row]:
    yield "public", told(reason)
