"""Walks over expressions that may be nested more deeply than Python's stack: depth is the user's.

`fold` computes a value from the leaves upwards, `spell` writes a text from left to right, and `run`
drives functions that would call one another: generators that yield the call whose result they need.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, MutableMapping
from typing import Any, TypeVar

Node = TypeVar("Node")
Result = TypeVar("Result")

Steps = Generator["Steps[Any]", Any, Result]
"""A function in steps: each yields further steps and is sent their result; it returns its own."""


def fold(
    root: Node,
    known: MutableMapping[Node, Result],
    parts_of: Callable[[Node], Iterable[Node]],
    combine: Callable[[Node], Result],
) -> Result:
    """Return the result for `root`; `known` is filled with it and with those it depends on.

    `combine` is called once for each node that is not known, after all of its `parts_of` are.
    """
    stack = [root]
    while stack:
        node = stack[-1]
        if node not in known:
            waiting = [part for part in parts_of(node) if part not in known]
            if waiting:
                stack += waiting
                continue
            known[node] = combine(node)
        stack.pop()
    return known[root]


def spell(root: Node, tokens_of: Callable[[Node], Iterable[Node | str]]) -> str:
    """Return the text of `root`, where a node's text is that of its tokens one after another."""
    texts: list[str] = []
    stack: list[Node | str] = [root]
    while stack:
        token = stack.pop()
        if isinstance(token, str):
            texts.append(token)
        else:
            stack.extend(reversed([*tokens_of(token)]))
    return "".join(texts)


def run(first: Steps[Result]) -> Result:
    """Return the result of `first`."""
    stack: list[Steps[Any]] = [first]
    result: Any = None
    while stack:
        try:
            stack.append(stack[-1].send(result))
            result = None
        except StopIteration as end:
            stack.pop()
            result = end.value
    final: Result = result
    return final
