"""Verdicts that are kept: a problem that was decided before is not raced again.

An entry is known by the canonical problem and by the members with their versions and options, and
what they are trusted for, whatever the schedule. An unknown is never kept, nor an answer that
somebody contradicted, and what contradicts an entry drops it. The model of an entry is judged again
before it is used, by the referee and by the question's own check; one that does not stand is
dropped, and the race is run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Protocol

from automaton.sorts import Sort, Variable
from automaton.terms import Problem
from automaton.verdict import Sat, Unsat, Value, Verdict
from automaton.version import VERSION
from portfolio.answer import Answer
from portfolio.cache_key import canonical
from portfolio.limits import Schedule
from portfolio.members import Member
from portfolio.members.base import Task
from portfolio.trust import Standing, standing_of
from portfolio.validate import Judge, Validate

Values = tuple[Value, ...]


@dataclass(frozen=True)
class Kept:
    """A verdict that is kept: who gave it, and the values of a model, None iff it is unsat.

    The values are those of the variables of the canonical problem, in the order of their numbers.
    """

    winner: str
    values: Values | None

    def to_bytes(self) -> bytes:
        """Return the entry as it is stored."""
        values = None if self.values is None else [*map(_written, self.values)]
        return json.dumps([self.winner, values], separators=(",", ":")).encode()

    @staticmethod
    def from_bytes(text: bytes) -> Kept:
        """Return the entry that was stored; raise ValueError iff it is none."""
        try:
            winner, values = json.loads(text)
            if not isinstance(winner, str):
                raise TypeError
            return Kept(winner, None if values is None else tuple(map(_read, values)))
        except (KeyError, TypeError, ZeroDivisionError) as error:
            raise ValueError("this is no verdict that was kept") from error


class Store(Protocol):
    """Where entries are kept. Nothing that goes wrong there raises: what is lost is not kept."""

    def get(self, key: bytes) -> Kept | None:
        """Return the entry of `key`, None iff there is none."""

    def put(self, key: bytes, kept: Kept) -> None:
        """Keep an entry; those that were not used for longest make room."""

    def drop(self, key: bytes) -> None:
        """Forget an entry."""

    def close(self) -> None:
        """Release what the store holds."""


@dataclass(frozen=True)
class Place:
    """Where the verdict of a problem is kept: its key, and the variables by their numbers."""

    key: bytes
    variables: tuple[Variable, ...]


def recalled(
    store: Store | None,
    task: Task,
    *,
    members: Sequence[Member],
    schedule: Schedule,
    validate: Validate | None,
    run: Callable[[], Answer],
) -> Answer:
    """Return the answer that is kept, else that of `run`, which is kept iff it decides the task.

    Under run-all nothing is recalled, for what everybody says is asked. A script in its own words
    is not kept, nor what has no place, such as the answers of a member without a version.
    """
    if store is None or not isinstance(task, Problem):
        return run()
    started_at = time.monotonic()
    try:
        place = place_of(task, members)
    except Exception:
        return run()
    if schedule is not Schedule.RUN_ALL:
        kept = _standing_entry(store, place, task, validate)
        if kept is not None:
            verdict = _verdict(kept, place)
            wall_s = time.monotonic() - started_at
            return Answer(
                verdict=verdict, winner=kept.winner, wall_s=wall_s, members=(), is_cached=True
            )
    answer = run()
    kept = _entry(answer, place)
    if kept is not None:
        store.put(place.key, kept)
    elif answer.disagreements:
        # What was kept may be the very answer that was refuted.
        store.drop(place.key)
    return answer


def place_of(problem: Problem, members: Sequence[Member]) -> Place:
    """Return where the verdict of these members about `problem` is kept."""
    known = canonical(problem)
    taking_part = sorted(_identity(member) for member in members)
    # How solvers are asked and answers judged is a matter of our own version.
    text = json.dumps([taking_part, VERSION]).encode()
    return Place(sha256(known.digest + text).digest(), known.variables)


def _identity(member: Member) -> list[str]:
    """Return what tells a member from others, and how far its word goes."""
    standing = standing_of(member)
    trusted = sorted(str(fragment) for fragment in standing.trusted)
    options = repr(getattr(member, "options", ()))
    return [member.name, member.version(), options, standing.solver, *trusted]


def _standing_entry(
    store: Store, place: Place, problem: Problem, validate: Validate | None
) -> Kept | None:
    """Return the entry of a place; one whose model does not stand is dropped."""
    kept = store.get(place.key)
    if kept is None or _stands(kept, place, problem, validate):
        return kept
    store.drop(place.key)
    return None


def _stands(kept: Kept, place: Place, problem: Problem, validate: Validate | None) -> bool:
    if kept.values is None:
        return True
    if not _fit(kept.values, place.variables):
        return False
    judge = Judge(problem, validate, _no_standing)
    judge.hear(kept.winner, _verdict(kept, place))
    return judge.is_decided


def _no_standing(member: str) -> Standing:
    return Standing(solver=member, trusted=frozenset())


def _verdict(kept: Kept, place: Place) -> Verdict:
    if kept.values is None:
        return Unsat()
    named = zip(place.variables, kept.values, strict=True)
    return Sat({variable.name: value for variable, value in named})


def _entry(answer: Answer, place: Place) -> Kept | None:
    """Return what is kept of an answer, None iff that is nothing."""
    if answer.winner is None or answer.disagreements:
        return None
    if isinstance(answer.verdict, Unsat):
        return Kept(answer.winner, None)
    if not isinstance(answer.verdict, Sat):
        return None
    model = answer.verdict.model
    if any(variable.name not in model for variable in place.variables):
        return None
    values = tuple(model[variable.name] for variable in place.variables)
    return Kept(answer.winner, values) if _fit(values, place.variables) else None


_KINDS: dict[Sort, type[Value]] = {
    Sort.BOOL: bool,
    Sort.INT: int,
    Sort.REAL: Fraction,
    Sort.STRING: str,
    Sort.IPV4: int,
    Sort.IPV6: int,
}


def _fit(values: Values, variables: Sequence[Variable]) -> bool:
    """Return whether each value is of the sort of its variable."""
    kinds = [_KINDS[variable.sort] for variable in variables]
    return [type(value) for value in values] == kinds


def _written(value: Value) -> object:
    """Return a value as JSON has it; a fraction is an object."""
    return {"fraction": str(value)} if isinstance(value, Fraction) else value


def _read(value: object) -> Value:
    if isinstance(value, dict):
        return Fraction(value["fraction"])
    if not isinstance(value, bool | int | str):
        raise TypeError
    return value
