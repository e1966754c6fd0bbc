"""The requests that a question is about: by whom, what, where, and in which context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from automaton import terms
from automaton.terms import Formula
from encoders.iam import authorize
from encoders.iam.access.sides import read_principal
from encoders.iam.caller_keys import FOLLOWING
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key, name_of
from encoders.iam.keys import is_always_present
from encoders.iam.policy import Patterns, Principals, Quantifier, Test
from encoders.iam.request import ContextValue, SymbolicRequest
from encoders.iam.wildcard import ArnWildcards

Context = Mapping[str, ContextValue]
"""A condition key -> its value, or all of its values."""

_EQUALS = {
    Family.TEXT: "StringEquals",
    Family.BOOL: "Bool",
    Family.NUMBER: "NumericEquals",
    Family.DATE: "DateEquals",
    Family.EPOCH: "NumericEquals",
    Family.ADDRESS: "IpAddress",
    Family.BINARY: "BinaryEquals",
}


@dataclass(frozen=True)
class Asked:
    """Requests of `principal` for `action` on `resource`, patterns all, of which None is any.

    `context` None is any context. Else its keys have these values and all others are absent, but
    for those that every request carries or that follow from the caller, which are open.
    """

    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    context: Context | None = None

    def formula(self, request: SymbolicRequest, reading: ArnWildcards) -> Formula:
        """Return the formula that holds iff a request is one that is asked about."""
        return terms.conjunction(*self._parts(request, reading))

    def _parts(self, request: SymbolicRequest, reading: ArnWildcards) -> Iterator[Formula]:
        if self.principal is not None:
            callers = Principals((read_principal(self.principal),), negated=False, path="")
            yield authorize.principals_match(callers)
        if self.action is not None:
            yield authorize.actions_match(_only(self.action))
        if self.resource is not None:
            yield authorize.resources_match(_only(self.resource), request, reading)
        if self.context is not None:
            yield authorize.condition_holds(tuple(_tests(self.context, request)), request)


def _only(pattern: str) -> Patterns:
    return Patterns((pattern,), negated=False, path="")


def _tests(context: Context, request: SymbolicRequest) -> Iterator[Test]:
    """Yield the tests that hold iff the keys of `request` are as `context` says."""
    given = {name_of(name): value for name, value in context.items()}
    for key in request.keys.values():
        if key.name in given:
            yield from _equal(key, given[key.name])
        elif not is_always_present(key.name) and key.name not in FOLLOWING:
            yield _test("Null", key, ("true",))


def _equal(key: Key, value: ContextValue) -> Iterator[Test]:
    if key.family is Family.PRESENCE:
        yield _test("Null", key, ("false",))
        return
    operator, values = _EQUALS[key.family], (value,) if isinstance(value, str) else value
    if not key.is_multi_valued:
        yield _test(operator, key, values)
        return
    yield _test(operator, key, values, Quantifier.FOR_ALL_VALUES)
    for one in values:
        yield _test(operator, key, (one,), Quantifier.FOR_ANY_VALUE)


def _test(
    operator: str, key: Key, values: tuple[str, ...], quantifier: Quantifier | None = None
) -> Test:
    return Test(operator, quantifier, if_exists=False, key=key.name, values=values, path="")
