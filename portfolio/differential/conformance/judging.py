"""What an answer to a fact is worth: right or wrong, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from automaton.verdict import Sat
from portfolio.answer import End
from portfolio.differential.checks import word_of
from portfolio.differential.conformance.fact import Fact, UnprovedError, proved
from portfolio.differential.panel import Panel
from portfolio.differential.proof import holds, written
from portfolio.limits import Limits
from portfolio.members.base import Member, Outcome

REFUSAL = "(error"
"""How the detail of an outcome begins where the solver read the script and said no."""


class Result(Enum):
    """What an answer is worth; the value is the word that heads its column."""

    RIGHT = "right"
    WRONG = "wrong"
    """Another answer than the proved one, or a model that does not satisfy the script."""

    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    """The solver says so, or answers with an error."""

    CRASHED = "crashed"
    """It ends without an answer, or says what nobody can read."""

    TIMED_OUT = "timed out"
    """It reaches its limit of time, or of memory."""


_ENDS: Mapping[End, Result] = {
    End.UNKNOWN: Result.UNKNOWN,
    End.UNSUPPORTED: Result.UNSUPPORTED,
    End.CRASHED: Result.CRASHED,
    End.TIMED_OUT: Result.TIMED_OUT,
    End.OUT_OF_MEMORY: Result.TIMED_OUT,
    End.CANCELLED: Result.TIMED_OUT,
}


@dataclass(frozen=True)
class Judgement:
    """What the answer of `solver` to a fact is worth; `detail` is for people."""

    solver: str
    fact: Fact
    result: Result
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.result.value}: {self.detail}" if self.detail else self.result.value


def asked(member: Member, fact: Fact, limits: Limits) -> Judgement:
    """Return what a member's answer to a fact is worth. Nothing that a member does raises here."""
    outcome = Panel((member,), limits).ask(fact.case)[member.name]
    result, detail = judged(fact, outcome)
    return Judgement(member.name, fact, result, detail)


def judged(fact: Fact, outcome: Outcome) -> tuple[Result, str]:
    """Return what an outcome is worth as an answer to a fact, and what there is to say of it."""
    word = word_of(outcome)
    if not word:
        is_refusal = outcome.end is End.CRASHED and outcome.detail.startswith(REFUSAL)
        return Result.UNSUPPORTED if is_refusal else _ENDS[outcome.end], outcome.detail
    if word != fact.expected:
        return Result.WRONG, f"the answer is {word}, not {fact.expected}"
    if isinstance(outcome.verdict, Sat) and holds(fact.case, outcome.verdict.model) is False:
        values = written(outcome.verdict.model)
        return Result.WRONG, f"the script is sat, but not where {values or 'it is as it stands'}"
    return Result.RIGHT, outcome.detail


def explanation(judgement: Judgement) -> str:
    """Return what there is to know of a wrong answer: the script, the answer due, and its proof."""
    fact = judgement.fact
    try:
        proof = proved(fact)
    except UnprovedError as error:
        proof = f"the proof of the suite itself fails: {error}"
    lines = (
        f"`{judgement.solver}` on {fact}",
        f"{judgement}",
        f"expected {fact.expected} {fact.why}",
        f"proof    {proof}",
        "",
        fact.case.text,
    )
    return "\n".join(lines)
