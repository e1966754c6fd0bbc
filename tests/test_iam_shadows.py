"""What may go across statements: by example, and what is left is equivalent and needed."""

from dataclasses import replace

import pytest
from hypothesis import given

from automaton import Unsat, Unsupported, solve
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Effect, Policy, Statement
from encoders.iam.questions import no_new_access
from encoders.iam.redundancy.lists import Kind
from encoders.iam.redundancy.shadows import find_redundancy
from tests.iam_cases import Json, policy
from tests.iam_reports import placed, without
from tests.iam_strategies import policies

Row = tuple[str, str, tuple[str, ...]]


def rows(document: Policy) -> list[Row]:
    """Return kind, path and covering paths of each report, paths without `$.Statement`."""
    found = find_redundancy(document)
    assert found.is_complete
    return [
        (report.kind.value, short(report.path), tuple(map(short, report.covered_by)))
        for report in found.reports
    ]


def short(path: str) -> str:
    return path.removeprefix("$.Statement")


def deny(**elements: object) -> Json:
    return {"Effect": "Deny", **elements}


SECURE = {"Bool": {"ex:Flag": "true"}}
INSECURE = {"BoolIfExists": {"ex:Flag": "false"}}
NEVER = {"StringEquals": {"ex:Name": "a"}, "StringNotEquals": {"ex:Name": "a"}}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{}, {}], [("redundant", "[1]", ("[0]",))]),
        ([{"Condition": SECURE}, {}], [("redundant", "[0]", ("[1]",))]),
        (
            [{}, {"Condition": SECURE}, {"Action": "s3:*"}],
            [("redundant", "[1]", ("[2]",)), ("redundant", "[0]", ("[2]",))],
        ),
        (
            [{"Condition": SECURE}, {"Action": "ec2:*"}, {"Condition": INSECURE}, {}],
            [("redundant", "[2]", ("[3]",)), ("redundant", "[0]", ("[3]",))],
        ),
        (
            [deny(Action="s3:Get*"), deny(), {"Action": "s3:*"}],
            [("shadowed", "[1]", ("[0]",))],
        ),
        ([deny(Action="s3:*"), {}], [("shadowed", "[1]", ("[0]",))]),
        ([deny(Action="s3:Put*"), {}], []),
        ([deny(Action="ec2:*")], []),
        (
            [{"Condition": SECURE}, deny(Condition=INSECURE), {}],
            [("redundant", "[0]", ("[2]",))],
        ),
        (
            [{"Condition": SECURE}, {"Resource": "arn:aws:s3:::a/b"}, deny(Condition=INSECURE)],
            [("redundant", "[1]", ("[0]", "[2]"))],
        ),
        ([{"Condition": NEVER}, {"Action": "ec2:*"}], [("vacuous", "[0]", ())]),
        ([{"Action": []}], [("vacuous", "[0]", ())]),
        ([{"Resource": "arn:aws:s3:::"}], [("vacuous", "[0]", ())]),
        ([{"Resource": "execute-api:/*"}, {"Resource": "*"}], []),
        ([{"Resource": ["arn:aws:s3:b", "arn:aws:s3:::b"]}], [("vacuous", "[0].Resource[0]", ())]),
        (
            [{"Action": ["s3:GetObject", "s3:PutObject"]}, {"Action": "s3:Get*"}],
            [("redundant", "[0].Action[0]", ("[1]",))],
        ),
        (
            [{"Action": ["s3:Get*", "ec2:*"]}, deny(Action="s3:*")],
            [("shadowed", "[0].Action[0]", ("[1]",))],
        ),
        (
            [
                {"Action": "s3:*", "Resource": "arn:aws:s3:::a/*"},
                {"Action": "s3:Get*", "Resource": ["arn:aws:s3:::a/b", "arn:aws:s3:::c"]},
            ],
            [("redundant", "[1].Resource[0]", ("[0]",))],
        ),
        (
            [
                {"Action": ["s3:GetObject", "s3:Get*"], "Condition": SECURE},
                {"Condition": INSECURE},
            ],
            [("redundant", "[0].Action[0]", ("[0].Action[1]",))],
        ),
        (
            [{"NotAction": "s3:*"}, {"Action": ["ec2:Run", "s3:Get*"]}],
            [("redundant", "[1].Action[0]", ("[0]",))],
        ),
    ],
)
def test_what_may_go_is_reported(statements: list[Json], expected: list[Row]) -> None:
    assert rows(policy(*statements)) == expected


