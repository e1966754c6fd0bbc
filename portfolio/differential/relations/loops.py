"""Rules for repetition in RegLan: stars, counted loops, and the languages with a name."""

from __future__ import annotations

from encoders.smtlib.term import Term
from portfolio.differential.relations.languages import MAX_UNROLLED
from portfolio.differential.relations.rules import (
    ANY_CHAR,
    ANYTHING,
    EPSILON,
    NOTHING,
    Context,
    Rule,
    Step,
)
from portfolio.differential.terms import L, call


def power(part: Term, times: int) -> Term:
    """Return so many of a language one after another."""
    return call("re.^", part, indices=(times,))


def loop(part: Term, low: int, high: int) -> Term:
    """Return from `low` to `high` of a language one after another; nothing iff low > high."""
    return call("re.loop", part, indices=(low, high))


def _unrolled(node: Term, _: Context) -> Term | None:
    part, (times,) = node.parts[0], node.indices
    if times > MAX_UNROLLED:
        return None
    if times < 2:
        return part if times else EPSILON
    return call("re.++", *[part] * times)


def _power_split(node: Term, context: Context) -> Term | None:
    part, (times,) = node.parts[0], node.indices
    if times < 2:
        return None
    cut = context.cut(times)
    return call("re.++", power(part, cut), power(part, times - cut))


def _loop_split(node: Term, context: Context) -> Term | None:
    """Return a loop as the union of two, the lower and the higher."""
    part, (low, high) = node.parts[0], node.indices
    if low >= high:
        return None
    cut = context.chance.randrange(low, high)
    return call("re.union", loop(part, low, cut), loop(part, cut + 1, high))


def _loop_unrolled(node: Term, _: Context) -> Term | None:
    part, (low, high) = node.parts[0], node.indices
    if low > high or high - low > MAX_UNROLLED:
        return None
    powers = [power(part, times) for times in range(low, high + 1)]
    return call("re.union", *powers) if len(powers) > 1 else powers[0]


def _loop_as_power(node: Term, _: Context) -> Term | None:
    part, (low, high) = node.parts[0], node.indices
    if low > high:
        return NOTHING
    return call("re.++", power(part, low), loop(part, 0, high - low))


def _loop_of_options(node: Term, _: Context) -> Term | None:
    part, (low, high) = node.parts[0], node.indices
    if low > high:
        return None
    return call("re.++", power(part, low), power(call("re.opt", part), high - low))


def _rolled(node: Term, _: Context) -> Term | None:
    """Return a concatenation in which a run of the same language is a power of it."""
    parts = node.parts
    for start in range(len(parts) - 1):
        end = start + 1
        while end < len(parts) and parts[end] is parts[start]:
            end += 1
        if end - start > 1:
            rest = (*parts[:start], power(parts[start], end - start), *parts[end:])
            return call("re.++", *rest) if len(rest) > 1 else rest[0]
    return None


LOOPS = Rule(
    "loops unrolled and rolled",
    (
        Step("re.^", _unrolled),
        Step("re.^", _power_split),
        Step("re.^", lambda node, _: loop(node.parts[0], *node.indices * 2)),
        Step("re.loop", _loop_split),
        Step("re.loop", _loop_unrolled),
        Step("re.loop", _loop_as_power),
        Step("re.loop", _loop_of_options),
        Step("re.++", _rolled),
        Step("re.opt", lambda node, _: loop(node.parts[0], 0, 1)),
        Step(L, lambda node, _: power(node, 1)),
        Step(L, lambda node, _: loop(node, 1, 1)),
    ),
)


def _star(node: Term) -> Term:
    return call("re.*", node)


def _body(node: Term) -> Term:
    return node.parts[0]


def _star_from(node: Term, context: Context) -> Term:
    """Return a star as a loop of its first repetitions, or all that has more."""
    least = context.chance.randrange(4)
    more = call("re.++", power(_body(node), least + 1), node)
    return call("re.union", loop(_body(node), 0, least), more)


def _star_of_union(node: Term, _: Context) -> Term | None:
    """Return `(R|S)*` as `(R*S)*R*`."""
    if _body(node).operator != "re.union":
        return None
    first, *others = _body(node).parts
    rest = others[0] if len(others) == 1 else call("re.union", *others)
    return call("re.++", _star(call("re.++", _star(first), rest)), _star(first))


def _star_by_residue(node: Term, _: Context) -> Term:
    """Return a star as an even number of repetitions, or one more."""
    twice = _star(power(_body(node), 2))
    return call("re.union", twice, call("re.++", _body(node), twice))


def _sliding(node: Term, _: Context) -> Term | None:
    """Return `(RS)*R` for `R(SR)*`."""
    first, second = node.parts[:2]
    if len(node.parts) != 2 or second.operator != "re.*":
        return None
    body = _body(second)
    if body.operator != "re.++" or len(body.parts) != 2 or body.parts[1] is not first:
        return None
    return call("re.++", _star(call("re.++", first, body.parts[0])), first)


STARS = Rule(
    "stars, pluses and options",
    (
        Step("re.*", lambda node, _: call("re.opt", call("re.+", _body(node)))),
        Step("re.*", lambda node, _: _star(call("re.opt", _body(node)))),
        Step("re.*", lambda node, _: _star(node)),
        Step("re.*", lambda node, _: call("re.++", node, node)),
        Step("re.*", lambda n, _: call("re.union", EPSILON, call("re.++", _body(n), n))),
        Step("re.*", _star_from),
        Step("re.*", _star_of_union),
        Step("re.*", _star_by_residue),
        Step("re.+", lambda node, _: call("re.++", _body(node), _star(_body(node)))),
        Step("re.+", lambda node, _: call("re.++", _star(_body(node)), _body(node))),
        Step("re.opt", lambda node, _: call("re.union", _body(node), EPSILON)),
        Step("re.opt", lambda node, _: call("re.opt", node)),
        Step("re.++", _sliding),
    ),
)

NAMED = Rule(
    "languages with a name",
    (
        Step("re.all", lambda _, __: _star(ANY_CHAR)),
        Step("re.all", lambda _, __: call("re.comp", NOTHING)),
        Step("re.all", lambda _, c: _with_complement("re.union", c.other(L))),
        Step("re.none", lambda _, __: call("re.comp", ANYTHING)),
        Step("re.none", lambda _, c: _with_complement("re.inter", c.other(L))),
        Step("re.none", lambda _, __: call("re.range", "b", "a")),
        Step("re.none", lambda _, c: loop(c.other(L), 2, 1)),
        Step("re.none", lambda _, c: call("re.++", c.other(L), NOTHING)),
        Step("str.to_re", lambda node, c: _epsilon(c) if node is EPSILON else None),
        Step("re.comp", lambda n, _: call("re.+", ANY_CHAR) if _body(n) is EPSILON else None),
        Step("re.comp", lambda n, _: ANYTHING if _body(n) is NOTHING else None),
        Step("re.allchar", lambda _, __: loop(ANY_CHAR, 1, 1)),
    ),
)


def _with_complement(operator: str, node: Term) -> Term:
    return call(operator, node, call("re.comp", node))


def _epsilon(context: Context) -> Term:
    other = context.other(L)
    ways = (_star(NOTHING), call("re.opt", NOTHING), power(other, 0), loop(other, 0, 0))
    return context.chance.choice(ways)


RULES = (LOOPS, STARS, NAMED)
