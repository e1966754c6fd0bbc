"""Closed sets of states: why no string matches some regexes and none of some others.

A state demands that all regexes of one set match and none of another does. Explored are the states
that demand least first, for whatever demands more than a state that is kept is empty with it: the
antichains of De Wulf, Doyen, Henzinger, Raskin, "Antichains: a new algorithm for checking
universality of finite automata", CAV 2006.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, count

from automaton import regex as rx
from automaton.budget import Budget
from automaton.certificate_heads import Block, Heads, merged
from automaton.regex import Regex

State = tuple[frozenset[Regex], frozenset[Regex]]
"""The regexes that must match and those that must not."""

MOST_DROPPED = 4
"""How many required regexes a state may have for the states with fewer of them to be looked up."""


@dataclass(frozen=True)
class ClosedSet:
    """States of which none holds a string, each with those that subsume one of its successors."""

    states: dict[State, tuple[State, ...]]


def closed_set(
    matching: Iterable[Regex], others: Iterable[Regex], budget: Budget
) -> ClosedSet | None:
    """Return why no string is matched by `matching` but not by `others`, or None iff one is.

    It must be matched by all of the former and by none of the latter. Raise LimitReached iff the
    budget ends first.
    """
    search = _Search(matching, others, budget)
    return search.result() if search.closes() else None


class _Search:
    """One exploration.

    INVARIANT: `kept` holds for each set of required regexes the excluded ones, an antichain.
    """

    def __init__(self, matching: Iterable[Regex], others: Iterable[Regex], budget: Budget) -> None:
        required, excluded = frozenset(matching), frozenset(others)
        self.heads = Heads(required | excluded)
        self.budget = budget
        self.bytes = 0
        self.start = _state(required, excluded)
        self.kept: dict[frozenset[Regex], list[frozenset[Regex]]] = {}
        self.successors: dict[State, list[State]] = {}
        self._queue: list[tuple[int, int, State]] = []
        self._numbers = count()
        self._known_choices: dict[frozenset[Regex], list[tuple[int, tuple[Regex, ...]]]] = {}
        self._known_blocks: dict[frozenset[Regex], list[Block]] = {}

    def closes(self) -> bool:
        """Explore; return whether no state holds the empty string."""
        self._keep(self.start)
        while self._queue:
            state = heapq.heappop(self._queue)[-1]
            if state[1] not in self.kept[state[0]]:
                continue
            if self._accepts(state):
                return False
            self.budget.spend()
            self.successors[state] = [*self._successors(state)]
            for successor in self.successors[state]:
                self._keep(successor)
        return True

    def result(self) -> ClosedSet:
        """Return the states that are reached, where a subsumer stands for what it subsumes."""
        found: dict[State, tuple[State, ...]] = {}
        pending = [] if _is_dead(self.start) else [self._subsumer(self.start)]
        while pending:
            state = pending.pop()
            if state is not None and state not in found:
                successors = [other for other in self.successors[state] if not _is_dead(other)]
                reached = {other: self._subsumer(other) for other in successors}
                pending += reached.values()
                used = (by for other, by in reached.items() if by is not None and by != other)
                found[state] = tuple(dict.fromkeys(used))
        return ClosedSet(found)

    def _keep(self, state: State) -> None:
        """Enter a state that no kept one subsumes, in place of those that it subsumes."""
        if _is_dead(state) or self._subsumer(state) is not None:
            return
        required, excluded = state
        beside = self.kept.get(required, [])
        self.kept[required] = [other for other in beside if not excluded <= other]
        self.kept[required].append(excluded)
        self._require_memory(state)
        priority = len(excluded)
        heapq.heappush(self._queue, (priority, next(self._numbers), state))

    def _subsumer(self, state: State) -> State | None:
        """Return a kept state that demands no more than `state`, itself if it is kept."""
        for required in _subsets(state[0]):
            for excluded in self.kept.get(required, ()):
                if excluded <= state[1]:
                    return required, excluded
        return None

    def _require_memory(self, state: State) -> None:
        for regex in (*state[0], *state[1]):
            first = regex.parts[0] if isinstance(regex, rx.Concat) else regex
            self.bytes += 64 + (len(first.text) if isinstance(first, rx.Literal) else 0)
            self.bytes += 8 * len(regex.parts) if isinstance(regex, rx.Concat) else 0
        self.budget.require_memory(self.bytes)

    def _accepts(self, state: State) -> bool:
        nullable = self.heads.is_nullable
        return all(map(nullable, state[0])) and not any(map(nullable, state[1]))

    def _successors(self, state: State) -> set[State]:
        blocks = self._blocks_of(state[1])
        return {
            _state(tails, left)
            for mask, tails in self._choices(state[0])
            for classes, left in blocks
            if classes & mask
        }

    def _choices(self, required: frozenset[Regex]) -> list[tuple[int, tuple[Regex, ...]]]:
        """Return what may be left of the required regexes, one for each, after which classes."""
        known = self._known_choices.get(required)
        if known is None:
            known = [(self.heads.all_classes, ())]
            for regex in required:
                form = self.heads.form(regex).items()
                known = [
                    (mask & other, (*tails, tail))
                    for mask, tails in known
                    for tail, other in form
                    if mask & other
                ]
                self.budget.spend(len(known))
                self.bytes += 64 * len(known)
            self._known_choices[required] = known
        return known

    def _blocks_of(self, excluded: frozenset[Regex]) -> list[Block]:
        known = self._known_blocks.get(excluded)
        if known is None:
            form = merged(map(self.heads.form, excluded))
            self.budget.spend(len(form))
            known = self._known_blocks[excluded] = self.heads.blocks(form)
        return known


def _subsets(required: frozenset[Regex]) -> Iterator[frozenset[Regex]]:
    """Yield `required`, then its smaller subsets if these are few."""
    yield required
    if len(required) <= MOST_DROPPED:
        for size in range(len(required)):
            yield from map(frozenset, combinations(required, size))


def _is_dead(state: State) -> bool:
    required, excluded = state
    return rx.NONE in required or rx.ALL in excluded or not required.isdisjoint(excluded)


def _state(required: Iterable[Regex], excluded: Iterable[Regex]) -> State:
    """Return the state, where Boolean operators at the top of regexes are demands of their own."""
    demands: dict[bool, set[Regex]] = {True: set(), False: set()}
    pending = [*((regex, True) for regex in required), *((regex, False) for regex in excluded)]
    while pending:
        regex, positive = pending.pop()
        match regex, positive:
            case rx.Complement(), _:
                pending.append((regex.part, not positive))
            case (rx.Intersection(parts=parts), True) | (rx.Union(parts=parts), False):
                pending += ((part, positive) for part in parts)
            case _:
                demands[positive].add(regex)
    demands[True].discard(rx.ALL)
    return frozenset(demands[True]), frozenset(demands[False])
