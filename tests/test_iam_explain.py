"""A finding in words: the witness and the statements that decided."""

from automaton import solve
from automaton.verdict import Sat
from encoders.iam import questions
from encoders.iam.explain import Explanation, Json, request_to_json
from encoders.iam.policy import PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.questions import Question
from encoders.iam.request import Request
from tests.iam_cases import policy


def explained(question: Question) -> Explanation:
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat)
    assert question.replay(verdict.model)
    return question.explain(verdict.model)


def reasons(question: Question) -> Json:
    return explained(question).to_json()["reasons"]


def test_a_finding_names_the_allow_and_that_nothing_else_allows_it() -> None:
    existing = policy({"Action": "s3:GetObject"})
    new = policy({"Action": "s3:GetObject"}, {"Sid": "Write", "Action": "s3:PutObject"})

    assert reasons(questions.no_new_access(existing, new)) == [
        {
            "description": "`new` allows the request",
            "policy": "new",
            "statementIndex": 1,
            "statementId": "Write",
        },
        {
            "description": "no statement of `existing` allows the request",
            "policy": "existing",
            "statementIndex": None,
            "statementId": None,
        },
    ]


def test_a_finding_names_the_deny_that_the_other_policy_has() -> None:
    existing = policy({"Action": "s3:*"}, {"Sid": "No", "Effect": "Deny", "Action": "s3:Put*"})
    new = policy({"Action": "s3:*"})
    found = explained(questions.no_new_access(existing, new)).reasons

    assert [(reason.policy, reason.description) for reason in found] == [
        ("new", "`new` allows the request"),
        ("existing", "`existing` denies the request"),
    ]
    assert found[1].statement is existing.statements[1]


def test_the_action_is_spelled_as_the_policy_does() -> None:
    new = policy({"Action": "s3:PutObject"})
    witness = explained(questions.no_new_access(policy({}), new)).witness

    assert witness.action == "s3:PutObject"


def test_the_witness_holds_only_the_keys_that_are_present() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}, "Null": {"ex:A": "true"}}
    new = policy({"Condition": condition, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::a"})

    assert explained(questions.no_new_access(policy({}), new)).to_json()["witness"] == {
        "principal": None,
        "action": "s3:PutObject",
        "resource": "arn:aws:s3:::a",
        "context": {"aws:PrincipalTag/team": "red"},
    }


def test_a_caller_is_written_as_a_principal_element() -> None:
    service = Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com")
    written = [
        request_to_json(Request(caller, "s3:getobject", "*", {}))["principal"]
        for caller in (None, ANONYMOUS, service)
    ]

    assert written == [None, "*", {"Service": "ec2.amazonaws.com"}]
