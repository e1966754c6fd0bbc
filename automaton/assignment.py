"""What is left of a formula once some of its atoms have a truth value."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.terms import And, Formula, Or, conjunction, disjunction

Truth = dict[Formula, Formula]
"""Some atoms, positive and negated ones each by themselves -> TRUE or FALSE."""


def assign(formula: Formula, truth: Truth) -> Formula:
    """Return `formula` with atoms replaced as `truth` says, which also serves as scratch."""
    stack = [formula]
    while stack:
        node = stack[-1]
        if node not in truth and isinstance(node, And | Or):
            waiting = [p for p in node.parts if p not in truth and isinstance(p, And | Or)]
            if waiting:
                stack += waiting
                continue
            parts = [truth.get(part, part) for part in node.parts]
            truth[node] = (conjunction if isinstance(node, And) else disjunction)(*parts)
        stack.pop()
    return truth.get(formula, formula)


def leaves(formula: Formula) -> Iterator[Formula]:
    """Yield the atoms of `formula`, once for each And or Or that holds them."""
    seen: set[Formula] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if not isinstance(node, And | Or):
            yield node
        elif node not in seen:
            seen.add(node)
            stack.extend(node.parts)
