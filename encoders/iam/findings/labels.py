"""What a policy says of each part of a request: the axes of its findings, and their labels.

An axis is the principal, the action, or a condition key that keeps outsiders out. Its labels are
the values that the policy names for it, in Allow and in Deny, under any operator, those of negated
ones without their negation; and `*`, which is everything, an absent key included.
Source: Backes et al., "Stratified Abstraction of Access Control Policies", CAV 2020, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from automaton import terms
from automaton.terms import Formula
from encoders.iam import authorize
from encoders.iam.conditions import Family, operator_of
from encoders.iam.keys import is_limiting
from encoders.iam.policy import (
    Effect,
    Patterns,
    Policy,
    Principal,
    PrincipalKind,
    Principals,
    Quantifier,
    Statement,
    Test,
)
from encoders.iam.request import SymbolicRequest
from encoders.iam.wildcard import ArnWildcards

EVERYTHING = "*"
PRINCIPAL, ACTION = "principal", "action"
"""The names of the axes that are no condition keys; a key has a colon in its name."""

OUT_OF_REACH = frozenset({"aws:sourceorgid", "aws:sourceorgpaths", "kms:calleraccount"})
"""Keys that tell where a caller belongs, beside those that keep the public out of a bucket."""

ANYONE = Statement(
    index=0,
    sid=None,
    effect=Effect.ALLOW,
    principals=None,
    actions=Patterns((EVERYTHING,), negated=False, path=""),
    resources=None,
    tests=(),
    path="",
)
"""The statement that matches every request."""


@dataclass(frozen=True)
class Label:
    """A set of values of one axis, as the policy writes it.

    `statement` matches the requests that have such a value, and `formula` holds for them; `kind`
    is the kind of principal that `text` names.
    """

    text: str
    statement: Statement
    formula: Formula
    kind: PrincipalKind = PrincipalKind.ANYONE


_ANYTHING = Label(EVERYTHING, ANYONE, terms.TRUE)


@dataclass(frozen=True)
class Axis:
    """An axis and its labels, each once; the first is `*`."""

    name: str
    labels: tuple[Label, ...]


def axes_of(policy: Policy, request: SymbolicRequest, reading: ArnWildcards) -> tuple[Axis, ...]:
    """Return the axes of the findings of `policy`: principal, action, keys as first spelled."""
    labels = {PRINCIPAL: {terms.TRUE: _ANYTHING}, ACTION: {terms.TRUE: _ANYTHING}}
    for statement in policy.statements:
        for name, text, exact, kind in _named(statement, request):
            formula = authorize.statement_matches(exact, request, reading)
            known = labels.setdefault(name, {terms.TRUE: _ANYTHING})
            known.setdefault(formula, Label(text, exact, formula, kind))
    return tuple(Axis(name, tuple(found.values())) for name, found in labels.items())


def counts(key: str) -> bool:
    """Return True iff `key`, in lower case, is one that outsiders cannot set as they like."""
    return key in OUT_OF_REACH or is_limiting(key)


def _named(
    statement: Statement, request: SymbolicRequest
) -> Iterator[tuple[str, str, Statement, PrincipalKind]]:
    """Yield for each label of a statement: axis, text, a statement of its own, and its kind."""
    for principal in statement.principals.values if statement.principals else ():
        yield PRINCIPAL, principal.value, _naming(principal), principal.kind
    for action in statement.actions.values:
        actions = replace(statement.actions, values=(action,), negated=False)
        yield ACTION, action, replace(ANYONE, actions=actions), PrincipalKind.ANYONE
    for test in statement.tests:
        key = request.key(test.key)
        if counts(key.name) and operator_of(test).family is not Family.PRESENCE:
            for value in test.values:
                exact = under(replace(_bare(test), values=(value,)))
                yield key.spelling, value, exact, PrincipalKind.ANYONE


def _naming(principal: Principal) -> Statement:
    return replace(ANYONE, principals=Principals((principal,), negated=False, path=""))


def under(*tests: Test) -> Statement:
    """Return the statement that matches the requests for which all `tests` hold."""
    return replace(ANYONE, tests=tests)


def _bare(test: Test) -> Test:
    """Return `test` without negation and IfExists; of several values of a key, one must fit."""
    some = None if test.quantifier is None else Quantifier.FOR_ANY_VALUE
    positive = test.operator.replace("Not", "", 1)
    return replace(test, operator=positive, if_exists=False, quantifier=some)
