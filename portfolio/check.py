"""One question, one result: the race, the explanation, and the other reading of ARNs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automaton import clock
from automaton.budget import Budget
from automaton.terms import Problem
from automaton.verdict import Sat, Unknown, Unsat, Verdict
from portfolio.answer import Answer, proves, verdict_to_json
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members import Member, available, by_name
from portfolio.race import race
from portfolio.trust import TRUSTING, Confirm, Scrutiny
from portfolio.validate import validator

if TYPE_CHECKING:
    from encoders.iam.core import Core
    from encoders.iam.explain import Explanation
    from encoders.iam.questions import Question
    from encoders.iam.stack.questions import StackQuestion
    from encoders.iam.wildcard import ArnWildcards
    from portfolio.cache import Store
    from portfolio.cancel import Cancel

CORE_WALL_S = 2.0
"""How long the search for the statements that a PASS needs may take, where so much time is left."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a check found.

    `explanation` is there iff the verdict is Sat. `core` holds the statements that a PASS needs, if
    they were asked for. `absent` are the condition keys that the policies test and the witness does
    not carry. `other_reading` is the result under the other reading of ARNs, and None iff the
    verdict is unknown or the same there. `parts` are the results for each action and resource that
    were asked about together.
    """

    question: str
    answer: Answer
    reading: ArnWildcards
    explanation: Explanation | None = None
    absent: tuple[str, ...] = ()
    core: Core[Question] | Core[StackQuestion] | None = None
    other_reading: Result | None = None
    parts: tuple[Part, ...] = ()

    @property
    def passed(self) -> bool:
        """True iff the answer is proved; an unknown is read as a failure."""
        return proves(self.answer.verdict)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answer, that under the other reading, and those for its parts, each once."""
        others = [] if self.other_reading is None else [self.other_reading]
        others += [part.result for part in self.parts if part.result.answer is not self.answer]
        return (self.answer, *(answer for other in others for answer in other.answers))

    def to_json(self) -> dict[str, object]:
        """Return the result as `--format json` and `batch` print it."""
        answer, other = self.answer, self.other_reading
        told = self._with_all_disputes() if other or self.parts else answer
        return {
            "question": self.question,
            **self._finding(),
            **told.to_json(),
            "otherReading": None if other is None else other._finding(),
            **({"parts": [part.to_json() for part in self.parts]} if self.parts else {}),
        }

    def _with_all_disputes(self) -> Answer:
        """Return the answer with the disagreements about whatever is told beside it."""
        disputed = [one for each in self.answers for one in each.disagreements]
        evidence = next((each.evidence for each in self.answers if each.evidence), None)
        return replace(self.answer, disagreements=tuple(disputed), evidence=evidence)

    def _finding(self) -> dict[str, object]:
        verdict, explanation, core = self.answer.verdict, self.explanation, self.core
        reasons = [] if core is None else [reason.to_json() for reason in core.reasons]
        return {
            "result": "PASS" if self.passed else "FAIL",
            **verdict_to_json(verdict),
            **(explanation.to_json() if explanation else {"witness": None, "reasons": reasons}),
            **({} if core is None else {"reasonsAreMinimal": core.is_minimal}),
            "arnWildcards": self.reading.value,
        }


@dataclass(frozen=True, kw_only=True)
class Part:
    """What was found about one action on one resource; an empty one stands for any."""

    action: str
    resource: str
    result: Result

    def to_json(self) -> dict[str, object]:
        """Return the part as the result prints it."""
        return {
            "action": self.action or None,
            "resource": self.resource or None,
            **self.result._finding(),
        }


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How the second policy stands to the first.

    `added`: what the second allows over the first; `removed`: what the first allows over it.
    """

    added: Result
    removed: Result

    @property
    def relation(self) -> str:
        """Whether the second policy is equivalent or allows less or more, as far as is known."""
        kinds = {type(self.added.answer.verdict), type(self.removed.answer.verdict)}
        if Unknown in kinds:
            return "unknown"
        if len(kinds) == 1:
            return "equivalent" if self.added.passed else "incomparable"
        return "less" if self.added.passed else "more"

    @property
    def passed(self) -> bool:
        """True iff the policies are proved to be equivalent."""
        return self.added.passed and self.removed.passed

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers of both directions."""
        return (*self.added.answers, *self.removed.answers)

    def to_json(self) -> dict[str, object]:
        """Return the comparison as `--format json` and `batch` print it."""
        return {
            "question": "compare",
            "result": self.relation,
            "added": self.added.to_json(),
            "removed": self.removed.to_json(),
        }


