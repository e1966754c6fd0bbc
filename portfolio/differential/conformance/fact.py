"""What a fact is: assertions with the answer that they must get, and the proof of that answer.

A proof trusts no solver. By evaluation: the referee gives every term its value. By a model: the
referee confirms it. By a certificate: a checker accepts it, which shares nothing with its finder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from automaton.verdict import Model
from encoders.smtlib.term import CONSTANT, VARIABLE, Term
from portfolio.differential.case import Case, Script, variables_of
from portfolio.differential.finding import Finding
from portfolio.differential.proof import holds, proof_of_unsat, written

FRAGMENT = "fragment "
"""How the operator of a fact begins that was drawn, and is about no single one."""

_THEORIES = "https://smt-lib.org/theories-"


class Proof(Enum):
    """How the answer of a fact is proved; the value is shown to people."""

    EVALUATION = "evaluation"
    """Every variable is said to equal a constant, so that one assignment decides."""

    MODEL = "a model"
    CERTIFICATE = "a certificate"


class UnprovedError(Exception):
    """A fact whose proof fails, with the reason: the suite is wrong, not the solver."""


@dataclass(frozen=True)
class Fact:
    """`operator` demands the answer `expected`, `sat` or `unsat`, to the assertions.

    Where that is empty it is still open (`drawn.settled`).

    The model has the values of the variables with which the assertions are evaluated; a proof by
    certificate needs none.
    """

    operator: str
    name: str
    assertions: Script
    expected: str
    proof: Proof
    model: Model = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.operator}: {self.name}"

    @property
    def why(self) -> str:
        """The kind of the proof, and where the operator is defined."""
        if self.operator.startswith(FRAGMENT):
            return f"by {self.proof.value}"
        return f"by {self.proof.value}; `{self.operator}` is defined at {definition(self.operator)}"

    @cached_property
    def case(self) -> Case:
        """The fact as members are asked it."""
        return Case(self.assertions, f"conformance of {self.operator}", self.expected, self.why)


def definition(operator: str) -> str:
    """Return where SMT-LIB defines an operator."""
    if operator.startswith(("str.", "re.")):
        return f"{_THEORIES}UnicodeStrings.shtml"
    if operator[0].isalpha() and operator not in ("to_real", "to_int", "is_int"):
        is_core = operator in ("not", "and", "or", "xor", "distinct", "ite")
        return f"{_THEORIES}{'Core' if is_core else 'Ints'}.shtml"
    return f"{_THEORIES}{'Core' if operator in ('=', '=>') else 'Reals_Ints'}.shtml"


def proved(fact: Fact) -> str:
    """Return the proof of a fact's answer in words. Raise UnprovedError iff it fails."""
    if fact.proof is Proof.CERTIFICATE:
        return _certified(fact)
    if fact.proof is Proof.EVALUATION:
        _demand_values(fact)
    case = Case(fact.assertions, str(fact))
    if holds(case, fact.model) is not (fact.expected == "sat"):
        raise UnprovedError(
            f"`{fact}` is not {fact.expected} where {written(fact.model) or 'it stands'}"
        )
    if fact.proof is Proof.MODEL:
        return f"it holds where {written(fact.model)}"
    truth = "true" if fact.expected == "sat" else "false"
    return f"it evaluates to {truth}"


def _certified(fact: Fact) -> str:
    proof = proof_of_unsat(Case(fact.assertions, str(fact)))
    if fact.expected != "unsat" or not proof or isinstance(proof, Finding):
        raise UnprovedError(f"`{fact}` has no certificate: {proof or 'none is found'}")
    return proof


def _demand_values(fact: Fact) -> None:
    """Raise UnprovedError unless each variable is said to be what the model gives it."""
    said = dict(filter(None, map(_value_said, fact.assertions)))
    free = [term.name for term in variables_of(fact.assertions) if term.name not in said]
    if free or said != fact.model:
        raise UnprovedError(f"`{fact}` leaves open what its variables are")


def _value_said(assertion: Term) -> tuple[str, object] | None:
    if assertion.operator == "=" and len(assertion.parts) == 2:
        name, value = assertion.parts
        if name.operator == VARIABLE and value.operator == CONSTANT:
            return name.name, value.value
    return None
