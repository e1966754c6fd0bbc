"""Answers that are more than a verdict: decisions, findings, patterns, counts, parts to spare.

Each is worked out by the engine alone. What is not modelled, and what a limit cut short, is an
unknown analysis that says why, never a part of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from automaton.budget import Budget, LimitReached
from automaton.verdict import Reason, Unknown, Unsupported
from encoders.iam.access import projection
from encoders.iam.access.addresses import Limit, WideAccess, no_wide_access
from encoders.iam.access.projection import Access
from encoders.iam.block_public import public_statements
from encoders.iam.explain import Reason as Because
from encoders.iam.findings.external import Finding, findings
from encoders.iam.policy import Policy
from encoders.iam.redundancy.shadows import Redundancy, find_redundancy
from encoders.iam.stack import simulate
from encoders.iam.stack.decision import Decision
from encoders.iam.wildcard import ArnWildcards
from portfolio.limits import DEFAULT_LIMITS, Limits

Found = Access | Decision | Redundancy | WideAccess | tuple[Finding, ...] | tuple[Because, ...]


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What was found; `unknown` says why nothing was, and `found` is None iff it does.

    `passed`: there is nothing to object to, proved. `content` are the keys of the answer beside
    `question` and `unknown`.
    """

    question: str
    found: Found | None
    passed: bool
    content: Mapping[str, object]
    unknown: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the analysis as `--format json` and `batch` print it."""
        return {"question": self.question, "unknown": self.unknown, **self.content}


@dataclass(frozen=True, kw_only=True)
class Analyst:
    """How analyses are made; `limits` bound each one."""

    limits: Limits = DEFAULT_LIMITS
    reading: ArnWildcards = ArnWildcards.SEGMENTS

    def simulate(self, value: object) -> Analysis:
        """Return what is decided about one request under a stack of policies.

        `value` is read as by `encoders.iam.simulate`; raise PolicyError iff it is malformed.
        """

        def decided() -> Analysis:
            found = simulate.simulate(value, self.reading)
            return _analysis("simulate", found, found.to_json(), passed=found.passed)

        return _guarded("simulate", decided)

    def findings(self, policy: Policy, trusted: Sequence[str] = ()) -> Analysis:
        """Return who outside the zone of trust gets what; raise ValueError as `findings` does."""

        def found() -> Analysis:
            budget = self._budget()
            each = findings(policy, trusted=trusted, reading=self.reading, budget=budget)
            content = {"findings": [finding.to_json() for finding in each]}
            return _analysis("findings", each, content, passed=not each)

        return _guarded("findings", found)

    def who_can(self, policy: Policy, action: str | None, resource: str | None) -> Analysis:
        """Return the callers; raise ValueError as `projection.who_can` does."""
        ask = partial(projection.who_can, policy, action, resource)
        return self._side("who-can", ask)

    def what_can(self, policy: Policy, principal: str | None, resource: str | None) -> Analysis:
        """Return the actions; raise ValueError as `projection.what_can` does."""
        ask = partial(projection.what_can, policy, principal, resource)
        return self._side("what-can", ask)

    def where_can(self, policy: Policy, principal: str | None, action: str | None) -> Analysis:
        """Return the resources; raise ValueError as `projection.where_can` does."""
        ask = partial(projection.where_can, policy, principal, action)
        return self._side("where-can", ask)

    def redundancy(self, policy: Policy) -> Analysis:
        """Return the parts of `policy` that are to spare."""

        def found() -> Analysis:
            each = find_redundancy(policy, reading=self.reading, wall_s=self.limits.wall_s)
            content = {
                "reports": [report.to_json() for report in each.reports],
                "isComplete": each.is_complete,
            }
            return _analysis("redundancy", each, content, passed=each == Redundancy((), True))

        return _guarded("redundancy", found)

    def no_wide_access(self, policy: Policy, limit: Limit) -> Analysis:
        """Return from how many source addresses the policy lets requests in."""

        def found() -> Analysis:
            count = no_wide_access(policy, limit, reading=self.reading, budget=self._budget())
            if isinstance(count, Unknown):
                return _unknown("no-wide-access", str(count))
            content = {"result": _word(count.passes), **count.count.to_json()}
            return _analysis("no-wide-access", count, content, passed=count.passes)

        return _guarded("no-wide-access", found)

    def no_public_statement(self, policy: Policy, resource_type: str | None = None) -> Analysis:
        """Return which statements are public as S3 Block Public Access has it.

        Raise ValueError iff the policy names no principals.
        """
        reasons = public_statements(policy, resource_type)
        content = {
            "definition": "s3-block-public-access",
            "result": _word(not reasons),
            "reasons": [reason.to_json() for reason in reasons],
        }
        return _analysis("no-public-access", reasons, content, passed=not reasons)

    def _side(self, question: str, ask: Callable[..., Access | Unknown]) -> Analysis:
        def found() -> Analysis:
            access = ask(reading=self.reading, budget=self._budget())
            if isinstance(access, Unknown):
                return _unknown(question, str(access))
            return _analysis(question, access, access.to_json(), passed=True)

        return _guarded(question, found)

    def _budget(self) -> Budget:
        return Budget(wall_s=self.limits.wall_s, memory_mib=self.limits.memory_mib)


def _word(passed: bool) -> str:
    return "PASS" if passed else "FAIL"


def _analysis(
    question: str, found: Found, content: Mapping[str, object], *, passed: bool
) -> Analysis:
    inner = {name: value for name, value in content.items() if name != "question"}
    return Analysis(question=question, found=found, passed=passed, content=inner)


def _unknown(question: str, why: str) -> Analysis:
    return Analysis(question=question, found=None, passed=False, content={}, unknown=why)


def _guarded(question: str, analyse: Callable[[], Analysis]) -> Analysis:
    """Return the analysis, an unknown one where a construct or a limit is in its way."""
    try:
        return analyse()
    except Unsupported as gap:
        place = f" at {gap.where}" if gap.where else ""
        return _unknown(question, f"{Reason.UNSUPPORTED.value}: {gap.feature}{place}")
    except LimitReached as limit:
        return _unknown(question, str(limit))
