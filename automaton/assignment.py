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


def leaves(formula: Formula) -> list[Formula]:
    """Return the atoms of `formula`, once for each And or Or that holds them."""
    if not isinstance(formula, _JUNCTIONS):
        return [formula]
    found: list[Formula] = []
    seen: set[Formula] = {formula}
    stack: list[And | Or] = [formula]
    while stack:
        for part in stack.pop().parts:
            if not isinstance(part, _JUNCTIONS):
                found.append(part)
            elif part not in seen:
                seen.add(part)
                stack.append(part)
    return found


def inner_nodes(formula: Formula) -> Iterator[And | Or]:
    """Yield each And and Or once, after those that it is made of."""
    known: set[Formula] = set()
    stack = [formula]
    while stack:
        node = stack[-1]
        if isinstance(node, _JUNCTIONS) and node not in known:
            waiting = [p for p in node.parts if isinstance(p, _JUNCTIONS) and p not in known]
            if waiting:
                stack += waiting
                continue
            known.add(node)
            yield node
        stack.pop()
