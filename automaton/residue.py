"""What is left of a formula while the truth of some of its atoms changes, again and again.

Only what hangs above a changed atom is looked at again: a policy may have thousands of statements,
of which the next value of a variable concerns a few.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from automaton.assignment import inner_nodes
from automaton.terms import FALSE, TRUE, And, Formula, Or, conjunction, disjunction


class Residues:
    """What is left of `formula` under the truth of some atoms: TRUE or FALSE for each.

    `truth` is what holds at first; atoms that it does not name are left as they are.
    """

    def __init__(self, formula: Formula, truth: Mapping[Formula, Formula]) -> None:
        self.first = truth
        self.changed: dict[Formula, Formula] = {}
        self.current = dict(truth)
        self.root = formula
        self.gates: list[_Gate] = []
        self.above: dict[Formula, list[int]] = {}
        for node in inner_nodes(formula):
            number = len(self.gates)
            gate = _Gate(node, self.current)
            self.gates.append(gate)
            self.current[node] = gate.value()
            for part in node.parts:
                self.above.setdefault(part, []).append(number)

    def under(self, truth: Mapping[Formula, Formula]) -> Formula:
        """Return what is left where these atoms differ from the truth at first, and no others."""
        back = {atom: value for atom, value in self.changed.items() if atom not in truth}
        self.changed = {atom: self.first.get(atom, atom) for atom in truth}
        return self.after({**back, **truth})

    def after(self, changes: Mapping[Formula, Formula]) -> Formula:
        """Return what is left after the truth of these atoms has changed."""
        due: list[int] = []
        for atom, value in changes.items():
            self._replace(atom, value, due)
        heapify(due)
        # INVARIANT: a gate comes after all that it is made of, so each is looked at once.
        last = -1
        while due:
            number = heappop(due)
            if number != last:
                gate = self.gates[number]
                self._replace(gate.node, gate.value(), due, is_heap=True)
                last = number
        return self.current.get(self.root, self.root)

    def _replace(
        self, node: Formula, value: Formula, due: list[int], *, is_heap: bool = False
    ) -> None:
        """Let what is above `node` know its new value; these gates are `due` then."""
        old = self.current.get(node, node)
        if old is value:
            return
        self.current[node] = value
        for number in self.above.get(node, ()):
            self.gates[number].replace(old, value)
            if is_heap:
                heappush(due, number)
            else:
                due.append(number)


class _Gate:
    """An And or Or: how many of its parts settle it, and what is left of those that are open.

    `open` counts how many parts have the same left: thousands of statements ask for the same key.

    Written for And, a part that is FALSE settles it and one that is TRUE does not count.
    """

    __slots__ = ("node", "open", "settling", "unit", "zero")

    def __init__(self, node: And | Or, current: Mapping[Formula, Formula]) -> None:
        self.node = node
        self.zero, self.unit = (FALSE, TRUE) if isinstance(node, And) else (TRUE, FALSE)
        self.settling = 0
        self.open: dict[Formula, int] = {}
        for part in node.parts:
            self._count(current.get(part, part), 1)

    def replace(self, old: Formula, value: Formula) -> None:
        """Take note of the new value of a part."""
        self._count(old, -1)
        self._count(value, 1)

    def _count(self, value: Formula, times: int) -> None:
        if value is self.zero:
            self.settling += times
        elif value is not self.unit:
            count = self.open.get(value, 0) + times
            if count:
                self.open[value] = count
            else:
                del self.open[value]

    def value(self) -> Formula:
        """Return what is left of the formula."""
        if self.settling:
            return self.zero
        if not self.open:
            return self.unit
        build = conjunction if isinstance(self.node, And) else disjunction
        return build(*self.open)
