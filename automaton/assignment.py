"""What is left of a formula once some of its atoms have a truth value."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.terms import FALSE, TRUE, And, Formula, Or, conjunction, disjunction

Truth = dict[Formula, Formula]
"""Some atoms, positive and negated ones each by themselves -> TRUE or FALSE."""

# PERF: a union of types would be made anew for each test.
_JUNCTIONS = (And, Or)


def assign(formula: Formula, truth: Truth) -> Formula:
    """Return `formula` with atoms replaced as `truth` says, which also serves as scratch."""
    stack = [formula]
    while stack:
        node = stack[-1]
        if node not in truth and isinstance(node, _JUNCTIONS):
            waiting = [p for p in node.parts if p not in truth and isinstance(p, _JUNCTIONS)]
            if waiting:
                stack += waiting
                continue
            truth[node] = _junction(node, [truth.get(part, part) for part in node.parts])
        stack.pop()
    return truth.get(formula, formula)


def _junction(node: And | Or, parts: list[Formula]) -> Formula:
    if isinstance(node, And):
        return FALSE if FALSE in parts else conjunction(*parts)
    return TRUE if TRUE in parts else disjunction(*parts)


def leaves(formula: Formula) -> Iterator[Formula]:
    """Yield the atoms of `formula`, once for each And or Or that holds them."""
    seen: set[Formula] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if not isinstance(node, _JUNCTIONS):
            yield node
        elif node not in seen:
            seen.add(node)
            stack.extend(node.parts)
