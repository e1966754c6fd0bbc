"""The formulas, at the assignment of a concrete request, against the concrete evaluators.

Seeded and over the whole language, where `test_iam_authorize` shrinks and stays in small pools.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from automaton import terms
from automaton.evaluate import evaluate as value
from automaton.terms import Formula
from automaton.verdict import Model, Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key, name_of
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy
from encoders.iam.request import ContextValue, Request, SymbolicRequest, value_of
from encoders.iam.stack import authorize as stack_authorize
from encoders.iam.stack import evaluate as stack_evaluate
from encoders.iam.stack.simulate import read_case
from encoders.iam.stack.stack import Case
from encoders.iam.wildcard import ArnWildcards
from portfolio.differential.strategies.pools import MORE_CALLERS
from tests.iam_generator import draw_simulation
from tests.iam_strategies import model_of

SIMULATIONS = 800
MANY_SIMULATIONS = 10_000
MOST_REFUSED = 0.05

EVERYONE = policy_from_json(
    {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
)

Checks = Iterator[tuple[str, bool, bool]]
"""What is checked, what the formula says, what the evaluator says."""


def checks_of(case: Case[Request]) -> Checks:
    """Yield what both sides say of the stack, of each policy and of each of its statements."""
    symbolic = SymbolicRequest.of((*case.stack.policies, EVERYONE))
    together = Case(case.stack, symbolic, case.facts, case.reading)
    formula = stack_authorize.stack_allows(together)
    told = replace(case, request=fitting(case.request, symbolic))
    yield "stack", at(formula, told.request, symbolic), stack_evaluate.stack_allows(told)
    for policy in case.stack.policies:
        yield from _checks_of_policy(policy, case)


def _checks_of_policy(policy: Policy, case: Case[Request]) -> Checks:
    symbolic = SymbolicRequest.of([policy])
    request = fitting(case.request, symbolic)
    formula = authorize.is_allowed(policy, symbolic, case.reading)
    expected = evaluate.is_allowed(policy, request, case.reading)
    yield "policy", at(formula, request, symbolic), expected
    for statement in policy.statements:
        formula = authorize.statement_matches(statement, symbolic, case.reading)
        expected = evaluate.statement_matches(statement, request, case.reading)
        yield statement.path, at(formula, request, symbolic), expected


def fitting(request: Request, symbolic: SymbolicRequest) -> Request:
    """Return the request with one value or a list of them where the question takes a key so.

    A key that AWS does not document holds several values iff a set operator tests it; a list is
    left out where it holds one.
    """
    many = {name: key.is_multi_valued for name, key in symbolic.keys.items()}
    context: dict[str, ContextValue] = {}
    for name, values in request.context.items():
        is_list = many.get(name_of(name), isinstance(values, tuple))
        if is_list == isinstance(values, tuple):
            context[name] = values
        elif isinstance(values, str):
            context[name] = (values,)
    return replace(request, context=context)


def at(formula: Formula, request: Request, symbolic: SymbolicRequest) -> bool:
    return value(formula, assignment(request, symbolic))


def assignment(request: Request, symbolic: SymbolicRequest) -> Model:
    """Return the values of the variables of `symbolic` that stand for `request`."""
    folded = {name for name, key in symbolic.keys.items() if key.is_folded}
    context = {
        name: _lower(values) if name_of(name) in folded else values
        for name, values in request.context.items()
    }
    # Two keys may share a variable; the one that reads its value comes last and says its sort.
    keys = sorted(symbolic.keys.items(), key=lambda item: item[1].family is not Family.PRESENCE)
    return model_of(replace(request, context=context), replace(symbolic, keys=dict(keys)))


def _lower(values: ContextValue) -> ContextValue:
    return values.lower() if isinstance(values, str) else tuple(map(str.lower, values))


def cases(seed: int, count: int) -> Iterator[Case[Request]]:
    """Yield so many simulations, read one way and the other in turn."""
    rng = Random(seed)
    readings = tuple(ArnWildcards)
    for index in range(count):
        yield read_case(draw_simulation(rng, callers=MORE_CALLERS), readings[index % len(readings)])


def disagreements(seed: int, count: int) -> tuple[list[str], int]:
    """Return where both sides differ, and how many simulations are refused."""
    found, refused = [], 0
    for index, case in enumerate(cases(seed, count)):
        try:
            found += [
                f"simulation {index} of seed {seed}: {what}"
                for what, formula, expected in checks_of(case)
                if formula is not expected
            ]
        except Unsupported:
            refused += 1
    return found, refused


def test_the_formulas_say_what_the_evaluators_say() -> None:
    found, refused = disagreements(1, SIMULATIONS)

    assert found == []
    assert refused <= MOST_REFUSED * SIMULATIONS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_the_formulas_say_what_the_evaluators_say_of_many(seed: int) -> None:
    found, refused = disagreements(seed, MANY_SIMULATIONS)

    assert found == []
    assert refused <= MOST_REFUSED * MANY_SIMULATIONS


def test_no_request_that_aws_gets_is_held_to_be_impossible() -> None:
    excluded = [rule for case in cases(7, SIMULATIONS) for rule in broken_rules(case)]

    assert excluded == []


def broken_rules(case: Case[Request]) -> list[str]:
    """Return what is said to hold of every request, and does not hold of this one.

    Rules about values that the request does not carry, or carries several of, are not looked at.
    """
    try:
        symbolic = SymbolicRequest.of((*case.stack.policies, EVERYONE))
        together = Case(case.stack, symbolic, case.facts, case.reading)
        believable = symbolic.believable(stack_authorize.stack_allows(together))
    except Unsupported:
        return []
    request = fitting(case.request, symbolic)
    model = assignment(request, symbolic)
    is_open = {value_of(key.at(slot)).name for key in _open(request, symbolic) for slot in range(9)}
    is_open |= {variable.name for variable in symbolic.claims.meaning}
    rules = believable.parts if isinstance(believable, terms.And) else (believable,)
    told = [rule for rule in rules if is_open.isdisjoint(_names_in(rule))]
    return [str(rule) for rule in told if not value(rule, model)]


def _open(request: Request, symbolic: SymbolicRequest) -> Iterator[Key]:
    for key in symbolic.keys.values():
        if key.family is not Family.ADDRESS and (
            key.is_multi_valued or request.values(key.name) is None
        ):
            yield key


def _names_in(formula: Formula) -> set[str]:
    atoms = terms.atoms(formula)
    return {variable.name for atom in atoms for variable in terms.variables_of(atom)}
