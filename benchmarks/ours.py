"""Ours as it is timed: what is asked is decided in the fastest way there is, which need not be one.

Policies are compiled, and what that leaves open is encoded and solved, as the portfolio does. What
is kept from one question to the next is what statements say, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from automaton.budget import Budget
from automaton.solver import solve
from automaton.verdict import Sat, Unsat, Verdict
from benchmarks.posed import Asked, Pair
from encoders.iam.actions import actions_of
from encoders.iam.catalogue import CATALOGUE
from encoders.iam.compiled.decide import Covered, Shown, no_new_access
from encoders.iam.compiled.library import Library
from encoders.iam.compiled.row import Compiled
from encoders.iam.symbols import ACTION, RESOURCE

LIBRARY = Library()

Call = Callable[[Budget], Verdict]


def read_catalogue() -> None:
    """Read what AWS documents of all services, as a process has after its first questions."""
    for service in CATALOGUE.services.get_service_keys():
        actions_of(service)


def from_policies(asked: Asked) -> Call:
    """Return what decides a question from the parsed policies on."""
    return partial(_decide, asked)


def from_compiled(asked: Asked) -> Call:
    """Return what decides a question from the compiled policies on."""
    policies = compiled(asked)
    return lambda budget: _at_once(policies) or solve(asked.problem(), budget)


def from_problem(asked: Asked) -> Call:
    """Return what decides a question from its encoded problem on, which is the engine alone."""
    return partial(solve, asked.problem())


def _decide(asked: Asked, budget: Budget) -> Verdict:
    return _at_once(compiled(asked)) or solve(asked.problem(), budget)


def compiled(asked: Asked) -> tuple[Compiled, Compiled] | None:
    """Return both policies compiled, None iff they cannot be, or nothing of the kind is asked."""
    if not isinstance(asked, Pair):
        return None
    existing, new = LIBRARY.compile(asked.existing), LIBRARY.compile(asked.new)
    return None if existing is None or new is None else (existing, new)


def _at_once(policies: tuple[Compiled, Compiled] | None) -> Sat | Unsat | None:
    """Return the verdict that compiled policies show, None iff that is left open."""
    match None if policies is None else no_new_access(*policies):
        case Covered():
            return Unsat()
        case Shown(request=request):
            return Sat({ACTION.name: request.action, RESOURCE.name: str(request.resource)})
    return None
