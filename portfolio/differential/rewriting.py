"""Graphs of terms taken apart and put together again, and names that are not in use.

Nothing recurses, and nothing depends on the order of a set: what is made is the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.terms import HERE, POOL, L, constant, variable

Script = tuple[Term, ...]


def nodes_of(roots: Iterable[Term]) -> list[Term]:
    """Return every term below some terms once, each after its parts."""
    return in_order(*roots, parts_of=parts_of)


def with_parts(node: Term, parts: Sequence[Term]) -> Term:
    """Return a term with other parts, which have the sorts of its own."""
    if not node.parts or tuple(parts) == node.parts:
        return node
    return POOL.application(
        node.operator, tuple(parts), node.sort, indices=node.indices, place=HERE
    )


def mapped(roots: Sequence[Term], change: Callable[[Term, Sequence[Term]], Term]) -> Script:
    """Return terms changed from the leaves up: `change` gets each term and its changed parts."""
    changed: dict[Term, Term] = {}
    for node in nodes_of(roots):
        changed[node] = change(node, [changed[part] for part in node.parts])
    return tuple(changed[root] for root in roots)


def replaced(roots: Sequence[Term], others: Mapping[Term, Term]) -> Script:
    """Return terms in which every occurrence of some terms is another one."""
    return mapped(
        roots, lambda node, parts: others[node] if node in others else with_parts(node, parts)
    )


def replaced_outside_languages(roots: Sequence[Term], old: Term, new: Term) -> Script:
    """Return terms in which an occurrence of a term is another one iff it is in no RegLan.

    Many solvers want the texts in a RegLan to be constants as they stand.
    """

    def change(node: Term, parts: Sequence[Term]) -> Term:
        if node is old:
            return new
        return node if node.sort is L else with_parts(node, parts)

    return mapped(roots, change)


def replaced_once(roots: Sequence[Term], place: Sequence[int], other: Term) -> Script:
    """Return terms in which that one occurrence is another term to which a path leads.

    A path is the number of a root, then of a part of it, and so on.
    """
    spine = [roots[place[0]]]
    for step in place[1:]:
        spine.append(spine[-1].parts[step])
    for node, step in zip(reversed(spine[:-1]), reversed(place[1:]), strict=True):
        other = with_parts(node, (*node.parts[:step], other, *node.parts[step + 1 :]))
    return (*roots[: place[0]], other, *roots[place[0] + 1 :])


def ours(roots: Sequence[Term], names: Mapping[Term, Term] | None = None) -> Script:
    """Return terms of any pool as terms of `POOL`, with variables put in the place of others."""
    names = names or {}

    def change(node: Term, parts: Sequence[Term]) -> Term:
        if node.operator == VARIABLE:
            return names[node] if node in names else variable(node.name, node.sort)
        if node.operator == CONSTANT:
            assert node.value is not None
            return constant(node.value)
        return POOL.application(
            node.operator, tuple(parts), node.sort, indices=node.indices, place=HERE
        )

    return mapped(roots, change)


def variables_among(nodes: Iterable[Term]) -> list[Term]:
    """Return the variables among some terms, in their order."""
    return [node for node in nodes if node.operator == VARIABLE]


def fresh(stem: str, sort: TermSort, taken: Iterable[Term]) -> Term:
    """Return a variable whose name begins with `stem`, and none of `taken` has it."""
    names = {term.name for term in taken}
    number = 0
    while f"{stem}{number}" in names:
        number += 1
    return variable(f"{stem}{number}", sort)


def text_in(node: Term) -> str | None:
    """Return the text of a constant of sort String, None iff the term is none."""
    return node.value if isinstance(node.value, str) else None
