"""The verdict on the assertions of a script, by the automaton alone, each model checked on them."""

from __future__ import annotations

from collections.abc import Sequence

from automaton.budget import Budget, LimitReached
from automaton.solver import solve
from automaton.verdict import Model, Reason, Sat, Unknown, Unsupported, Verdict
from encoders.smtlib.evaluate import value
from encoders.smtlib.lower import SORTS, lower
from encoders.smtlib.term import Term


def decide(assertions: Sequence[Term], declared: Sequence[Term], budget: Budget) -> Verdict:
    """Return the verdict on the conjunction of `assertions`, within `budget`.

    A model has a value for each declared variable but those of sort RegLan, and every assertion
    holds under it by the definitions of SMT-LIB. What is not modelled leaves an unknown
    (`Reason.UNSUPPORTED`), unless the verdict is the same whatever it means.
    """
    try:
        script = lower(assertions, declared, budget)
        verdict = solve(script.problem, budget)
    except LimitReached as limit:
        return Unknown(limit.reason, limit.detail)
    if not isinstance(verdict, Sat):
        return verdict
    model = {term.name: verdict.model[term.name] for term in declared if term.sort in SORTS}
    wrong = _wrong(assertions, model)
    if wrong is None:
        return Sat(model)
    if script.gaps:
        return Unknown(Reason.UNSUPPORTED, str(script.gaps[0]))
    return Unknown(Reason.DISAGREEMENT, wrong)


def _wrong(assertions: Sequence[Term], model: Model) -> str | None:
    """Return what is wrong with the model, or None iff all assertions hold under it."""
    try:
        for assertion in assertions:
            if value(assertion, model) is not True:
                return f"the assertion at {assertion.place} does not hold under the model"
    except Unsupported as error:
        return str(error)
    return None
