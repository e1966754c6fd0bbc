"""Lets, definitions and names: expanded by the parser, and interpreted where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from encoders.smtlib.evaluate import value
from encoders.smtlib.script import assertions_of

NAMES = ("x", "y", "z")
ARITIES = {"f": 2, "g": 2, "h": 0, "k": 1}

Expression = int | str | tuple["Expression", ...]
"""A number, a name, a call, or ("let", names, values, body)."""


@dataclass(frozen=True)
class Definition:
    """A function; its body may call those before it."""

    name: str
    parameters: tuple[str, ...]
    body: Expression


@cache
def expressions(functions: tuple[str, ...]) -> st.SearchStrategy[Expression]:
    """Return expressions over the names and `functions`; names of arity 0 are functions too."""
    constants = [name for name in functions if ARITIES[name] == 0]
    leaves = st.sampled_from((*NAMES, *NAMES, *constants)) | st.integers(0, 3)

    def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        calls = [st.tuples(st.sampled_from(("+", "-")), inner, inner)]
        for name in functions:
            if ARITIES[name]:
                calls.append(st.tuples(st.just(name), *[inner] * ARITIES[name]))
        names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple)
        lets = names.flatmap(
            lambda bound: st.tuples(
                st.just("let"), st.just(bound), st.tuples(*[inner] * len(bound)), inner
            )
        )
        return st.one_of(*calls, lets, lets)

    return st.recursive(leaves, larger, max_leaves=5)


@st.composite
def programs(draw: st.DrawFn) -> tuple[tuple[Definition, ...], Expression]:
    found: list[Definition] = []
    for name, arity in ARITIES.items():
        known = tuple(definition.name for definition in found)
        parameters = draw(st.permutations(NAMES))[:arity]
        found.append(Definition(name, tuple(parameters), draw(expressions(known))))
    return tuple(found), draw(expressions(tuple(ARITIES)))


def written(expression: Expression) -> str:
    match expression:
        case ("let", tuple(names), tuple(values), body):
            pairs = zip(names, values, strict=True)
            return f"(let ({''.join(f'({n} {written(v)})' for n, v in pairs)}) {written(body)})"
        case tuple():
            return f"({' '.join(map(written, expression))})"
    return str(expression)


def interpreted(
    expression: Expression, bound: Mapping[str, int], definitions: Mapping[str, Definition]
) -> int:
    """Return the value, by the words of the standard: names mean what is bound innermost."""
    match expression:
        case int():
            return expression
        case str() if expression in bound:
            return bound[expression]
        case str():
            return interpreted(definitions[expression].body, GLOBAL, definitions)
        case ("let", tuple(names), tuple(values), body):
            inner = [interpreted(each, bound, definitions) for each in values]
            innermost = dict(zip(map(str, names), inner, strict=True))
            return interpreted(body, {**bound, **innermost}, definitions)
    name, *arguments = expression
    numbers = [interpreted(each, bound, definitions) for each in arguments]
    if name == "+":
        return numbers[0] + numbers[1]
    if name == "-":
        return numbers[0] - numbers[1]
    definition = definitions[str(name)]
    given_values = dict(zip(definition.parameters, numbers, strict=True))
    return interpreted(definition.body, {**GLOBAL, **given_values}, definitions)


GLOBAL = {"x": 100, "y": 1000, "z": 10000}


@given(programs())
def test_expansion_means_what_the_words_mean(
    program: tuple[tuple[Definition, ...], Expression],
) -> None:
    definitions, expression = program
    lines = [f"(declare-const {name} Int)" for name in NAMES]
    for each in definitions:
        parameters = "".join(f"({name} Int)" for name in each.parameters)
        lines.append(f"(define-fun {each.name} ({parameters}) Int {written(each.body)})")
    lines.append(f"(assert (= {written(expression)} 0))")
    (assertion,), _ = assertions_of("\n".join(lines))

    by_name = {each.name: each for each in definitions}
    assert value(assertion.parts[0], GLOBAL) == interpreted(expression, GLOBAL, by_name)
