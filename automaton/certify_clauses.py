"""The checker's clauses: what follows from the structure of a formula by unit propagation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from automaton import terms as t
from automaton.terms import And, Atom, Formula, Or


def nodes_of(root: Formula) -> Iterator[Formula]:
    """Yield `root` and all of which it is made up, each once."""
    pending, seen = [root], {root}
    while pending:
        node = pending.pop()
        yield node
        fresh = set(node.parts) - seen if isinstance(node, And | Or) else set()
        seen |= fresh
        pending.extend(fresh)


class Clauses:
    """Clauses of literals, which are numbers and their negatives, closed under unit propagation.

    `refuted` is set iff that closure is contradictory. Each clause is watched at its first two
    literals, none of which is false unless the other one is true.
    """

    def __init__(self) -> None:
        self.refuted = False
        self._number: dict[Formula, int] = {}
        self._true: set[int] = set()
        self._trail: list[int] = []
        self._watching: defaultdict[int, list[list[int]]] = defaultdict(list)

    def literal(self, formula: Formula) -> int:
        """Return the literal that stands for `formula`."""
        if isinstance(formula, Atom) and not formula.positive:
            return -self.literal(t.negation(formula))
        return self._number.setdefault(formula, len(self._number) + 1)

    def add_structure(self, root: Formula) -> None:
        """Say that `root` holds, and what the parts of a formula that holds are."""
        self.add([self.literal(root)])
        self.add([-self.literal(t.FALSE)])
        for node in nodes_of(root):
            if isinstance(node, Or):
                self.add([-self.literal(node), *map(self.literal, node.parts)])
            elif isinstance(node, And):
                for part in node.parts:
                    self.add([-self.literal(node), self.literal(part)])

    def follows(self, clause: Iterable[int]) -> bool:
        """Return whether unit propagation alone shows that a clause holds."""
        mark = len(self._trail)
        follows = self.refuted or not all(self._assume(-literal) for literal in clause)
        self._true.difference_update(self._trail[mark:])
        del self._trail[mark:]
        return follows

    def add(self, clause: Iterable[int]) -> None:
        """Add a clause."""
        free = [literal for literal in dict.fromkeys(clause) if -literal not in self._true]
        if len(free) > 1:
            for literal in free[:2]:
                self._watching[literal].append(free)
        elif not free or not self._assume(free[0]):
            self.refuted = True

    def _assume(self, literal: int) -> bool:
        """Make `literal` true and all that follows; return False iff that is contradictory."""
        pending = [literal]
        while pending:
            literal = pending.pop()
            if -literal in self._true:
                return False
            if literal not in self._true:
                self._true.add(literal)
                self._trail.append(literal)
                pending.extend(self._units_without(-literal))
        return True

    def _units_without(self, false: int) -> Iterator[int]:
        """Yield the last literals of the clauses that have no other since `false` is false."""
        for clause in self._watching.pop(false, ()):
            if clause[0] == false:
                clause[:2] = clause[1], false
            place = self._next_watch(clause)
            clause[1], clause[place] = clause[place], clause[1]
            self._watching[clause[1]].append(clause)
            if place == 1:
                yield clause[0]

    def _next_watch(self, clause: Sequence[int]) -> int:
        if clause[0] in self._true:
            return 1
        free = (place for place in range(2, len(clause)) if -clause[place] not in self._true)
        return next(free, 1)
