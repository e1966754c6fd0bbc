"""Rules for formulas and numbers: connectives, equality, order, sums."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from encoders.smtlib.term import Term
from portfolio.differential.relations.rules import (
    Context,
    Rule,
    Step,
    flattened,
    regrouped,
    repeated,
    shuffled,
)
from portfolio.differential.terms import B, I, R, call


def no(node: Term) -> Term:
    """Return that something does not hold."""
    return call("not", node)


def all_of(parts: Sequence[Term]) -> Term:
    """Return that all of one or more formulas hold."""
    return parts[0] if len(parts) == 1 else call("and", *parts)


def any_of(parts: Sequence[Term]) -> Term:
    """Return that one of one or more formulas holds."""
    return parts[0] if len(parts) == 1 else call("or", *parts)


def _pushed(node: Term, _: Context) -> Term | None:
    inner = node.parts[0]
    turned = {"and": "or", "or": "and"}.get(inner.operator)
    if turned:
        return call(turned, *map(no, inner.parts))
    if inner.operator == "=>":
        return call("and", *inner.parts[:-1], no(inner.parts[-1]))
    return inner.parts[0] if inner.operator == "not" else None


DE_MORGAN = Rule(
    "de morgan on formulas",
    (
        Step("and", lambda node, _: no(call("or", *map(no, node.parts)))),
        Step("or", lambda node, _: no(call("and", *map(no, node.parts)))),
        Step("not", _pushed),
        Step(B, lambda node, _: no(no(node))),
    ),
)


def _is_about(node: Term, *sorts: object) -> bool:
    return node.parts[0].sort in sorts


def _exclusive(node: Term, _: Context) -> Term:
    first, *others = node.parts
    rest = others[0] if len(others) == 1 else call("xor", *others)
    either = call("and", first, no(rest))
    return call("or", either, call("and", no(first), rest))


def _equivalence(node: Term, _: Context) -> Term | None:
    if not _is_about(node, B) or len(node.parts) != 2:
        return None
    left, right = node.parts
    return call("and", call("=>", left, right), call("=>", right, left))


def _not_exclusive(node: Term, _: Context) -> Term | None:
    return no(call("xor", *node.parts)) if _is_about(node, B) and len(node.parts) == 2 else None


def _choice(node: Term, _: Context) -> Term | None:
    condition, then, otherwise = node.parts
    if node.sort is not B:
        return None
    return call("and", call("=>", condition, then), call("or", condition, otherwise))


def _choice_of_parts(node: Term, _: Context) -> Term | None:
    condition, then, otherwise = node.parts
    if node.sort is not B:
        return None
    return call("or", call("and", condition, then), call("and", no(condition), otherwise))


def _turned_choice(node: Term, _: Context) -> Term:
    condition, then, otherwise = node.parts
    return call("ite", no(condition), otherwise, then)


CONNECTIVES = Rule(
    "connectives said otherwise",
    (
        Step("xor", _exclusive),
        Step("xor", shuffled),
        Step("xor", lambda n, _: call("distinct", *n.parts) if len(n.parts) == 2 else None),
        Step("=>", lambda node, _: call("or", *map(no, node.parts[:-1]), node.parts[-1])),
        Step("=>", lambda n, _: call("=>", no(n.parts[-1]), no(all_of(n.parts[:-1])))),
        Step("=", _equivalence),
        Step("=", _not_exclusive),
        Step("ite", _choice),
        Step("ite", _choice_of_parts),
        Step("ite", _turned_choice),
        Step(B, lambda n, c: call("ite", c.other(B), n, n)),
        Step(B, lambda node, _: call("=", node, True)),
        Step(B, lambda node, _: call("=>", no(node), node)),
    ),
)

REGROUPED = Rule(
    "formulas regrouped",
    (
        *(
            Step(name, step)
            for name in ("and", "or")
            for step in (regrouped, flattened, shuffled, repeated)
        ),
        Step(B, lambda node, _: call("and", node, True)),
        Step(B, lambda node, _: call("or", False, node)),
        Step(B, lambda n, c: call("or", n, call("and", n, c.other(B)))),
        Step(B, lambda n, c: call("and", call("or", c.other(B), n), n)),
        Step(B, lambda n, c: _by_cases(n, c.other(B))),
        Step("and", lambda node, c: _distributed("or", node, c)),
        Step("or", lambda node, c: _distributed("and", node, c)),
    ),
)


def _by_cases(node: Term, other: Term) -> Term:
    return call("or", call("and", node, other), call("and", node, no(other)))


def _distributed(inner: str, node: Term, context: Context) -> Term | None:
    places = [i for i, part in enumerate(node.parts) if part.operator == inner]
    if not places:
        return None
    place = context.chance.choice(places)
    rest = (*node.parts[:place], *node.parts[place + 1 :])
    return call(inner, *(call(node.operator, part, *rest) for part in node.parts[place].parts))


def _chained(node: Term, _: Context) -> Term | None:
    if len(node.parts) < 3:
        return None
    return call("and", *(call(node.operator, *pair) for pair in pairwise(node.parts)))


def _pairwise_distinct(node: Term, _: Context) -> Term:
    return all_of([no(call("=", *pair)) for pair in combinations(node.parts, 2)])


EQUALITY = Rule(
    "equalities and chains said otherwise",
    (
        Step("=", shuffled),
        Step("distinct", shuffled),
        Step("distinct", _pairwise_distinct),
        *(Step(name, _chained) for name in ("=", "<", "<=", ">", ">=", "str.<", "str.<=")),
    ),
)


def _two(node: Term) -> bool:
    return len(node.parts) == 2


def _turned(node: Term, _: Context) -> Term:
    other = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[node.operator]
    return call(other, *reversed(node.parts))


def _negated(node: Term, _: Context) -> Term | None:
    other = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[node.operator]
    return no(call(other, *node.parts)) if _two(node) else None


def _by_one(node: Term, _: Context) -> Term | None:
    if not _two(node) or not _is_about(node, I):
        return None
    left, right = node.parts
    if node.operator == "<":
        return call("<=", call("+", left, 1), right)
    return call("<", left, call("+", right, 1))


def _equal_numbers(node: Term, _: Context) -> Term | None:
    if not _two(node) or not _is_about(node, I, R):
        return None
    return call("and", call("<=", *node.parts), call(">=", *node.parts))


def _as_sum(node: Term, _: Context) -> Term | None:
    if len(node.parts) < 2:
        return None
    first, *others = node.parts
    return call("+", first, *(call("-", part) for part in others))


def _absolute(node: Term, _: Context) -> Term:
    part = node.parts[0]
    return call("ite", call("<", part, 0), call("-", part), part)


NUMBERS = Rule(
    "numbers said otherwise",
    (
        *(Step(name, _turned) for name in ("<", "<=", ">", ">=")),
        *(Step(name, _negated) for name in ("<", "<=", ">", ">=")),
        Step("<", _by_one),
        Step("<=", _by_one),
        Step("=", _equal_numbers),
        Step("-", _as_sum),
        Step("+", shuffled),
        Step("*", shuffled),
        Step("+", regrouped),
        Step("+", flattened),
        Step("abs", _absolute),
        Step(I, lambda node, _: call("+", node, 0)),
        Step(I, lambda node, _: call("-", call("-", node))),
    ),
)

RULES = (DE_MORGAN, CONNECTIVES, REGROUPED, EQUALITY, NUMBERS)
