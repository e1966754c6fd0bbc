"""Decide a problem: the pipeline from formula to verdict."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from automaton.budget import Budget, LimitReached
from automaton.membership import with_plain_atoms
from automaton.terms import Formula, Problem, Sort
from automaton.untangled import decide
from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Value, Verdict

DEFAULTS: dict[Sort, Value] = {
    Sort.BOOL: False,
    Sort.INT: 0,
    Sort.REAL: Fraction(0),
    Sort.STRING: "",
    Sort.IPV4: 0,
    Sort.IPV6: 0,
}

PREPARATIONS: tuple[Callable[[Formula], Formula], ...] = (with_plain_atoms,)
"""Rewritings that keep the models, applied in this order before the search."""


def solve(problem: Problem, budget: Budget | None = None) -> Verdict:
    """Return the verdict on `problem`, within `budget` (default: `Budget()`).

    Every Boolean combination of one-variable atoms and sums is decided; the only unknowns are
    limits. With templates it may give up (`Reason.INCOMPLETE`), as `equations` tells. A model gives
    a value to every variable of the problem.
    """
    try:
        formula = problem.formula
        for prepare in PREPARATIONS:
            formula = prepare(formula)
        values = decide(formula, problem.variables, budget or Budget())
    except LimitReached as limit:
        return Unknown(limit.reason, limit.detail)
    except MemoryError:
        return Unknown(Reason.MEMORY)
    except RecursionError:
        return Unknown(Reason.MEMORY, "the formula is nested too deeply")
    return Unsat() if values is None else Sat(_complete(problem, values))


def _complete(problem: Problem, values: Model) -> Model:
    """Return `values` with a default for each variable that does not matter."""
    defaults = {variable.name: DEFAULTS[variable.sort] for variable in problem.variables}
    return {**defaults, **values}
