"""The order in which graphs are walked: parts first. Nothing recurses, for depth is the user's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Node = TypeVar("Node")


def in_order(*roots: Node, parts_of: Callable[[Node], Sequence[Node]]) -> list[Node]:
    """Return every node of the graph below `roots` once, each after its parts."""
    ordered: list[Node] = []
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            ordered.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(parts_of(node)) if part not in seen)
    return ordered
