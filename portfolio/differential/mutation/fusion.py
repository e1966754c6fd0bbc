"""Semantic fusion: two cases with the same known answer become one with that answer.

After Winterer, Zhang and Su, "Validating SMT solvers via semantic fusion", PLDI 2020. A fusion
function makes a new variable of one variable of each case, z = f(x, y); what gives x back from y
and z, and y from x and z, stands in some places of x and y. Here every function can be undone for
all values, so that no case is lost to a division by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from encoders.smtlib.term import Term, TermSort
from portfolio.differential.case import Case
from portfolio.differential.rewriting import (
    Script,
    fresh,
    nodes_of,
    ours,
    variables_among,
    with_parts,
)
from portfolio.differential.terms import B, I, L, R, S, call, constant

MAX_FUSED = 3
"""The greatest number of pairs of variables that are fused."""


@dataclass(frozen=True)
class Fused:
    """z as a term of x and y, x as one of y and z, and y as one of x and z."""

    z: Term
    x: Term
    y: Term


Function = Callable[[Term, Term, Term, Random], Fused]
"""From x, y, z to a fusion function of them and what undoes it."""


def _sum(x: Term, y: Term, z: Term, _: Random) -> Fused:
    return Fused(call("+", x, y), call("-", z, y), call("-", z, x))


def _difference(x: Term, y: Term, z: Term, _: Random) -> Fused:
    return Fused(call("-", x, y), call("+", z, y), call("-", x, z))


def _weighted(x: Term, y: Term, z: Term, chance: Random) -> Fused:
    factor, shift = constant(chance.choice((2, 3, 7))), constant(chance.randrange(4))
    scaled = call("*", factor, x)
    return Fused(
        call("+", scaled, y, shift),
        call("div", call("-", z, y, shift), factor),
        call("-", z, scaled, shift),
    )


def _concatenation(x: Term, y: Term, z: Term, chance: Random) -> Fused:
    """Return x and y one after another, cut again by their lengths, or by replacing one."""
    length = call("str.len", x)
    firsts = [
        call("str.substr", z, 0, length),
        call("str.substr", z, 0, call("-", call("str.len", z), call("str.len", y))),
    ]
    seconds = [
        call("str.substr", z, length, call("str.len", y)),
        call("str.replace", z, x, ""),
    ]
    return Fused(call("str.++", x, y), chance.choice(firsts), chance.choice(seconds))


def _concatenation_around(x: Term, y: Term, z: Term, chance: Random) -> Fused:
    """Return x and y with a word between them."""
    word = constant(chance.choice(("a", "ab", "-", "0", "\U0002ffff")))
    head = call("str.++", x, word)
    seconds = [
        call("str.replace", z, head, ""),
        call("str.replace", call("str.replace", z, x, ""), word, ""),
        call("str.substr", z, call("str.len", head), call("str.len", y)),
    ]
    return Fused(
        call("str.++", head, y),
        call("str.substr", z, 0, call("str.len", x)),
        chance.choice(seconds),
    )


def _exclusive(x: Term, y: Term, z: Term, _: Random) -> Fused:
    return Fused(call("xor", x, y), call("xor", z, y), call("xor", x, z))


FUNCTIONS: dict[TermSort, tuple[Function, ...]] = {
    I: (_sum, _difference, _weighted),
    R: (_sum, _difference),
    S: (_concatenation, _concatenation_around),
    B: (_exclusive,),
}
"""The fusion functions of each sort that has some."""


def fused(first: Case, second: Case, chance: Random) -> Case | None:
    """Return one case of two that are both sat or both unsat, with the same answer.

    Return None iff they have no two variables of a sort that can be fused, or are sat by what a
    theory leaves open. Two sat cases are asserted together, with the new variables free; of two
    unsat cases one or the other is asserted, with what defines the new variables.
    """
    if first.expected != second.expected or first.expected not in ("sat", "unsat"):
        raise ValueError("only cases with the same known answer can be fused")
    if first.expected == "sat" and any(map(_may_divide_by_zero, (first, second))):
        return None
    left, right = first.assertions, _apart(second.assertions, first.assertions)
    constraints: list[Term] = []
    for _ in range(chance.randrange(1, MAX_FUSED + 1)):
        firsts, seconds = (variables_among(nodes_of(script)) for script in (left, right))
        pair = _pair(firsts, seconds, chance)
        if pair is None:
            break
        x, y = pair
        z = fresh("fused", x.sort, [*firsts, *seconds])
        made = chance.choice(FUNCTIONS[x.sort])(x, y, z, chance)
        constraints += [call("=", z, made.z), call("=", x, made.x), call("=", y, made.y)]
        left = _in_some_places(left, x, made.x, chance)
        right = _in_some_places(right, y, made.y, chance)
    if not constraints:
        return None
    if first.expected == "sat":
        script = tuple(chance.sample((*left, *right), len(left) + len(right)))
    else:
        script = (call("or", _all(left), _all(right)), *constraints)
    origin = f"fusion of {first.origin} and {second.origin}"
    return Case(script, origin, first.expected, f"both fused cases are {first.expected}")


def _may_divide_by_zero(case: Case) -> bool:
    """Return whether a case may need a value of its own for a division by zero.

    Two cases that need different ones are sat each, and together they are not.
    """
    return any(
        node.operator in ("div", "mod", "/") and any(not part.value for part in node.parts[1:])
        for node in nodes_of(case.assertions)
    )


def _all(script: Script) -> Term:
    return script[0] if len(script) == 1 else call("and", *script)


def _apart(script: Script, others: Script) -> Script:
    """Return a script in which no variable has the name of one of another script."""
    taken = variables_among(nodes_of(others))
    names: dict[Term, Term] = {}
    for old in variables_among(nodes_of(script)):
        names[old] = fresh(f"{old.name}_", old.sort, taken)
        taken.append(names[old])
    return ours(script, names)


def _pair(
    firsts: Sequence[Term], seconds: Sequence[Term], chance: Random
) -> tuple[Term, Term] | None:
    pairs = [(x, y) for x in firsts if x.sort in FUNCTIONS for y in seconds if x.sort is y.sort]
    return chance.choice(pairs) if pairs else None


def _in_some_places(script: Script, old: Term, new: Term, chance: Random) -> Script:
    """Return a script with another term in some uses of a term, in one at least, in no RegLan."""
    nodes = nodes_of(script)
    users = [node for node in nodes if node.sort is not L and old in node.parts]
    chosen = set(chance.sample(users, chance.randint(1, len(users)))) if users else set()
    changed: dict[Term, Term] = {}
    for node in nodes:
        known = {**changed, old: new} if node in chosen else changed
        changed[node] = with_parts(node, [known[part] for part in node.parts])
    return tuple(new if root is old else changed[root] for root in script)
