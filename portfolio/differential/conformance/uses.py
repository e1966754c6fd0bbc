"""Uses of operators, as facts: what each use is worth is told by the referee.

A use is asked about twice: so that unsat is right, and so that sat is. The arguments stand as
constants, or as names that equal them; the value is stated, named, or given to find an argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zlib import crc32

from automaton.verdict import Value
from encoders.smtlib.evaluate import value
from encoders.smtlib.term import CONSTANT, SORTS, Constant, Term, TermSort
from portfolio.differential.case import Script
from portfolio.differential.conformance.corners_languages import Tried, languages, memberships
from portfolio.differential.conformance.corners_numbers import uses_of_numbers
from portfolio.differential.conformance.corners_strings import ESCAPE, ODD, uses_of_strings
from portfolio.differential.conformance.fact import Fact, Proof
from portfolio.differential.terms import HERE, POOL, S, call, constant, variable
from portfolio.differential.text import text_of

SAMPLES = ("", "a", "b", "ab", "aa", "aaa", "c", "bb", "bbb", "0", ESCAPE, *ODD)
"""Strings among which a model is sought that some language has, or has not."""


def facts_of_uses() -> Iterator[Fact]:
    """Yield the facts of all operators, in a fixed order."""
    for term in (*uses_of_numbers(), *uses_of_strings(), *memberships()):
        if term.sort in SORTS:
            yield from _facts(term.operator, term)
        else:
            yield from _facts_of_language(term.operator, (term, ("", "a")))
    for tried in languages():
        yield from _facts_of_language(tried[0].operator, tried)


def _facts_of_language(operator: str, tried: Tried) -> Iterator[Fact]:
    language, texts = tried
    for text in texts:
        yield from _facts(operator, call("str.in_re", text, language))
    string = variable("x", S)
    inside = call("str.in_re", string, language)
    shown = text_of(language)
    yield _some_string(operator, f"some string is in {shown}", inside)
    yield _some_string(operator, f"some string is not in {shown}", call("not", inside))


def _some_string(operator: str, name: str, assertion: Term) -> Fact:
    for text in SAMPLES:
        if value(assertion, {"x": text}) is True:
            return Fact(operator, name, (assertion,), "sat", Proof.MODEL, {"x": text})
    return Fact(operator, name, (assertion,), "unsat", Proof.CERTIFICATE)


def _facts(operator: str, term: Term) -> Iterator[Fact]:
    """Yield what a use is not, and what it is; which words ask that changes from use to use."""
    worth = value(term, {})
    assert not isinstance(worth, tuple)
    shown = f"{text_of(term)} is {text_of(constant(worth))}"
    # Neither the place in a grid, which the arguments go with, nor what was made before may count.
    turn = crc32(shown.encode()) % 4
    if turn % 2:
        yield _denied_by_names(operator, shown, term, worth)
    else:
        assertions: Script = (_states(term, worth, but=True),)
        yield Fact(operator, f"{shown}, denied", assertions, "unsat", Proof.EVALUATION)
    if turn == 1 and _is_value(term.parts[0]):
        yield _sought(operator, shown, term, worth)
    elif turn == 2:
        yield Fact(operator, f"{shown}, stated", (_states(term, worth),), "sat", Proof.EVALUATION)
    else:
        result = variable("r", term.sort)
        model = {"r": worth}
        named = (call("=", result, term),)
        yield Fact(operator, f"{shown}, named", named, "sat", Proof.MODEL, model)


def _denied_by_names(operator: str, shown: str, term: Term, worth: Constant) -> Fact:
    places = [place for place, part in enumerate(term.parts) if _is_value(part)]
    names = {place: variable(f"x{place + 1}", term.parts[place].sort) for place in places}
    said = [call("=", name, term.parts[place]) for place, name in names.items()]
    parts = [names.get(place, part) for place, part in enumerate(term.parts)]
    model = {name.name: _value(term.parts[place]) for place, name in names.items()}
    denied = _states(_again(term, parts), worth, but=True)
    name = f"{shown}, denied by names"
    return Fact(operator, name, (*said, denied), "unsat", Proof.EVALUATION, model)


def _sought(operator: str, shown: str, term: Term, worth: Constant) -> Fact:
    first, *others = term.parts
    sought = _again(term, [variable("x", first.sort), *others])
    model = {"x": _value(first)}
    name = f"{shown}, first argument sought"
    return Fact(operator, name, (_states(sought, worth),), "sat", Proof.MODEL, model)


def _states(term: Term, worth: Constant, *, but: bool = False) -> Term:
    """Return that a term is worth something, or anything but that."""
    if isinstance(worth, bool):
        return term if worth is not but else call("not", term)
    stated = call("=", term, worth)
    return call("not", stated) if but else stated


def _again(term: Term, parts: Sequence[Term]) -> Term:
    """Return a function applied to other parts."""
    return POOL.application(
        term.operator, tuple(parts), term.sort, indices=term.indices, place=HERE
    )


def _is_value(part: Term) -> bool:
    return part.operator == CONSTANT and part.sort is not TermSort.REGLAN


def _value(part: Term) -> Value:
    assert part.value is not None
    return part.value
