"""What is left of a formula once some of its atoms have a truth value."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.terms import And, Formula, Or, conjunction, disjunction

Truth = dict[Formula, Formula]
"""Some atoms, positive and negated ones each by themselves -> TRUE or FALSE."""


def assign(formula: Formula, truth: Truth) -> Formula:
    """Return `formula` with atoms replaced as `truth` says, which also serves as scratch."""
    known = truth.get(formula)
    if known is not None:
        return known
    if not isinstance(formula, And | Or):
        return formula
    parts = [assign(part, truth) for part in formula.parts]
    result = (conjunction if isinstance(formula, And) else disjunction)(*parts)
    truth[formula] = result
    return result


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
