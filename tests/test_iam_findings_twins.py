"""The findings by cells, held against the paper's algorithm by queries, and against requests."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from automaton.budget import Budget
from automaton.solver import solve
from automaton.terms import Formula, Problem, conjunction, disjunction, negation
from automaton.verdict import Sat, Unsat
from encoders.iam import evaluate
from encoders.iam.findings.by_cells import by_cells
from encoders.iam.findings.external import SEGMENTS, Finding, by_queries, findings
from encoders.iam.findings.labels import Axis, axes_of
from encoders.iam.findings.outside_access import access_of
from encoders.iam.findings.strata import Intent
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import Request, SymbolicRequest
from tests.findings_cases import USERS, documents

CALLERS = (
    ANONYMOUS,
    Caller(PrincipalKind.AWS, f"{USERS}ann"),
    Caller(PrincipalKind.AWS, "arn:aws:iam::444455556666:root"),
    Caller(PrincipalKind.FEDERATED, "accounts.google.com"),
)
CONTEXT = {
    "aws:PrincipalArn": (f"{USERS}a", f"{USERS}ab", f"{USERS}b", "x"),
    "aws:SourceVpc": ("vpc-1", "vpc-3", "x"),
    "aws:userid": ("A:b", "A", "b"),
    "aws:SourceIp": ("10.0.0.1", "10.1.2.3", "11.0.0.1", "200.0.0.1", "2001:db8::1"),
    "s3:prefix": ("ab", "b"),
    "aws:SecureTransport": ("true", "false"),
}


def is_satisfiable(formula: Formula) -> bool:
    verdict = solve(Problem((formula,)))
    assert isinstance(verdict, Sat | Unsat)
    return isinstance(verdict, Sat)


def naive(policy: Policy) -> list[Intent]:
    """Return the findings' intents by their definition, asking about every intent there is."""
    access, request = access_of(policy, (), SEGMENTS), SymbolicRequest.of([policy])

    def is_possible(*formulas: Formula) -> bool:
        asked = conjunction(*formulas)
        return is_satisfiable(conjunction(asked, request.believable(asked)))

    axes = [[label.formula for label in axis.labels] for axis in access.axes]
    smaller = [proper_parts(labels, is_possible) for labels in axes]
    granted = conjunction(disjunction(*access.allowed), *map(negation, access.denied))
    kept = []
    for intent in product(*(sorted(below) for below in smaller)):
        own = [
            conjunction(labels[n], *(negation(labels[m]) for m in below[n]))
            for labels, below, n in zip(axes, smaller, intent, strict=True)
        ]
        if is_possible(granted, *own):
            kept.append(intent)

    def lies_in(first: Intent, second: Intent) -> bool:
        pairs = zip(first, second, smaller, strict=True)
        return first != second and all(n == m or n in below[m] for n, m, below in pairs)

    return [intent for intent in kept if not any(lies_in(intent, other) for other in kept)]


def proper_parts(labels: list[Formula], is_possible: Callable[..., bool]) -> dict[int, set[int]]:
    """Return for each label, of equal ones the first, the labels that are properly within it."""

    def lies_in(n: int, m: int) -> bool:
        return not is_possible(labels[n], negation(labels[m]))

    found: dict[int, set[int]] = {}
    for n, label in enumerate(labels):
        is_new = not any(lies_in(n, m) and lies_in(m, n) for m in found)
        if is_new and is_possible(label):
            found[n] = set()
    for n, m in product(found, found):
        if n != m and lies_in(n, m):
            found[m].add(n)
    return found


@given(documents())
def test_cells_and_queries_find_the_same(policy: Policy) -> None:
    access = access_of(policy, ["444455556666"], SEGMENTS)

    assert by_cells(access, Budget()) == by_queries(access, is_satisfiable)


@given(documents(max_size=2))
def test_cells_find_what_the_definition_says(policy: Policy) -> None:
    access = access_of(policy, (), SEGMENTS)

    assert [intent for intent, _ in by_cells(access, Budget())] == naive(policy)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    carried = {"aws:userid", "aws:SecureTransport"} | draw(st.sets(st.sampled_from([*CONTEXT])))
    caller = draw(st.sampled_from(CALLERS))
    # AWS: the key is in every signed request, and in no anonymous one.
    if caller is ANONYMOUS:
        carried -= {"aws:PrincipalArn"}
    elif caller.kind is PrincipalKind.AWS:
        carried |= {"aws:PrincipalArn"}
    if "aws:SourceVpc" in carried:
        carried -= {"aws:SourceIp"}
    return Request(
        principal=caller,
        action=draw(st.sampled_from(["s3:getobject", "s3:putobject", "s3:deletebucket"])),
        resource=draw(st.sampled_from(["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/a"])),
        context={key: draw(st.sampled_from(CONTEXT[key])) for key in sorted(carried)},
    )


def covers(axes: tuple[Axis, ...], finding: Finding, request: Request) -> bool:
    """Return whether the request is in the labels of the finding, as the evaluator reads them."""
    principal, action, *keys = axes
    shown_keys = [
        (axis, (finding.condition[axis.name],)) for axis in keys if axis.name in finding.condition
    ]
    shown = [(principal, tuple(finding.principal.values())), (action, finding.actions), *shown_keys]
    return all(
        any(
            label.text in texts and evaluate.statement_matches(label.statement, request, SEGMENTS)
            for label in axis.labels
        )
        for axis, texts in shown
    )


@given(documents(), st.lists(requests(), min_size=1, max_size=20))
def test_findings_cover_every_request_of_an_outsider(policy: Policy, asked: list[Request]) -> None:
    found, axes = findings(policy), axes_of(policy, SymbolicRequest.of([policy]), SEGMENTS)
    allowed = [r for r in asked if evaluate.is_allowed(policy, r, SEGMENTS)]

    uncovered = [r for r in allowed if not any(covers(axes, f, r) for f in found)]

    assert uncovered == []
