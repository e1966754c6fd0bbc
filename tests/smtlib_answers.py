"""Answers to scripts: by us, and by trying assignments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from automaton.budget import Budget
from automaton.verdict import Model, Unsupported, Value, Verdict
from encoders.smtlib.decide import decide
from encoders.smtlib.evaluate import values
from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order

WALL_S = 5.0
TRIED = 60
Script = tuple[Term, ...]


def variables_of(script: Script) -> list[Term]:
    return [term for term in in_order(*script, parts_of=parts_of) if term.operator == VARIABLE]


def ours(script: Script, wall_s: float = WALL_S) -> Verdict:
    return decide(script, variables_of(script), Budget(wall_s=wall_s))


def holds(script: Script, model: Model) -> bool | None:
    """Return whether every assertion holds under a model; None iff that cannot be told."""
    try:
        return all(value is True for value in values(script, model))
    except Unsupported:
        return None


def found_by_trying(script: Script, seed: int = 0, tried: int = TRIED) -> Model | None:
    """Return an assignment of small values under which every assertion holds, if one is found."""
    for model in assignments(script, random.Random(seed), tried):
        if holds(script, model):
            return model
    return None


def assignments(script: Script, chance: random.Random, tried: int) -> Iterator[Model]:
    pools = [_pool(term.sort, script) for term in variables_of(script)]
    names = [term.name for term in variables_of(script)]
    size = 1
    for pool in pools:
        size *= len(pool)
    if size <= tried:
        yield from (dict(zip(names, row, strict=True)) for row in product(*pools))
        return
    for _ in range(tried):
        yield {name: chance.choice(pool) for name, pool in zip(names, pools, strict=True)}


def _pool(sort: TermSort, script: Script) -> list[Value]:
    match sort:
        case TermSort.BOOL:
            return [False, True]
        case TermSort.INT:
            return [*range(-2, 7)]
    short = ["".join(letters) for size in range(4) for letters in product("ab", repeat=size)]
    constants = [str(t.value) for t in in_order(*script, parts_of=parts_of) if _is_text(t)]
    pairs = [left + right for left in constants[:6] for right in [*constants[:6], "a", "b"]]
    return [*dict.fromkeys([*short, *constants, *pairs])]


def _is_text(term: Term) -> bool:
    return term.operator == CONSTANT and term.sort is TermSort.STRING
