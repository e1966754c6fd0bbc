"""Many members, one answer: start them, hear them, call off who is left.

A race is over when an answer stands (under run-all: never for that reason) or when all members
have ended. Whatever a member does, it ends in exactly one way, and the race in time: members are
started, waited for, called off and checked in threads of their own.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue

from automaton import clock
from automaton.verdict import Reason, Sat, Unknown, Verdict
from portfolio.answer import Answer, End, MemberReport
from portfolio.cancel import Cancel
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members.base import Member, Outcome, Run, Task, crashed
from portfolio.members.certificate import CertificateMember
from portfolio.threads import run_in_thread
from portfolio.trust import PROOF, TRUSTING, Scrutiny, Standing, standing_of
from portfolio.validate import Check, Judge, Validate

SLACK_S = 0.5
"""How long after its own limit a member may take to say so."""

PATIENCE_S = 1.0
"""How long a member that was called off may take to end."""


def race(
    task: Task,
    *,
    members: Sequence[Member],
    limits: Limits = DEFAULT_LIMITS,
    schedule: Schedule = Schedule.STAGGERED,
    validate: Validate | None = None,
    scrutiny: Scrutiny = TRUSTING,
    cancel: Cancel | None = None,
) -> Answer:
    """Return the first answer that stands, or an unknown one once all members have ended.

    `validate` says what speaks against a model that satisfies the task. What stands is told by
    `validate.Judge`; where a certificate could make it stand, one is sought beside the members.
    Once `cancel` is set the race ends soon, and is unknown unless an answer stands by then. Nothing
    that a member does raises here.
    """
    one = _Race(task, members, limits, validate, scrutiny)
    with cancel.calling(one.cancel) if cancel else nullcontext():
        answer = one.run(schedule)
    if not answer.disagreements or scrutiny.evidence is None:
        return answer
    from portfolio.evidence import keep  # noqa: PLC0415 - few races need it

    return keep(scrutiny.evidence, task, answer, limits)


_FAILURES = (Exception, SystemExit)
"""What may come out of a member, which is one end of many."""


class _Entrant:
    """A member in a race: started at most once. Its `report` is written by the race alone.

    `said` is what it came to, while the race has not heard of it; a model takes time to check.
    """

    def __init__(self, member: Member) -> None:
        self.member = member
        self.name = member.name
        self.report: MemberReport | None = None
        self.said: MemberReport | None = None
        self.started_at: float | None = None
        self._run: Run | None = None
        self._is_called_off = False
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Have the member load what it needs; its time begins after that."""
        with contextlib.suppress(*_FAILURES):
            self.member.warm()
        self.started_at = time.monotonic()

    def outcome(self, task: Task, limits: Limits) -> Outcome:
        """Start the member and return its outcome."""
        if self._is_called_off:
            return Outcome(End.CANCELLED)
        try:
            run = self.member.start(task, limits)
            with self._lock:
                self._run = run
                is_late = self._is_called_off
            if is_late:
                self._cancel(run)
            outcome = run.wait(None)
        except _FAILURES as error:
            return crashed(error)
        if not isinstance(outcome, Outcome) or not isinstance(outcome.verdict, Verdict | None):
            return Outcome(End.CRASHED, detail="stopped without an outcome")
        return outcome

    def call_off(self) -> None:
        """Cancel the run, now or as soon as it has started."""
        with self._lock:
            self._is_called_off = True
            run = self._run
        if run is not None:
            self._cancel(run)

    def _cancel(self, run: Run) -> None:
        with contextlib.suppress(*_FAILURES):
            run.cancel()

    def make_report(self, outcome: Outcome, version: str = "") -> MemberReport:
        """Return the report of an entrant that ended now, in `outcome`."""
        wall_s = 0.0 if self.started_at is None else time.monotonic() - self.started_at
        return MemberReport(
            name=self.name,
            version=version,
            end=outcome.end,
            wall_s=wall_s,
            verdict=outcome.verdict,
            detail=outcome.detail,
            cpu_s=outcome.cpu_s,
            peak_mib=outcome.peak_mib,
        )

    def version(self) -> str:
        """Return the version of the member, or `unknown`."""
        try:
            found = self.member.version()
        except _FAILURES:
            return "unknown"
        return found if isinstance(found, str) else "unknown"


_News = tuple[_Entrant, MemberReport, Check | None]
"""Who ended, how, and what the referee found of its model."""


