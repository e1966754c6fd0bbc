"""Assertions handed over by other solvers' Python interfaces, as a script.

Neither library is imported here: a solver is known by what it can do. Understood are `z3.Solver`,
`cvc5.Solver` and the `Solver` of `cvc5.pythonic`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class PrintsItself(Protocol):
    """A solver that prints its assertions as a script, as z3's does."""

    def to_smt2(self) -> str:
        """Return the declarations, the assertions and a check."""


@runtime_checkable
class HoldsAssertions(Protocol):
    """A solver that lists its assertions as terms, as cvc5's does."""

    def getAssertions(self) -> Any:  # noqa: N802 - cvc5's name
        """Return the assertions; the text of each is SMT-LIB."""


def script_of(solver: object) -> str:
    """Return the script of what a solver was given; raise TypeError iff it is not known here."""
    if isinstance(solver, PrintsItself):
        return solver.to_smt2()
    inner = solver if isinstance(solver, HoldsAssertions) else getattr(solver, "solver", None)
    if not isinstance(inner, HoldsAssertions):
        raise TypeError(f"`{type(solver).__qualname__}` is no solver of z3 or cvc5")
    assertions = [*inner.getAssertions()]
    lines = [*_declarations(assertions), *(f"(assert {each})" for each in assertions)]
    return "\n".join([*lines, "(check-sat)", ""])


def _declarations(assertions: list[Any]) -> Iterator[str]:
    """Yield the declaration of each constant that cvc5's terms hold; a part is visited once."""
    seen = set(assertions)
    stack = [*reversed(assertions)]
    while stack:
        term = stack.pop()
        if term.getKind().name == "CONSTANT":
            yield f"(declare-const {term} {term.getSort()})"
        parts = [part for part in term if part not in seen]
        seen.update(parts)
        stack += parts
