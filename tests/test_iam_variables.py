"""Policy variables: how they are cut, and what stands for them in the evaluators and the solver."""

import pytest

from automaton import Sat, Unsat, solve
from automaton.verdict import Unsupported
from encoders.iam import evaluate, questions
from encoders.iam.policy import Policy, PrincipalKind
from encoders.iam.principals import Caller
from encoders.iam.variables import Exactly, Piece, Reference, Text, pieces_of, segments_of
from tests.iam_cases import SEGMENTS, is_allowed, policy, request


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", (Text(""),)),
        ("a*", (Text("a*"),)),
        ("a${aws:username}/*", (Text("a"), Reference("aws:username", None), Text("/*"))),
        ("${*}${?}${$}", (Exactly("*"), Exactly("?"), Exactly("$"))),
        ("${aws:username, 'x*'}", (Reference("aws:username", "x*"),)),
        ("${ aws:username }", (Reference("aws:username", None),)),
        ("${aws:PrincipalTag/a b:c}", (Reference("aws:PrincipalTag/a b:c", None),)),
        ("$a{b}", (Text("$a{b}"),)),
    ],
)
def test_a_value_is_cut_at_its_variables(value: str, expected: tuple[Piece, ...]) -> None:
    assert pieces_of(value, has_variables=True) == expected


def test_without_variables_a_value_is_text() -> None:
    assert pieces_of("${aws:username}", has_variables=False) == (Text("${aws:username}"),)


@pytest.mark.parametrize("value", ["${", "${a", "${}", "${a b}", "${aws:a, b}", "${a:b${c:d}}"])
def test_what_is_no_variable_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="variable"):
        pieces_of(value, has_variables=True)


def test_a_colon_of_a_variable_cuts_no_segment() -> None:
    pieces = pieces_of("arn:aws:s3:::${aws:a}:b", has_variables=True)

    assert segments_of(pieces)[5] == (Reference("aws:a", None), Text(":b"))


def home(**statement: object) -> Policy:
    return policy({"Resource": "arn:aws:s3:::home/${aws:username}/*", **statement})


def test_a_variable_in_a_resource_stands_for_the_value_of_its_key() -> None:
    resource = "arn:aws:s3:::home/ann/a"

    for name, expected in (("ann", True), ("bob", False), ("*", False)):
        asked = request(resource=resource, context={"aws:username": name})
        assert is_allowed(home(), asked) is expected
    assert is_allowed(home(), request(resource=resource)) is False


def test_a_resource_with_a_variable_that_has_no_value_is_not_even_excluded() -> None:
    other = policy({"NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::home/${aws:username}/*"]})

    assert is_allowed(other, request(context={"aws:username": "ann"})) is True
    assert is_allowed(other, request()) is False


def test_a_default_stands_for_an_absent_key() -> None:
    team = policy({"Resource": "arn:aws:s3:::${aws:PrincipalTag/team, 'all*'}/*"})

    assert is_allowed(team, request(resource="arn:aws:s3:::all*/x")) is True
    assert is_allowed(team, request(resource="arn:aws:s3:::allx/x")) is False
    tagged = {"aws:PrincipalTag/team": "red"}
    assert is_allowed(team, request(resource="arn:aws:s3:::red/x", context=tagged)) is True
    assert is_allowed(team, request(resource="arn:aws:s3:::all*/x", context=tagged)) is False


def test_a_negated_operator_holds_where_a_variable_has_no_value() -> None:
    test = {"StringNotEquals": {"ex:A": "${aws:PrincipalTag/a}"}}
    negated = policy({"Condition": test})

    assert is_allowed(negated, request(context={"ex:A": "x"})) is True
    same = {"ex:A": "x", "aws:PrincipalTag/a": "x"}
    assert is_allowed(negated, request(context=same)) is False


def test_a_value_with_a_colon_is_no_segment() -> None:
    account = policy({"Resource": "arn:aws:kms:*:${ex:Account}:key/*"})
    resource = "arn:aws:kms:r:1:2:key/a"

    assert is_allowed(account, request(resource=resource, context={"ex:Account": "1:2"})) is False
    resource = "arn:aws:kms:r:1:key/a"
    assert is_allowed(account, request(resource=resource, context={"ex:Account": "1"})) is True


def added(existing: Policy, new: Policy) -> type:
    question = questions.no_new_access(existing, new)
    found = solve(question.problem)
    assert not isinstance(found, Sat) or question.replay(found.model)
    return type(found)


def test_a_narrower_path_under_a_variable_is_nothing_new() -> None:
    narrow = home(Resource="arn:aws:s3:::home/${aws:username}/public/*")

    assert added(home(), narrow) is Unsat
    assert added(narrow, home()) is Sat


def test_another_variable_is_something_new() -> None:
    path = "arn:aws:s3:::home/${aws:PrincipalTag/user}/*"
    same = {"StringEquals": {"aws:PrincipalTag/user": "${aws:username}"}}

    assert added(home(), home(Resource=path)) is Sat
    assert added(home(), home(Condition=same)) is Unsat
    assert added(home(), home(Resource=path, Condition=same)) is Unsat


def test_the_account_of_a_variable_is_that_of_the_caller() -> None:
    caller = {"Principal": {"AWS": "111122223333"}}
    by_variable = policy({**caller, "Resource": "arn:aws:kms:*:${aws:PrincipalAccount}:key/*"})
    by_number = policy({**caller, "Resource": "arn:aws:kms:*:111122223333:key/*"})

    assert added(by_number, by_variable) is Unsat
    assert added(by_variable, by_number) is Unsat


def test_the_session_of_a_role_carries_the_arn_of_the_role() -> None:
    session = Caller(PrincipalKind.AWS, "arn:aws:sts::111122223333:assumed-role/admin/bob")
    arn = "arn:aws:iam::111122223333:role/path/admin"

    assert session.text_with(arn) == f"AWS:{arn}#bob"
    assert Caller.from_text(f"AWS:{arn}#bob") == session


def test_a_variable_may_ignore_case() -> None:
    test = {"StringEqualsIgnoreCase": {"aws:ResourceTag/a": "Team-${aws:PrincipalTag/a}"}}
    team = policy({"Condition": test})
    tagged = {"aws:ResourceTag/a": "TEAM-red", "aws:PrincipalTag/a": "Red"}

    assert evaluate.is_allowed(team, request(context=tagged), SEGMENTS) is True
    assert added(team, team) is Unsat
    assert added(team, policy({"Condition": {"Null": {"aws:ResourceTag/a": "false"}}})) is Sat
    other = {"StringEqualsIgnoreCase": {"aws:ResourceTag/a": "tEAM-${aws:PrincipalTag/a}"}}
    assert added(team, policy({"Condition": other})) is Unsat


def test_a_variable_that_ignores_case_is_refused_beside_what_does_not() -> None:
    test = {
        "StringEqualsIgnoreCase": {"ex:A": "${ex:B}"},
        "StringEquals": {"ex:B": "Red"},
    }
    with pytest.raises(Unsupported, match="ignores case beside another test of `ex:B`") as caught:
        added(policy({"Condition": test}), home())

    assert caught.value.where.endswith('StringEqualsIgnoreCase["ex:A"]')
