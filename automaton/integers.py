"""Linear constraints over the integers: a solution, or the proof that there is none.

Equations are solved first, by the substitutions of Euclid's algorithm, which finds conflicts of
parity. The rest is the Omega test (Pugh, "A practical algorithm for exact array dependence
analysis", CACM 1992): variables are eliminated one by one, exactly where a coefficient is one, else
by the dark shadow, which has solutions only if the whole has, the real shadow, which has one if the
whole has, and splinters between the two. It was chosen over branch and bound because it ends where
directions are unbounded, as those of lengths are, and because the coefficients of lengths are
nearly always one.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from automaton.budget import Budget

Name = TypeVar("Name", bound=Hashable)

Constraint = tuple[Mapping[Name, int], int]
"""The sum of the named integers, each times its factor, is at most the number."""

Form = tuple[tuple[int, int], ...]
"""Variables with their factors: none is zero, the variables ascend, no divisor is common."""


def solve_integers(
    constraints: Iterable[Constraint[Name]], budget: Budget
) -> dict[Name, int] | None:
    """Return integers that satisfy the constraints, or None iff there are none.

    Raise LimitReached iff the budget ends first.
    """
    numbers: dict[Name, int] = {}
    system = _System()
    for factors, bound in constraints:
        for name in factors:
            numbers.setdefault(name, len(numbers))
        system.add({numbers[name]: factor for name, factor in factors.items()}, bound)
    found = _solve(system, len(numbers), budget)
    return None if found is None else {name: found.get(n, 0) for name, n in numbers.items()}


class _System:
    """Inequalities, at most one a form; `equal` are the forms that equal their bounds.

    `forms_of` tells for each variable the forms it occurs in, with its factor there, and `queue`
    has a row for each variable that changed, the best to eliminate first; rows may be out of date.
    """

    def __init__(self) -> None:
        self.bounds: dict[Form, int] = {}
        self.equal: dict[Form, None] = {}
        self.forms_of: dict[int, dict[Form, int]] = {}
        self.changed: set[int] = set()
        self.queue: list[tuple[bool, int, int]] = []
        self.is_refuted = False

    def add(self, factors: Mapping[int, int], bound: int) -> None:
        """Add a constraint; `is_refuted` iff one contradicts another or is false by itself."""
        rows = sorted((variable, factor) for variable, factor in factors.items() if factor)
        if not rows:
            self.is_refuted |= bound < 0
            return
        divisor = math.gcd(*(factor for _, factor in rows))
        form = tuple((variable, factor // divisor) for variable, factor in rows)
        bound //= divisor
        if form in self.bounds and self.bounds[form] <= bound:
            return
        self._enter(form, bound)
        opposite = _opposite(form)
        slack = self.bounds[opposite] + bound if opposite in self.bounds else 1
        self.is_refuted |= slack < 0
        if slack == 0:
            self.equal[min(form, opposite)] = None

    def _enter(self, form: Form, bound: int) -> None:
        if form not in self.bounds:
            for variable, factor in form:
                self.forms_of.setdefault(variable, {})[form] = factor
                self.changed.add(variable)
        self.bounds[form] = bound

    def without(self, variable: int) -> list[tuple[Form, int]]:
        """Remove the constraints that the variable occurs in, and return them."""
        found = [(form, self.bounds.pop(form)) for form in self.forms_of.pop(variable, {})]
        for form, _ in found:
            self.equal.pop(min(form, _opposite(form)), None)
            for other, _ in form:
                if other != variable:
                    del self.forms_of[other][form]
                    self.changed.add(other)
        return found

    def cheapest(self) -> int:
        """Return the variable that is best eliminated next."""
        for variable in self.changed:
            if self.forms_of.get(variable):
                heapq.heappush(self.queue, (*self._cost(variable), variable))
        self.changed.clear()
        while True:
            *cost, variable = heapq.heappop(self.queue)
            if self.forms_of.get(variable) and tuple(cost) == self._cost(variable):
                return variable

    def _cost(self, variable: int) -> tuple[bool, int]:
        """Return whether the shadows of the variable differ, and how much longer they are."""
        factors = self.forms_of[variable].values()
        upper = [factor for factor in factors if factor > 0]
        lower = len(factors) - len(upper)
        is_inexact = any(f > 1 for f in upper) and any(f < -1 for f in factors)
        return is_inexact, lower * len(upper) - len(factors)

    def is_inexact(self, variable: int) -> bool:
        """Return whether the real shadow of the variable may have more than the variable."""
        return self._cost(variable)[0]

    def copy(self) -> _System:
        copied = _System()
        copied.bounds, copied.equal = dict(self.bounds), dict(self.equal)
        copied.forms_of = {variable: dict(forms) for variable, forms in self.forms_of.items()}
        copied.changed = set(copied.forms_of)
        copied.is_refuted = self.is_refuted
        return copied


def _opposite(form: Form) -> Form:
    return tuple((variable, -factor) for variable, factor in form)


@dataclass(frozen=True)
class _Value:
    """What a variable equals: a constant and multiples of others."""

    variable: int
    factors: Mapping[int, int]
    constant: int


@dataclass(frozen=True)
class _Between:
    """Bounds of a variable that was eliminated, each a form in which it still occurs."""

    variable: int
    bounds: Sequence[tuple[Form, int]]


_Step = _Value | _Between
"""How a variable gets its value once those that were eliminated after it have theirs."""


def _solve(system: _System, fresh: int, budget: Budget) -> dict[int, int] | None:
    """Return a solution; variables from `fresh` on are not in use, and the system is used up."""
    steps: list[_Step] = []
    while not system.is_refuted:
        if system.equal:
            value = _value(system, fresh)
            fresh += fresh in value.factors
            _replace(system, value, budget)
            steps.append(value)
        elif system.bounds:
            variable = system.cheapest()
            if system.is_inexact(variable):
                found = _by_shadows(system, variable, fresh, budget)
                return None if found is None else _completed(found, steps)
            steps.append(_eliminate(system, variable, budget, is_dark=False))
        else:
            return _completed({}, steps)
    return None


def _value(system: _System, fresh: int) -> _Value:
    """Return the value of a variable that an equation gives, or that makes the equation smaller."""
    form = next(filter(_has_unit, system.equal), None) or min(system.equal, key=_least)
    constant = system.bounds[form]
    variable, factor = min(form, key=lambda row: abs(row[1]))
    others = {v: f for v, f in form if v != variable}
    if abs(factor) == 1:
        return _Value(variable, {v: -f * factor for v, f in others.items()}, constant * factor)
    return _Value(variable, {**{v: -(f // factor) for v, f in others.items()}, fresh: 1}, 0)


def _has_unit(form: Form) -> bool:
    return _least(form) == 1


def _least(form: Form) -> int:
    return min(abs(factor) for _, factor in form)


def _replace(system: _System, value: _Value, budget: Budget) -> None:
    for form, bound in system.without(value.variable):
        budget.spend()
        factors = dict(form)
        times = factors.pop(value.variable)
        for other, factor in value.factors.items():
            factors[other] = factors.get(other, 0) + times * factor
        system.add(factors, bound - times * value.constant)


_Side = list[tuple[int, dict[int, int], int]]
"""Bounds of a variable: how often it is taken, the other factors, and the number."""


def _sides(variable: int, bounds: Iterable[tuple[Form, int]]) -> tuple[_Side, _Side]:
    """Return the lower and the upper bounds of a variable."""
    lower: _Side = []
    upper: _Side = []
    for form, bound in bounds:
        factors = dict(form)
        factor = factors.pop(variable)
        (upper if factor > 0 else lower).append((abs(factor), factors, bound))
    return lower, upper


def _eliminate(system: _System, variable: int, budget: Budget, *, is_dark: bool) -> _Between:
    """Put in place of the variable's bounds what they imply, or what implies them."""
    bounds = system.without(variable)
    lower, upper = _sides(variable, bounds)
    for low_times, low_factors, low_bound in lower:
        for times, high_factors, high_bound in upper:
            budget.spend()
            factors = {v: times * f for v, f in low_factors.items()}
            for other, factor in high_factors.items():
                factors[other] = factors.get(other, 0) + low_times * factor
            gap = (low_times - 1) * (times - 1) if is_dark else 0
            system.add(factors, times * low_bound + low_times * high_bound - gap)
    return _Between(variable, bounds)


