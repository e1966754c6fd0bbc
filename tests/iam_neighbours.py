"""Pairs of policies that hardly differ, as the versions of one policy do."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType, Statement, Test
from tests.iam_generator import draw_policy, draw_request
from tests.iam_twin import draw_policies


def draw_neighbours(rng: Random) -> tuple[Policy, Policy]:
    """Return two identity policies, the second mostly the first with something changed."""
    if rng.random() < 0.6:
        first, second, third = draw_policies(rng, PolicyType.IDENTITY, 3)
    else:
        near = draw_request(rng)
        first, second, third = (
            policy_from_json(draw_policy(rng, "identity", near), PolicyType.IDENTITY)
            for _ in range(3)
        )
    if rng.random() < 0.25:
        return first, second
    changed = first
    for _ in range(rng.choice((1, 1, 2, 3))):
        changed = rng.choice(_CHANGES)(rng, changed, third)
    return first, changed


def _leave_out(rng: Random, policy: Policy, _: Policy) -> Policy:
    kept = rng.sample(policy.statements, max(0, len(policy.statements) - 1))
    return replace(policy, statements=tuple(kept))


def _add(rng: Random, policy: Policy, other: Policy) -> Policy:
    added = rng.choice(other.statements)
    return replace(policy, statements=(*policy.statements, added))


def _swap_element(rng: Random, policy: Policy, other: Policy) -> Policy:
    def swapped(statement: Statement) -> Statement:
        theirs = rng.choice(other.statements)
        element = rng.choice(("actions", "resources", "tests"))
        return replace(statement, **{element: getattr(theirs, element)})

    return _with_one(rng, policy, swapped)


def _swap_values(rng: Random, policy: Policy, other: Policy) -> Policy:
    pool = [test for statement in other.statements for test in statement.tests]

    def swapped(test: Test) -> Test:
        theirs = [value for one in pool if one.operator == test.operator for value in one.values]
        values = [value for value in (*test.values, *theirs) if rng.random() < 0.6]
        return replace(test, values=tuple(dict.fromkeys(values)) or test.values)

    def with_values(statement: Statement) -> Statement:
        return replace(statement, tests=tuple(map(swapped, statement.tests)))

    return _with_one(rng, policy, with_values)


def _drop_test(rng: Random, policy: Policy, _: Policy) -> Policy:
    return _with_one(rng, policy, lambda statement: replace(statement, tests=statement.tests[1:]))


def _with_one(rng: Random, policy: Policy, change: Callable[[Statement], Statement]) -> Policy:
    if not policy.statements:
        return policy
    place = rng.randrange(len(policy.statements))
    changed = [*policy.statements]
    changed[place] = change(changed[place])
    return replace(policy, statements=tuple(changed))


_CHANGES = (_leave_out, _add, _swap_element, _swap_values, _drop_test)
