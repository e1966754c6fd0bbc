"""Who is the public: what keeps a stranger out and what does not, decided by the automaton."""

import pytest

from automaton import solve
from automaton.evaluate import evaluate as value
from automaton.verdict import Sat, Unsat, Unsupported
from encoders.iam import questions, strangers
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import Request, SymbolicRequest
from tests.iam_cases import ANN, Json, policy, request
from tests.iam_strategies import CALLERS, model_of

ROLE = "arn:aws:iam::111122223333:role/admin"


def is_public(document: Policy) -> bool:
    """Return whether `document` is public; each finding must replay."""
    question = questions.no_public_access(document)
    verdict = solve(question.problem)
    assert isinstance(verdict, Sat | Unsat)
    assert isinstance(verdict, Unsat) or question.replay(verdict.model)
    return isinstance(verdict, Sat)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["111122223333", ROLE]}, False),
        ({"AWS": [ROLE, "*"]}, True),
        ({"Service": "sns.amazonaws.com"}, False),
        ({"Service": "*"}, False),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, False),
        ({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.example.com"}, True),
        ({"Federated": "accounts.google.com"}, True),
        ({"Federated": "*"}, True),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}, False),
    ],
)
def test_a_named_principal_keeps_the_public_out(principal: object, expected: bool) -> None:
    assert is_public(policy({"Principal": principal})) is expected