def _by_shadows(
    system: _System, variable: int, fresh: int, budget: Budget
) -> dict[int, int] | None:
    dark, real = system.copy(), system.copy()
    step = _eliminate(dark, variable, budget, is_dark=True)
    found = _solve(dark, fresh, budget)
    if found is not None:
        return _completed(found, [step])
    _eliminate(real, variable, budget, is_dark=False)
    if _solve(real, fresh, budget) is None:
        return None
    for splinter in _splinters(system, variable, step.bounds):
        found = _solve(splinter, fresh, budget)
        if found is not None:
            return found
    return None


def _splinters(
    system: _System, variable: int, bounds: Sequence[tuple[Form, int]]
) -> Iterator[_System]:
    """Yield the system with the variable just above one of its lower bounds."""
    lower, upper = _sides(variable, bounds)
    most = max(times for times, _, _ in upper)
    for times, factors, bound in lower:
        for above in range((most * times - most - times) // most + 1):
            splinter = system.copy()
            equation = {variable: times, **{v: -f for v, f in factors.items()}}
            splinter.add(equation, above - bound)
            splinter.add({v: -f for v, f in equation.items()}, bound - above)
            yield splinter


def _completed(found: Mapping[int, int], steps: Sequence[_Step]) -> dict[int, int]:
    """Return the solution with values for the variables that were eliminated."""
    values = dict(found)
    for step in reversed(steps):
        match step:
            case _Value():
                values[step.variable] = step.constant + _total(step.factors, values)
            case _Between():
                values[step.variable] = _nearest_to_zero(step, values)
    return values


def _total(factors: Mapping[int, int], values: dict[int, int]) -> int:
    return sum(factor * values.setdefault(variable, 0) for variable, factor in factors.items())


def _nearest_to_zero(step: _Between, values: dict[int, int]) -> int:
    lower, upper = _sides(step.variable, step.bounds)
    lows = [-((bound - _total(factors, values)) // times) for times, factors, bound in lower]
    highs = [(bound - _total(factors, values)) // times for times, factors, bound in upper]
    value = max([0, *lows]) if lows else 0
    return min([value, *highs])