class _Race:
    """One race. All that members do in threads comes back through `_news`."""

    def __init__(
        self,
        task: Task,
        members: Sequence[Member],
        limits: Limits,
        validate: Validate | None,
        scrutiny: Scrutiny,
    ) -> None:
        self._task = task
        self._limits = limits
        self._entrants = tuple(_Entrant(member) for member in members)
        self._prover: _Entrant | None = None
        self._judge = Judge(task, validate, self._standing, scrutiny.confirm)
        self._news: SimpleQueue[_News | None] = SimpleQueue()
        self._started_at = time.monotonic()
        self._deadline = clock.now() + limits.wall_s
        self._is_time_over = False
        self._is_cancelled = False

    def run(self, schedule: Schedule) -> Answer:
        """Run the race under `schedule`."""
        try:
            if schedule is Schedule.STAGGERED and self._entrants and not self._is_cancelled:
                self._lead(self._entrants[0])
            if not self._judge.is_decided and not self._is_cancelled:
                self._start_rest()
                self._prove_if_wanted()
                self._gather(to_the_end=schedule is Schedule.RUN_ALL)
        finally:
            self._call_off()
        return self._answer()

    def cancel(self) -> None:
        """Have the race end soon. Any thread may call this."""
        self._is_cancelled = True
        self._call_off_running()
        self._news.put(None)

    def _lead(self, leader: _Entrant) -> None:
        """Give `leader` its head start, which begins, as the race does, once it is warm."""
        leader.started_at = time.monotonic()
        self._in_thread(leader, partial(self._warm_and_follow, leader))
        if leader.report is None:
            self._hear_next(self._deadline)
        self._started_at = leader.started_at
        self._deadline = clock.now() + self._limits.wall_s
        if leader.report is None and not self._is_cancelled:
            self._hear_next(clock.now() + min(self._limits.grace_s, self._limits.wall_s))

    def _warm_and_follow(self, leader: _Entrant) -> None:
        leader.warm()
        self._news.put(None)
        self._follow(leader, self._limits)

    def _start_rest(self) -> None:
        limits = self._limits_left()
        for entrant in self._entrants:
            if entrant.started_at is None:
                self._start(entrant, limits)

    def _limits_left(self) -> Limits:
        return replace(self._limits, wall_s=max(self._deadline - clock.now(), 0))

    def _start(self, entrant: _Entrant, limits: Limits) -> None:
        entrant.started_at = time.monotonic()
        self._in_thread(entrant, partial(self._follow, entrant, limits))

    def _in_thread(self, entrant: _Entrant, call: Callable[[], object]) -> None:
        """Run `call` for an entrant, which has crashed iff there are no more threads."""
        try:
            run_in_thread(call)
        except RuntimeError as error:
            self._hear(entrant, entrant.make_report(crashed(error)), None)

    def _prove_if_wanted(self) -> None:
        """Have a certificate sought iff an unsat waits for one."""
        if self._prover is None and self._judge.wants_certificate:
            self._prover = _Entrant(CertificateMember())
            self._start(self._prover, self._limits_left())

    def _follow(self, entrant: _Entrant, limits: Limits) -> None:
        """See an entrant to its end, and check what it says."""
        outcome = entrant.outcome(self._task, limits)
        report = entrant.said = entrant.make_report(outcome, entrant.version())
        self._news.put((entrant, report, self._judge.check(report.verdict)))

    def _gather(self, *, to_the_end: bool) -> None:
        """Hear members until an answer stands, all have ended, or time is over."""
        until = self._deadline + SLACK_S
        while self._running() and (to_the_end or not self._judge.is_decided):
            is_heard = self._hear_next(until)
            if self._is_cancelled:
                return
            if not is_heard:
                self._is_time_over = True
                return
            self._prove_if_wanted()

    def _hear_next(self, until: float) -> bool:
        """Hear the next member that ends; return whether there was news by then, of any kind."""
        try:
            news = self._next_news(until)
        except Empty:
            return False
        if news is not None:
            self._hear(*news)
        return True

    def _next_news(self, until: float) -> _News | None:
        """Return what comes next, None where nobody ended by it. Raise Empty iff nothing does."""
        while True:
            left_s = until - clock.now()
            try:
                return self._news.get(timeout=max(left_s, 0.0))
            except Empty:
                # The clock may have stood still meanwhile.
                if left_s <= 0:
                    raise

    def _hear(self, entrant: _Entrant, report: MemberReport, check: Check | None) -> None:
        if self._is_time_over and report.end is End.CANCELLED:
            report = replace(report, end=End.TIMED_OUT)
        entrant.report = report
        self._judge.hear(entrant.name, report.verdict, check)

    def _all(self) -> tuple[_Entrant, ...]:
        return self._entrants if self._prover is None else (*self._entrants, self._prover)

    def _standing(self, name: str) -> Standing:
        found = next((one.member for one in self._entrants if one.name == name), None)
        try:
            return PROOF if found is None else standing_of(found)
        except _FAILURES:
            return Standing(name)

    def _running(self) -> list[_Entrant]:
        return [
            entrant
            for entrant in self._all()
            if entrant.report is None and entrant.started_at is not None
        ]

    def _call_off(self) -> None:
        """End whoever still runs, hearing those that had an answer."""
        self._call_off_running()
        until = clock.now() + PATIENCE_S
        while self._running() and self._hear_next(until):
            pass
        for entrant in self._running():
            self._give_up(entrant)

    def _call_off_running(self) -> None:
        for entrant in self._running():
            try:
                run_in_thread(entrant.call_off)
            except RuntimeError:
                entrant.call_off()

    def _give_up(self, entrant: _Entrant) -> None:
        """Have an entrant end that did not stop, or whose model is still being checked."""
        said = entrant.said
        if said is None:
            stubborn = Outcome(End.CANCELLED, detail="did not stop when told")
            self._hear(entrant, entrant.make_report(stubborn), None)
        elif isinstance(said.verdict, Sat):
            entrant.report = replace(said, detail="its model could not be checked in time")
            if not self._judge.has_model:
                self._judge.hear_unchecked(entrant.name, said.verdict)
        else:
            self._hear(entrant, said, None)

    def _answer(self) -> Answer:
        unstarted = Outcome(End.CANCELLED, detail="not started")
        reports = tuple(entrant.report or entrant.make_report(unstarted) for entrant in self._all())
        return Answer(
            verdict=self._verdict(reports),
            winner=self._judge.winner,
            wall_s=time.monotonic() - self._started_at,
            members=reports,
            disagreements=self._judge.disagreements,
        )

    def _verdict(self, reports: Sequence[MemberReport]) -> Verdict:
        verdict = self._judge.verdict(reports)
        match verdict:
            case Unknown(Reason.NO_ANSWER, detail) if self._is_cancelled:
                return Unknown(Reason.CANCELLED, detail)
        return verdict
