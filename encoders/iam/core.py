"""Why the answer is PASS: the statements that a proof needs.

Where the problem of a question has no solution, some statements keep requests out: the Allow
statements of the policy that must not refuse, the Deny statements of the one that must not grant,
and whatever names those who are no strangers. An Allow of the granting policy, or a Deny of the
refusing one, never matters: without it there are only fewer requests to show the claim.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

from encoders.iam.explain import NamedPolicy, Reason
from encoders.iam.policy import Effect, Policy, Statement
from encoders.iam.questions import Claim, Question, ask
from encoders.iam.shrink import Decide, Effort, shrink


class Role(Enum):
    """What a statement does for a PASS; the value says it in words, of a policy's name."""

    REFUSES = "`{}` denies what else would be granted"
    ALLOWS = "`{}` allows what is granted"
    NAMES = "`{}` names who is no stranger"


Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Core(Generic[Asked]):
    """The reasons for a PASS, in the order of the statements, and whether all are needed.

    `is_minimal`: without any one of the statements the answer is another, or is not proved. Else a
    limit came first, and the statements prove the answer but some may not be needed. In `question`
    they alone keep requests out; its answer is PASS.
    """

    reasons: tuple[Reason, ...]
    is_minimal: bool
    question: Asked


@dataclass(frozen=True)
class _Candidate:
    """A statement in a role; `position` is its place among the statements of its policy."""

    role: Role
    position: int
    policy: str
    statement: Statement

    @property
    def reason(self) -> Reason:
        return Reason(self.role.value.format(self.policy), self.policy, self.statement)


def minimal_core(
    question: Question, decide: Decide, *, max_calls: int = 1000, wall_s: float = 10.0
) -> Core[Question]:
    """Return statements that prove `question`, whose answer is PASS, if possible none to spare.

    `decide` is called at most `max_calls` times, for the last time at most `wall_s` seconds from
    now. Where no statement is needed the one reason says so of the whole policy.
    """
    effort = Effort(decide, max_calls=max_calls, wall_s=wall_s)
    candidates = tuple(_candidates(question.claim))
    core = shrink(candidates, lambda kept: _is_proved(question, kept, effort))
    return Core(
        reasons=tuple(_reasons(question.claim, core)),
        is_minimal=not effort.is_spent,
        question=_with_candidates(question, core),
    )


def _candidates(claim: Claim) -> Iterator[_Candidate]:
    """Yield each statement that may keep requests out, once for each way in which it may."""
    if claim.refusing is not None:
        yield from _of(claim.refusing, Role.ALLOWS, (Effect.ALLOW,))
    yield from _of(claim.granting, Role.REFUSES, (Effect.DENY,))
    if claim.strange_to is not None:
        named = NamedPolicy(claim.granting.name, claim.strange_to)
        yield from _of(named, Role.NAMES, tuple(Effect))


def _of(named: NamedPolicy, role: Role, effects: Sequence[Effect]) -> Iterator[_Candidate]:
    for position, statement in enumerate(named.policy.statements):
        if statement.effect in effects:
            yield _Candidate(role, position, named.name, statement)


def _is_proved(question: Question, kept: Sequence[_Candidate], effort: Effort) -> bool:
    return effort.proves_built(lambda: _with_candidates(question, kept).problem)


def _with_candidates(question: Question, kept: Sequence[_Candidate]) -> Question:
    """Return the question without the candidates that are not `kept`; indexes stay as they are."""
    claim = question.claim
    fewer = replace(claim, granting=_left(claim.granting, Role.REFUSES, Effect.DENY, kept))
    if claim.refusing is not None:
        refusing = _left(claim.refusing, Role.ALLOWS, Effect.ALLOW, kept)
        fewer = replace(fewer, refusing=refusing)
    if claim.strange_to is not None:
        fewer = replace(fewer, strange_to=_naming(claim.strange_to, kept))
    return ask(question.name, fewer, question.reading)


def _left(
    named: NamedPolicy, role: Role, effect: Effect, kept: Sequence[_Candidate]
) -> NamedPolicy:
    """Return the policy with those statements of `effect` alone that are kept in `role`."""
    positions = {candidate.position for candidate in kept if candidate.role is role}
    left = (
        statement
        for position, statement in enumerate(named.policy.statements)
        if statement.effect is not effect or position in positions
    )
    return NamedPolicy(named.name, replace(named.policy, statements=tuple(left)))


def _naming(policy: Policy, kept: Sequence[_Candidate]) -> Policy:
    naming = (candidate.statement for candidate in kept if candidate.role is Role.NAMES)
    return replace(policy, statements=tuple(naming))


def _reasons(claim: Claim, core: Sequence[_Candidate]) -> Iterator[Reason]:
    if core:
        yield from (candidate.reason for candidate in core)
        return
    name = claim.granting.name
    yield Reason(f"no statement of `{name}` allows a request of those asked about", name)
