"""Many members, one answer: start them, hear them, call off who is left.

A race is over when an answer stands (under run-all: never for that reason) or when all members
have ended. Whatever a member does, it ends in exactly one way, and the race in time.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue

from automaton import clock
from portfolio.answer import Answer, End, MemberReport
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members.base import Member, Outcome, Run, Task, crashed
from portfolio.threads import run_in_thread
from portfolio.validate import Judge, Validate

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
) -> Answer:
    """Return the first answer that stands, or an unknown one once all members have ended.

    `validate` says what speaks against a model that satisfies the task. Nothing that a member
    does raises here.
    """
    return _Race(task, members, limits, validate).run(schedule)


class _Entrant:
    """A member in a race: started at most once. Its `report` is written by the race alone."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.name = member.name
        self.report: MemberReport | None = None
        self.started_at: float | None = None
        self._run: Run | None = None
        self._is_called_off = False
        self._lock = threading.Lock()

    def start(self, task: Task, limits: Limits) -> Outcome | None:
        """Start the member; return its outcome iff it failed to start."""
        try:
            run = self.member.start(task, limits)
        except Exception as error:
            return crashed(error)
        with self._lock:
            self._run = run
            is_late = self._is_called_off
        if is_late:
            self._cancel(run)
        return None

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff there is none by then."""
        assert self._run is not None
        try:
            outcome = self._run.wait(timeout_s)
        except Exception as error:
            return crashed(error)
        if outcome is None and timeout_s is None:
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
        with contextlib.suppress(Exception):
            run.cancel()

    def make_report(self, outcome: Outcome) -> MemberReport:
        """Return the report of an entrant that ended now, in `outcome`."""
        wall_s = 0.0 if self.started_at is None else time.monotonic() - self.started_at
        return MemberReport(
            name=self.name,
            version="" if self.started_at is None else self._version(),
            end=outcome.end,
            wall_s=wall_s,
            verdict=outcome.verdict,
            detail=outcome.detail,
            cpu_s=outcome.cpu_s,
            peak_mib=outcome.peak_mib,
        )

    def _version(self) -> str:
        try:
            return self.member.version()
        except Exception:
            return "unknown"


class _Race:
    """One race. All that members do in threads comes back through `_news`."""

    def __init__(
        self,
        task: Task,
        members: Sequence[Member],
        limits: Limits,
        validate: Validate | None,
    ) -> None:
        self._task = task
        self._limits = limits
        self._entrants = tuple(_Entrant(member) for member in members)
        self._judge = Judge(task, validate)
        self._news: SimpleQueue[tuple[_Entrant, MemberReport]] = SimpleQueue()
        self._started_at = time.monotonic()
        self._deadline = clock.now() + limits.wall_s
        self._is_time_over = False

    def run(self, schedule: Schedule) -> Answer:
        """Run the race under `schedule`."""
        try:
            if schedule is Schedule.STAGGERED and self._entrants:
                self._lead(self._entrants[0])
            if not self._judge.is_decided:
                self._start_rest()
                self._gather(to_the_end=schedule is Schedule.RUN_ALL)
        finally:
            self._call_off()
        return self._answer()

    def _lead(self, leader: _Entrant) -> None:
        """Give `leader` its head start, in this thread; then have another wait for it."""
        with contextlib.suppress(Exception):
            leader.member.warm()
        self._started_at = leader.started_at = time.monotonic()
        self._deadline = clock.now() + self._limits.wall_s
        outcome = leader.start(self._task, self._limits)
        if outcome is None:
            outcome = leader.wait(min(self._limits.grace_s, self._limits.wall_s))
        if outcome is not None:
            self._hear(leader, leader.make_report(outcome))
        else:
            run_in_thread(partial(self._follow, leader))

    def _start_rest(self) -> None:
        limits = replace(self._limits, wall_s=max(self._deadline - clock.now(), 0))
        for entrant in self._entrants:
            if entrant.started_at is None:
                entrant.started_at = time.monotonic()
                run_in_thread(partial(self._start_and_follow, entrant, limits))

    def _start_and_follow(self, entrant: _Entrant, limits: Limits) -> None:
        outcome = entrant.start(self._task, limits)
        if outcome is None:
            self._follow(entrant)
        else:
            self._news.put((entrant, entrant.make_report(outcome)))

    def _follow(self, entrant: _Entrant) -> None:
        outcome = entrant.wait(None)
        assert outcome is not None
        self._news.put((entrant, entrant.make_report(outcome)))

    def _gather(self, *, to_the_end: bool) -> None:
        """Hear members until an answer stands, all have ended, or time is over."""
        until = self._deadline + SLACK_S
        while self._running() and (to_the_end or not self._judge.is_decided):
            if not self._hear_next(until):
                self._is_time_over = True
                return

    def _hear_next(self, until: float) -> bool:
        """Hear the next member that ends; return whether one did by then."""
        news = self._next_news(until)
        if news is not None:
            self._hear(*news)
        return news is not None

    def _next_news(self, until: float) -> tuple[_Entrant, MemberReport] | None:
        while True:
            left_s = until - clock.now()
            with contextlib.suppress(Empty):
                return self._news.get(timeout=max(left_s, 0.0))
            # The clock may have stood still meanwhile.
            if left_s <= 0:
                return None

    def _hear(self, entrant: _Entrant, report: MemberReport) -> None:
        if self._is_time_over and report.end is End.CANCELLED:
            report = replace(report, end=End.TIMED_OUT)
        entrant.report = report
        self._judge.hear(entrant.name, report.verdict)

    def _running(self) -> list[_Entrant]:
        return [
            entrant
            for entrant in self._entrants
            if entrant.report is None and entrant.started_at is not None
        ]

    def _call_off(self) -> None:
        """End whoever still runs, hearing those that had an answer."""
        for entrant in self._running():
            entrant.call_off()
        until = clock.now() + PATIENCE_S
        while self._running() and self._hear_next(until):
            pass
        for entrant in self._running():
            stubborn = Outcome(End.CANCELLED, detail="did not stop when told")
            self._hear(entrant, entrant.make_report(stubborn))

    def _answer(self) -> Answer:
        unstarted = Outcome(End.CANCELLED, detail="not started")
        reports = tuple(
            entrant.report or entrant.make_report(unstarted) for entrant in self._entrants
        )
        return Answer(
            verdict=self._judge.verdict(reports),
            winner=self._judge.winner,
            wall_s=time.monotonic() - self._started_at,
            members=reports,
            disagreements=self._judge.disagreements,
        )
