"""What a script implies and what implies it: weaker or stronger terms, where the sign allows it.

A term may be exchanged for a weaker one iff every occurrence of it is monotone in it, and for a
stronger one iff every occurrence is antitone. For languages weaker means larger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from encoders.smtlib.term import Term
from portfolio.differential.relations.loops import loop, power
from portfolio.differential.relations.rules import ANYTHING, NOTHING, Context, Rule, Step, stepped
from portfolio.differential.rewriting import Script, nodes_of
from portfolio.differential.terms import B, L, S, call

UP, DOWN = 1, 2
BOTH = UP | DOWN

_MONOTONE = frozenset(
    {"and", "or", "re.++", "re.union", "re.inter", "re.*", "re.+", "re.opt", "re.^", "re.loop"}
)


def signs_of(script: Script) -> Mapping[Term, int]:
    """Return for each term the signs with which it occurs: UP where weaker makes weaker."""
    signs: dict[Term, int] = defaultdict(int)
    for root in script:
        signs[root] |= UP
    for node in reversed(nodes_of(script)):
        for place, part in enumerate(node.parts):
            signs[part] |= _passed_on(node, place, signs[node])
    return signs


def _passed_on(node: Term, place: int, sign: int) -> int:
    is_last = place == len(node.parts) - 1
    match node.operator:
        case "not" | "re.comp":
            return _turned(sign)
        case "=>":
            return sign if is_last else _turned(sign)
        case "re.diff":
            return _turned(sign) if place else sign
        case "ite" | "str.in_re":
            return sign if place and node.sort in (B, L) else BOTH
    return sign if node.operator in _MONOTONE else BOTH


def _turned(sign: int) -> int:
    return (DOWN if sign & UP else 0) | (UP if sign & DOWN else 0)


def _dropped(node: Term, context: Context) -> Term | None:
    """Return a function without one of its parts, where that leaves one."""
    if len(node.parts) < 2:
        return None
    kept = list(node.parts)
    del kept[context.chance.randrange(len(kept))]
    return kept[0] if len(kept) == 1 else call(node.operator, *kept)


def _first_of_more(node: Term, _: Context) -> Term:
    *kept, _last = node.parts
    return kept[0] if len(kept) == 1 else call("re.diff", *kept)


def _beside(operator: str, node: Term, context: Context) -> Term:
    parts = [node, context.other(node.sort)]
    context.chance.shuffle(parts)
    return call(operator, *parts)


def _of_strings(operator: str, node: Term) -> Term | None:
    if len(node.parts) != 2 or node.parts[0].sort is not S:
        return None
    return call(operator, *node.parts)


def _equal_lengths(node: Term, _: Context) -> Term | None:
    if node.parts[0].sort is not S:
        return None
    return call("=", *(call("str.len", part) for part in node.parts))


def _wider(node: Term, _: Context) -> Term | None:
    low, high = node.indices
    return loop(node.parts[0], max(low - 1, 0), high + 1) if low <= high else None


def _narrower(node: Term, _: Context) -> Term | None:
    low, high = node.indices
    return loop(node.parts[0], low + 1, high)


def _less_distinct(node: Term, context: Context) -> Term | None:
    return _dropped(node, context) if len(node.parts) > 2 else None


WEAKER = Rule(
    "weaker terms",
    (
        Step(B, lambda node, c: _beside("or", node, c)),
        Step("and", _dropped),
        Step("distinct", _less_distinct),
        Step("=", lambda node, _: _of_strings("str.prefixof", node)),
        Step("=", lambda node, _: _of_strings("str.suffixof", node)),
        Step("=", lambda node, _: _of_strings("str.<=", node)),
        Step("=", _equal_lengths),
        Step("str.prefixof", lambda n, _: call("str.contains", *reversed(n.parts))),
        Step("str.suffixof", lambda n, _: call("str.contains", *reversed(n.parts))),
        Step("str.prefixof", lambda n, _: call("str.<=", *n.parts)),
        Step("str.contains", lambda n, _: call(">=", *(call("str.len", p) for p in n.parts))),
        Step("<", lambda node, _: call("<=", *node.parts)),
        Step(">", lambda node, _: call(">=", *node.parts)),
        Step("str.<", lambda node, _: call("str.<=", *node.parts)),
        Step(L, lambda node, c: _beside("re.union", node, c)),
        Step(L, lambda node, _: call("re.opt", node)),
        Step(L, lambda node, _: call("re.*", node)),
        Step(L, lambda node, _: ANYTHING),
        Step("re.inter", _dropped),
        Step("re.diff", _first_of_more),
        Step("re.+", lambda node, _: call("re.*", node.parts[0])),
        Step("re.loop", _wider),
        Step("re.loop", lambda n, _: call("re.*", n.parts[0])),
        Step("re.^", lambda n, _: loop(n.parts[0], n.indices[0], n.indices[0] + 1)),
    ),
)

STRONGER = Rule(
    "stronger terms",
    (
        Step(B, lambda node, c: _beside("and", node, c)),
        Step("or", _dropped),
        Step("distinct", lambda n, c: call("distinct", *n.parts, c.other(n.parts[0].sort))),
        Step("str.contains", lambda n, _: call("str.prefixof", *reversed(n.parts))),
        Step("str.contains", lambda n, _: call("str.suffixof", *reversed(n.parts))),
        Step("str.prefixof", lambda n, _: call("=", *n.parts)),
        Step("str.suffixof", lambda n, _: call("=", *n.parts)),
        Step("<=", lambda node, _: call("<", *node.parts)),
        Step(">=", lambda node, _: call("=", *node.parts)),
        Step("str.<=", lambda node, _: call("str.<", *node.parts)),
        Step("str.<=", lambda node, _: call("str.prefixof", *node.parts) if _two(node) else None),
        Step(L, lambda node, c: _beside("re.inter", node, c)),
        Step(L, lambda node, c: call("re.diff", node, c.other(L))),
        Step(L, lambda node, _: NOTHING),
        Step("re.union", _dropped),
        Step("re.*", lambda node, _: call("re.+", node.parts[0])),
        Step("re.*", lambda node, _: call("re.opt", node.parts[0])),
        Step("re.*", lambda node, _: power(node.parts[0], 2)),
        Step("re.opt", lambda node, _: node.parts[0]),
        Step("re.+", lambda node, _: loop(node.parts[0], 1, 3)),
        Step("re.loop", _narrower),
        Step("re.all", lambda _, c: c.other(L)),
    ),
)


def _two(node: Term) -> bool:
    return len(node.parts) == 2


def weakened(script: Script, chance: Random) -> Script | None:
    """Return a script that follows from this one, None iff no step applies."""
    return _moved(script, chance, WEAKER.steps, STRONGER.steps)


def strengthened(script: Script, chance: Random) -> Script | None:
    """Return a script from which this one follows, None iff no step applies."""
    return _moved(script, chance, STRONGER.steps, WEAKER.steps)


def _moved(
    script: Script, chance: Random, upwards: Sequence[Step], downwards: Sequence[Step]
) -> Script | None:
    signs = signs_of(script)
    ways = [(UP, upwards), (DOWN, downwards)]
    chance.shuffle(ways)
    for sign, steps in ways:
        allowed = [node for node in nodes_of(script) if signs[node] == sign]
        changed = stepped(script, steps, chance, allowed)
        if changed is not None:
            return changed
    return None
