"""What the tests of findings share: drawn policy documents, and findings in a comparable form."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from encoders.iam.findings.external import Finding
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy
from tests.iam_documents import Json

BUCKET = "arn:aws:s3:::bucket"
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": BUCKET}
USERS = "arn:aws:iam::111122223333:user/"

ACTIONS = ("s3:GetObject", "s3:Get*", "s3:*", "s3:PutObject", "*")
RESOURCES = ("*", BUCKET, f"{BUCKET}/*", "arn:aws:s3:::other")
PRINCIPALS: tuple[object, ...] = (
    "*",
    {"AWS": "111122223333"},
    {"AWS": [f"{USERS}ann", "444455556666"]},
    {"Service": "sns.amazonaws.com"},
    {"Federated": "accounts.google.com", "AWS": f"{USERS}ann"},
)
_TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ArnLike", "ArnNotLike")
KEYS = {
    "aws:PrincipalArn": (
        _TEXT,
        (f"{USERS}a*", f"{USERS}*b", f"{USERS}ab", "arn:aws:iam::1:role/*"),
    ),
    "aws:SourceVpc": (_TEXT[:4], ("vpc-1", "vpc-2", "vpc-*", "*")),
    "aws:userid": (_TEXT[:4], ("A*", "*:b", "A:b")),
    "aws:SourceIp": (
        ("IpAddress", "NotIpAddress"),
        ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "11.0.0.0/8", "2001:db8::/32", "0.0.0.0/1"),
    ),
    "s3:prefix": (_TEXT[:4], ("a*", "ab")),
    "aws:SecureTransport": (("Bool",), ("true", "false")),
}
"""A key -> operators that read it, and values in a policy. The last two are set by outsiders."""


def policy(*statements: Json) -> Policy:
    """Return the policy of statements that differ from STATEMENT as given."""
    return policy_from_json({"Version": "2012-10-17", "Statement": [*map(_whole, statements)]})


def _whole(difference: Json) -> Json:
    kept = {name: value for name, value in STATEMENT.items() if f"Not{name}" not in difference}
    return {**kept, **difference}


def when(operator: str, key: str, *values: str) -> Json:
    """Return the difference of a statement with one test."""
    return {"Condition": {operator: {key: [*values]}}}


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    """Draw a condition of up to two tests."""
    found: dict[str, dict[str, object]] = {}
    for key in draw(st.lists(st.sampled_from(sorted(KEYS)), max_size=2)):
        operators, pool = KEYS[key]
        operator = draw(st.sampled_from(operators)) + draw(st.sampled_from(["", "", "IfExists"]))
        values = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=2))
        if draw(st.integers(0, 9)) == 0:
            operator, values = "Null", [draw(st.sampled_from(["true", "false"]))]
        found.setdefault(operator, {})[key] = values
    return dict(found)


@st.composite
def statements(draw: st.DrawFn) -> Json:
    """Draw what a statement differs in from STATEMENT."""
    is_plain = draw(st.booleans())
    principal = "Principal" if draw(st.integers(0, 5)) else "NotPrincipal"
    action = "Action" if draw(st.integers(0, 5)) else "NotAction"
    some_actions = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        principal: "*" if is_plain else draw(st.sampled_from(PRINCIPALS)),
        action: draw(some_actions),
        "Resource": draw(st.sampled_from(RESOURCES)),
        "Condition": draw(conditions()),
    }


def documents(max_size: int = 4) -> st.SearchStrategy[Policy]:
    """Draw resource policies."""
    many = st.lists(statements(), min_size=1, max_size=max_size)
    return many.map(lambda found: policy_from_json({"Version": "2012-10-17", "Statement": found}))


def shown(findings: Iterable[Finding]) -> list[Json]:
    """Return findings as JSON."""
    return [finding.to_json() for finding in findings]


def limits(findings: Iterable[Finding]) -> list[Json]:
    """Return the conditions of findings."""
    return [dict(finding.condition) for finding in findings]
