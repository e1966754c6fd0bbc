"""Rules that say a term otherwise: rows of steps, each from a term to one of the same meaning.

The same machinery runs steps towards what a term implies, and towards what implies it: what a step
promises is said where its row stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from encoders.smtlib.term import Term, TermSort
from portfolio.differential.rewriting import (
    Script,
    nodes_of,
    replaced,
    replaced_outside_languages,
)
from portfolio.differential.terms import B, I, L, R, S, call, constant

EPSILON = call("str.to_re", "")
NOTHING, ANYTHING, ANY_CHAR = call("re.none"), call("re.all"), call("re.allchar")

_PLAIN = {
    B: constant(True),
    I: constant(1),
    R: constant(Fraction(1, 2)),
    S: constant("ab"),
    L: call("str.to_re", "ab"),
}
"""What stands for a term of a sort where a script has none."""


@dataclass(frozen=True)
class Context:
    """Where a step is taken: the chance it may use, and all terms of the script."""

    chance: Random
    nodes: Sequence[Term]

    def other(self, sort: TermSort) -> Term:
        """Return some term of a sort, of the script if it has one."""
        found = [node for node in self.nodes if node.sort is sort]
        return self.chance.choice(found) if found else _PLAIN[sort]

    def cut(self, length: int) -> int:
        """Return a place within a sequence, with something on either side of it."""
        return self.chance.randrange(1, length)


Rewrite = Callable[[Term, Context], Term | None]
"""From a term to another one, or None where it does not apply."""


@dataclass(frozen=True)
class Step:
    """`rewrite` for the terms of one sort or of one operator, its `head`."""

    head: str | TermSort
    rewrite: Rewrite

    def take(self, node: Term, context: Context) -> Term | None:
        """Return another term, None iff the step does not apply or changes nothing."""
        if self.head not in (node.operator, node.sort):
            return None
        other = self.rewrite(node, context)
        return None if other is node else other


@dataclass(frozen=True)
class Rule:
    """Steps that belong together, under a name."""

    name: str
    steps: tuple[Step, ...]


def stepped(
    script: Script, steps: Sequence[Step], chance: Random, allowed: Sequence[Term] | None = None
) -> Script | None:
    """Return a script after one step at a random term of those allowed, None iff none applies."""
    nodes = nodes_of(script)
    context = Context(chance, nodes)
    places = nodes if allowed is None else allowed
    for node in chance.sample(places, len(places)):
        for step in chance.sample(steps, len(steps)):
            other = step.take(node, context)
            changed = script if other is None else exchanged(script, node, other)
            if changed != script:
                return changed
    return None


def exchanged(script: Script, old: Term, new: Term) -> Script:
    """Return a script with a term for another one of the same sort; a String in no RegLan."""
    if old.sort is S:
        return replaced_outside_languages(script, old, new)
    return replaced(script, {old: new})


def said_otherwise(script: Script, steps: Sequence[Step], chance: Random) -> Script | None:
    """Return a script after one to three steps, None iff there is none to take."""
    changed = stepped(script, steps, chance)
    for _ in range(chance.choice((0, 0, 1, 2))):
        changed = changed and (stepped(changed, steps, chance) or changed)
    return None if changed == script else changed


def regrouped(node: Term, context: Context) -> Term | None:
    """Return an associative function with some of its parts put together."""
    parts = node.parts
    if len(parts) < 3:
        return None
    start = context.chance.randrange(len(parts) - 1)
    end = context.chance.randrange(start + 2, len(parts) + 1)
    if end - start == len(parts):
        end -= 1
    inner = call(node.operator, *parts[start:end])
    return call(node.operator, *parts[:start], inner, *parts[end:])


def flattened(node: Term, _: Context) -> Term | None:
    """Return an associative function with what a part of its own kind holds in its own row."""
    if all(part.operator != node.operator for part in node.parts):
        return None
    rows = [p.parts if p.operator == node.operator else (p,) for p in node.parts]
    return call(node.operator, *(part for row in rows for part in row))


def shuffled(node: Term, context: Context) -> Term | None:
    """Return a commutative function with its parts in another order."""
    parts = list(node.parts)
    context.chance.shuffle(parts)
    return None if tuple(parts) == node.parts else call(node.operator, *parts)


def repeated(node: Term, context: Context) -> Term | None:
    """Return an idempotent function with one of its parts twice."""
    return call(node.operator, *node.parts, context.chance.choice(node.parts))
