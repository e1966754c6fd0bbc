"""Clauses learnt from conflicts, and which of them a refutation needs.

Marques-Silva, Sakallah, "GRASP", IEEE Transactions on Computers 1999, with the first unique
implication point and watched literals of Chaff (DAC 2001). The caller chooses what to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from automaton.budget import Budget

Clause = list[int]
"""Literals: numbers of variables, or their negatives. The first two are watched."""

DECAY = 1.05
"""How much more a conflict counts than the one before it."""


@dataclass(frozen=True)
class _Origin:
    """What a clause follows from: earlier clauses, and variables that can have but one value."""

    clauses: tuple[int, ...]
    ground: tuple[int, ...]


class Clauses:
    """Clauses under a partial assignment, a stack of decisions and of what follows from them.

    `true` holds the literals that are true; `activity` tells how much a variable took part in
    `conflicts`, which are counted; `refuted` is set once the clauses are contradictory.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.true: set[int] = set()
        self.activity: defaultdict[int, float] = defaultdict(float)
        self.conflicts = 0
        self.refuted = False
        self._clauses: list[Clause] = []
        self._learnt: dict[int, _Origin] = {}
        self._end: _Origin | None = None
        self._watching: defaultdict[int, list[int]] = defaultdict(list)
        self._trail: list[int] = []
        self._next = 0
        self._levels: list[int] = []
        self._level: dict[int, int] = {}
        self._reason: dict[int, int | None] = {}
        self._bump = 1.0

    def add(self, clause: Iterable[int]) -> int:
        """Take back all decisions, add a clause and return its number."""
        self._back_to(0)
        literals = sorted(dict.fromkeys(clause), key=lambda literal: -literal in self.true)
        number = self._store(literals)
        free = [literal for literal in literals if -literal not in self.true]
        if not free:
            self._end_with(number)
        elif len(free) == 1 and free[0] not in self.true:
            self._make_true(free[0], number)
        return number

    def decide(self, literal: int) -> None:
        """Make `literal` true for now."""
        self._levels.append(len(self._trail))
        self._make_true(literal, None)

    def settle(self) -> None:
        """Propagate; learn from each conflict, taking decisions back, until there is none."""
        while not self.refuted:
            conflict = self._propagate()
            if conflict is None:
                return
            self.budget.spend()
            self.conflicts += 1
            if not self._levels:
                self._end_with(conflict)
            else:
                self._learn(conflict)

    def needed(self) -> tuple[set[int], list[Clause]]:
        """Return the numbers of the added clauses, and the learnt ones, that the refutation needs.

        The learnt ones come in the order in which they were learnt.
        """
        assert self._end is not None
        numbers: set[int] = set()
        variables: set[int] = set()
        pending = [self._end]
        while pending:
            origin = pending.pop()
            fresh = self._with_reasons(origin, variables) - numbers
            numbers |= fresh
            pending += (self._learnt[number] for number in fresh if number in self._learnt)
        learnt = sorted(number for number in numbers if number in self._learnt)
        return numbers.difference(learnt), [sorted(self._clauses[number]) for number in learnt]

    def _with_reasons(self, origin: _Origin, variables: set[int]) -> set[int]:
        """Return the clauses of `origin` and those behind its ground variables not yet visited."""
        found = set(origin.clauses)
        pending = list(origin.ground)
        while pending:
            variable = pending.pop()
            if variable not in variables:
                variables.add(variable)
                reason = self._reason[variable]
                assert reason is not None
                found.add(reason)
                pending += map(abs, self._clauses[reason])
        return found

    def _store(self, literals: Clause) -> int:
        number = len(self._clauses)
        self._clauses.append(literals)
        if len(literals) > 1:
            for literal in literals[:2]:
                self._watching[literal].append(number)
        return number

    def _end_with(self, number: int) -> None:
        self.refuted = True
        self._end = _Origin((number,), tuple(map(abs, self._clauses[number])))

    def _make_true(self, literal: int, reason: int | None) -> None:
        self.true.add(literal)
        self._trail.append(literal)
        self._level[abs(literal)] = len(self._levels)
        self._reason[abs(literal)] = reason

    def _back_to(self, level: int) -> None:
        if level < len(self._levels):
            mark = self._levels[level]
            self.true.difference_update(self._trail[mark:])
            del self._trail[mark:], self._levels[level:]
            self._next = min(self._next, mark)

    def _propagate(self) -> int | None:
        """Make true what must be; return the number of a clause that is false, or None."""
        while self._next < len(self._trail):
            false = -self._trail[self._next]
            self._next += 1
            watching = self._watching.pop(false, [])
            for place, number in enumerate(watching):
                if not self._visit(number, false):
                    self._watching[false] += watching[place + 1 :]
                    return number
        return None

    def _visit(self, number: int, false: int) -> bool:
        """Watch a clause elsewhere, or make its last literal true; return False iff it is false."""
        clause = self._clauses[number]
        if clause[0] == false:
            clause[:2] = clause[1], false
        if clause[0] not in self.true:
            for place in range(2, len(clause)):
                if -clause[place] not in self.true:
                    clause[1], clause[place] = clause[place], false
                    self._watching[clause[1]].append(number)
                    return True
        self._watching[false].append(number)
        if -clause[0] in self.true:
            return False
        if clause[0] not in self.true:
            self._make_true(clause[0], number)
        return True

    def _learn(self, conflict: int) -> None:
        """Learn a clause from a conflict, take back decisions, and make true what it asserts."""
        asserted, others, origin = self._analyse(conflict)
        level = max((self._level[abs(literal)] for literal in others), default=0)
        others.sort(key=lambda literal: -self._level[abs(literal)])
        self._back_to(level)
        number = self._store([asserted, *others])
        self._learnt[number] = origin
        self._make_true(asserted, number)
        self._bump *= DECAY
        if self._bump > 1e100:
            self._bump /= 1e100
            for variable in self.activity:
                self.activity[variable] /= 1e100

    def _analyse(self, conflict: int) -> tuple[int, list[int], _Origin]:
        """Return the literal that a conflict asserts, those that it rests on, and the origin."""
        seen: set[int] = set()
        ground: list[int] = []
        others: list[int] = []
        numbers = [conflict]
        unresolved = 0
        trail = reversed(self._trail)
        while True:
            for literal in self._clauses[numbers[-1]]:
                variable = abs(literal)
                if variable in seen:
                    continue
                seen.add(variable)
                self.activity[variable] += self._bump
                level = self._level[variable]
                unresolved += level == len(self._levels)
                if 0 < level < len(self._levels):
                    others.append(literal)
                elif not level:
                    ground.append(variable)
            pivot = next(literal for literal in trail if abs(literal) in seen)
            unresolved -= 1
            if not unresolved:
                return -pivot, others, _Origin(tuple(numbers), tuple(ground))
            reason = self._reason[abs(pivot)]
            assert reason is not None
            numbers.append(reason)
