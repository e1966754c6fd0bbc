"""What a script asks at one of its checks, in its own words.

Solvers get the words as they stand, whether or not our language can say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from automaton.sorts import Variable
from automaton.verdict import Model, Unsupported
from encoders.smtlib.dialect import Dialect
from encoders.smtlib.term import SORTS, Term


@dataclass(frozen=True)
class ScriptQuestion:
    """The commands before a check, `text`, and what they assert of the variables they declare.

    `refusals` are the assertions among them that cannot be read as terms.
    """

    text: str
    assertions: tuple[Term, ...]
    declared: tuple[Term, ...]
    refusals: tuple[Unsupported, ...] = ()

    @property
    def variables(self) -> Mapping[str, Variable]:
        """The variables that a model gives values to, by their symbols without bars."""
        known = (term for term in self.declared if term.sort in SORTS)
        return {term.name: Variable(term.name, SORTS[term.sort]) for term in known}

    def holds(self, model: Model) -> bool:
        """Return whether every assertion holds under a model.

        Raise Unsupported iff that cannot be told, ValueError iff the model lacks a value.
        """
        from encoders.smtlib.evaluate import values  # noqa: PLC0415 - few races need it

        if self.refusals:
            raise self.refusals[0]
        return all(value is True for value in values(self.assertions, model))


def full_script(question: ScriptQuestion, dialect: Dialect) -> str:
    """Return the script that puts the question to a solver, and asks for a model."""
    options = [*dialect.options, ("produce-models", "true")]
    lines = [f"(set-option :{name} {value})" for name, value in options]
    return "\n".join([*lines, question.text, "(check-sat)", "(get-model)", ""])
