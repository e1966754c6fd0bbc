"""Who is outside the trusted accounts and organizations, decided by the automaton and by hand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import solve
from automaton.evaluate import evaluate as value
from automaton.terms import Problem, conjunction
from automaton.verdict import Sat, Unsat, Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.trust_zone import TrustZone, comes_from_outside, is_outside
from tests.iam_cases import SEGMENTS, Json, policy
from tests.iam_strategies import model_of

OWN, PARTNER, OTHER = "111122223333", "444455556666", "777788889999"
ORGANIZATION = "o-a1b2c3d4e5"
ACCOUNTS = TrustZone(accounts=frozenset({OWN, PARTNER}))
WHOLE = TrustZone(accounts=frozenset({OWN}), organizations=frozenset({ORGANIZATION}))


def lets_outsiders_in(document: Policy, zone: TrustZone = WHOLE) -> bool:
    """Return whether `document` allows a request from outside; each finding must replay."""
    symbolic = SymbolicRequest.of([document])
    allowed = authorize.is_allowed(document, symbolic, SEGMENTS)
    shown = conjunction(allowed, is_outside(zone, document, symbolic))
    verdict = solve(Problem((shown, symbolic.believable(shown))))
    assert isinstance(verdict, Sat | Unsat)
    if isinstance(verdict, Unsat):
        return False
    witness = symbolic.concrete(verdict.model)
    assert evaluate.is_allowed(document, witness, SEGMENTS)
    assert comes_from_outside(zone, document, witness)
    return True


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": OWN}, False),
        ({"AWS": f"arn:aws:iam::{OWN}:root"}, False),
        ({"AWS": f"arn:aws:iam::{OWN}:role/admin"}, False),
        ({"AWS": f"arn:aws:sts::{OWN}:assumed-role/admin/bob"}, False),
        ({"AWS": f"arn:aws-cn:iam::{OWN}:user/ann"}, False),
        ({"AWS": OTHER}, True),
        ({"AWS": [OWN, f"arn:aws:iam::{OTHER}:role/admin"]}, True),
        ("*", True),
        ({"AWS": "*"}, True),
        ({"Service": "cloudtrail.amazonaws.com"}, False),
        ({"Service": "*"}, False),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}, True),
        ({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}, True),
        ({"Federated": f"arn:aws:iam::{OWN}:saml-provider/corp"}, False),
        ({"Federated": f"arn:aws:iam::{OTHER}:saml-provider/corp"}, True),
        ({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/token.example.com"}, True),
        ({"Federated": "accounts.google.com"}, True),
        ({"Federated": "*"}, True),
    ],
    ids=str,
)
def test_a_principal_is_inside_by_its_account(principal: object, expected: bool) -> None:
    assert lets_outsiders_in(policy({"Principal": principal})) is expected


KEYS: list[tuple[Json, bool]] = [
    ({"StringEquals": {"aws:PrincipalAccount": OWN}}, False),
    ({"StringEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, False),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-z9y8x7w6v5"}}, True),
    ({"StringEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}}, True),
    ({"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, True),
    ({"Null": {"aws:PrincipalOrgID": "false"}}, True),
    ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, True),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/*"}}, False),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}, False),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}}, True),
    ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, False),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}, True),
    ({"StringEquals": {"aws:SourceAccount": OWN}}, False),
    ({"StringEquals": {"aws:SourceAccount": OTHER}}, True),
    ({"StringEquals": {"aws:SourceOwner": OWN}}, False),
    ({"StringEquals": {"aws:SourceOrgID": ORGANIZATION}}, False),
    ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": f"{ORGANIZATION}/*"}}, False),
    ({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:topic"}}, False),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}, True),
    ({"StringEquals": {"kms:CallerAccount": OWN}}, False),
    ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, False),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, True),
    ({"StringEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"}}, False),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, True),
    ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, True),
    ({"StringEquals": {"s3:DataAccessPointAccount": OWN}}, True),
    ({"StringEquals": {"aws:userid": "AIDACKCEVSQ6C2EXAMPLE"}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, True),
]


@pytest.mark.parametrize(("condition", "expected"), KEYS, ids=str)
def test_a_key_may_tell_whose_principal_it_is(condition: Json, expected: bool) -> None:
    document = policy({"Principal": {"AWS": "*"}, "Condition": condition})

    assert lets_outsiders_in(document) is expected


def test_a_member_of_the_organization_is_inside_only_by_a_condition() -> None:
    member = {"Principal": {"AWS": OTHER}}
    condition = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}

    assert lets_outsiders_in(policy(member)) is True
    assert lets_outsiders_in(policy({**member, "Condition": condition})) is False


def test_a_deny_of_everyone_else_keeps_outsiders_out() -> None:
    everyone = {"Principal": "*"}
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    }
    account = {"Effect": "Deny", "NotPrincipal": {"AWS": OWN}, "Action": "*"}
    partner = {"Effect": "Deny", "NotPrincipal": {"AWS": [OWN, PARTNER]}, "Action": "*"}

    assert lets_outsiders_in(policy(everyone, deny)) is False
    assert lets_outsiders_in(policy(everyone, {**deny, "Action": "s3:Put*"})) is True
    assert lets_outsiders_in(policy(everyone, account)) is False
    assert lets_outsiders_in(policy(everyone, partner)) is True
    assert lets_outsiders_in(policy(everyone, partner), ACCOUNTS) is False


def test_an_allow_with_not_principal_lets_outsiders_in() -> None:
    assert lets_outsiders_in(policy({"NotPrincipal": {"AWS": OTHER}})) is True


def test_a_key_in_a_variable_tells_too() -> None:
    condition = {
        "StringEquals": {"ex:owner": ["${aws:PrincipalOrgID}"], "ex:Owner2": ORGANIZATION},
    }
    tied = {"StringEquals": {"aws:PrincipalOrgID": ["${ex:a}"], "ex:a": ORGANIZATION}}

    assert lets_outsiders_in(policy({"Principal": "*", "Condition": condition})) is True
    assert lets_outsiders_in(policy({"Principal": "*", "Condition": tied})) is False


@pytest.mark.parametrize(
    ("accounts", "organizations", "message"),
    [
        ({"1111"}, set(), "`1111` is not the id of an account"),
        ({f"{OWN} "}, set(), "is not the id of an account"),
        ({OWN}, {"o-1"}, "`o-1` is not the id of an organization"),
        ({OWN}, {OTHER}, f"`{OTHER}` is not the id of an organization"),
        (set(), set(), "name an account or an organization to trust"),
    ],
    ids=str,
)
def test_a_zone_is_of_known_ids(accounts: set[str], organizations: set[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrustZone(accounts=frozenset(accounts), organizations=frozenset(organizations))


CALLERS = (
    ANONYMOUS,
    Caller(PrincipalKind.AWS, f"arn:aws:iam::{OWN}:user/ann"),
    Caller(PrincipalKind.AWS, f"arn:aws:sts::{OTHER}:assumed-role/admin/bob"),
    Caller(PrincipalKind.SERVICE, "sns.amazonaws.com"),
    Caller(PrincipalKind.FEDERATED, f"arn:aws:iam::{OWN}:saml-provider/corp"),
    Caller(PrincipalKind.FEDERATED, f"arn:aws:iam::{OTHER}:saml-provider/corp"),
    Caller(PrincipalKind.FEDERATED, f"arn:aws:iam::{OWN}:oidc-provider/a.example.com"),
    Caller(PrincipalKind.FEDERATED, "accounts.google.com"),
    Caller(PrincipalKind.CANONICAL_USER, "79a59df900b949e5"),
)
VALUES: Mapping[str, tuple[str, ...]] = {
    "aws:PrincipalOrgID": (ORGANIZATION, "o-z9y8x7w6v5"),
    "aws:SourceAccount": (OWN, OTHER),
    "aws:SourceArn": (f"arn:aws:sns:eu-west-1:{OWN}:t", f"arn:aws:sns:eu-west-1:{OTHER}:t"),
    "kms:CallerAccount": (OWN, OTHER),
}
MENTIONING = policy(
    {"Principal": "*", "Condition": {"StringLike": dict.fromkeys(VALUES, "*")}},
)


def naive(zone: TrustZone, request: Request) -> bool:
    """Return whether a request that has keys of VALUES only comes from outside, by hand."""
    caller, context = request.principal, request.context
    assert caller is not None
    if (
        caller.kind is PrincipalKind.SERVICE
        or context.get("aws:PrincipalOrgID") in zone.organizations
    ):
        return False
    owned = caller.value.split(":")[4] if caller.value.startswith("arn:") else ""
    is_provider = caller.kind is PrincipalKind.FEDERATED
    if owned in zone.accounts and not (is_provider and "saml-provider" not in caller.value):
        return False
    named = {context.get("aws:SourceAccount"), context.get("kms:CallerAccount")}
    source = str(context.get("aws:SourceArn", "::::")).split(":")[4]
    return not (named | {source}) & zone.accounts


@given(
    st.sampled_from(CALLERS),
    st.fixed_dictionaries({}, optional={key: st.sampled_from(VALUES[key]) for key in VALUES}),
    st.sampled_from([ACCOUNTS, WHOLE]),
)
def test_outside_is_the_same_in_both_evaluators_and_by_hand(
    caller: Caller, context: dict[str, str], zone: TrustZone
) -> None:
    asked = Request(caller, "s3:getobject", "arn:aws:s3:::bucket/a", context)
    symbolic = SymbolicRequest.of([MENTIONING])
    formula = is_outside(zone, MENTIONING, symbolic)
    expected = naive(zone, asked)

    assert comes_from_outside(zone, MENTIONING, asked) is expected
    assert value(formula, model_of(asked, symbolic)) is expected


OPERATORS = ("StringEquals", "StringNotEquals", "StringEqualsIfExists", "StringLike")
CONDITIONS = st.builds(
    lambda operator, key, index: {operator: {key: VALUES[key][index]}},
    st.sampled_from(OPERATORS),
    st.sampled_from(list(VALUES)),
    st.integers(0, 1),
)
STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "Principal": st.sampled_from(["*", {"AWS": OWN}, {"AWS": [OWN, OTHER]}]),
    },
    optional={"Condition": CONDITIONS},
)
CONTEXTS = st.fixed_dictionaries({}, optional={key: st.sampled_from(VALUES[key]) for key in VALUES})


@given(st.lists(STATEMENTS, min_size=1, max_size=3), st.lists(CONTEXTS, min_size=4, max_size=4))
def test_no_request_gets_in_from_outside_where_none_is_found(
    statements: list[Json], contexts: list[dict[str, str]]
) -> None:
    document = policy(*statements)
    if lets_outsiders_in(document):
        return
    for caller, context in itertools.product(CALLERS[1:], contexts):
        asked = Request(caller, "s3:getobject", "arn:aws:s3:::bucket/a", context)
        is_in = evaluate.is_allowed(document, asked, SEGMENTS)

        assert not (is_in and naive(WHOLE, asked))


def test_a_number_does_not_tell_whose_principal_it_is() -> None:
    condition = {"NumericEquals": {"aws:SourceAccount": OWN}}
    document = policy({"Principal": "*", "Condition": condition})
    with pytest.raises(Unsupported, match="`NumericEquals` on `aws:SourceAccount`"):
        is_outside(WHOLE, document, SymbolicRequest.of([document]))
