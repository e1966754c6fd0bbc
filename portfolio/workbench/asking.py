"""What one query costs one member, in a process that does nothing else meanwhile.

A member gets the problem of a script, in its own dialect, or the script itself where the problem
would say less. Its wall time is from the hand-over to its answer; reading the script, starting
processes and loading libraries are in no row. Processor time and memory are the member's own; the
automaton's is what its thread took, and the memory of the process in which it runs. A race is asked
as a whole: its processor time is that of all its members and of the race itself.

A sat is held against the referee. Where it refutes the model the row ends as `WRONG_MODEL`; where
it cannot tell, the detail says so.
"""

from __future__ import annotations

import contextlib
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from automaton import regex as rx
from automaton import terms
from automaton.terms import Problem, Sort, Variable
from automaton.verdict import Model, Sat
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.session import question_of
from encoders.smtlib.sexpr import ParseError
from portfolio.answer import WORDS, Answer, End
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, available, by_name, versions
from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import Outcome, Task, crashed
from portfolio.members.binary import BinaryMember
from portfolio.members.library import LibraryMember
from portfolio.race import PATIENCE_S, SLACK_S, race
from portfolio.solve import task_of
from portfolio.validate import validator
from portfolio.workbench import machine
from portfolio.workbench.queries import Query
from portfolio.workbench.row import WRONG_MODEL, Row
from portfolio.workbench.truth import RACE, UNCHECKED

_WARMING = Problem((terms.in_regex(Variable("x", Sort.STRING), rx.literal("x")),))
_WARMING_LIMITS = Limits(wall_s=30.0)


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """Who is asked: one member, or all that are installed under a schedule."""

    name: str
    members: tuple[Member, ...]
    schedule: Schedule | None = None

    @property
    def version(self) -> str:
        """The version; of a race, those of its members."""
        if self.schedule is None:
            return self.members[0].version()
        return ", ".join(f"{member.name} {member.version()}" for member in self.members)

    @property
    def options(self) -> str:
        """The options of the member as it is run; of a race, its schedule."""
        if self.schedule is not None:
            return f"schedule={self.schedule.value}"
        options = getattr(self.members[0], "options", ())
        return " ".join(
            option if isinstance(option, str) else "=".join(map(str, option)) for option in options
        )


def contestant_of(name: str) -> Contestant:
    """Return who is called `name`. Raise ValueError iff there is nobody, or not installed."""
    if not name.startswith(RACE):
        return Contestant(name=name, members=by_name([name]))
    schedule = name.removeprefix(RACE)
    known = [one.value for one in Schedule]
    if schedule not in known:
        raise ValueError(f"there is no schedule `{schedule}`; there are {', '.join(known)}")
    return Contestant(name=name, members=available(), schedule=Schedule(schedule))


def contestants() -> Iterator[Contestant]:
    """Yield whoever can be asked: members, releases of solvers, and races."""
    for member in (*available(), *versions.installed()):
        yield Contestant(name=member.name, members=(member,))
    yield from (contestant_of(f"{RACE}{schedule.value}") for schedule in Schedule)


@dataclass(kw_only=True)
class Asking:
    """Asks queries; each process that does it finds the members and warms them up for itself.

    Whoever gets it from another process must have `version`, unless that is None.
    """

    name: str
    limits: Limits
    version: str | None = None
    _contestant: Contestant | None = field(default=None, init=False)
    _cold: set[str] = field(default_factory=set, init=False)
    """The members that a first small question did not warm up, and another one would not."""

    def __getstate__(self) -> dict[str, object]:
        """Return what travels to another process."""
        return {**self.__dict__, "_contestant": None, "_cold": set()}

    def __setstate__(self, state: Mapping[str, object]) -> None:
        """Take up what travelled. Raise ValueError iff what is to be asked is not here."""
        self.__dict__.update(state)
        found = contestant_of(self.name).version
        if self.version not in (None, found):
            raise ValueError(f"`{platform.node()}` has `{self.name}` {found}, not {self.version}")

    def __call__(self, query: Query) -> Row:
        """Return the row of a query."""
        if self._contestant is None:
            self._contestant = contestant_of(self.name)
            _load(self._contestant.members)
        self._warm(self._contestant.members)
        try:
            question = question_of(query.script)
        except ParseError as error:
            return self.row(query, Found(End.UNSUPPORTED.value, detail=f"no script: {error}"))
        task = task_of(question, self.limits)
        if self._contestant.schedule is None:
            found = _ask(self._contestant.members[0], task, question, self.limits)
        else:
            found = _race(self._contestant, task, question, self.limits)
        return self.row(query, found)

    def _warm(self, members: Sequence[Member]) -> None:
        """Have libraries loaded: what was killed, or let go, is started again in nobody's time."""
        for member in members:
            if isinstance(member, LibraryMember) and member.name not in self._cold:
                outcome = _outcome(member, _WARMING, _WARMING_LIMITS)
                if outcome.end is not End.ANSWERED:
                    self._cold.add(member.name)

    def row(self, query: Query, found: Found) -> Row:
        """Return the row that says what was found."""
        contestant = self._contestant or contestant_of(self.name)
        return Row(
            query=query.name,
            family=query.family,
            member=self.name,
            version=contestant.version,
            options=contestant.options,
            verdict=found.verdict,
            end=found.end,
            wall_s=found.wall_s,
            cpu_s=found.cpu_s,
            peak_mib=found.peak_mib,
            detail=found.detail,
        )


