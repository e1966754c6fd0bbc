"""What follows from the definition of each operator, in sentences by hand, read as facts.

Below an operator stand sentences; below each a formula that holds `always` or `never`, whatever its
variables are, or `sometimes`, `where` they have the values given; longer lines go on further in.
The definitions are those of SMT-LIB's theories Core, Ints, Reals_Ints and Unicode Strings, under
the name of the operator (`fact.definition`). `x`, `y` and `z` are strings, `n` and `m` whole
numbers, `u` and `v` real ones, `p` and `q` truth values.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator
from fractions import Fraction

from automaton.verdict import Model, Value
from encoders.smtlib.script import assertions_of
from portfolio.differential.case import variables_of
from portfolio.differential.conformance import (
    sayings_languages,
    sayings_numbers,
    sayings_strings,
)
from portfolio.differential.conformance.fact import Fact, Proof

_DECLARED = "".join(
    f"(declare-fun {name} () {sort})"
    for names, sort in (("xyz", "String"), ("nm", "Int"), ("uv", "Real"), ("pq", "Bool"))
    for name in names
)
_CLAIM = re.compile(r"(?P<when>always|never|sometimes) (?P<formula>.*?)(?: where (?P<values>.*))?")
_FRACTION = re.compile(r"Fraction\((\d+), (\d+)\)")


def facts_of_sentences() -> Iterator[Fact]:
    """Yield the facts that are written by hand, in their order. Raise ValueError iff one is not."""
    files = (sayings_strings, sayings_languages, sayings_numbers)
    operator = sentence = ""
    for line in "".join(file.SAYINGS for file in files).replace("\n      ", " ").split("\n"):
        match len(line) - len(line.lstrip()):
            case 0:
                operator = line or operator
            case 2:
                sentence = line.strip()
            case _:
                yield _fact(operator, sentence, line.strip())


def _fact(operator: str, sentence: str, claim: str) -> Fact:
    found = _CLAIM.fullmatch(claim)
    if found is None:
        raise ValueError(f"`{claim}` is no claim about `{operator}`")
    formula = found["formula"]
    if found["when"] == "always":
        formula = f"(not {formula})"
    assertions = tuple(assertions_of(f"{_DECLARED}(assert {formula})(check-sat)")[0])
    if found["when"] == "sometimes":
        model = _model(found["values"])
        return Fact(operator, sentence, assertions, "sat", Proof.MODEL, model)
    proof = Proof.CERTIFICATE if variables_of(assertions) else Proof.EVALUATION
    return Fact(operator, sentence, assertions, "unsat", proof)


def _model(text: str) -> Model:
    """Return the values of a text; a fraction stands there as a call."""
    read: dict[str, Value | tuple[int, int]] = literal_eval(_FRACTION.sub(r"(\1, \2)", text))
    return {
        name: Fraction(*value) if isinstance(value, tuple) else value
        for name, value in read.items()
    }
