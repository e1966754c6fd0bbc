"""Requests with their policies as JSON: what AWS documents of each, and what is refused."""

from __future__ import annotations

import json

import pytest

from automaton.evaluate import evaluate as value
from encoders.iam.json_text import PolicyError
from encoders.iam.parse import policy_from_json
from encoders.iam.request import SymbolicRequest
from encoders.iam.stack.authorize import stack_allows
from encoders.iam.stack.decision import Decision
from encoders.iam.stack.parse import read_stack
from encoders.iam.stack.simulate import read_case, simulate
from encoders.iam.stack.stack import Case
from portfolio.differential.iam.case import IamCase, Question
from portfolio.differential.iam.library import cases
from tests.iam_strategies import model_of

CASES = [case for case in cases() if case.question is Question.SIMULATE]

ACCOUNT, OTHER = "111122223333", "444455556666"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/bob"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/carl"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"

ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
EVERYONE = {"Statement": {**ALLOW["Statement"], "Principal": "*"}}  # type: ignore[dict-item]


def asked(policies: object = None, **request: object) -> dict[str, object]:
    """Return a simulation, by default of Ann's request for an object."""
    asks = {"principal": ANN, "action": "s3:GetObject", "resource": "arn:aws:s3:::bucket/a"}
    return {"request": {**asks, **request}, "policies": {} if policies is None else policies}