@dataclass(frozen=True)
class Found:
    """How a query ended."""

    end: str
    verdict: str = "unknown"
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    detail: str = ""


def _load(members: Sequence[Member]) -> None:
    """Have loaded and compiled what runs in this process."""
    if any(isinstance(member, AutomatonMember) for member in members):
        from automaton.warming import warm  # noqa: PLC0415 - it loads what the others need not

        warm()
    for member in members:
        with contextlib.suppress(Exception):
            member.warm()


def _outcome(member: Member, task: Task, limits: Limits) -> Outcome:
    """Return how a member ends, which does so in time whatever it does."""
    try:
        run = member.start(task, limits)
        outcome = run.wait(limits.wall_s + SLACK_S)
        if outcome is None:
            run.cancel()
            outcome = run.wait(PATIENCE_S)
    except Exception as error:
        return crashed(error)
    return outcome or Outcome(End.TIMED_OUT, detail="did not stop when told")


def _ask(member: Member, task: Task, question: ScriptQuestion, limits: Limits) -> Found:
    is_here = not isinstance(member, LibraryMember | BinaryMember)
    is_metered = is_here and machine.forget_peak()
    began = time.perf_counter()
    outcome = _outcome(member, task, limits)
    wall_s = time.perf_counter() - began
    peak_mib = outcome.peak_mib or (machine.peak_mib() if is_metered else 0.0)
    said = outcome.verdict
    end, detail = outcome.end.value, outcome.detail
    if isinstance(said, Sat):
        objection = objection_to(said.model, question)
        if objection is not None:
            detail = objection
            end = end if objection.startswith(UNCHECKED) else WRONG_MODEL
    verdict = "unknown" if said is None else WORDS[type(said)]
    return Found(end, verdict, wall_s, outcome.cpu_s, peak_mib, detail)


def objection_to(model: Model, question: ScriptQuestion) -> str | None:
    """Return what the referee has against a model, None iff the script holds under it."""
    try:
        return None if question.holds(model) else "its model does not satisfy the script"
    except Exception as error:
        return f"{UNCHECKED}: {type(error).__name__}: {error}"


def _race(contestant: Contestant, task: Task, question: ScriptQuestion, limits: Limits) -> Found:
    assert contestant.schedule is not None
    own_s = time.process_time()
    answer = race(
        task,
        members=contestant.members,
        limits=limits,
        schedule=contestant.schedule,
        validate=None if question.refusals else validator(question.holds),
    )
    own_s = time.process_time() - own_s
    outside = {
        member.name
        for member in contestant.members
        if isinstance(member, LibraryMember | BinaryMember)
    }
    others_s = sum(report.cpu_s for report in answer.members if report.name in outside)
    peak_mib = machine.peak_mib() + sum(
        report.peak_mib for report in answer.members if report.name in outside
    )
    end = End.ANSWERED if answer.winner else _worst(answer)
    verdict = WORDS[type(answer.verdict)]
    return Found(end.value, verdict, answer.wall_s, own_s + others_s, peak_mib, _told(answer))


def _worst(answer: Answer) -> End:
    """Return how a race without an answer ended: as its members did, the one that would go on."""
    ends = [report.end for report in answer.members]
    order = (End.TIMED_OUT, End.OUT_OF_MEMORY, End.CRASHED, End.UNKNOWN, End.UNSUPPORTED)
    return next((end for end in order if end in ends), End.UNKNOWN)


def _told(answer: Answer) -> str:
    """Return who won, and whose answers did not stand."""
    won = f"won by {answer.winner}" if answer.winner else ""
    against = [f"{one.member}: {one.objection}" for one in answer.disagreements]
    return "; ".join([*filter(None, [won]), *against])
