"""Who can, what can, where can: the printed patterns against one value after another."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automaton import solve, terms
from automaton.budget import Budget
from automaton.terms import Formula, Problem
from automaton.verdict import Reason, Sat, Unknown, Unsat, Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.access.asked import Context
from encoders.iam.access.projection import (
    Access,
    matches,
    piece_matches,
    what_can,
    where_can,
    who_can,
)
from encoders.iam.access.sides import VARIABLES, Side, read_principal
from encoders.iam.caller_keys import FOLLOWING
from encoders.iam.context_keys import name_of
from encoders.iam.policy import Policy, PolicyType, Principal, PrincipalKind, Principals
from encoders.iam.principals import ANONYMOUS, Caller
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.wildcard import ArnWildcards
from tests.iam_cases import SEGMENTS, policy
from tests.iam_strategies import ACTIONS, CALLERS, RESOURCES, policies, requests

readings = st.sampled_from(ArnWildcards)

ANN = "AWS:arn:aws:iam::111122223333:user/ann"
SECURE = {"Bool": {"aws:SecureTransport": "true"}}


def printed(access: Access | Unknown) -> list[str]:
    return [
        " ".join([piece.pattern, *(f"-{other}" for other in piece.but_not), *piece.conditions])
        for piece in answered(access).pieces
    ]


def test_where_is_what_is_allowed_without_what_is_denied() -> None:
    document = policy(
        {"Action": "s3:Get*", "Resource": ["arn:aws:s3:::logs/*", "arn:aws:s3:::web/*"]},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/private/*"},
        {"Action": "ec2:*", "Resource": "*"},
    )

    assert printed(where_can(document, action="s3:GetObject")) == [
        "arn:aws:s3:::logs/* -arn:aws:s3:::logs/private/*",
        "arn:aws:s3:::web/*",
    ]
    assert printed(where_can(document)) == ["*"]
    assert printed(where_can(document, action="s3:PutObject")) == []


def test_what_is_left_by_a_deny_of_all_but_some_actions() -> None:
    document = policy(
        {"Action": "*"},
        {"Effect": "Deny", "NotAction": ["iam:*", "s3:*Object"]},
        {"Effect": "Deny", "Action": "*:Put*"},
    )

    assert printed(what_can(document)) == ["iam:* -*:Put*", "s3:*Object -*:Put*"]


def test_what_two_statements_leave_together_is_printed_as_a_common_pattern() -> None:
    document = policy({"Action": "s3:Get*"}, {"Effect": "Deny", "NotAction": "s3:*Object"})

    assert printed(what_can(document)) == ["s3:get*object"]


def test_an_action_that_nobody_forbids_is_anything() -> None:
    document = policy({"NotAction": "iam:*"})

    assert printed(what_can(document)) == ["* -iam:*"]


def test_who_is_named_by_the_words_of_the_policy() -> None:
    document = policy(
        {"Principal": {"AWS": ["111122223333"], "Service": "sns.amazonaws.com"}},
        {"Effect": "Deny", "Principal": {"AWS": ANN.removeprefix("AWS:")}, "Action": "*"},
    )

    assert printed(who_can(document)) == [f"AWS:111122223333 -{ANN}", "Service:sns.amazonaws.com"]
    assert printed(who_can(document, "s3:PutObject")) == []
    assert printed(what_can(document, ANN)) == []
    assert printed(what_can(document, "111122223333")) == ["s3:GetObject"]


def test_the_caller_without_credentials_has_a_word() -> None:
    document = policy(
        {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    )

    assert printed(who_can(document)) == ["* -anonymous aws:PrincipalOrgID"]


def test_conditions_that_may_decide_are_named() -> None:
    document = policy(
        {"Resource": "arn:aws:s3:::a/*"},
        {"Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"], "Condition": SECURE},
    )

    assert printed(where_can(document)) == [
        "arn:aws:s3:::a/*",
        "arn:aws:s3:::b/* aws:SecureTransport",
    ]


def test_conditions_that_leave_nothing_open_are_not_named() -> None:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}

    assert printed(what_can(policy({"Condition": SECURE}, {"Condition": insecure}))) == [
        "s3:GetObject"
    ]


def test_a_statement_that_no_request_matches_still_says_what_is_believable() -> None:
    ann, account = "arn:aws:iam::111122223333:user/ann", "111122223333"
    of_nobody = {
        "StringEquals": {"aws:PrincipalArn": ann},
        "StringNotEquals": {"aws:PrincipalAccount": account},
    }
    of_anonymous = {"StringEquals": {"aws:PrincipalType": "Anonymous"}}

    assert printed(what_can(policy({"Condition": of_nobody}, {"Condition": of_anonymous}))) == []


def test_a_context_answers_for_itself() -> None:
    document = policy(
        {"Resource": "arn:aws:s3:::a", "Condition": SECURE},
        {"Resource": "arn:aws:s3:::b", "Condition": {"NumericLessThan": {"ex:Age": "60"}}},
        {
            "Resource": "arn:aws:s3:::c",
            "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["x", "y"]}},
        },
        {"Resource": "arn:aws:s3:::d", "Condition": {"Null": {"ex:Age": "true"}}},
    )

    def where(context: Context) -> list[str]:
        return printed(where_can(document, context=context))

    secure = {"aws:SecureTransport": "true"}
    assert where({}) == [
        *("arn:aws:s3:::c", "arn:aws:s3:::d"),
        "arn:aws:s3:::a aws:SecureTransport",
    ]
    assert where({**secure, "EX:age": "59"}) == [f"arn:aws:s3:::{name}" for name in "abc"]
    assert where({"aws:SecureTransport": "false", "ex:Age": "60"}) == ["arn:aws:s3:::c"]
    assert where({**secure, "aws:TagKeys": ("x", "y")}) == [
        f"arn:aws:s3:::{name}" for name in "acd"
    ]
    assert where({**secure, "aws:TagKeys": ("x", "z")}) == [f"arn:aws:s3:::{name}" for name in "ad"]


@given(policies(PolicyType.RESOURCE), requests())
def test_an_allowed_request_is_in_the_printed_set_of_its_context(
    document: Policy, request: Request
) -> None:
    context = {
        key: value for key, value in request.context.items() if name_of(key) not in FOLLOWING
    }
    assert request.principal is not None
    assert request.resource in RESOURCES
    access = where_can(document, action=request.action, context=context)
    assume(isinstance(access, Access))
    if evaluate.is_allowed(document, request, SEGMENTS):
        assert matches(answered(access), request.resource)


def test_a_policy_variable_is_kept_where_it_decides() -> None:
    home = "arn:aws:s3:::home/${aws:username}/*"
    document = policy(
        {"Resource": [home, "arn:aws:s3:::all/*"]},
        {"Effect": "Deny", "Resource": "arn:aws:s3:::home/*/private"},
    )
    access = answered(where_can(document))

    assert printed(access) == [
        "arn:aws:s3:::all/*",
        f"{home} -arn:aws:s3:::home/*/private aws:username",
    ]
    assert [piece.is_exact for piece in access.pieces] == [True, False]
    assert [
        matches(access, f"arn:aws:s3:::home/{name}") for name in ("ann/a", "ann/private", "ann")
    ] == [True, False, False]


def test_a_policy_variable_that_decides_nothing_is_no_condition() -> None:
    document = policy(
        {"Principal": "*", "Resource": ["*", "arn:aws:s3:::home/${aws:username}/*"]},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:Put*"},
    )

    assert printed(where_can(document, context={})) == ["*"]


def test_a_condition_on_the_caller_leaves_open_who_of_a_piece_it_is() -> None:
    of_role = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}
    access = answered(who_can(policy({"Principal": "*", "Condition": of_role})))

    assert printed(access) == ["* -anonymous aws:PrincipalArn"]
    assert [piece.is_exact for piece in access.pieces] == [False]


def test_json_says_all_of_it() -> None:
    access = where_can(policy({"Resource": "arn:aws:s3:::a", "Condition": SECURE}))

    assert isinstance(access, Access)
    assert access.to_json() == {
        "question": "where",
        "pieces": [
            {
                "pattern": "arn:aws:s3:::a",
                "butNot": [],
                "conditions": ["aws:SecureTransport"],
                "isExact": True,
            }
        ],
        "arnWildcards": "segments",
    }


def test_a_limit_is_no_answer() -> None:
    document = policy({"Resource": [f"arn:aws:s3:::*{letter}*" for letter in "abcdefghij"]})

    assert where_can(document, budget=Budget(max_steps=100)) == Unknown(Reason.STEPS, "100 steps")


def test_who_is_asked_of_policies_with_principals_only() -> None:
    with pytest.raises(ValueError, match="`identity` names no principals"):
        who_can(policy({}))
    with pytest.raises(ValueError, match="`identity` names no principals"):
        where_can(policy({}), "*")
    with pytest.raises(Unsupported, match=r"the principal `user/\*`"):
        read_principal("AWS:user/*")


PLAIN_RESOURCES = tuple(text for text in RESOURCES if "*" not in text)

VALUES: dict[Side, tuple[str, ...] | tuple[Caller, ...]] = {
    Side.WHO: CALLERS,
    Side.WHAT: ACTIONS,
    Side.WHERE: RESOURCES,
}


def asked(side: Side, document: Policy, reading: ArnWildcards = SEGMENTS) -> Access:
    """Return the answer for one side of any request, if there is one within the budget."""
    ask = {Side.WHO: who_can, Side.WHAT: what_can, Side.WHERE: where_can}[side]
    access = ask(document, reading=reading)
    # Templates may linger; a limit is an honest answer, and another test is about it.
    assume(not isinstance(access, Unknown))
    return answered(access)


def answered(access: Access | Unknown) -> Access:
    assert isinstance(access, Access)
    return access


def holds_of_some(
    document: Policy, reading: ArnWildcards, fixed: Formula, *, allowed: bool
) -> bool:
    """Return whether some believable request with `fixed` is allowed, or is not."""
    request = SymbolicRequest.of([document])
    shown = authorize.is_allowed(document, request, reading)
    formula = terms.conjunction(fixed, shown if allowed else terms.negation(shown))
    spoken_of = terms.conjunction(fixed, shown) if allowed else formula
    verdict = solve(Problem((formula, request.believable(spoken_of))))
    assert isinstance(verdict, Sat | Unsat)
    return isinstance(verdict, Sat)


def is_value(side: Side, value: str | Caller) -> Formula:
    """Return that a request has the value; a session may be one of a role with any path."""
    if not isinstance(value, Caller):
        return terms.equals(VARIABLES[side], value)
    if ":assumed-role/" not in value.value:
        return terms.equals(VARIABLES[side], value.text)
    return authorize.principals_match(
        Principals((Principal(value.kind, value.value, ""),), negated=False, path="")
    )


sides = st.sampled_from([(PolicyType.RESOURCE, side) for side in Side]) | st.sampled_from(
    [(PolicyType.IDENTITY, Side.WHAT), (PolicyType.IDENTITY, Side.WHERE)]
)


@given(sides.flatmap(lambda pair: st.tuples(policies(pair[0]), st.just(pair[1]))), readings)
def test_a_value_is_in_the_printed_set_iff_some_request_with_it_is_allowed(
    drawn: tuple[Policy, Side], reading: ArnWildcards
) -> None:
    document, side = drawn
    access = asked(side, document, reading)
    exact = [piece for piece in access.pieces if piece.is_exact]
    if side is Side.WHAT:
        assert list(access.pieces) == exact
    for value in VALUES[side]:
        expected = holds_of_some(document, reading, is_value(side, value), allowed=True)
        assert matches(access, value) >= expected
        assert any(piece_matches(access, piece, value) for piece in exact) <= expected


@given(policies(PolicyType.RESOURCE), st.sampled_from(ACTIONS), st.sampled_from(PLAIN_RESOURCES))
def test_a_piece_without_conditions_is_what_is_allowed_in_every_context(
    document: Policy, action: str, resource: str
) -> None:
    access = answered(who_can(document, action, resource))
    rest = terms.conjunction(is_value(Side.WHAT, action), is_value(Side.WHERE, resource))
    for caller in CALLERS:
        fixed = terms.conjunction(rest, is_value(Side.WHO, caller))
        possible = holds_of_some(document, SEGMENTS, fixed, allowed=True)
        refused = holds_of_some(document, SEGMENTS, fixed, allowed=False)
        in_every_context = [piece for piece in access.pieces if not piece.conditions]

        assert matches(access, caller) >= possible
        assert any(piece_matches(access, piece, caller) for piece in in_every_context) <= (
            possible and not refused
        )


@given(policies(PolicyType.RESOURCE), requests(), readings)
def test_an_allowed_request_is_in_the_printed_set_of_each_side(
    document: Policy, request: Request, reading: ArnWildcards
) -> None:
    if evaluate.is_allowed(document, request, reading):
        assert request.principal is not None
        assert request.resource is not None
        assert matches(asked(Side.WHO, document, reading), request.principal)
        assert matches(asked(Side.WHAT, document, reading), request.action)
        assert matches(asked(Side.WHERE, document, reading), request.resource)


def test_a_kind_of_caller_is_a_condition_where_nobody_is_named() -> None:
    kinds = {"StringEquals": {"aws:PrincipalType": "User"}}
    access = answered(who_can(policy({"Principal": "*", "Condition": kinds})))

    assert [(piece.pattern, piece.conditions, piece.is_exact) for piece in access.pieces] == [
        ("*", ("aws:PrincipalType",), False)
    ]


def test_a_role_stands_for_its_sessions() -> None:
    role = "arn:aws:iam::111122223333:role/path/admin"
    access = answered(who_can(policy({"Principal": {"AWS": role}})))
    session = Caller(PrincipalKind.AWS, "arn:aws:sts::111122223333:assumed-role/admin/bob")

    assert printed(access) == [f"AWS:{role}"]
    assert [matches(access, caller) for caller in (session, ANONYMOUS)] == [True, False]
