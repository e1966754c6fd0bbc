"""Every corpus case by every member that is installed.

A wrong answer fails, unless the defect is known. An answer that is not there within the limit fails
for the automaton and skips for the others: how fast they are is not ours to promise.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from automaton.evaluate import evaluate
from automaton.verdict import Sat
from portfolio.answer import WORDS
from portfolio.batch import reply
from portfolio.conduct import Conduct
from portfolio.differential.iam.case import CHECKS, IamCase
from portfolio.differential.iam.library import cases as iam_cases
from portfolio.limits import Limits
from portfolio.members import BinaryMember, Member, available
from portfolio.trust import ALL
from tests.corpus_reader import Case, cases

LIMITS = Limits(wall_s=1.0)
MEMBERS = {member.name: member for member in available()}
STRING_CASES = {case.name: case for case in cases()}
IAM_CASES: dict[str, IamCase] = {
    f"{case.rule.topic}/{case.name}": case
    for case in iam_cases()
    if case.question in CHECKS and "definition" not in case.asked
}
"""The cases of conformance that are put to a race."""

KNOWN_GAPS = {
    (
        "cvc4",
        "reports/a star of concatenations with a letter in it",
    ): "CVC4 1.8 says unsat, and sat as soon as `ABA` is asserted",
}
"""(member, case) -> why it is not decided, or decided wrongly."""


@pytest.fixture(params=sorted(MEMBERS))
def member(request: pytest.FixtureRequest) -> Member:
    return MEMBERS[request.param]


@pytest.fixture
def conduct(member: Member) -> Conduct:
    return Conduct(members=(on_its_own(member),), limits=limits_of(member))


def on_its_own(member: Member) -> Member:
    """Return a member whose unsat stands alone: what it says is what is tested."""
    return replace(member, trusted=ALL) if isinstance(member, BinaryMember) else member


def limits_of(member: Member) -> Limits:
    """Return the limits of a member: the automaton, which must decide, gets time to do so."""
    return replace(LIMITS, wall_s=60.0) if member.name == "automaton" else LIMITS


def allow_known_gap(request: pytest.FixtureRequest, member: Member, name: str) -> None:
    reason = KNOWN_GAPS.get((member.name, name))
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=False))


def open_end(member: Member, end: str) -> None:
    """Fail for the automaton and skip for another member that gave no answer."""
    if member.name == "automaton":
        pytest.fail(f"the automaton does not decide this: {end}")
    pytest.skip(f"{member.name}: {end}")


@pytest.mark.parametrize("name", list(STRING_CASES))
def test_a_string_problem_has_its_known_verdict(
    request: pytest.FixtureRequest, member: Member, name: str
) -> None:
    allow_known_gap(request, member, name)
    case: Case = STRING_CASES[name]
    limits = LIMITS if (member.name, name) in KNOWN_GAPS else limits_of(member)
    outcome = member.start(case.problem, limits).wait(limits.wall_s + 5)
    assert outcome is not None
    verdict = outcome.verdict
    if verdict is None or WORDS[type(verdict)] == "unknown":
        open_end(member, f"{outcome.end.value} {outcome.detail}")
    assert verdict is not None

    assert WORDS[type(verdict)] == case.expected
    if isinstance(verdict, Sat):
        assert evaluate(case.problem.formula, verdict.model)


@pytest.mark.parametrize("name", list(IAM_CASES))
def test_a_policy_question_has_its_known_result(
    request: pytest.FixtureRequest, member: Member, conduct: Conduct, name: str
) -> None:
    allow_known_gap(request, member, name)
    case = IAM_CASES[name]
    shown = reply(json.dumps(case.line()).encode(), conduct).content
    if shown.get("verdict") == "unknown":
        open_end(member, str(shown["unknown"]))

    assert shown.get("result") == case.expected, shown


@pytest.mark.parametrize("name", list(STRING_CASES))
def test_a_string_case_says_what_it_is_from(name: str) -> None:
    case = STRING_CASES[name]

    assert case.expected in ("sat", "unsat")
    assert case.source


def test_names_of_gaps_are_names_of_cases() -> None:
    assert {name for _, name in KNOWN_GAPS} <= set(STRING_CASES) | set(IAM_CASES)
