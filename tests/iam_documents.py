"""Policy documents as JSON: small ones, drawn ones, and a policy written back as a document."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import strategies as st

from encoders.iam.parse import PolicyError, parse_policy, policy_from_json
from encoders.iam.policy import Policy, PolicyType, Statement, Test

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"

Json = dict[str, object]


def one(**elements: object) -> Json:
    """Return the document of one statement that has these elements beside the usual three."""
    return {"Version": "2012-10-17", "Statement": [{**STATEMENT, **elements}]}


def without(*names: str, **elements: object) -> Json:
    """Return the document of one statement that lacks `names`."""
    kept = {name: value for name, value in STATEMENT.items() if name not in names}
    return {"Version": "2012-10-17", "Statement": [{**kept, **elements}]}


def when(operator: str, key: str, value: object) -> Json:
    """Return the document of one statement with one test."""
    return one(Condition={operator: {key: value}})


def to(**principals: object) -> Json:
    """Return the document of one statement for these principals."""
    return one(Principal=principals)


def read(source: object, policy_type: PolicyType | None = None) -> Policy:
    """Return the policy that `source`, a text or a JSON value, holds."""
    if isinstance(source, str | bytes):
        return parse_policy(source, policy_type)
    return policy_from_json(source, policy_type)


def refusal(source: object, policy_type: PolicyType | None = None) -> tuple[str, str]:
    """Return message and path of the error that `source`, a text or a JSON value, is met with."""
    with pytest.raises(PolicyError) as caught:
        read(source, policy_type)
    assert str(caught.value) == f"{caught.value.message} (at {caught.value.path})"
    return caught.value.message, caught.value.path


AT = "$.Statement[0]"
IN = f"{AT}.Condition"


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def canonical(value: object) -> Json:
    """Return a document in the one spelling that `document_of` uses: lists and texts everywhere."""
    assert isinstance(value, dict)
    statements = [*map(canonical_statement, listed(value["Statement"]))]
    return {"Version": "2008-10-17", **value, "Statement": statements}


def canonical_statement(value: object) -> Json:
    assert isinstance(value, dict)
    found: Json = dict(value)
    for name in {"Action", "NotAction", "Resource", "NotResource"} & found.keys():
        found[name] = listed(found[name])
    for name in {"Principal", "NotPrincipal"} & found.keys():
        found[name] = [*canonical_principals(found[name])]
    found["Condition"] = [
        (operator, key, [*map(text_of, listed(values))])
        for operator, keys in value.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    return found


def canonical_principals(value: object) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield "*", "*"
        return
    for kind, names in value.items():
        for name in listed(names):
            yield ("*" if (kind, name) == ("AWS", "*") else kind), str(name)


def text_of(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def document_of(policy: Policy) -> Json:
    """Return all that `policy` holds, in the spelling of `canonical`."""
    document: Json = {
        "Version": policy.version,
        "Statement": [*map(statement_of, policy.statements)],
    }
    return document if policy.id is None else {**document, "Id": policy.id}


def statement_of(statement: Statement) -> Json:
    found: Json = {"Effect": statement.effect.value}
    if statement.sid is not None:
        found["Sid"] = statement.sid
    for name, patterns in (("Action", statement.actions), ("Resource", statement.resources)):
        if patterns is not None:
            found[f"Not{name}" if patterns.negated else name] = [*patterns.values]
    if statement.principals is not None:
        pairs = [(one.kind.value, one.value) for one in statement.principals.values]
        found["NotPrincipal" if statement.principals.negated else "Principal"] = pairs
    found["Condition"] = [
        (operator_name(test), test.key, [*test.values]) for test in statement.tests
    ]
    return found


def operator_name(test: Test) -> str:
    quantifier = "" if test.quantifier is None else f"{test.quantifier.value}:"
    return f"{quantifier}{test.operator}{'IfExists' if test.if_exists else ''}"


TEXTS = st.text(st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cs"]), max_size=5)
ACTIONS = st.sampled_from(["*", "s3:*", "S3:Get?bject", "ec2:Run*"]) | st.builds(
    "x:{}".format, TEXTS.map(lambda text: text.replace(":", "") or "a")
)
RESOURCES = st.just("*") | TEXTS.map("arn:aws:s3:::{}".format)


def some(items: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    """One item, or a list of several."""
    return items | st.lists(items, min_size=1, max_size=3)


PRINCIPALS: st.SearchStrategy[object] = st.just("*") | st.fixed_dictionaries(
    {"AWS": some(st.sampled_from(["*", ROOT, ACCOUNT]))},
    optional={"Service": some(st.sampled_from(["ec2.amazonaws.com", "*"]))},
)
CONDITIONS: st.SearchStrategy[object] = st.dictionaries(
    st.sampled_from(["StringEquals", "ForAnyValue:StringLikeIfExists", "ArnNotLike"]),
    st.dictionaries(
        st.sampled_from(["aws:TagKeys", "s3:prefix", "ec2:ResourceTag/é"]),
        some(TEXTS) | st.booleans() | st.integers(-9, 9),
        max_size=2,
    ),
    max_size=2,
)


@st.composite
def statements(draw: st.DrawFn, *, has_principal: bool) -> Json:
    """Draw a legal statement."""
    negatable = {"Action": some(ACTIONS), "Resource": some(RESOURCES)}
    if has_principal:
        negatable["Principal"] = PRINCIPALS
    found: Json = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    for name, strategy in negatable.items():
        found[draw(st.sampled_from([name, f"Not{name}"]))] = draw(strategy)
    if draw(st.booleans()):
        found["Condition"] = draw(CONDITIONS)
    return found


def documents() -> st.SearchStrategy[Json]:
    """Legal policies of both kinds."""
    return st.booleans().flatmap(
        lambda has_principal: st.fixed_dictionaries(
            {"Statement": st.lists(statements(has_principal=has_principal), max_size=3)},
            optional={"Version": st.sampled_from(["2008-10-17", "2012-10-17"]), "Id": TEXTS},
        )
    )


NAMES = st.sampled_from(
    [
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
        "AWS",
        "Bool",
        "aws:a",
        "AWS:A",
    ]
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["*", "Allow", "s3:Get*", "arn:aws:s3:::a", "2012-10-17", "true"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6) | NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)
