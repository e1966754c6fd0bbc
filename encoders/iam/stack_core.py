"""Why one stack allows nothing that another does not: the statements that the proof needs.

As for single policies (`core`), these are Allow statements of the existing stack and Deny
statements of the new one: without any other statement there are only fewer requests that the new
stack allows, or more that the existing one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from encoders.iam.core import Core, Role
from encoders.iam.explain import Reason
from encoders.iam.policy import Effect, Statement
from encoders.iam.shrink import Decide, Effort, shrink
from encoders.iam.stack.questions import StackQuestion, no_new_access_of_stacks
from encoders.iam.stack.stack import Stack


@dataclass(frozen=True)
class _Candidate:
    """A statement of a policy of one of the two stacks."""

    role: Role
    policy: str
    statement: Statement

    @property
    def reason(self) -> Reason:
        stack = "new" if self.role is Role.REFUSES else "existing"
        description = f"in `{stack}`: {self.role.value.format(self.policy)}"
        return Reason(description, f"{stack}.{self.policy}", self.statement)


def minimal_stack_core(
    question: StackQuestion, decide: Decide, *, max_calls: int = 1000, wall_s: float = 10.0
) -> Core[StackQuestion]:
    """Return statements that prove `question`, whose answer is PASS, if possible none to spare.

    The limits are those of `minimal_core`.
    """
    effort = Effort(decide, max_calls=max_calls, wall_s=wall_s)
    candidates = (
        *_of(question.existing, Role.ALLOWS, Effect.ALLOW),
        *_of(question.new, Role.REFUSES, Effect.DENY),
    )
    core = shrink(candidates, lambda kept: _is_proved(question, kept, effort))
    reasons = tuple(candidate.reason for candidate in core)
    nothing = Reason("the stack `new` allows nothing of what is asked about", "new")
    return Core(
        reasons=reasons or (nothing,),
        is_minimal=not effort.is_spent,
        question=_with_candidates(question, core),
    )


def _of(stack: Stack, role: Role, effect: Effect) -> Iterator[_Candidate]:
    for named in stack.named():
        for statement in named.policy.statements:
            if statement.effect is effect:
                yield _Candidate(role, named.name, statement)


def _is_proved(question: StackQuestion, kept: Sequence[_Candidate], effort: Effort) -> bool:
    return effort.proves_built(lambda: _with_candidates(question, kept).problem)


def _with_candidates(question: StackQuestion, kept: Sequence[_Candidate]) -> StackQuestion:
    """Return the question without the candidates that are not `kept`; indexes stay as they are."""
    return no_new_access_of_stacks(
        _left(question.existing, Role.ALLOWS, Effect.ALLOW, kept),
        _left(question.new, Role.REFUSES, Effect.DENY, kept),
        facts=question.facts,
        reading=question.reading,
    )


def _left(stack: Stack, role: Role, effect: Effect, kept: Sequence[_Candidate]) -> Stack:
    places = {(one.policy, one.statement.index) for one in kept if one.role is role}
    return stack.keeping(
        lambda name, statement: statement.effect is not effect or (name, statement.index) in places
    )
