"""The verdict on the assertions of a script, by the automaton alone, each model checked on them.

Where something is not modelled, the problem allows more than the terms do. If a model of it does
not satisfy them, its values for the variables inside of what is not modelled are put in: then
little is left that is not. Such a guess is either completed to a model, or refuted and excluded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from automaton.budget import Budget, LimitReached
from automaton.solver import solve
from automaton.sorts import Variable
from automaton.terms import Problem, conjunction, equals, negation
from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Unsupported, Value, Verdict
from encoders.smtlib.evaluate import values
from encoders.smtlib.lower import Script, lower
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.term import SORTS, VARIABLE, Term, parts_of
from encoders.smtlib.walk import in_order

MAX_GUESSES = 8


def decide(assertions: Sequence[Term], declared: Sequence[Term], budget: Budget) -> Verdict:
    """Return the verdict on the conjunction of `assertions`, within `budget`.

    A model has a value for each declared variable but those of sort RegLan, and every assertion
    holds under it by the definitions of SMT-LIB. What is not modelled leaves an unknown
    (`Reason.UNSUPPORTED`), unless the verdict is the same whatever it means.
    """
    try:
        return _Check(assertions, declared, budget).decide()
    except LimitReached as limit:
        return Unknown(limit.reason, limit.detail)


def decide_question(question: ScriptQuestion, budget: Budget) -> Verdict:
    """Return the verdict on what a script asks, within `budget`.

    Where an assertion cannot be read an unsat of the others stands, and all else is unknown.
    """
    verdict = decide(question.assertions, question.declared, budget)
    if question.refusals and isinstance(verdict, Sat):
        return Unknown(Reason.UNSUPPORTED, str(question.refusals[0]))
    return verdict


class _Check:
    """The assertions of one check."""

    def __init__(
        self, assertions: Sequence[Term], declared: Sequence[Term], budget: Budget
    ) -> None:
        self.assertions = assertions
        self.declared = [term for term in declared if term.sort in SORTS]
        self.budget = budget

    def decide(self) -> Verdict:
        """Return the verdict. Raise LimitReached iff the budget ends while terms are lowered."""
        script = lower(self.assertions, self.declared, self.budget)
        for _ in range(MAX_GUESSES):
            verdict = self._solve(script)
            if not isinstance(verdict, Sat) or not script.gaps or self._holds(verdict):
                return verdict
            guess = _guess(script, verdict.model)
            found = self._under(guess) if guess else verdict
            if self._holds(found):
                return found
            if not isinstance(found, Unsat):
                break
            script = _excluding(script, guess)
        return Unknown(Reason.UNSUPPORTED, str(script.gaps[0]))

    def _solve(self, script: Script) -> Verdict:
        """Return the verdict on the script's problem.

        A model has values for the declared variables; it is one of the terms if there are no gaps.
        """
        verdict = solve(script.problem, self.budget)
        if not isinstance(verdict, Sat):
            return verdict
        found = Sat({term.name: verdict.model[term.name] for term in self.declared})
        if script.gaps or self._holds(found):
            return found
        return Unknown(Reason.DISAGREEMENT, "an assertion does not hold under the model")

    def _holds(self, verdict: Verdict) -> bool:
        """Return whether the verdict has a model under which every assertion holds."""
        if not isinstance(verdict, Sat):
            return False
        try:
            return all(value is True for value in values(self.assertions, verdict.model))
        except Unsupported:
            return False

    def _under(self, guess: Mapping[Variable, Value]) -> Verdict:
        """Return the verdict where variables have the values of a guess."""
        known = {variable.name: value for variable, value in guess.items()}
        script = lower(self.assertions, self.declared, self.budget, known)
        verdict = self._solve(script)
        return Sat({**verdict.model, **known}) if isinstance(verdict, Sat) else verdict


def _guess(script: Script, model: Model) -> dict[Variable, Value]:
    """Return the model's values of the variables inside of what is not modelled."""
    inside = in_order(*(gap.term for gap in script.gaps), parts_of=parts_of)
    variables = (t for t in inside if t.operator == VARIABLE and t.sort in SORTS)
    return {Variable(term.name, SORTS[term.sort]): model[term.name] for term in variables}


def _excluding(script: Script, guess: Mapping[Variable, Value]) -> Script:
    """Return the script whose problem does not hold where all variables are as guessed."""
    excluded = negation(conjunction(*(equals(*row) for row in guess.items())))
    problem = script.problem
    return replace(script, problem=Problem((*problem.assertions, excluded), problem.declared))