KEYS: list[tuple[Json, bool]] = [
    ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
    ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, True),
    ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
    ({"StringEqualsIgnoreCase": {"aws:PrincipalOrgID": "O-1"}}, False),
    ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, True),
    ({"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}, False),
    ({"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-?"]}}, True),
    ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, False),
    ({"StringEquals": {"aws:SourceOwner": "111122223333"}}, False),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}}, False),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, False),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}, True),
    ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:*"}}, False),
    ({"StringLike": {"aws:PrincipalArn": "arn:*:iam::111122223333:role/a"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:*:iam::111122223333:role/a"}}, False),
    ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:111122223333:accesspoint/*"}}, False),
    ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:*:accesspoint/x"}}, True),
    ({"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}, False),
    ({"StringEquals": {"aws:userid": "AIDAEXAMPLE"}}, False),
    ({"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}, True),
    ({"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:k"}}, True),
    ({"StringEquals": {"aws:username": "ann"}}, True),
    ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, False),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, True),
    ({"StringEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"}}, False),
    ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, True),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
    ({"IpAddress": {"aws:SourceIp": "16.0.0.0/7"}}, True),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, False),
    ({"IpAddress": {"aws:SourceIp": "2001:d00::/31"}}, True),
    ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
    ({"Null": {"aws:SourceVpc": "false"}}, True),
    ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
    ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
    ({"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
    ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-1/r-1/ou-1/"}}, False),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}}, False),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-?/r-1/*"}}, True),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1*"}}, True),
    ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, True),
    ({"ForAnyValue:StringLike": {"aws:VpceOrgPaths": "o-1/*"}}, False),
    ({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "sns.amazonaws.com"}}, False),
    ({"ForAllValues:StringEquals": {"aws:PrincipalServiceNamesList": "sns.amazonaws.com"}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": ["o-1", "${*}"]}}, True),
    ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, False),
    ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/*"}}, False),
    ({"StringEquals": {"kms:CallerAccount": "111122223333"}}, False),
    ({"StringLike": {"kms:CallerAccount": "1111*"}}, True),
    ({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, False),
    ({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}}, True),
    ({"BoolIfExists": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, True),
]


@pytest.mark.parametrize(("condition", "expected"), KEYS, ids=str)
def test_fixed_values_of_a_limiting_key_keep_the_public_out(
    condition: Json, expected: bool
) -> None:
    assert is_public(policy({"Principal": "*", "Condition": condition})) is expected


@pytest.mark.parametrize(
    "condition",
    [
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}},
        {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
        {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}},
    ],
    ids=str,
)
def test_a_deny_of_all_but_fixed_values_keeps_the_public_out(condition: Json) -> None:
    everyone = {"Principal": "*"}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": condition}
    elsewhere = {**deny, "Resource": "arn:aws:s3:::other"}

    assert is_public(policy(everyone, deny)) is False
    assert is_public(policy(everyone, elsewhere)) is True


def test_a_deny_with_not_principal_keeps_the_public_out() -> None:
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": "*"}

    assert is_public(policy({"Principal": "*"}, deny)) is False


def test_an_allow_with_not_principal_is_public() -> None:
    assert is_public(policy({"NotPrincipal": {"AWS": ROLE}})) is True


def test_conditions_are_joined_by_and() -> None:
    condition = {
        "StringLike": {"aws:PrincipalOrgID": "*"},
        "IpAddress": {"aws:SourceIp": "203.0.113.7"},
    }

    assert is_public(policy({"Principal": "*", "Condition": condition})) is False


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("token.actions.githubusercontent.com:sub", False),
        ("token.actions.githubusercontent.com:aud", False),
        ("token.actions.githubusercontent.com:actor", True),
        ("saml:sub", True),
    ],
)
def test_a_web_identity_is_public_unless_its_audience_or_subject_is_fixed(
    key: str, expected: bool
) -> None:
    provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    statement = {
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {key: "fixed"}},
    }

    assert is_public(policy(statement)) is expected


def test_a_limiting_key_of_an_unexpected_family_is_refused() -> None:
    condition = {"NumericEquals": {"aws:SourceAccount": "111122223333"}}
    with pytest.raises(Unsupported, match="on the limiting key `aws:SourceAccount`"):
        questions.no_public_access(policy({"Principal": "*", "Condition": condition}))


def test_a_policy_without_principals_cannot_be_public() -> None:
    with pytest.raises(ValueError, match="`identity` names no principals"):
        questions.no_public_access(policy({}))


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_the_stranger_is_the_same_in_both_evaluators(caller: Caller) -> None:
    condition = {
        "StringNotLike": {"aws:PrincipalOrgID": ["o-1", "o-*"]},
        "NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/1"]},
    }
    document = policy({"Principal": {"AWS": ROLE}, "Condition": condition})
    symbolic = SymbolicRequest.of([document])
    formula = strangers.is_stranger(document, symbolic)
    contexts = [{}, {"aws:PrincipalOrgID": "o-1"}, {"aws:SourceIp": "10.1.1.1"}]
    contexts += [{"aws:PrincipalOrgID": "o-2", "aws:SourceIp": "11.1.1.1"}]
    for context in contexts:
        asked = request(context=context, principal=caller)
        expected = strangers.comes_from_stranger(document, asked)

        assert value(formula, model_of(asked, symbolic)) is expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (None, True),
        (("o-2/r-2/",), True),
        (("o-1/r-1/",), False),
        (("o-2/r-2/", "o-1/r-9/"), False),
        ((), True),
    ],
)
def test_one_fixed_value_among_several_makes_a_caller_familiar(
    paths: tuple[str, ...] | None, expected: bool
) -> None:
    test = {"aws:PrincipalOrgPaths": "o-1/*"}
    condition = {"ForAllValues:StringLike": test, "ForAnyValue:StringNotLike": test}
    document = policy({"Principal": "*", "Condition": condition})
    context = {} if paths is None else {"aws:PrincipalOrgPaths": paths}
    asked = Request(ANN, "s3:getobject", "arn:aws:s3:::bucket/a", context)

    assert strangers.comes_from_stranger(document, asked) is expected


def test_services_and_named_callers_are_no_strangers() -> None:
    document = policy({"Principal": {"AWS": [ANN.value, "*"]}})
    service = Caller(PrincipalKind.SERVICE, "ec2.amazonaws.com")
    found = [
        strangers.comes_from_stranger(document, request(principal=caller))
        for caller in (ANN, service, ANONYMOUS)
    ]

    assert found == [False, False, True]
