"""What members are compared on: a case, which is a script with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.term import VARIABLE, Term, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.text import script_of

Script = tuple[Term, ...]
"""The assertions of a script."""

CHECK = "(check-sat)\n"


@dataclass(frozen=True)
class Case:
    """Assertions, where they come from, and what is known of them.

    `expected` is `sat` or `unsat` where `why` says that it must be so, else empty.
    """

    assertions: Script
    origin: str
    expected: str = ""
    why: str = ""

    @cached_property
    def text(self) -> str:
        """The script: declarations, assertions, and a check."""
        return script_of(self.assertions)

    @cached_property
    def question(self) -> ScriptQuestion:
        """The case as members get it."""
        commands = self.text.removesuffix(CHECK)
        return ScriptQuestion(commands, self.assertions, variables_of(self.assertions))


def variables_of(assertions: Script) -> tuple[Term, ...]:
    """Return the variables that assertions have, in the order in which they are declared."""
    terms = in_order(*assertions, parts_of=parts_of)
    return tuple(term for term in terms if term.operator == VARIABLE)
