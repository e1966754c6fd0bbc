"""The member `certificate`: says unsat iff a checker accepts why, and nothing else.

It is no solver that one would name: a race starts it where an unsat waits for a proof. The checker
shares neither code nor search with the automaton (`automaton.certify`); of a script, the reading
into a problem is trusted.
"""

from __future__ import annotations

from automaton.budget import Budget, LimitReached
from automaton.terms import Problem
from automaton.verdict import Reason, Unknown, Unsat, Unsupported, Verdict
from automaton.version import VERSION
from portfolio.limits import Limits
from portfolio.members.automaton import AutomatonRun
from portfolio.members.base import Task


class CertificateMember:
    """A search for a certificate, in this process."""

    name = "certificate"

    def version(self) -> str:
        """Return the version of Keyaki."""
        return VERSION

    def warm(self) -> None:
        """Do nothing: the search is seldom wanted."""

    def start(self, task: Task, limits: Limits) -> AutomatonRun:
        """Start the search in a thread."""
        return AutomatonRun(task, limits, _verdict)


def _verdict(task: Task, budget: Budget) -> Verdict:
    from automaton.certificate import certify_unsat  # noqa: PLC0415 - few races need it
    from automaton.certify import CertificateError, check  # noqa: PLC0415

    try:
        problem = _problem(task, budget)
        check(problem, certify_unsat(problem, budget).to_json())
    except LimitReached as limit:
        return Unknown(limit.reason)
    except Unsupported as gap:
        return Unknown(Reason.UNSUPPORTED, str(gap))
    except ValueError as error:
        # What is not modelled may be refuted by trial, which no certificate tells.
        return Unknown(Reason.INCOMPLETE, f"no certificate: {error}")
    except CertificateError as error:
        return Unknown(Reason.DISAGREEMENT, f"the certificate is refused: {error}")
    return Unsat()


def _problem(task: Task, budget: Budget) -> Problem:
    """Return what a certificate is about: of a script no more than its own assertions say."""
    if isinstance(task, Problem):
        return task
    from encoders.smtlib.lower import lower  # noqa: PLC0415 - few races need it

    if task.refusals:
        raise task.refusals[0]
    return lower(task.assertions, task.declared, budget).problem
