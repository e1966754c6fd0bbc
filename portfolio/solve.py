"""Scripts put to the race: the whole portfolio as one solver of SMT-LIB."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from automaton import clock
from automaton.budget import Budget, LimitReached
from automaton.verdict import Sat, Verdict
from encoders.smtlib.question import ScriptQuestion
from portfolio.answer import Answer, value_to_json, verdict_to_json
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members import Member, available
from portfolio.members.base import Task
from portfolio.race import race
from portfolio.trust import TRUSTING, Confirm, Scrutiny
from portfolio.validate import validator

if TYPE_CHECKING:
    from portfolio.cache import Store
    from portfolio.cancel import Cancel


def solve_script(
    text: str,
    *,
    members: Sequence[Member] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    schedule: Schedule = Schedule.STAGGERED,
    scrutiny: Scrutiny = TRUSTING,
    cancel: Cancel | None = None,
    store: Store | None = None,
) -> Answer:
    """Return what a race answers at the first check of an SMT-LIB script, or at its end.

    `members` is None for all that are installed. Raise ParseError iff the text is no script.
    """
    from encoders.smtlib.session import question_of  # noqa: PLC0415 - policies need none of it

    question = question_of(text)
    return solve_question(
        question,
        members=members,
        limits=limits,
        schedule=schedule,
        scrutiny=scrutiny,
        cancel=cancel,
        store=store,
    )


def solve_question(
    question: ScriptQuestion,
    *,
    members: Sequence[Member] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    schedule: Schedule = Schedule.STAGGERED,
    scrutiny: Scrutiny = TRUSTING,
    cancel: Cancel | None = None,
    store: Store | None = None,
) -> Answer:
    """Return the answer of a race; a model has values for what the script declares.

    Solvers get the problem, each in its dialect, where our language says all that the script does,
    else the script in its own words. `store` keeps verdicts; None is a race each time, and so is a
    confirmation that is asked for.
    """
    began = clock.now()
    task, racers = task_of(question, limits, cancel), available() if members is None else members
    # What loading our own solver took, the first time, is nobody's search.
    left_s = max(limits.wall_s - (clock.now() - began), limits.wall_s / 2)
    left = replace(limits, wall_s=left_s)
    validate = None if question.refusals else validator(question.holds)

    def run() -> Answer:
        return race(
            task,
            members=racers,
            limits=left,
            schedule=schedule,
            validate=validate,
            scrutiny=scrutiny,
            cancel=cancel,
        )

    if store is None or scrutiny.confirm is not Confirm.NOTHING:
        answer = run()
    else:
        from portfolio.cache import recalled  # noqa: PLC0415 - most commands keep nothing

        answer = recalled(
            store, task, members=racers, schedule=schedule, validate=validate, run=run
        )
    return replace(answer, verdict=_of_script(answer.verdict, question))


def task_of(question: ScriptQuestion, limits: Limits, cancel: Cancel | None = None) -> Task:
    """Return what members are given: the problem, or the question where the problem says less.

    So it does where it is not there after half of the time, or when `cancel` is set.
    """
    from encoders.smtlib.lower import lower  # noqa: PLC0415 - policies need none of it

    if question.refusals:
        return question
    budget = Budget(wall_s=limits.wall_s / 2)
    try:
        with cancel.calling(budget.cancel) if cancel else nullcontext():
            script = lower(question.assertions, question.declared, budget)
    except LimitReached:
        return question
    return question if script.gaps else script.problem


def _of_script(verdict: Verdict, question: ScriptQuestion) -> Verdict:
    """Return the verdict without the values of variables that only the problem has."""
    if not isinstance(verdict, Sat):
        return verdict
    names = question.variables
    return Sat({name: value for name, value in verdict.model.items() if name in names})


def answer_to_json(answer: Answer) -> dict[str, object]:
    """Return the answer to a script as `--format json` prints it, with its model."""
    verdict = answer.verdict
    values = verdict.model.items() if isinstance(verdict, Sat) else ()
    return {
        **verdict_to_json(verdict),
        "model": {name: value_to_json(value) for name, value in values} or None,
        **answer.to_json(),
    }
