"""Whom a principal covers: the two implementations, the documented cases, believable callers."""

import pytest

from automaton.evaluate import matches
from automaton.verdict import Unsupported
from encoders.iam.policy import Principal, PrincipalKind
from encoders.iam.principals import (
    ANONYMOUS,
    BELIEVABLE,
    SOMEBODY,
    Caller,
    covers,
    principal_regex,
    require_known_form,
)
from tests.iam_strategies import CALLERS, PRINCIPALS

AWS, SERVICE, FEDERATED = PrincipalKind.AWS, PrincipalKind.SERVICE, PrincipalKind.FEDERATED


@pytest.mark.parametrize("caller", CALLERS, ids=str)
@pytest.mark.parametrize(("kind", "value"), PRINCIPALS)
def test_both_implementations_agree(kind: PrincipalKind, value: str, caller: Caller) -> None:
    principal = Principal(kind, value, "$")

    assert covers(principal, caller) is matches(principal_regex(principal), caller.text)


@pytest.mark.parametrize(
    ("kind", "value", "caller", "expected"),
    [
        (PrincipalKind.ANYONE, "*", ANONYMOUS, True),
        (PrincipalKind.ANYONE, "*", Caller(SERVICE, "ec2.amazonaws.com"), True),
        (AWS, "111122223333", Caller(AWS, "arn:aws-cn:sts::111122223333:federated-user/x"), True),
        (AWS, "111122223333", Caller(AWS, "arn:aws:iam::111122223334:root"), False),
        (
            AWS,
            "arn:aws:iam::111122223333:root",
            Caller(AWS, "arn:aws-cn:sts::111122223333:federated-user/x"),
            True,
        ),
        (
            AWS,
            "arn:aws:iam::111122223333:root",
            Caller(AWS, "arn:aws:iam::111122223334:root"),
            False,
        ),
        (AWS, "111122223333", ANONYMOUS, False),
        (
            AWS,
            "arn:aws:iam::111122223333:role/a/b",
            Caller(AWS, "arn:aws:sts::111122223333:assumed-role/b/s"),
            True,
        ),
        (
            AWS,
            "arn:aws:iam::111122223333:role/b",
            Caller(AWS, "arn:aws:sts::111122223333:assumed-role/bb/s"),
            False,
        ),
        (FEDERATED, "*", Caller(FEDERATED, "accounts.google.com"), True),
        (SERVICE, "*", Caller(FEDERATED, "accounts.google.com"), False),
    ],
)
def test_principals_cover_whom_aws_says(
    kind: PrincipalKind, value: str, caller: Caller, expected: bool
) -> None:
    principal = Principal(kind, value, "$")

    assert covers(principal, caller) is expected
    assert matches(principal_regex(principal), caller.text) is expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (AWS, "arn:aws:iam::111122223333:role/*"),
        (AWS, "arn:aws:iam::111122223333:group/x"),
        (AWS, "arn:aws:iam::123:root"),
        (AWS, "AIDAEXAMPLE"),
        (AWS, "arn:aws:s3:::bucket"),
        (SERVICE, "*.amazonaws.com"),
    ],
)
def test_a_principal_of_another_form_is_refused(kind: PrincipalKind, value: str) -> None:
    with pytest.raises(Unsupported, match="the principal") as caught:
        require_known_form(Principal(kind, value, "$.Statement[0].Principal.AWS"))

    assert caught.value.where == "$.Statement[0].Principal.AWS"


@pytest.mark.parametrize("caller", [*CALLERS, SOMEBODY], ids=str)
def test_real_callers_are_believable_and_read_back(caller: Caller) -> None:
    assert matches(BELIEVABLE, caller.text)
    assert Caller.from_text(caller.text) == caller


@pytest.mark.parametrize(
    "text",
    ["", "AWS:*", "AWS:arn:aws:iam::1:root", "AWS:arn:aws:iam::111122223333:role/x", "Service:"],
)
def test_other_texts_are_not_believable(text: str) -> None:
    assert not matches(BELIEVABLE, text)
