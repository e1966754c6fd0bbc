"""The questions against a naive twin: of many requests that may be made, none shows more."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import solve
from automaton.budget import Budget
from automaton.verdict import Sat, Unsat, Unsupported
from encoders.iam import questions
from encoders.iam.policy import PolicyType
from encoders.iam.questions import Question
from encoders.iam.trust_zone import TrustZone
from encoders.iam.wildcard import ArnWildcards
from tests.iam_twin import POOLS, draw_policies, draw_requests, follows_from_caller, is_possible

ZONE = TrustZone(accounts=frozenset({"111122223333"}), organizations=frozenset({"o-abcdefghij"}))
REQUESTS = 100
NAMES = {name.lower(): name for name in POOLS}

randoms = st.randoms(use_true_random=False)
readings = st.sampled_from(ArnWildcards)


def contradicts(question: Question, rng: Random) -> str | None:
    """Return how a naive look contradicts the answer to `question`, None where it does not.

    What is not decided at once is left alone.
    """
    keys = [NAMES[name] for name in question.request.keys]
    verdict = solve(question.problem, Budget(wall_s=2))
    if isinstance(verdict, Sat):
        if not question.replay(verdict.model):
            return "the witness does not replay"
        witness = question.request.concrete(verdict.model)
        is_bound = any(map(follows_from_caller, keys))
        return None if is_bound or is_possible(witness, keys) else f"{witness} is impossible"
    if isinstance(verdict, Unsat):
        has_principal = question.request.has_principal
        for request in draw_requests(rng, keys, REQUESTS, has_principal=has_principal):
            if question.claim.holds(request, question.reading):
                return f"{request} was overlooked"
    return None


@given(st.sampled_from([PolicyType.IDENTITY, PolicyType.RESOURCE]), readings, randoms)
def test_no_request_shows_new_access_but_those_found(
    kind: PolicyType, reading: ArnWildcards, rng: Random
) -> None:
    existing, new = draw_policies(rng, kind, 2)
    try:
        question = questions.no_new_access(existing, new, reading=reading)
    except Unsupported:
        return

    assert contradicts(question, rng) is None


@given(readings, randoms)
def test_no_request_shows_what_is_not_granted(reading: ArnWildcards, rng: Random) -> None:
    (policy,) = draw_policies(rng, PolicyType.RESOURCE, 1)
    access = (["s3:GetObject", "ec2:*"], ["arn:aws:s3:::b/*"])
    try:
        question = questions.access_not_granted(policy, *access, reading=reading)
    except Unsupported:
        return

    assert contradicts(question, rng) is None


@given(st.booleans(), readings, randoms)
def test_no_request_of_an_outsider_is_overlooked(
    is_public: bool, reading: ArnWildcards, rng: Random
) -> None:
    (policy,) = draw_policies(rng, PolicyType.RESOURCE, 1)
    try:
        question = (
            questions.no_public_access(policy, reading=reading)
            if is_public
            else questions.no_cross_account_access(policy, ZONE, reading=reading)
        )
    except Unsupported:
        return

    assert contradicts(question, rng) is None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_a_drawn_question_has_the_answer_of_its_naive_twin(seed: int) -> None:
    rng = Random(seed)
    existing, new = draw_policies(rng, rng.choice((PolicyType.IDENTITY, PolicyType.RESOURCE)), 2)
    try:
        asked = questions.compare(existing, new)
    except Unsupported:
        return

    assert [contradicts(question, rng) for question in asked] == [None, None]