def test_statements_that_only_together_cover_one_are_all_named() -> None:
    document = policy(
        {"Condition": SECURE},
        {"Action": "ec2:*"},
        {"Condition": INSECURE},
        {"Resource": "arn:aws:s3:::a/b"},
    )

    assert rows(document) == [("redundant", "[3]", ("[0]", "[2]"))]


def test_an_action_that_no_service_has_is_vacuous() -> None:
    document = policy({"Action": ["s3:GetObject", "s3:GetObjekt"]}, {"Action": "s3:GetObjekt"})

    found = find_redundancy(document, names_an_action=lambda action: "kt" not in action)

    assert [(report.kind, report.path) for report in found.reports] == [
        (Kind.VACUOUS, "$.Statement[1]"),
        (Kind.VACUOUS, "$.Statement[0].Action[1]"),
    ]


def test_not_resource_with_a_variable_keeps_it_for_it_asks_for_a_value() -> None:
    patterns = ["arn:aws:s3:::b/*", "arn:aws:s3:::b/${ex:Name}"]

    assert rows(policy({"NotResource": patterns})) == []
    assert rows(policy({"Resource": patterns})) == [
        ("redundant", "[0].Resource[1]", ("[0].Resource[0]",))
    ]


def test_principals_count() -> None:
    account, user = "111122223333", "arn:aws:iam::111122223333:user/ann"
    elements = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}
    statements = [{**elements, "Principal": {"AWS": name}} for name in (user, account)]
    document = policy_from_json({"Version": "2012-10-17", "Statement": statements})

    assert rows(document) == [("redundant", "[0]", ("[1]",))]


def test_what_is_not_modelled_is_refused() -> None:
    document = policy({"Condition": {"StringEquals": {"ex:Name": "a"}}})
    (statement,) = document.statements
    unknown = replace(statement.tests[0], operator="StringResembles")
    strange = replace(document, statements=(replace(statement, tests=(unknown,)),))

    with pytest.raises(Unsupported, match="StringResembles"):
        find_redundancy(strange)


def test_a_limit_is_owned_up_to() -> None:
    found = find_redundancy(policy({"Condition": SECURE}, {}), max_calls=0)

    assert (found.reports, found.is_complete) == ((), False)


@given(policies())
def test_what_is_left_is_equivalent(document: Policy) -> None:
    whole = placed(document)
    left = without(whole, {report.path for report in find_redundancy(whole).reports})

    for before, after in [(whole, left), (denying(whole), denying(left))]:
        assert passes(before, after)
        assert passes(after, before)


def passes(existing: Policy, new: Policy) -> bool:
    return isinstance(solve(no_new_access(existing, new).problem), Unsat)


def denying(document: Policy) -> Policy:
    """Return the policy that allows what `document` denies."""
    denies = (s for s in document.statements if s.effect is Effect.DENY)
    return replace(document, statements=tuple(replace(s, effect=Effect.ALLOW) for s in denies))


@given(policies())
def test_of_the_statements_that_are_left_none_may_go(document: Policy) -> None:
    whole = placed(document)
    left = without(whole, {report.path for report in find_redundancy(whole).reports})

    for statement in left.statements:
        fewer = without(left, {statement.path})
        sides = (denying(left), denying(fewer)) if is_deny(statement) else (left, fewer)
        assert not passes(*reversed(sides))


def is_deny(statement: Statement) -> bool:
    return statement.effect is Effect.DENY
