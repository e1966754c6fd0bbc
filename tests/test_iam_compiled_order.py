"""What is decided on compiled policies hangs neither on their order nor on what came before."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from encoders.iam.compiled.decide import Covered, Shown, no_new_access
from encoders.iam.compiled.library import Library
from encoders.iam.policy import Patterns, Policy, Test
from tests.iam_neighbours import draw_neighbours

randoms = st.randoms(use_true_random=False)


@given(randoms)
def test_what_is_decided_does_not_depend_on_what_was_asked_before(rng: Random) -> None:
    existing, new = draw_neighbours(rng)
    library, fresh = Library(), Library()
    first = [library.compile(shuffled(rng, policy)) for policy in (existing, new)]
    for one, other in permutations(filter(None, first), 2):
        no_new_access(one, other)

    assert decided(existing, new, library) == decided(existing, new, fresh)


@given(randoms)
def test_a_policy_covers_what_says_the_same_in_another_order(rng: Random) -> None:
    library, (policy, _) = Library(), draw_neighbours(rng)
    one, other = library.compile(policy), library.compile(shuffled(rng, policy))

    if one is not None and other is not None:
        assert no_new_access(one, other) == no_new_access(other, one) == Covered()


def decided(existing: Policy, new: Policy, library: Library) -> object:
    """Return what is decided; of a request, how it is written."""
    one, other = library.compile(existing), library.compile(new)
    found = None if one is None or other is None else no_new_access(one, other)
    if not isinstance(found, Shown):
        return found
    request = found.request
    return request.action, request.resource, [*request.context.items()]


def shuffled(rng: Random, policy: Policy) -> Policy:
    """Return a policy that says the same, in another order."""

    def of(patterns: Patterns) -> Patterns:
        return replace(patterns, values=mixed(patterns.values))

    def mixed(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(rng.sample(values, len(values)))

    def respelled(test: Test) -> Test:
        return replace(
            test, key=rng.choice((test.key, test.key.upper())), values=mixed(test.values)
        )

    statements = [
        replace(
            one,
            actions=of(one.actions),
            resources=None if one.resources is None else of(one.resources),
            tests=mixed([respelled(test) for test in one.tests]),
        )
        for one in policy.statements
    ]
    return replace(policy, statements=tuple(statements))
