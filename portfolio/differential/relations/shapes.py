"""Scripts of another shape: assertions split, joined and swapped, terms named, names changed."""

from __future__ import annotations

from random import Random

from encoders.smtlib.term import VARIABLE, Term
from portfolio.differential.relations.formulas import any_of, no
from portfolio.differential.relations.rules import exchanged
from portfolio.differential.rewriting import (
    Script,
    fresh,
    nodes_of,
    replaced,
    variables_among,
)
from portfolio.differential.terms import B, L, S, call, variable

ODD_NAMES = ("a b", "", "let", "x!0", "(", "0", "true ", 'a"b', "re.none ", "Str", ";")
"""What names are made of that must be quoted, or look like something else."""


def rearranged(script: Script, chance: Random) -> Script | None:
    """Return the assertions in another order, joined to one, with one split or one twice."""
    ways = [_swapped, _joined, _split, _doubled]
    chance.shuffle(ways)
    for way in ways:
        changed = way(script, chance)
        if changed is not None and changed != script:
            return changed
    return None


def _swapped(script: Script, chance: Random) -> Script | None:
    return tuple(chance.sample(script, len(script)))


def _joined(script: Script, _: Random) -> Script | None:
    return (call("and", *script),) if len(script) > 1 else None


def _split(script: Script, chance: Random) -> Script | None:
    places = [i for i, assertion in enumerate(script) if assertion.operator == "and"]
    if not places:
        return None
    place = chance.choice(places)
    return (*script[:place], *script[place].parts, *script[place + 1 :])


def _doubled(script: Script, chance: Random) -> Script | None:
    return (*script, chance.choice(script)) if script else None


def _name(script: Script, chance: Random, wanted: list[Term]) -> Script | None:
    """Return a script in which one of some terms is a new variable, which is equal to it."""
    if not wanted:
        return None
    named = chance.choice(wanted)
    nodes = nodes_of(script)
    new = fresh("named", named.sort, variables_among(nodes))
    defined = call("=", *chance.sample([new, named], 2))
    changed = exchanged(script, named, new)
    if changed == script:
        return None
    return (defined, *changed) if chance.random() < 0.5 else (*changed, defined)


def with_a_name(script: Script, chance: Random) -> Script | None:
    """Return a script in which a String, an Int or a Real is a variable that is equal to it."""
    nodes = nodes_of(script)
    wanted = [n for n in nodes if n.sort not in (B, L) and n.operator != VARIABLE]
    return _name(script, chance, wanted)


def with_a_boolean_name(script: Script, chance: Random) -> Script | None:
    """Return a script in which an atom is a Bool that is equal to it."""
    nodes = nodes_of(script)
    atoms = [n for n in nodes if n.sort is B and n.parts and n.parts[0].sort is not B]
    return _name(script, chance, atoms)


def without_a_definition(script: Script, _: Random) -> Script | None:
    """Return a script without an assertion that a variable is equal to what does not have it."""
    for place, assertion in enumerate(script):
        for old, new in _definitions(assertion):
            rest = (*script[:place], *script[place + 1 :])
            changed = replaced(rest, {old: new})
            if rest and changed != rest:
                return changed
    return None


def _definitions(assertion: Term) -> list[tuple[Term, Term]]:
    if assertion.operator != "=" or len(assertion.parts) != 2:
        return []
    pairs = [assertion.parts, assertion.parts[::-1]]
    return [
        (old, new)
        for old, new in pairs
        if old.operator == VARIABLE and old not in nodes_of((new,)) and _may_stand(old, new)
    ]


def _may_stand(old: Term, new: Term) -> bool:
    # A text in a RegLan may have to be a constant.
    return old.sort is not S or not new.parts


def by_cases(script: Script, chance: Random) -> Script | None:
    """Return a script that asserts its assertions where some Bool holds, or where it does not."""
    conditions = [node for node in nodes_of(script) if node.sort is B]
    if not conditions:
        return None
    condition = chance.choice(conditions)
    whole = call("and", *script) if len(script) > 1 else script[0]
    return (any_of([call("and", condition, whole), call("and", no(condition), whole)]),)


def renamed_variables(script: Script, chance: Random) -> Script | None:
    """Return a script with other names, among them such as must be quoted."""
    variables = variables_among(nodes_of(script))
    if not variables:
        return None
    names = chance.sample(ODD_NAMES, len(ODD_NAMES))
    others: dict[Term, Term] = {}
    for number, old in enumerate(variables):
        stem = names[number % len(names)]
        others[old] = variable(f"{stem}{number}", old.sort)
    return replaced(script, others)
