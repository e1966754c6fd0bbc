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

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass
class _System:
    """Inequalities, at most one a form; `equal` are the forms that equal their bounds."""

    bounds: dict[Form, int] = field(default_factory=dict)
    equal: dict[Form, None] = field(default_factory=dict)
    is_refuted: bool = False

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
        self.bounds[form] = bound
        opposite = _opposite(form)
        slack = self.bounds[opposite] + bound if opposite in self.bounds else 1
        self.is_refuted |= slack < 0
        if slack == 0:
            self.equal[min(form, opposite)] = None

    def copy(self) -> _System:
        return _System(dict(self.bounds), dict(self.equal), self.is_refuted)


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
    """Return a solution; variables from `fresh` on are not in use."""
    steps: list[_Step] = []
    while not system.is_refuted:
        budget.spend(len(system.bounds) + 1)
        if system.equal:
            system, fresh, step = _without_equation(system, fresh)
            steps.append(step)
        elif system.bounds:
            variable, bounds = _cheapest(system)
            if not _is_exact(variable, bounds):
                found = _by_shadows(system, variable, bounds, fresh, budget)
                return None if found is None else _completed(found, steps)
            steps.append(_Between(variable, bounds))
            system = _shadow(system, variable, bounds, is_dark=False)
        else:
            return _completed({}, steps)
    return None


def _without_equation(system: _System, fresh: int) -> tuple[_System, int, _Value]:
    """Return the system with a variable of an equation replaced, the equation made smaller."""
    form = min(system.equal, key=lambda found: (min(abs(factor) for _, factor in found), found))
    constant = system.bounds[form]
    variable, factor = min(form, key=lambda row: abs(row[1]))
    others = {v: f for v, f in form if v != variable}
    if abs(factor) == 1:
        value = _Value(variable, {v: -f * factor for v, f in others.items()}, constant * factor)
        return _replaced(system, value), fresh, value
    factors = {v: -(f // factor) for v, f in others.items()}
    value = _Value(variable, {**factors, fresh: 1}, 0)
    return _replaced(system, value), fresh + 1, value


def _replaced(system: _System, value: _Value) -> _System:
    replaced = _System()
    for form, bound in system.bounds.items():
        factors = dict(form)
        times = factors.pop(value.variable, 0)
        if times:
            for other, factor in value.factors.items():
                factors[other] = factors.get(other, 0) + times * factor
        replaced.add(factors, bound - times * value.constant)
    return replaced


def _cheapest(system: _System) -> tuple[int, list[tuple[Form, int]]]:
    """Return the variable that is best eliminated next, and the bounds it occurs in."""
    bounds: dict[int, list[tuple[Form, int]]] = {}
    for form, bound in system.bounds.items():
        for variable, _ in form:
            bounds.setdefault(variable, []).append((form, bound))
    return min(bounds.items(), key=lambda row: (not _is_exact(*row), _growth(*row), row[0]))


def _growth(variable: int, bounds: Sequence[tuple[Form, int]]) -> int:
    """Return how many more constraints there are once the variable is eliminated."""
    lower, upper = _sides(variable, bounds)
    return len(lower) * len(upper) - len(lower) - len(upper)


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


def _is_exact(variable: int, bounds: Sequence[tuple[Form, int]]) -> bool:
    """Return whether the real shadow of the variable loses nothing."""
    lower, upper = _sides(variable, bounds)
    return any(all(times == 1 for times, _, _ in side) for side in (lower, upper))


def _shadow(
    system: _System, variable: int, bounds: Sequence[tuple[Form, int]], *, is_dark: bool
) -> _System:
    """Return the system without the variable: what its bounds imply, or what implies them."""
    left = {form for form, _ in bounds}
    shadow = _System()
    for form, bound in system.bounds.items():
        if form not in left:
            shadow.add(dict(form), bound)
    lower, upper = _sides(variable, bounds)
    for low_times, low_factors, low_bound in lower:
        for times, high_factors, high_bound in upper:
            factors = {v: times * f for v, f in low_factors.items()}
            for other, factor in high_factors.items():
                factors[other] = factors.get(other, 0) + low_times * factor
            gap = (low_times - 1) * (times - 1) if is_dark else 0
            shadow.add(factors, times * low_bound + low_times * high_bound - gap)
    return shadow


def _by_shadows(
    system: _System, variable: int, bounds: Sequence[tuple[Form, int]], fresh: int, budget: Budget
) -> dict[int, int] | None:
    found = _solve(_shadow(system, variable, bounds, is_dark=True), fresh, budget)
    if found is not None:
        return _completed(found, [_Between(variable, bounds)])
    if _solve(_shadow(system, variable, bounds, is_dark=False), fresh, budget) is None:
        return None
    for splinter in _splinters(system, variable, bounds):
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