def check(
    question: Question | StackQuestion,
    *,
    members: Sequence[Member] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    schedule: Schedule = Schedule.STAGGERED,
    core_wall_s: float = CORE_WALL_S,
    scrutiny: Scrutiny = TRUSTING,
    cancel: Cancel | None = None,
    store: Store | None = None,
) -> Result:
    """Return what the portfolio finds about `question`, and what the other reading would give.

    All of it has the wall time of `limits` together.
    `store` keeps verdicts; None is a race each time, and so is a confirmation that is asked for.
    The other reading is decided only where the two may differ, by the automaton alone unless a
    confirmation is asked for. The automaton alone finds the statements that a PASS needs, for at
    most `core_wall_s`, which 0 leaves out.
    """
    deadline = clock.now() + limits.wall_s
    racers = available() if members is None else members
    is_trusting = scrutiny.confirm is Confirm.NOTHING
    store = store if is_trusting else None

    def left_s() -> float:
        return max(deadline - clock.now(), 0.0)

    def raced(asked: Question | StackQuestion, by: Sequence[Member]) -> Result:
        def run() -> Answer:
            return race(
                asked.problem,
                members=by,
                limits=replace(limits, wall_s=left_s()),
                schedule=schedule,
                validate=validator(asked.replay),
                scrutiny=scrutiny,
                cancel=cancel,
            )

        return _told(asked, _recalled(asked, by, schedule, store, run))

    result = raced(question, racers)
    if result.passed and core_wall_s:
        result = replace(result, core=core_of(question, min(core_wall_s, left_s())))
    if isinstance(result.answer.verdict, Unknown) or not question.may_depend_on_reading:
        return result
    judges = by_name(("automaton",)) if is_trusting else racers
    other = raced(question.under(question.reading.other), judges)
    if type(other.answer.verdict) is type(result.answer.verdict):
        return result
    return replace(result, other_reading=other)


def core_of(
    question: Question | StackQuestion, wall_s: float
) -> Core[Question] | Core[StackQuestion] | None:
    """Return the statements that a PASS needs, None iff the automaton alone cannot prove it."""
    # A FAIL needs none of this.
    from automaton.solver import solve  # noqa: PLC0415
    from encoders.iam.core import minimal_core  # noqa: PLC0415
    from encoders.iam.questions import Question  # noqa: PLC0415
    from encoders.iam.stack_core import minimal_stack_core  # noqa: PLC0415

    def decide(problem: Problem) -> Verdict:
        return solve(problem, Budget(wall_s=wall_s))

    if not isinstance(decide(question.problem), Unsat):
        return None
    if isinstance(question, Question):
        return minimal_core(question, decide, wall_s=wall_s)
    return minimal_stack_core(question, decide, wall_s=wall_s)


def _recalled(
    question: Question | StackQuestion,
    members: Sequence[Member],
    schedule: Schedule,
    store: Store | None,
    run: Callable[[], Answer],
) -> Answer:
    if store is None:
        return run()
    from portfolio.cache import recalled  # noqa: PLC0415 - most commands keep nothing

    return recalled(
        store,
        question.problem,
        members=members,
        schedule=schedule,
        validate=validator(question.replay),
        run=run,
    )


def _told(question: Question | StackQuestion, answer: Answer) -> Result:
    """Return an answer with the explanation of its model."""
    if not isinstance(answer.verdict, Sat):
        return Result(question=question.name, answer=answer, reading=question.reading)
    explanation = question.explain(answer.verdict.model)
    carried = {key.lower() for key in explanation.witness.context}
    keys = question.request.keys.items()
    return Result(
        question=question.name,
        answer=answer,
        reading=question.reading,
        explanation=explanation,
        absent=tuple(key.spelling for name, key in keys if name not in carried),
    )
