"""Proofs of a case's answer that trust no member: a model, a promise, a certificate."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.budget import Budget, LimitReached
from automaton.verdict import Model, Unsupported
from encoders.smtlib.lower import lower
from portfolio.differential.case import Case
from portfolio.differential.finding import Fault, Finding

CERTIFY_S = 2.0
"""What a certificate may take."""


def holds(case: Case, model: Model) -> bool | None:
    """Return whether a case holds under a model by the definitions; None iff they do not tell."""
    try:
        return case.question.holds(model)
    except (Unsupported, ValueError):
        return None


def proof_of_sat(case: Case, models: Mapping[str, Model]) -> str:
    """Return what proves that a case is satisfiable, in words, or nothing."""
    for member, model in models.items():
        if holds(case, model):
            return f"the model of `{member}` satisfies it: {written(model)}"
    if not case.question.declared and holds(case, {}):
        return "it has no variables, and by the definitions it is true"
    return case.why if case.expected == "sat" else ""


def proof_of_unsat(case: Case, *, is_claimed: bool = False) -> str | Finding:
    """Return what proves that a case is unsatisfiable, in words, or nothing.

    `is_claimed` iff the automaton says that it is. Where its certificate contradicts that, or is
    refused by the checker, that is found instead.
    """
    if case.expected == "unsat":
        return case.why
    if not case.question.declared and holds(case, {}) is False:
        return "it has no variables, and by the definitions it is false"
    from automaton import certify  # noqa: PLC0415 - it loads the engine, and few cases want it
    from automaton.certificate import certify_unsat  # noqa: PLC0415

    budget = Budget(wall_s=CERTIFY_S)
    has_gaps = True
    try:
        script = lower(case.question.assertions, case.question.declared, budget)
        problem, has_gaps = script.problem, bool(script.gaps)
        certificate = certify_unsat(problem, budget).to_json()
    except (LimitReached, Unsupported):
        return ""
    except ValueError as error:
        # What is not modelled may be refuted by trial, which no certificate tells.
        return _broken(f"there is none: {error}") if is_claimed and not has_gaps else ""
    except Exception as error:
        return _broken(f"making one fails: {type(error).__name__}: {error}")
    try:
        certify.check(problem, certificate)
    except certify.CertificateError as error:
        return _broken(f"its checker refuses it: {error}")
    return "a certificate of the automaton's, which its checker accepts"


def _broken(why: str) -> Finding:
    return Finding("automaton", Fault.BROKEN_CERTIFICATE, why)


def written(model: Model) -> str:
    """Return a model as one line."""
    return ", ".join(f"{name} = {value!r}" for name, value in model.items())
