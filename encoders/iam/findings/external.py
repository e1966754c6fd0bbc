"""External-access findings: who outside the zone of trust gets what, in the policy's own words.

A finding names a principal, actions, and a label for some condition keys; together the findings
cover every request of an outsider that the policy allows. `strata` finds them by set operations;
where a formula relates parts of a request to each other, `refinement` finds them by queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from automaton import terms
from automaton.budget import Budget, LimitReached
from automaton.solver import solve
from automaton.terms import Formula, Problem
from automaton.verdict import Sat, Unknown
from encoders.iam.findings.boxes import Inseparable
from encoders.iam.findings.by_cells import Decided, by_cells
from encoders.iam.findings.labels import Axis, Label
from encoders.iam.findings.outside_access import Access, access_of
from encoders.iam.findings.refinement import Holds, Refinement
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.wildcard import ArnWildcards

SEGMENTS = ArnWildcards.SEGMENTS


@dataclass(frozen=True)
class Finding:
    """Outsiders that are `principal` may do `actions` under `condition`: key -> label.

    Keys that are not limited are left out. `is_public`: a stranger to the policy is among them.
    """

    principal: Mapping[str, str]
    actions: tuple[str, ...]
    condition: Mapping[str, str]
    is_public: bool

    def to_json(self) -> dict[str, object]:
        """Return the finding as a JSON object."""
        return {
            "principal": dict(self.principal),
            "action": [*self.actions],
            "condition": dict(self.condition),
            "isPublic": self.is_public,
        }


def findings(
    policy: Policy,
    *,
    trusted: Sequence[str] = (),
    reading: ArnWildcards = SEGMENTS,
    budget: Budget | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of `policy`, in the order in which it names their labels.

    `trusted` are the accounts and organizations that are no outsiders. Raise ValueError iff one is
    neither or the policy names no principals, Unsupported iff it holds a construct that is not
    modelled, LimitReached iff the budget (default: `Budget()`) ends first.
    """
    access = access_of(policy, trusted, reading)
    limit = budget or Budget()
    try:
        decided = by_cells(access, limit)
    except Inseparable:
        decided = by_queries(access, lambda formula: is_satisfiable(formula, limit))
    return described(access.axes, decided)


def is_satisfiable(formula: Formula, budget: Budget) -> bool:
    """Return True iff `formula` holds for some request; raise LimitReached iff that is unknown."""
    verdict = solve(Problem((formula,)), budget)
    if isinstance(verdict, Unknown):
        raise LimitReached(verdict.reason, verdict.detail)
    return isinstance(verdict, Sat)


def by_queries(access: Access, is_satisfiable: Holds) -> list[Decided]:
    """Return the findings by the algorithm of the paper, each query answered by a solver."""

    def is_believable(formula: Formula) -> bool:
        return is_satisfiable(terms.conjunction(formula, access.believable))

    axes = [[label.formula for label in axis.labels] for axis in access.axes]
    refinement = Refinement(access.formula, axes, is_believable)
    return [
        (intent, refinement.meets(intent, also=access.stranger)) for intent in refinement.findings()
    ]


def described(axes: Sequence[Axis], decided: Iterable[Decided]) -> tuple[Finding, ...]:
    """Return the findings, with the actions for one principal and one condition together."""
    grouped: dict[tuple[Label, ...], list[tuple[str, bool]]] = {}
    for intent, is_public in decided:
        principal, action, *others = (
            axis.labels[number] for axis, number in zip(axes, intent, strict=True)
        )
        grouped.setdefault((principal, *others), []).append((action.text, is_public))
    names = [axis.name for axis in axes[2:]]
    return tuple(_finding(names, labels, found) for labels, found in grouped.items())


def _finding(
    names: Sequence[str], labels: tuple[Label, ...], found: Sequence[tuple[str, bool]]
) -> Finding:
    principal, *others = labels
    is_anyone = principal.kind is PrincipalKind.ANYONE
    kind = PrincipalKind.AWS if is_anyone else principal.kind
    return Finding(
        principal={kind.value: principal.text},
        actions=tuple(action for action, _ in found),
        condition={
            name: label.text
            for name, label in zip(names, others, strict=True)
            if label.formula is not terms.TRUE
        },
        is_public=any(is_public for _, is_public in found),
    )
