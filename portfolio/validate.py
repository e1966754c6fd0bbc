"""Which answers of a race stand.

A model is confirmed iff the referee (`automaton.evaluate`, of a script its own) finds that it
satisfies the task; it stands iff the question's own check has nothing against it either. A
confirmed model refutes every unsat, even where it does not stand: then the encoder is at fault, and
nothing is proved.

An unsat stands alone iff its member is trusted for all that the task uses, nobody claims a model,
and no confirmation is asked for. Else it waits for the same answer of another solver, or for a
certificate. Where a script says what the referee cannot read, a sat waits like that, too, and
nobody may say unsat; nor may anybody while a model is there that took too long to check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from automaton.evaluate import evaluate
from automaton.terms import Problem
from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib.question import ScriptQuestion
from portfolio.answer import Disagreement, MemberReport
from portfolio.fragment import Fragment, fragments_of
from portfolio.members.base import Task
from portfolio.trust import ALL, CERTIFICATE, Confirm, Standing

Validate = Callable[[Model], str | None]
"""The question's check of a model: what speaks against it, or None."""


def validator(replay: Callable[[Model], bool]) -> Validate:
    """Return the check that `replay`, the concrete meaning of the question, agrees."""
    return lambda model: None if replay(model) else "its witness does not replay"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What the referee found of a model: whether it satisfies the task, and what is against it."""

    is_confirmed: bool
    objection: str | None


class Judge:
    """Hears the answers of one race and says what follows from them.

    `standing` tells what a member of a name is trusted for; it is asked only where that matters.
    """

    def __init__(
        self,
        task: Task,
        validate: Validate | None,
        standing: Callable[[str], Standing],
        confirm: Confirm = Confirm.NOTHING,
    ) -> None:
        self._task = task
        self._validate = validate
        self._standing = standing
        self._confirm = confirm
        self._confirmed: str | None = None
        self._sat: tuple[str, Sat] | None = None
        self._unchecked: list[tuple[str, Sat]] = []
        self._is_readable = isinstance(task, Problem) or not task.refusals
        self._unsat: list[str] = []
        self._refuted: list[Disagreement] = []

    def check(self, verdict: Verdict | None) -> Check | None:
        """Return what the referee finds of an answer, None where it has nothing to look at.

        That takes as long as it takes; any thread may ask for it, whatever others hear meanwhile.
        """
        if not (isinstance(verdict, Sat) and self._is_readable):
            return None
        is_confirmed = False
        try:
            is_confirmed = _satisfies(self._task, verdict.model)
            if not is_confirmed:
                return Check(is_confirmed=False, objection="its model does not satisfy the problem")
            objection = self._validate(verdict.model) if self._validate else None
        except Exception as error:
            objection = f"its model cannot be checked: {type(error).__name__}: {error}"
        return Check(is_confirmed=is_confirmed, objection=objection)

    def hear(self, member: str, verdict: Verdict | None, check: Check | None = None) -> None:
        """Weigh the answer of `member`, which is checked here iff it was not before."""
        if isinstance(verdict, Unsat):
            self._unsat.append(member)
        elif isinstance(verdict, Sat):
            checked = check or self.check(verdict)
            if checked is None:
                self.hear_unchecked(member, verdict)
            else:
                self._weigh(member, verdict, checked)

    def hear_unchecked(self, member: str, verdict: Sat) -> None:
        """Take note of a model at which the referee could not look, or not in time."""
        self._unchecked.append((member, verdict))

    def _weigh(self, member: str, verdict: Sat, check: Check) -> None:
        if check.is_confirmed and self._confirmed is None:
            self._confirmed = member
        if check.objection is not None:
            self._refuted.append(
                Disagreement(member=member, verdict=verdict, objection=check.objection)
            )
        elif self._sat is None:
            self._sat = member, verdict

    @property
    def has_model(self) -> bool:
        """Whether a model stands."""
        return self._sat is not None

    @property
    def is_decided(self) -> bool:
        """Whether an answer stands."""
        return self.winner is not None

    @property
    def winner(self) -> str | None:
        """The member whose answer stands, or None iff none does."""
        if self._sat:
            return self._sat[0]
        if self._unchecked and not (self._unsat or self._is_readable):
            names = [member for member, _ in self._unchecked]
            return names[0] if len(self._solvers(names)) > 1 else None
        if not self._unsat or self._confirmed or self._unchecked:
            return None
        return self._proved_by()

    def _proved_by(self) -> str | None:
        """Return the first member that says unsat iff that is enough of a proof."""
        solvers = self._solvers(self._unsat)
        if self._confirm is Confirm.CERTIFICATE:
            is_enough = CERTIFICATE in solvers
        elif self._confirm is Confirm.MEMBER:
            is_enough = len(solvers - {CERTIFICATE}) > 1
        elif self._confirm is Confirm.EITHER or self._refuted:
            is_enough = len(solvers) > 1 or CERTIFICATE in solvers
        else:
            is_enough = len(solvers) > 1 or any(map(self._is_trusted, self._unsat))
        return self._unsat[0] if is_enough else None

    @property
    def wants_certificate(self) -> bool:
        """Whether there is an unsat that a certificate could make stand."""
        is_open = bool(self._unsat) and not (self.is_decided or self._confirmed or self._unchecked)
        return is_open and self._confirm is not Confirm.MEMBER

    def _solvers(self, members: Iterable[str]) -> set[str]:
        return {self._standing(member).solver for member in members}

    def _is_trusted(self, member: str) -> bool:
        trusted = self._standing(member).trusted
        # A task may use nothing that has a name: who is trusted for nothing is so there too.
        return trusted >= ALL or (bool(trusted) and self._fragments <= trusted)

    @cached_property
    def _fragments(self) -> frozenset[Fragment]:
        return fragments_of(self._task)

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """The answers that others contradict, or the referee."""
        if self._unchecked and self._unsat and not self._confirmed:
            objection = "another member says unsat"
            return (
                *self._refuted,
                *(
                    Disagreement(member=member, verdict=verdict, objection=objection)
                    for member, verdict in self._unchecked
                ),
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
        ends = [*self._waiting(), *(f"{report.name}: {_told(report)}" for report in reports)]
        return Unknown(reason, "; ".join(ends) or "there are no members")

    def _waiting(self) -> Iterable[str]:
        """Yield why an unsat that nobody contradicts does not stand."""
        if not self._unsat or self._confirmed or self._unchecked:
            return
        named = " and ".join(f"`{member}`" for member in self._unsat)
        if self._confirm is not Confirm.NOTHING:
            yield f"the unsat of {named} is not confirmed by {_MEANS[self._confirm]}"
        elif not self._refuted:
            doubtful = self._fragments - self._standing(self._unsat[0]).trusted
            beyond = ", ".join(sorted(one.value for one in doubtful))
            trusted = f"for all but {beyond}" if beyond else "for nothing"
            yield f"the unsat of {named} stands alone, trusted {trusted}"


_MEANS = {
    Confirm.MEMBER: "another solver",
    Confirm.CERTIFICATE: "a certificate",
    Confirm.EITHER: "another solver or a certificate",
}


def _satisfies(task: Task, model: Model) -> bool:
    if isinstance(task, ScriptQuestion):
        return task.holds(model)
    return evaluate(task.formula, model)


def _told(report: MemberReport) -> str:
    return f"{report.end.value} ({report.detail})" if report.detail else report.end.value
