"""Certificates with something changed, and the problems that they are about then."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from automaton import regex as rx
from automaton import terms as t
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.terms import Formula, Problem, Sort, Variable

TABLES = ("variables", *["regexes"] * 4, *["formulas"] * 3, *["lemmas"] * 4, *["steps"] * 2)
WORDS = ("at most", "less", "and", "or", "union", "intersection", "", "a", "ab")


def break_somewhere(document: dict[str, Any], chance: random.Random) -> None:
    """Change one number or word of a table, or drop, repeat or move a row."""
    node, key = document[chance.choice(TABLES)], 0
    while node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        if not isinstance(node[key], dict | list) or chance.random() < 0.1:
            break
        node = node[key]
    if not node:
        return
    if isinstance(node, list) and chance.random() < 0.4:
        row = node.pop(key)
        place = chance.randrange(len(node) + 1)
        node[place:place] = [row] * chance.choice([0, 1, 2])
    elif isinstance(node[key], int):
        node[key] = chance.choice([node[key] - 1, node[key] + 1, -node[key], chance.randint(0, 9)])
    else:
        node[key] = chance.choice([*WORDS, chance.randint(0, 9)])


def problem_of(document: Mapping[str, Any]) -> Problem | None:
    """Return the problem that a document is about, or None if it is about none."""
    try:
        regexes: list[Regex] = []
        for row in document["regexes"]:
            regexes.append(regex_of(row, regexes))
        variables = [Variable(name, Sort(sort)) for name, sort in document["variables"]]
        found: list[Formula] = []
        for row in document["formulas"]:
            found.append(formula_of(row, found, variables, regexes))
        return Problem((found[document["formula"]],))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def regex_of(row: Sequence[Any], known: Sequence[Regex]) -> Regex:
    several = {"concat": rx.concat, "union": rx.union, "intersection": rx.intersection}
    match row:
        case ["literal", text]:
            return rx.literal(text if isinstance(text, str) else "".join(map(chr, text)))
        case ["chars", intervals]:
            return rx.chars(CharSet.of(*map(tuple, intervals)))
        case ["complement", part]:
            return rx.complement(known[part])
        case ["loop", part, low, high]:
            return rx.loop(known[part], low, high)
    return several[row[0]](*(known[part] for part in row[1]))


def formula_of(
    row: Sequence[Any],
    known: Sequence[Formula],
    variables: Sequence[Variable],
    regexes: Sequence[Regex],
) -> Formula:
    match row:
        case ["true"] | ["false"]:
            return t.constant(row[0] == "true")
        case ["is", variable]:
            return t.is_true(variables[variable])
        case ["in", variable, regex]:
            return t.in_regex(variables[variable], regexes[regex])
        case ["not", part]:
            return t.negation(known[part])
        case ["template", variable, pieces]:
            tables: dict[str, Sequence[Any]] = {"variable": variables, "regex": regexes}
            found = (tables[kind][number] for kind, number in pieces)
            return t.in_template(variables[variable], *found)
        case ["sum", summands, bound]:
            return t.sum_at_most(((factor, variables[v]) for factor, v in summands), bound)
        case [("and" | "or") as name, parts]:
            build = t.conjunction if name == "and" else t.disjunction
            return build(*(known[part] for part in parts))
    name, variable, top, bottom = row
    compare = {"at most": t.at_most, "less": t.less}[name]
    return compare(variables[variable], Fraction(top, bottom))
