"""Which answers of a race stand.

A model is confirmed iff the referee (`automaton.evaluate`, of a script its own) finds that it
satisfies the task; it stands iff the question's own check has nothing against it either. A
confirmed model refutes every unsat, even where it does not stand: then the encoder is at fault, and
nothing is proved. Where a script says what the referee cannot read, a sat stands once two members
say so and none says unsat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from automaton.evaluate import evaluate
from automaton.terms import Problem
from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib.question import ScriptQuestion
from portfolio.answer import Disagreement, MemberReport
from portfolio.members.base import Task

Validate = Callable[[Model], str | None]
"""The question's check of a model: what speaks against it, or None."""


def validator(replay: Callable[[Model], bool]) -> Validate:
    """Return the check that `replay`, the concrete meaning of the question, agrees."""
    return lambda model: None if replay(model) else "its witness does not replay"


class Judge:
    """Hears the answers of one race and says what follows from them."""

    def __init__(self, task: Task, validate: Validate | None) -> None:
        self._task = task
        self._validate = validate
        self._confirmed: str | None = None
        self._sat: tuple[str, Sat] | None = None
        self._unchecked: list[tuple[str, Sat]] = []
        self._is_readable = isinstance(task, Problem) or not task.refusals
        self._unsat: list[str] = []
        self._refuted: list[Disagreement] = []

    def hear(self, member: str, verdict: Verdict | None) -> None:
        """Weigh the answer of `member`."""
        if isinstance(verdict, Unsat):
            self._unsat.append(member)
        elif isinstance(verdict, Sat) and not self._is_readable:
            self._unchecked.append((member, verdict))
        elif isinstance(verdict, Sat):
            objection = self._objection(member, verdict.model)
            if objection is not None:
                self._refuted.append(
                    Disagreement(member=member, verdict=verdict, objection=objection)
                )
            elif self._sat is None:
                self._sat = member, verdict

    def _objection(self, member: str, model: Model) -> str | None:
        try:
            if not _satisfies(self._task, model):
                return "its model does not satisfy the problem"
            self._confirmed = self._confirmed or member
            return self._validate(model) if self._validate else None
        except Exception as error:
            return f"its model cannot be checked: {type(error).__name__}: {error}"

    @property
    def is_decided(self) -> bool:
        """Whether an answer stands."""
        return self.winner is not None

    @property
    def winner(self) -> str | None:
        """The member whose answer stands, or None iff none does."""
        if self._sat:
            return self._sat[0]
        if self._unchecked:
            is_agreed = len(self._unchecked) > 1 and not self._unsat
            return self._unchecked[0][0] if is_agreed else None
        return self._unsat[0] if self._unsat and not self._confirmed else None

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """The answers that do not stand."""
        if self._unchecked and self._unsat:
            return tuple(
                Disagreement(member=member, verdict=verdict, objection="another member says unsat")
                for member, verdict in self._unchecked
            )
        if not self._confirmed:
            return tuple(self._refuted)
        objection = f"the model of `{self._confirmed}` satisfies the problem"
        return (
            *self._refuted,
            *(
                Disagreement(member=member, verdict=Unsat(), objection=objection)
                for member in self._unsat
            ),
        )

    def verdict(self, reports: Iterable[MemberReport]) -> Verdict:
        """Return the verdict of the race; an unknown one tells how each member ended."""
        if self._sat:
            return self._sat[1]
        if self.is_decided:
            return self._unchecked[0][1] if self._unchecked else Unsat()
        reason = Reason.DISAGREEMENT if self.disagreements else Reason.NO_ANSWER
        ends = (f"{report.name}: {_told(report)}" for report in reports)
        return Unknown(reason, "; ".join(ends) or "there are no members")


def _satisfies(task: Task, model: Model) -> bool:
    if isinstance(task, ScriptQuestion):
        return task.holds(model)
    return evaluate(task.formula, model)


def _told(report: MemberReport) -> str:
    return f"{report.end.value} ({report.detail})" if report.detail else report.end.value
