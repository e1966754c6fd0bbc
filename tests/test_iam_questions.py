"""The questions: AWS's own labels, random policies, and both readings of ARN wildcards."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import solve, terms
from automaton.evaluate import evaluate as value
from automaton.verdict import Sat, Unsat, Verdict
from encoders.iam import questions
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.questions import Question
from encoders.iam.request import Request
from tests.corpora import corpora_file
from tests.iam_cases import SEGMENTS, TEXT, policy
from tests.iam_strategies import model_of, policies, requests


def passes(question: Question) -> bool:
    """Return whether the answer is PASS; each finding must replay and be explained."""
    verdict = decided(question)
    if isinstance(verdict, Sat):
        assert question.replay(verdict.model)
        assert question.explain(verdict.model).reasons
    return isinstance(verdict, Unsat)


def decided(question: Question) -> Verdict:
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat | Unsat)
    return verdict


def test_every_label_of_aws_is_right() -> None:
    lines = corpora_file("check_no_new_access.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    wrong = [
        f"{case['file']}: {case['heading']}"
        for case in cases
        if passes(
            questions.no_new_access(
                policy_from_json(case["existing"]), policy_from_json(case["new"])
            )
        )
        is not (case["expected"] == "PASS")
    ]

    assert (len(cases), wrong) == (109, [])


def test_no_policy_with_only_private_findings_is_public() -> None:
    folder = corpora_file("external_access_findings")
    cases = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    found = {
        case["name"]: not passes(questions.no_public_access(policy_from_json(case["policy"])))
        for case in cases
    }

    assert found == {
        case["name"]: any(finding["isPublic"] for finding in case["findings"]) for case in cases
    }


@given(policies())
def test_a_policy_is_nothing_new_over_itself(document: Policy) -> None:
    question = questions.no_new_access(document, document)

    assert question.problem.formula is terms.FALSE


pairs = st.sampled_from(PolicyType).flatmap(lambda kind: st.tuples(policies(kind), policies(kind)))


@given(pairs, requests())
def test_a_request_that_shows_new_access_is_found(
    pair: tuple[Policy, Policy], request: Request
) -> None:
    question = questions.no_new_access(*pair)
    if question.claim.holds(request, SEGMENTS):
        assert passes(question) is False


@given(pairs)
def test_every_finding_replays(pair: tuple[Policy, Policy]) -> None:
    for question in questions.compare(*pair):
        passes(question)


@given(policies(PolicyType.RESOURCE))
def test_every_public_finding_replays(document: Policy) -> None:
    passes(questions.no_public_access(document))


@given(policies(), requests())
def test_what_is_asked_about_is_found_when_granted(document: Policy, request: Request) -> None:
    assert request.resource is not None
    question = questions.access_not_granted(document, [request.action], [request.resource])
    if question.claim.holds(request, SEGMENTS):
        assert passes(question) is False


def test_access_is_granted_iff_an_action_and_a_resource_are() -> None:
    document = policy({"Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"})
    asked = [
        (["s3:PutObject"], []),
        (["s3:PutObject", "s3:GetObject"], []),
        (["s3:GetObject"], ["arn:aws:s3:::b/*"]),
        (["s3:GetObject"], ["arn:aws:s3:::b/*", "arn:aws:s3:::*/x"]),
        ([], ["arn:aws:s3:::b/x"]),
        ([], ["arn:aws:s3:::a/x"]),
    ]
    found = [passes(questions.access_not_granted(document, *access)) for access in asked]

    assert found == [True, False, True, False, True, False]


def test_asking_about_no_access_is_an_error() -> None:
    with pytest.raises(ValueError, match="name an action or a resource"):
        questions.access_not_granted(policy({}), [], [])


def test_comparing_asks_both_ways() -> None:
    smaller, bigger = policy({"Action": "s3:GetObject"}), policy({"Action": "s3:Get*"})

    assert [passes(question) for question in questions.compare(smaller, bigger)] == [False, True]


def test_the_readings_may_differ_where_a_wildcard_stands_before_the_fifth_colon() -> None:
    existing = policy({"Resource": "arn:aws:ec2:*:instance/*"})
    new = policy({"Resource": "arn:aws:ec2:us-east-1:1:instance/*"})
    question = questions.no_new_access(existing, new)

    assert question.may_depend_on_reading is True
    assert (passes(question), passes(question.under(TEXT))) == (False, True)


def test_the_readings_are_one_question_where_no_pattern_differs() -> None:
    existing, new = policy({"Resource": "arn:aws:s3:::a/*"}), policy({"Resource": "*"})
    question = questions.no_new_access(existing, new)

    assert question.may_depend_on_reading is False
    assert question.under(TEXT).problem.formula is question.problem.formula


def test_the_readings_are_one_question_where_the_difference_cancels() -> None:
    both = policy({"Resource": "arn:aws:ec2:*:*:instance/*"})

    assert questions.no_new_access(both, both).may_depend_on_reading is False


def test_conditions_that_every_request_meets_or_fails_count() -> None:
    secure = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    insecure = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}

    found = questions.compare(policy(secure), policy({}, insecure))

    assert [passes(question) for question in found] == [True, True]


def test_an_identity_question_says_nothing_of_the_caller() -> None:
    question = questions.no_new_access(policy({}), policy({"Action": "*"}))

    assert [variable.name for variable in question.problem.variables] == ["action"]


@given(policies(), requests())
def test_problem_and_claim_agree(document: Policy, request: Request) -> None:
    question = questions.access_not_granted(document, ["s3:*"], [])
    shown = question.problem.assertions[0]
    expected = question.claim.holds(request, SEGMENTS)

    assert value(shown, model_of(request, question.request)) is expected
