"""Variables of a request, what is believable of them, and the way from a model to a request."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import terms
from automaton.evaluate import evaluate as value
from automaton.terms import Formula, Sort
from automaton.verdict import Model, Unsupported
from encoders.iam.policy import Policy
from encoders.iam.principals import ANONYMOUS, SOMEBODY
from encoders.iam.request import (
    ACTION,
    PRINCIPAL,
    RESOURCE,
    Request,
    SymbolicRequest,
    presence_of,
)
from encoders.iam.symbols import key_variable
from tests.iam_cases import ANN, policy, request, when
from tests.iam_strategies import model_of, policies, requests


@given(st.text(max_size=6), st.text(max_size=6))
def test_names_of_variables_are_printable_and_do_not_collide(first: str, second: str) -> None:
    names = [key_variable("value", key, Sort.STRING).name for key in (first, second)]

    assert all(name.isascii() and name.isprintable() for name in names)
    assert not any({"|", "\\"} & set(name) for name in names)
    assert (names[0] == names[1]) is (first == second)


def test_ordinary_key_names_stand_in_their_variables_as_they_are() -> None:
    name = presence_of("aws:requesttag/cost centre").name

    assert name == "present(aws:requesttag/cost centre)"


def believable(formula: Formula, document: Policy, model: Model) -> bool:
    return value(SymbolicRequest.of([document]).believable(formula), model)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", True),
        ("arn:aws:s3:::a", True),
        ("arn:aws:ec2:r:1:a:b", True),
        ("arn:aws:s3:::", False),
        ("arn::s3:::a", False),
        ("bucket", False),
    ],
)
def test_a_resource_is_an_arn_or_the_star(resource: str, expected: bool) -> None:
    formula = terms.equals(RESOURCE, resource)

    assert believable(formula, policy({}), {RESOURCE.name: resource}) is expected


@pytest.mark.parametrize(
    ("action", "expected"), [("s3:getobject", True), ("S3:GetObject", False), ("s3:", False)]
)
def test_an_action_is_a_service_and_a_name_in_lower_case(action: str, expected: bool) -> None:
    formula = terms.equals(ACTION, action)

    assert believable(formula, policy({}), {ACTION.name: action}) is expected


def test_a_request_through_an_endpoint_has_no_source_address() -> None:
    document = policy({"Condition": {"Null": {"aws:SourceVpce": "false", "aws:SourceIp": "false"}}})
    both = [terms.is_true(presence_of(name)) for name in ("aws:sourcevpce", "aws:sourceip")]
    model = {presence_of(name).name: True for name in ("aws:sourcevpce", "aws:sourceip")}

    assert believable(terms.conjunction(*both), document, model) is False


def test_an_anonymous_request_carries_no_tag_of_its_principal() -> None:
    document = policy({"Principal": "*", "Condition": {"Null": {"aws:PrincipalTag/a": "false"}}})
    tag = presence_of("aws:principaltag/a")
    formula = terms.conjunction(terms.is_true(tag), terms.equals(PRINCIPAL, "*"))

    assert believable(formula, document, {tag.name: True, PRINCIPAL.name: "*"}) is False
    assert believable(formula, document, {tag.name: True, PRINCIPAL.name: ANN.text}) is True


@given(policies(), requests())
def test_a_model_reads_back_as_its_request(policy: Policy, request: Request) -> None:
    symbolic = SymbolicRequest.of([policy])
    model = model_of(request, symbolic)
    again = symbolic.concrete(model)
    role = {name: v for name, v in request.context.items() if name == "aws:PrincipalArn"}
    context = {**role, **again.context}
    same = Request(request.principal, again.action, request.resource, context)

    assert model_of(same, symbolic) == model


def test_what_a_model_leaves_open_gets_some_value() -> None:
    empty: Model = {}
    document = policy({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}})
    found = SymbolicRequest.of([document]).concrete(empty)

    assert found == Request(ANONYMOUS, "s3:getobject", "*", {"aws:SecureTransport": "false"})


def test_a_caller_left_open_may_carry_the_keys_that_are_present() -> None:
    document = policy(
        {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    )
    model: Model = {"present(aws:principalorgid)": True, "value(aws:principalorgid)": "o-1"}

    assert SymbolicRequest.of([document]).concrete(model).principal == SOMEBODY


def test_an_identity_policy_leaves_the_caller_out() -> None:
    assert SymbolicRequest.of([policy({})]).concrete({}).principal is None


@pytest.mark.parametrize(
    ("operator", "constant", "model", "expected"),
    [
        ("NumericEquals", 1, {"value(ex:a)": Fraction(1, 2)}, "0.5"),
        ("DateEquals", "2024-05-01", {"value(ex:a)": Fraction(3, 2)}, "1970-01-01T00:00:01.5Z"),
        ("IpAddress", "::1", {"is-ipv6(ex:a)": True, "ipv6(ex:a)": 1, "ipv4(ex:a)": 7}, "::1"),
        ("IpAddress", "::1", {"is-ipv6(ex:a)": False, "ipv4(ex:a)": 7}, "0.0.0.7"),
        ("Bool", "true", {"value(ex:a)": True}, "true"),
        ("StringLike", "*", {"value(ex:a)": "x"}, "x"),
    ],
)
def test_values_are_written_as_iam_does(
    operator: str, constant: object, model: Model, expected: str
) -> None:
    symbolic = SymbolicRequest.of([when(operator, "ex:A", constant)])
    found = symbolic.concrete({"present(ex:a)": True, **model})

    assert found.context == {"ex:A": expected}


def test_key_names_ignore_case() -> None:
    asked = request(context={"AWS:SourceVpc": "vpc-1"})

    assert asked.value("aws:sourceVPC") == "vpc-1"


def test_a_list_of_values_is_unsupported() -> None:
    with pytest.raises(Unsupported):
        Request(None, "s3:getobject", "*", {"ex:A": ("a",)}).value("ex:a")