def decided(policies: object = None, **request: object) -> Decision:
    return simulate(asked(policies, **request))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_decided_as_documented(case: IamCase) -> None:
    decision = simulate(case.asked)

    assert decision.outcome.value == case.expected
    assert case.step in ("", decision.step.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_formula_of_a_case_says_the_same(case: IamCase) -> None:
    concrete = read_case(case.asked)
    symbolic = SymbolicRequest.of((*concrete.stack.policies, policy_from_json(EVERYONE)))
    formula = stack_allows(Case(concrete.stack, symbolic, concrete.facts, concrete.reading))

    assert value(formula, model_of(concrete.request, symbolic)) is (case.expected == "allowed")


def refusal(simulation: object) -> tuple[str, str]:
    """Return why a simulation is refused, and where."""
    with pytest.raises(PolicyError) as caught:
        simulate(simulation)
    return caught.value.message, caught.value.path


@pytest.mark.parametrize(
    ("request_", "message", "path"),
    [
        ({"principal": 1}, "expected `*`, an ARN or an object, found a number", ".principal"),
        ({"principal": {}}, "expected one principal", ".principal"),
        ({"principal": {"User": ANN}}, "unknown element `User`", ".principal.User"),
        ({"principal": {"AWS": [ANN]}}, "expected a string, found an array", ".principal.AWS"),
        ({"principal": ACCOUNT}, f"`{ACCOUNT}` is not the ARN of a principal", ".principal"),
        (
            {"principal": {"Service": "*"}},
            "`*` is not the name of a principal",
            ".principal.Service",
        ),
        (
            {"principal": f"arn:aws:iam::{ACCOUNT}:role/admin"},
            f"the role `arn:aws:iam::{ACCOUNT}:role/admin` acts through its sessions, "
            "`arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`",
            ".principal",
        ),
        ({"action": "s3:*"}, "`s3:*` is not of the form `service:name`", ".action"),
        ({"action": None}, "expected a string, found null", ".action"),
        ({"resource": "bucket"}, "`bucket` is neither `*` nor an ARN", ".resource"),
        ({"context": []}, "expected an object, found an array", ".context"),
        ({"context": {"a": 1, "A": 2}}, "the key `A` occurs twice", ".context.A"),
        ({"context": {"a": [None]}}, "expected a string, found null", ".context.a[0]"),
        ({"context": {"a": {}}}, "expected a string, found an object", ".context.a"),
        ({"resourceAccount": 1}, "expected a string, found a number", ".resourceAccount"),
        ({"resourceAccount": "1"}, "`1` is not an account id", ".resourceAccount"),
        ({"managementAccount": "me"}, "`me` is not an account id", ".managementAccount"),
        ({"serviceLinkedRole": "no"}, "expected a Boolean, found a string", ".serviceLinkedRole"),
        ({"serviceLinkedRole": True}, "the caller is no session of a role", ".serviceLinkedRole"),
        ({"federatedBy": "ann"}, "`ann` is not the ARN of a user", ".federatedBy"),
        (
            {"federatedBy": ANN},
            "the caller is no session that a user of this account federated",
            ".federatedBy",
        ),
        (
            {"principal": FEDERATED, "federatedBy": f"arn:aws:iam::{OTHER}:user/ann"},
            "the caller is no session that a user of this account federated",
            ".federatedBy",
        ),
        ({"account": ACCOUNT}, "unknown element `account`", ".account"),
    ],
)
def test_a_malformed_request_is_refused_at_its_place(
    request_: dict[str, object], message: str, path: str
) -> None:
    assert refusal(asked(**request_)) == (message, f"$.request{path}")


@pytest.mark.parametrize(
    ("policies", "message", "path"),
    [
        ({"identities": []}, "unknown element `identities`", "$.policies.identities"),
        ({"identity": ALLOW}, "expected an array, found an object", "$.policies.identity"),
        ({"identity": [{}]}, "`Statement` is missing", "$.policies.identity[0]"),
        (
            {"scp": [[ALLOW], [{"Statement": {"Effect": "allow"}}]]},
            "`Action` or `NotAction` is missing",
            "$.policies.scp[1][0].Statement",
        ),
        ({"scp": [ALLOW]}, "expected an array, found an object", "$.policies.scp[0]"),
        (
            {"boundary": [ALLOW, ALLOW]},
            "more than one policy of type `boundary`",
            "$.policies.boundary",
        ),
        (
            {"endpoint": [EVERYONE, EVERYONE]},
            "more than one policy of type `endpoint`",
            "$.policies.endpoint",
        ),
        ({"session": [ALLOW]}, "such a caller has no session policies", "$.policies.session"),
        ({"resource": None}, "expected an object, found null", "$.policies.resource"),
    ],
)
def test_malformed_policies_are_refused_at_their_place(
    policies: dict[str, object], message: str, path: str
) -> None:
    assert refusal(asked(policies)) == (message, path)


@pytest.mark.parametrize("name", ["principal", "action", "resource"])
def test_a_request_needs_its_parts(name: str) -> None:
    simulation = asked()
    del simulation["request"][name]  # type: ignore[attr-defined]

    assert refusal(simulation) == (f"`{name}` is missing", "$.request")


@pytest.mark.parametrize("name", ["request", "policies"])
def test_a_simulation_needs_both_its_parts(name: str) -> None:
    simulation = asked()
    del simulation[name]

    assert refusal(simulation) == (f"`{name}` is missing", "$")


@pytest.mark.parametrize(
    ("statement", "message", "path"),
    [
        ({"Principal": {"AWS": ANN}}, "the principal of a resource control policy is `*`", ""),
        ({"NotPrincipal": "*"}, "the principal of a resource control policy is `*`", ""),
        (
            {"Principal": "*", "NotAction": "s3:*"},
            "`NotAction` in a resource control policy",
            ".NotAction",
        ),
        (
            {"Principal": "*", "Effect": "Allow", "Action": "s3:*"},
            "a resource control policy other than `RCPFullAWSAccess` only denies",
            ".Effect",
        ),
    ],
)
def test_a_resource_control_policy_denies_to_everyone(
    statement: dict[str, object], message: str, path: str
) -> None:
    whole = {"Effect": "Deny", "Resource": "*", **statement}
    if "NotAction" not in whole:
        whole.setdefault("Action", "*")

    expected = (message, f"$.policies.rcp[0][0].Statement{path}")

    assert refusal(asked({"rcp": [[{"Statement": whole}]]})) == expected


@pytest.mark.parametrize(
    "principal", ["*", f"arn:aws:iam::{ACCOUNT}:root", {"Service": "ec2.amazonaws.com"}]
)
@pytest.mark.parametrize("kind", ["identity", "boundary", "session"])
def test_some_callers_have_no_policies(principal: object, kind: str) -> None:
    expected = (f"such a caller has no {kind} policies", f"$.policies.{kind}")

    assert refusal(asked({kind: [ALLOW]}, principal=principal)) == expected


@pytest.mark.parametrize(
    ("action", "resource"),
    [("kms:Decrypt", KEY), ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin")],
)
def test_a_role_or_key_needs_its_policy(action: str, resource: str) -> None:
    expected = ("`resource` is missing: a role or key always has a policy", "$.policies")

    assert refusal(asked({"identity": [ALLOW]}, action=action, resource=resource)) == expected


QUEUE = f"arn:aws:sqs:eu-west-1:{OTHER}:queue"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, None),
        ({"resource": QUEUE}, OTHER),
        ({"resourceAccount": OTHER}, OTHER),
        ({"context": {"aws:resourceaccount": OTHER}}, OTHER),
        ({"principal": "*"}, None),
    ],
)
def test_the_owner_of_the_resource_is_the_caller_unless_one_is_named(
    request_: dict[str, object], expected: str | None
) -> None:
    assert read_case(asked(**request_)).facts.resource_account == expected


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"resource": QUEUE, "resourceAccount": ACCOUNT}, "$.request.resource"),
        (
            {"resource": QUEUE, "context": {"aws:ResourceAccount": ACCOUNT}},
            '$.request.context["aws:ResourceAccount"]',
        ),
    ],
)
def test_a_resource_has_one_owner(request_: dict[str, object], path: str) -> None:
    owner = ACCOUNT if "resourceAccount" in request_ else OTHER

    assert refusal(asked(**request_)) == (f"the resource belongs to `{owner}` too", path)


def test_values_of_the_context_are_texts_or_lists_of_them() -> None:
    context = {"s3:max-keys": 10, "aws:TagKeys": ["a", "b"], "aws:ViaAWSService": False, "n:n": 1.5}
    read = read_case(json.loads(json.dumps(asked(context=context)))).request.context

    assert {key: read[key] for key in context} == {
        "s3:max-keys": "10",
        "aws:TagKeys": ("a", "b"),
        "aws:ViaAWSService": "false",
        "n:n": "1.5",
    }


def test_policies_stand_in_the_stack_by_kind() -> None:
    levels = [[ALLOW], []]
    stack = read_stack({"identity": [ALLOW], "resource": EVERYONE, "scp": levels, "rcp": [[]]})

    assert [named.name for named in stack.named()] == ["resource", "identity[0]", "scp[0][0]"]
    assert (len(stack.scp), len(stack.rcp)) == (2, 1)
